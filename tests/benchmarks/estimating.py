"""Estimating a run before it starts: 100,000 trials without a search, and a usual run on an index."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks import big_project
from workbench import Workbench
from workbench.domain.prompt import Message, PromptContent, PromptFile, RetrievalSettings
from workbench.workspace.runs.planning import RunOptions

BUDGET_S = 1.0
ROWS = 100
DOCUMENTS = 200


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the time of the first estimate and of a second one."""
    big_project.build(folder)
    with Workbench.open(folder) as wb:
        versions = [f"answer@{n}" for n in range(1, big_project.VERSIONS + 1)]
        yield from _timed(wb, RunOptions(prompts=versions, dataset="golden", repeats=2), "50 arms x 1,000 rows x 2")
        yield from _timed(wb, _on_an_index(wb, folder), "4 arms x 100 rows on an index")


def _timed(wb: Workbench, options: RunOptions, label: str) -> Iterator[tuple[str, str]]:
    plan = wb.runs.plan(options)
    for turn in ("first", "again"):
        took = _seconds(lambda: wb.estimates.of_plan(plan))
        yield (
            f"estimate of {plan.size:,} trials ({label}), {turn}",
            f"{took:5.2f} s   {took / BUDGET_S:.2f} x the budget of {BUDGET_S:.0f} s",
        )


def _on_an_index(wb: Workbench, folder: Path) -> RunOptions:
    documents, luck = folder / "documents", random.Random(7)
    documents.mkdir()
    words = [f"word{n}" for n in range(5_000)]
    for n in range(DOCUMENTS):
        rules = (" ".join(["Question", str(luck.randrange(ROWS)), *luck.choices(words, k=200)]) for _ in range(10))
        text = "\n\n".join(f"## Rule {m}\n\n{rule}." for m, rule in enumerate(rules))
        (documents / f"{n}.md").write_text(f"# Document {n}\n\n{text}\n")
    wb.build_index("library", documents)
    for n in range(4):
        content = PromptContent(
            (Message("system", f"Rule {n}. " * 100), Message("user", "{{context}}\n\n{{question}}")),
            variables=("context", "question"),
            retrieval=RetrievalSettings("library", k=4),
        )
        wb.add_prompt(PromptFile("grounded", content))
    ids = [example.id for example in wb.datasets.examples("golden@1")[:ROWS]]
    return RunOptions(prompts=[f"grounded@{n}" for n in range(1, 5)], dataset="golden", examples=ids)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
