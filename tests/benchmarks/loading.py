"""Released prompts where they are used: `load_prompt` beyond an interpreter that does nothing."""

from __future__ import annotations

import compileall
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import workbench
from tests.support.artifacts import make_artifact
from workbench.artifacts.export import export

RUNS = 25
BUDGET_MS = 50.0
USER = (
    "Handbook:\n\n{{context}}\n\n"
    + "Answer in whole sentences, and name the source of each. " * 20
    + "\n\n{{question}}"
)


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the quickest of several whole processes, taken in turns: what else the machine does only makes them slower."""
    export(folder, make_artifact(user=USER, fields={"parameters": {"temperature": 0.1, "max_tokens": 400}}))
    # As pip does when it installs a package.
    compileall.compile_dir(Path(workbench.__file__).parent, quiet=1)
    load = (
        f"from workbench import load_prompt; p = load_prompt('support', environment='dev', directory={str(folder)!r})"
    )
    fill = f"{load}; p.messages(context='', question='Why?')"
    took = [tuple(map(_process, ("pass", "import yaml", load, fill))) for _ in range(RUNS)]
    bare, yaml, loaded, filled = (1000 * min(column) for column in zip(*took, strict=True))
    yield "the interpreter alone", f"{bare:5.1f} ms"
    yield "PyYAML beyond it", f"{yaml - bare:5.1f} ms"
    beyond = loaded - bare
    yield (
        "import and load_prompt beyond it",
        f"{beyond:5.1f} ms   {beyond / BUDGET_MS:.2f} x the budget of {BUDGET_MS:.0f} ms, {beyond / bare:.1f} x the interpreter",
    )
    yield "and the first messages", f"{filled - bare:5.1f} ms"


def _process(statement: str) -> float:
    started = time.perf_counter()
    # Without a time-out: waiting with one looks only now and then whether the process has ended.
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - started
