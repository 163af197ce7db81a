"""The app as people start it: a process of its own that serves one project."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.browser import free_port

COMMAND = "from workbench.cli.main import main; main()"


@contextmanager
def served(project: Path) -> Iterator[str]:
    """Serve a project and give the app's address; the browser's own retries bridge the start."""
    port = free_port()
    arguments = ["--project", str(project), "app", "--no-browser", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "You can now view" in line or line.startswith("The app:"):
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)
