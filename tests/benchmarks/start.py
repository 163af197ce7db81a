"""Starting: `--help`, and from the command to the first page in a browser."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.browser import chromium, free_port
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
    port = free_port()
    page = browser.new_page()
    started = time.perf_counter()
    app = subprocess.Popen(
        _command("--project", str(project), "app", "--no-browser", "--port", str(port)),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ},
    )  # fmt: skip
    try:
        while True:
            try:
                page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
                break
            except Exception:
                if app.poll() is not None:
                    raise
        page.get_by_role("heading", name="Overview").first.or_(page.locator("h1")).first.wait_for()
        return time.perf_counter() - started
    finally:
        page.close()
        app.send_signal(signal.SIGINT)
        app.wait(15)
