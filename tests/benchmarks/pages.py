"""Reruns of pages and their main views on a lived-in project with 100,000 stored trials, as the server does them."""

from __future__ import annotations

import logging
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.benchmarks import big_project, lived_in
from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.server import SCRIPT
from workbench.workspace.workbench import PROJECT_VARIABLE

RUNS = 5
BUDGET_MS = 300.0
View = tuple[str, Mapping[str, str]]
"""A page, and what its address says."""


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each view's first drawing and the median of its reruns."""
    started = time.perf_counter()
    made = lived_in.build(folder)
    size = (folder / ".workbench" / "workbench.duckdb").stat().st_size / 2**20
    trials = big_project.EXAMPLES * big_project.VERSIONS * 2
    yield (
        f"a store of {trials:,} trials in {len(made)} runs",
        f"{size:.0f} MB, made in {time.perf_counter() - started:.0f} s",
    )
    as_server_does(folder)
    for name, values in views(folder, made):
        yield view_figures(name, values)


def views(folder: Path, made: Sequence[str]) -> list[View]:
    """Every page, and what lies behind its first view."""
    run, before = made[-1], made[-2]
    with Workbench.open(folder, actor=Actor(lived_in.REVIEWERS[0])) as wb:
        queues = {line.queue.form: line.queue.id for line in wb.reviews.queues.list(run)}
    return [
        ("overview", {}),
        ("prompts", {}),
        ("prompts", {"prompt": "answer", "columns": "4", "differences": "true"}),
        ("run", {}),
        ("run", {"run": run}),
        ("compare", {"run": run}),
        ("compare", {"run": run, "show": "all", "example": "q-0002"}),
        ("compare", {"run": before}),
        ("datasets", {}),
        ("datasets", {"view": "edit"}),
        ("datasets", {"view": "changes"}),
        ("knowledge", {}),
        ("review", {}),
        ("review", {"queue": queues["verdict"]}),
        ("review", {"queue": queues["pair"]}),
        ("review", {"queue": queues["verdict"], "item": "end"}),
        ("review", {"view": "settle", "run": run}),
        ("review", {"view": "wrong", "run": run}),
        ("judges", {"run": run}),
        ("judges", {"run": run, "judge": lived_in.JUDGE}),
        ("release", {}),
        ("release", {"version": "41"}),
    ]


def as_server_does(folder: Path) -> None:
    """Let pages in this process open a project."""
    os.environ[PROJECT_VARIABLE] = str(folder)
    os.environ["WORKBENCH_USER"] = lived_in.REVIEWERS[0]
    logging.disable(logging.WARNING)  # a test has no browser session, which Streamlit remarks on at every widget


def view_figures(name: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The view's label, and how long it takes to draw it first, and again; what a busy machine adds is not CPU."""
    page = AppTest.from_file(str(SCRIPT), default_timeout=300)
    page.run()
    page.query_params.update(values)
    if name != "overview":
        page.switch_page(f"../../pages/{name}.py")
    first, _ = timed(page.run)
    assert not page.exception, page.exception
    again = [timed(page.run) for _ in range(RUNS)]
    wall, cpu = (statistics.median(one[at] for one in again) for at in (0, 1))
    label = " ".join([name, *(f"{key}={value}" for key, value in values.items())])
    figures = f"{first:6.0f} ms, again {wall:5.0f} ms ({cpu:5.0f} ms CPU)   {wall / BUDGET_MS:.2f} x the budget"
    return label, figures


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of work by this process."""
    started, worked = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - worked)
