"""LiteLLM's import: once, from many threads, quiet, and deaf to what lies in the working directory."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workbench.models import litellm_runtime


def test_many_threads_get_the_one_module(litellm) -> None:
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(litellm_runtime.load())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [litellm] * 8


@pytest.mark.slow
def test_importing_happens_once_in_the_background_and_touches_neither_network_nor_project(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=from-a-stranger\nOPENAI_BASE_URL=http://evil.example\n", "utf-8")
    code = """
import os, socket, sys, threading
asked = []
real = socket.socket.connect
socket.socket.connect = lambda self, to: asked.append(to) or real(self, to)
socket.getaddrinfo = lambda *a, **k: asked.append(a) or (_ for _ in ()).throw(OSError("no network"))
from workbench.models import litellm_runtime
imports = []
real_import = litellm_runtime._import
litellm_runtime._import = lambda: imports.append(threading.current_thread().name) or real_import()
litellm_runtime.warm_up()
litellm_runtime.warm_up()
threads = [threading.Thread(target=litellm_runtime.load) for _ in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
assert len(imports) == 1, imports
assert not asked, asked
assert "OPENAI_API_KEY" not in os.environ and "OPENAI_BASE_URL" not in os.environ
assert threading.main_thread().name not in imports
"""
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr == ""
