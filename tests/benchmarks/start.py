"""Starting: `--help`, and from the command to the first page in a browser."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.browser import chromium
from tests.support.served_app import ServedApp
from workbench.workspace.example import build_example

RUNS = 5
HELP_BUDGET_S = 0.5
PAGE_BUDGET_S = 3.0


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield medians of several starts, each a whole process."""
    help_s = statistics.median(_help() for _ in range(RUNS))
    yield "workbench --help", f"{help_s:5.2f} s   {help_s / HELP_BUDGET_S:.2f} x the budget of {HELP_BUDGET_S} s"
    example = build_example(folder / "demo")
    with chromium() as browser:
        page_s = statistics.median(_first_page(example.directory, browser) for _ in range(RUNS))
    yield (
        "workbench app to its first page",
        f"{page_s:5.2f} s   {page_s / PAGE_BUDGET_S:.2f} x the budget of {PAGE_BUDGET_S} s",
    )


def _command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("workbench")), *arguments]


def _help() -> float:
    started = time.perf_counter()
    subprocess.run(_command("--help"), check=True, capture_output=True)
    return time.perf_counter() - started


def _first_page(project: Path, browser) -> float:
    """From the command to the first heading, in a browser that is open already."""
    page = browser.new_page()
    started = time.perf_counter()
    with ServedApp(project) as app:
        page.goto(app.address, wait_until="commit")
        page.locator("h1").first.wait_for()
        took = time.perf_counter() - started
        page.close()
    return took
