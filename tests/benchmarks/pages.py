"""Reruns of pages on a project with 100,000 stored trials, as the server does them."""

from __future__ import annotations

import logging
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.benchmarks import big_project
from workbench.server import SCRIPT
from workbench.workspace.workbench import PROJECT_VARIABLE

PAGES = ("overview", "prompts", "run", "compare", "datasets", "knowledge", "review", "release")
RUNS = 7
BUDGET_MS = 300.0


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each page's first drawing and the median of its reruns."""
    started = time.perf_counter()
    made = big_project.build(folder)
    size = (folder / ".workbench" / "workbench.duckdb").stat().st_size / 2**20
    trials = big_project.EXAMPLES * big_project.VERSIONS * 2
    yield (
        f"a store of {trials:,} trials in {len(made)} runs",
        f"{size:.0f} MB, made in {time.perf_counter() - started:.0f} s",
    )
    os.environ[PROJECT_VARIABLE] = str(folder)
    logging.disable(logging.WARNING)  # a test has no browser session, which Streamlit remarks on at every widget
    for name in PAGES:
        test = AppTest.from_file(str(SCRIPT), default_timeout=120)
        test.run()
        if name != "overview":
            test.switch_page(f"../../pages/{name}.py")
        first = _timed(test.run)
        again = statistics.median(_timed(test.run) for _ in range(RUNS))
        yield (
            f"{name}: first, then again",
            f"{first:6.0f} ms  {again:6.0f} ms   {again / BUDGET_MS:.2f} x the budget of {BUDGET_MS:.0f} ms",
        )


def _timed(work) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)
