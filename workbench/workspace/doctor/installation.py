"""The program and the machine it runs on."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from workbench import __version__
from workbench.workspace.doctor.findings import Finding

LIBRARIES = ("duckdb", "chromadb", "litellm", "streamlit", "langchain-core", "pandas")
"""Those whose version decides what works; all others are named when they are missing."""
OLDEST, NEWEST = (3, 11), (3, 14)
LEAST_FREE = 500 * 2**20
"""Below so many bytes a run, an index or a copy of the store may not fit any more."""
PORT = 8501


def installation() -> Iterator[Finding]:
    """Versions of the program, of Python, and of what it is built on."""
    python = platform.python_version()
    yield Finding("program", "fine", f"prompt-workbench {__version__}, Python {python}, {platform.system()}")
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        supported = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
        yield Finding("program", "problem", f"Python {python} is not supported.", f"Use Python {supported}.")
    versions = {name: _version(name) for name in LIBRARIES}
    missing = [name for name, version in versions.items() if version is None]
    there = ", ".join(f"{name} {version}" for name, version in versions.items() if version is not None)
    yield Finding("libraries", "fine", there)
    if missing:
        yield Finding(
            "libraries",
            "problem",
            f"Missing: {', '.join(missing)}.",
            "Install the program again: pip install -U prompt-workbench",
        )


def machine(root: Path) -> Iterator[Finding]:
    """Room on the disk, the app's port, and git."""
    try:
        free = shutil.disk_usage(root).free
    except OSError as error:
        yield Finding("disk", "problem", f"{root} cannot be read: {error.strerror or error}.", "Check its permissions.")
    else:
        text = f"{free / 2**30:,.1f} GB are free at {root}"
        low = free < LEAST_FREE
        yield Finding("disk", "problem" if low else "fine", text, "Free some space." if low else "")
    taken = _listens(PORT)
    note = f"`workbench app` takes the next free port, or --port. If it is the app already: http://127.0.0.1:{PORT}"
    yield Finding(
        "ports", "note" if taken else "fine", f"Port {PORT} is {'taken' if taken else 'free'}", note if taken else ""
    )
    yield from _git(root)


def _git(root: Path) -> Iterator[Finding]:
    if shutil.which("git") is None:
        yield Finding("git", "note", "git is not installed; `workbench export --commit` needs it.", "Install git.")
    elif not any((folder / ".git").exists() for folder in (root, *root.parents)):
        yield Finding(
            "git", "note", f"{root} is in no git repository.", "`git init` keeps a history of what is exported."
        )
    else:
        yield Finding("git", "fine", "The project is in a git repository")


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
