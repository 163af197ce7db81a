"""The page Compare, and the report, on one run of 100,000 trials: two arms, 10,000 tagged examples, five repeats."""

from __future__ import annotations

import logging
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.benchmarks import big_project
from tests.benchmarks.pages import BUDGET_MS, RUNS
from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.domain.score import Score, Scored
from workbench.server import SCRIPT
from workbench.store import runs, scores, trials
from workbench.workspace.reports.evidence import gather
from workbench.workspace.reports.report import report_html
from workbench.workspace.runs.planning import RunOptions
from workbench.workspace.workbench import PROJECT_VARIABLE

EXAMPLES = 10_000
REPEATS = 5
TAGS = 12
RUN = "rbig0000001"


def build(folder: Path) -> None:
    """Store the run without asking a model."""
    luck = random.Random(7)
    with Workbench.open(big_project.prepare(folder)) as wb:
        rows = [
            Example(f"q-{n:05}", {"question": f"Question {n}?"}, f"Answer {n}.", tags=(f"tag-{n % TAGS}", "all"))
            for n in range(EXAMPLES)
        ]
        wb.add_dataset(rows, name="large")
        options = RunOptions(
            prompts=["answer@1", "answer@2"], dataset="large", metrics=big_project.METRICS, repeats=REPEATS
        )
        plan, now = wb.runs.plan(options), wb.context.clock.now()
        outputs = big_project.outputs_of(RUN, plan.cells(), now, luck)
        given = [
            Score(output.trial_id, metric, "1", Scored(value, "as the check says"), now)
            for output in outputs
            for metric, value in zip(
                big_project.METRICS,
                (float(luck.random() < 0.7), luck.random(), output.completion.latency_ms or 0.0),
                strict=True,
            )
        ]

        def change(session) -> None:
            runs.add(session, run=RUN, plan=plan, created_at=now, created_by="benchmark")
            runs.add_event(session, RUN, "started", now)
            trials.append(session, outputs)
            scores.append(session, given)
            runs.add_event(session, RUN, "finished", now, seconds=60.0)

        wb.context.write(change)
        wb.context.store.checkpoint()


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the first drawing, reruns, another example, and the report."""
    build(folder)
    os.environ[PROJECT_VARIABLE] = str(folder)
    logging.disable(logging.WARNING)  # a test has no browser session, which Streamlit remarks on at every widget
    page = AppTest.from_file(str(SCRIPT), default_timeout=300)
    page.query_params["run"] = RUN
    page.switch_page("../../pages/compare.py")
    yield "first drawing of the page", f"{_timed(page.run):6.0f} ms"
    assert not page.exception
    yield "again", _against_budget(statistics.median(_timed(page.run) for _ in range(RUNS)))
    page.query_params["show"] = "all"
    yield "all examples", _against_budget(statistics.median(_timed(page.run) for _ in range(RUNS)))
    with Workbench.open(folder) as wb:
        comparison = wb.compare(RUN)
        yield "the report", f"{_timed(lambda: report_html(comparison, gather(wb.context, comparison))):6.0f} ms"


def _against_budget(ms: float) -> str:
    return f"{ms:6.0f} ms   {ms / BUDGET_MS:.2f} x the budget of {BUDGET_MS:.0f} ms"


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)
