"""A run of 100,000 trials by `workbench run`, against a local server that answers within 5 ms, 128 at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.big_project import EXAMPLES, VERSIONS, prepare
from tests.benchmarks.serving import Server

LATENCY_S = 0.005
AT_ONCE = 128
REPEATS = 2
FIRST_CALL_BUDGET_S = 5.0
MEMORY_BUDGET_MB = 600
POLL_S = 0.05
MODEL = """
[models.server]
model = "openai/tiny"
api_base = "{api_base}"
price = {{ input_per_million = 1.0, output_per_million = 2.0 }}
"""


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield time, memory and disk of the whole command."""
    prepare(folder)
    server = Server(LATENCY_S)
    with server as api_base:
        with (folder / "workbench.toml").open("a") as file:
            file.write(MODEL.format(api_base=api_base))
        prompts = [part for n in range(1, VERSIONS + 1) for part in ("--prompt", f"answer@{n}")]
        asked = ["--model", "server", "--dataset", "golden", "--repeats", str(REPEATS), "--concurrency", str(AT_ONCE)]
        command = [sys.executable, "-c", "from workbench.cli.main import main; main()", "run", *prompts, *asked]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        started = time.monotonic()
        with subprocess.Popen([*command, "--json"], cwd=folder, env=environ, stdout=subprocess.PIPE, text=True) as run:
            peak_mb = _watch(run)
            summary = json.loads(run.stdout.read())
        took = time.monotonic() - started
        first_s = server.first_request_s() - started
    trials = EXAMPLES * VERSIONS * REPEATS
    yield f"{trials:,} trials, answered", f"{summary['done']:,} in {took:.0f} s, {trials / took:,.0f} a second"
    yield "from the command to its first call", _against(first_s, FIRST_CALL_BUDGET_S, "s")
    yield "largest memory of the process", _against(peak_mb, MEMORY_BUDGET_MB, "MB")
    yield "store", f"{sum(file.stat().st_size for file in _store(folder)) / 2**20:.0f} MB"


def _watch(run: subprocess.Popen[str]) -> float:
    """Wait for the end of a process, and return the most memory it ever had, in MB (Linux; elsewhere NaN)."""
    peak = float("nan")
    while run.poll() is None:
        peak = _peak_mb(run.pid) or peak
        time.sleep(POLL_S)
    return peak


def _peak_mb(pid: int) -> float | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    found = next((line for line in lines if line.startswith("VmHWM:")), None)
    return None if found is None else int(found.split()[1]) / 1024


def _store(folder: Path) -> Iterator[Path]:
    """The store's file, and what is not yet moved into it."""
    return (folder / ".workbench").glob("workbench.duckdb*")


def _against(value: float, budget: float, unit: str) -> str:
    return f"{value:5.1f} {unit}   {value / budget:.2f} x the budget of {budget:.0f} {unit}"
