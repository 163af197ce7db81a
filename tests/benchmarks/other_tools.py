"""promptfoo and Inspect on the work of `engine`, where they are installed; neither is part of this project.

Beside it, in folders of their own:

    npm install --prefix ~/beside promptfoo            then put ~/beside/node_modules/.bin on the PATH
    python -m venv ~/inspect && ~/inspect/bin/pip install inspect-ai openai
                                                       then set INSPECT_PYTHON=~/inspect/bin/python

Both ask the same questions, 64 at once, without their caches, and score by whether the answer has the expected words.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.bare import AT_ONCE, FILLER, TRIALS, question
from tests.benchmarks.commands import Tool

INSPECT_PYTHON = "INSPECT_PYTHON"
EXPECTED = "one percent"
QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
    "OPENAI_API_KEY": "not-a-key",
}
TASK = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, system_message

@task
def desk(count: int = 1):
    samples = [Sample(input=f"Question {n}?", target="one percent") for n in range(count)]
    return Task(dataset=samples, solver=[system_message(FILLER), generate()], scorer=includes())
"""


def installed(folder: Path, api_base: str) -> Iterator[Tool | str]:
    """Those that are there, ready to be measured; of the others, that they are not."""
    promptfoo = _promptfoo()
    yield "promptfoo is not installed" if promptfoo is None else _promptfoo_tool(promptfoo, folder, api_base)
    python = os.environ.get(INSPECT_PYTHON)
    yield (
        f"Inspect is not installed: {INSPECT_PYTHON} is not set"
        if python is None
        else _inspect_tool(python, folder, api_base)
    )


def _promptfoo() -> Sequence[str] | None:
    """How promptfoo is called here; None where it is not."""
    if shutil.which("promptfoo"):
        return ["promptfoo"]
    npx = ["npx", "--no-install", "promptfoo"]
    found = shutil.which("npx") and not subprocess.run([*npx, "--version"], check=False, capture_output=True).returncode
    return npx if found else None


def _promptfoo_tool(promptfoo: Sequence[str], folder: Path, api_base: str) -> Tool:
    for count in (1, TRIALS):
        config = {
            "prompts": [
                json.dumps([{"role": "system", "content": FILLER}, {"role": "user", "content": "{{question}}"}])
            ],
            "providers": [{"id": "openai:chat:tiny", "config": {"apiBaseUrl": api_base}}],
            "tests": [
                {"vars": {"question": question(n)}, "assert": [{"type": "icontains", "value": EXPECTED}]}
                for n in range(count)
            ],
        }
        (folder / f"promptfoo-{count}.json").write_text(json.dumps(config))

    def begin(count: int) -> list[str]:
        options = ["--no-cache", "--no-progress-bar", "--no-table", "--max-concurrency", str(AT_ONCE)]
        return [*promptfoo, "eval", "--config", f"promptfoo-{count}.json", *options]

    # Rows that are not answered as expected are 100 to promptfoo, which is told that they are no failure.
    environ = {**QUIET, "PROMPTFOO_CONFIG_DIR": str(folder / "promptfoo"), "PROMPTFOO_FAILED_TEST_EXIT_CODE": "0"}
    return Tool("promptfoo", begin, folder, environ)


def _inspect_tool(python: str, folder: Path, api_base: str) -> Tool:
    (folder / "desk.py").write_text(f"FILLER = {FILLER!r}\n{TASK}")

    def begin(count: int) -> list[str]:
        options = ["--max-connections", str(AT_ONCE), "--max-samples", str(AT_ONCE), "--display", "none"]
        asked = ["eval", "desk.py", "--model", "openai-api/desk/tiny", "-T", f"count={count}"]
        return [python, "-m", "inspect_ai", *asked, *options, "--log-dir", str(folder / "inspect-logs")]

    return Tool("Inspect", begin, folder, {"DESK_API_KEY": "not-a-key", "DESK_BASE_URL": api_base})
