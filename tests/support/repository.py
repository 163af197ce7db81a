"""Real git repositories to commit into."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main")


def git(folder: Path, *arguments: object, check: bool = True) -> str:
    """What git prints, without the blanks at its end."""
    done = subprocess.run(
        ["git", *IDENTITY, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stdout.rstrip()


def a_repository(folder: Path, *, identity: bool = True, commits: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet")
    if identity:
        git(folder, "config", "user.name", "Ada")
        git(folder, "config", "user.email", "ada@example.org")
    for number in range(commits):
        (folder / "README.md").write_text(f"version {number}\n")
        git(folder, "add", "README.md")
        git(folder, "commit", "--quiet", "-m", f"Commit {number}")
    return folder


def untouched(folder: Path) -> tuple[object, ...]:
    """Everything of a repository that a commit elsewhere must leave as it is."""
    files = {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {".git", ".workbench"} & set(path.parts)
    }
    head = (folder / ".git" / "HEAD").read_text()
    index = folder / ".git" / "index"
    staged = index.read_bytes() if index.exists() else b""
    main = git(folder, "rev-parse", "--verify", "--quiet", "HEAD", check=False)
    return files, head, staged, main


def without_identity(monkeypatch: object, tmp_path: Path) -> None:
    """As on a machine where git was never told who commits."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
