"""Layers, types and style hold for the whole checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
# Where each checkout is a new one, what is kept for the next time is never read.
TYPES = ["mypy", "--cache-dir=/dev/null"] if "CI" in os.environ else ["mypy"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [["lint-imports", "--no-cache"], ["ruff", "check", "."], ["ruff", "format", "--check", "."], TYPES],
    ids=["layers", "lint", "format", "types"],
)
def test_the_checkout_passes(command):
    done = subprocess.run(
        [TOOLS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
