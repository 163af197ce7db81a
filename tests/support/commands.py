"""The command `workbench` as a shell would carry it out, in an environment that holds only what a test puts there."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner

from workbench.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from workbench.cli.main import main; main()"]


def environment(**variables: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "WORKBENCH_USER": "ann",
        **variables,
    }


def workbench(*arguments: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Carry out one command in this process, which has loaded already what one of its own would have to load.

    Not for what loads code of the user's own: a process takes one module of a name only.
    """
    code = None
    with (
        CliRunner().isolation() as (out, err, _),
        contextlib.chdir(cwd),
        patch.dict(os.environ, environment(**variables), clear=True),
        patch.object(sys, "argv", ["workbench", *map(str, arguments)]),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue().decode(), err.getvalue().decode())


def workbench_apart(
    *arguments: object, cwd: Path, timeout: float = 60, largest_file: int | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Carry out one command in a process of its own. No file grows beyond `largest_file` bytes."""
    return subprocess.run(
        [*(COMMAND if largest_file is None else _limited(largest_file)), *map(str, arguments)],
        check=False,
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def _limited(largest_file: int) -> list[str]:
    python, option, code = COMMAND
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest_file}, {largest_file}))"
    return [python, option, f"{limit}; {code}"]


def started(*arguments: object, cwd: Path, **variables: str) -> subprocess.Popen[str]:
    """Begin one command."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
