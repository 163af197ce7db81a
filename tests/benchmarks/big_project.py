"""A project with 100,000 stored trials, 1,000 examples and 50 prompt versions, made without asking a model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.domain.model import Completion, Usage
from workbench.domain.prompt import Message, PromptContent, PromptFile
from workbench.domain.run import Cell, RunPlan, TrialOutput
from workbench.domain.score import Score, Scored
from workbench.store import runs, scores, trials
from workbench.workspace.projects import init
from workbench.workspace.runs.planning import RunOptions

EXAMPLES = 1_000
VERSIONS = 50
ARMS_PER_RUN = 2
METRICS = ("correct", "token_f1", "latency")


def build(folder: Path) -> list[str]:
    """Make the project with all its runs and return their ids, oldest first."""
    luck = random.Random(7)
    with Workbench.open(prepare(folder)) as wb:
        made = []
        for first in range(1, VERSIONS + 1, ARMS_PER_RUN):
            versions = [f"answer@{first + n}" for n in range(ARMS_PER_RUN)]
            plan = wb.runs.plan(RunOptions(prompts=versions, dataset="golden", metrics=METRICS, repeats=2))
            made.append(_store(wb, f"r{first:08}", plan, luck))
        wb.context.store.checkpoint()
    return made


def prepare(folder: Path) -> Path:
    """Make the project without a run, and return its folder."""
    init(folder)
    with Workbench.open(folder) as wb:
        wb.add_dataset(
            [Example(f"q-{n:04}", {"question": f"Question {n}?"}, f"Answer {n}.") for n in range(EXAMPLES)],
            name="golden",
        )
        for n in range(1, VERSIONS + 1):
            content = PromptContent(
                (Message("user", f"{{{{question}}}} Be brief, rule {n}."),), variables=("question",)
            )
            wb.add_prompt(PromptFile("answer", content))
    return folder


def outputs_of(run: str, cells: Sequence[Cell], now: datetime, luck: random.Random) -> list[TrialOutput]:
    """An invented answer for every cell."""
    outputs = []
    for cell in cells:
        trial, latency = cell.trial_id(run), luck.lognormvariate(6.5, 0.4)
        text = f"Answer {luck.randrange(EXAMPLES)}. " + "More words follow here. " * luck.randrange(20)
        outputs.append(
            TrialOutput(
                trial,
                run,
                cell.arm.label,
                cell.example.id,
                cell.repeat,
                cell.hash,
                f"sha256:{trial[7:]}",
                Completion(text, "stored", "stop", Usage(300, 60), latency, latency / 3),
                (),
                None,
                0.0001,
                1,
                now + timedelta(milliseconds=latency),
                spent_usd=0.0001,
            )
        )
    return outputs


def _store(wb: Workbench, run: str, plan: RunPlan, luck: random.Random) -> str:
    now = wb.context.clock.now()
    outputs = outputs_of(run, plan.cells(), now, luck)
    given = [
        Score(output.trial_id, metric, "1", Scored(value), now)
        for output in outputs
        for metric, value in zip(
            METRICS, (float(luck.random() < 0.7), luck.random(), output.completion.latency_ms), strict=True
        )
    ]

    def change(session) -> None:
        runs.add(session, run=run, plan=plan, created_at=now, created_by="benchmark")
        runs.add_event(session, run, "started", now)
        trials.append(session, outputs)
        scores.append(session, given)
        runs.add_event(session, run, "finished", now, seconds=60.0)

    wb.context.write(change)
    return run
