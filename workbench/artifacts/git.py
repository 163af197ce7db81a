"""Commit files on a branch of their own with git, touching nothing else of the repository.

Only git's plumbing is used: the commit is made of objects and a reference. The index, the work tree, the branch that is
checked out and what is not committed yet stay as they are, hooks do not run, and nothing is pushed.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workbench.errors import InputError, UnavailableError

_OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_PREFIX")
"""What git sets for its hooks: it would lead to another repository than the folder's."""
MOST_BRANCHES = 50
"""Of one's own and of remotes each; older ones are not looked into."""


@dataclass(frozen=True)
class Committed:
    """Files on a branch."""

    branch: str
    commit: str
    """The commit's id: the branch's newest one."""
    created: bool
    """False when the branch held exactly these files already."""
    files: tuple[str, ...]
    """What was added or changed, from the top of the repository."""


@dataclass(frozen=True)
class Repository:
    """A git repository, seen from a folder in it."""

    top: Path
    prefix: str
    """The folder's path from the top, with a slash at its end; empty for the top itself."""

    @classmethod
    def around(cls, directory: Path) -> Repository:
        """The repository that a folder is in, which need not exist yet.

        Raises InputError when it is in none, UnavailableError without git.
        """
        there = next(folder for folder in (directory, *directory.parents) if folder.is_dir())
        top = _git(there, "rev-parse", "--show-toplevel", otherwise=f"{directory} is in no git repository.")
        root = Path(top).resolve()
        relative = directory.resolve().relative_to(root).as_posix()
        return cls(root, "" if relative == "." else f"{relative}/")

    def base(self, branch: str) -> str | None:
        """The commit that a branch goes on from: its own newest, else the one that is checked out; None without any."""
        return self._commit(f"refs/heads/{branch}") or self._commit("HEAD")

    def present(self, commit: str | None, path: str) -> bytes | None:
        """A file of a commit, by its path from the folder; None when it is not there."""
        return self.at_top(commit, f"{self.prefix}{path}")

    def at_top(self, commit: str | None, path: str) -> bytes | None:
        """As `present`, by the path from the top of the repository."""
        if commit is None or not self._git("ls-tree", commit, "--", path):
            return None
        return _run(self.top, "cat-file", "blob", f"{commit}:{path}").stdout

    def branches_with(self, pattern: str) -> list[str]:
        """The branches whose newest commit has a file like this below the folder; newest first, those of remotes last.

        `*` in the pattern stands for the name of any file or folder.
        """
        listed = [
            line.partition(" ")[::2]
            for kind in ("refs/heads", "refs/remotes")
            for line in self._git(
                "for-each-ref",
                "--sort=-committerdate",
                f"--count={MOST_BRANCHES}",
                "--format=%(objectname) %(refname:lstrip=2)",
                kind,
            ).splitlines()
        ]
        names = dict(reversed(listed))  # of a commit the first name: a branch of one's own
        return [names[commit] for commit in dict.fromkeys(commit for commit, _ in listed) if self._has(commit, pattern)]

    def _has(self, commit: str, pattern: str) -> bool:
        """Whether a commit has a file like this below the folder."""
        beginning = pattern.partition("*")[0]
        paths = self._git("ls-tree", "-r", "--name-only", commit, "--", f"{self.prefix}{beginning}").splitlines()
        deep = pattern.count("/")
        below = (PurePosixPath(path.removeprefix(self.prefix)) for path in paths)
        return any(path.match(pattern) and len(path.parts) == deep + 1 for path in below)

    def commit(
        self, files: Mapping[str, bytes], *, branch: str, message: str, above: Mapping[str, bytes] | None = None
    ) -> Committed:
        """Put files, by their paths from the folder, on a branch in one commit; `above` by paths from the top.

        A branch that is there already goes on from its own newest commit; one that holds the files is left alone.
        Raises InputError when the branch is checked out somewhere, or git does not know who commits.
        """
        self._git("check-ref-format", "--branch", branch, otherwise=f"{branch!r} cannot be a branch's name.")
        self._require_free(branch)
        self._git(
            "var",
            "GIT_COMMITTER_IDENT",
            otherwise="git does not know who you are, so it cannot commit.",
            hint='Tell it: git config user.name "..." and git config user.email "..."',
        )
        reference, base = f"refs/heads/{branch}", self.base(branch)
        own = self._commit(reference)
        paths = {f"{self.prefix}{path}": data for path, data in files.items()} | dict(above or {})
        tree = self._tree(base, paths)
        changed = self._changed(base, tree)
        if own is not None and not changed:
            return Committed(branch, own, created=False, files=())
        parents = [] if base is None else ["-p", base]
        made = _run(self.top, "commit-tree", tree, *parents, given=message.encode()).stdout.decode().strip()
        self._git("update-ref", "-m", "workbench export", reference, made, own or "0" * len(made))
        return Committed(branch, made, created=True, files=changed)

    def _tree(self, base: str | None, paths: Mapping[str, bytes]) -> str:
        """The tree of a commit with some files put into it, made in an index of its own."""
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._git("read-tree", *(["--empty"] if base is None else [base]), environ=index)
            for path, data in paths.items():
                blob = (
                    _run(self.top, "hash-object", "-w", "--no-filters", "--stdin", given=data).stdout.decode().strip()
                )
                mode = "100755" if path.endswith(".sh") else "100644"
                self._git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", environ=index)
            return self._git("write-tree", environ=index)

    def _changed(self, base: str | None, tree: str) -> tuple[str, ...]:
        if base is None:
            listed = self._git("ls-tree", "-r", "--name-only", tree)
        else:
            listed = self._git("diff-tree", "-r", "--name-only", base, tree)
        return tuple(listed.splitlines())

    def _require_free(self, branch: str) -> None:
        """A branch that is checked out would look as if its files had been taken away."""
        for line in self._git("worktree", "list", "--porcelain").splitlines():
            if line == f"branch refs/heads/{branch}":
                raise InputError(
                    f"The branch {branch!r} is checked out, and a commit beneath it would disturb your work.",
                    hint="Switch to another branch first, or name another with --branch.",
                )

    def _commit(self, name: str) -> str | None:
        found = _run(self.top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", check=False)
        return found.stdout.decode().strip() or None

    def _git(
        self, *arguments: str, otherwise: str = "", hint: str | None = None, environ: Mapping[str, str] | None = None
    ) -> str:
        return _git(self.top, *arguments, otherwise=otherwise, hint=hint, environ=environ)


def top_of(directory: Path) -> Path | None:
    """The top of the repository that a folder is in; None when it is in none, or there is no git."""
    try:
        return Repository.around(directory).top
    except (InputError, UnavailableError):
        return None


def branches_with(directory: Path, pattern: str) -> list[str]:
    """As `Repository.branches_with`; none for a folder in no repository, or without git."""
    try:
        return Repository.around(directory).branches_with(pattern)
    except (InputError, UnavailableError):
        return []


def branch_name(prompt: str, version: str) -> str:
    """The branch that a release is exported on."""
    return f"prompts/{PurePosixPath(prompt).name}-{version}"


def _git(
    folder: Path,
    *arguments: str,
    otherwise: str = "",
    hint: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> str:
    """What git prints. Raises InputError: with the sentence `otherwise`, else with what git says."""
    found = _run(folder, *arguments, environ=environ, check=not otherwise)
    if found.returncode:
        raise InputError(otherwise, hint=hint or _said(found))
    return found.stdout.decode("utf-8", "replace").strip()


def _run(
    folder: Path,
    *arguments: str,
    given: bytes | None = None,
    environ: Mapping[str, str] | None = None,
    check: bool = True,
) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
    command = ["git", "-c", "core.quotePath=false", "-c", f"core.hooksPath={os.devnull}", *arguments]
    try:
        found = subprocess.run(
            command,
            cwd=folder,
            input=b"" if given is None else given,
            env={**environment, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(environ or {})},
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise UnavailableError(
            "git is not installed, and a commit needs it.", hint="Export without --commit."
        ) from error
    if check and found.returncode:
        raise InputError(f"git {arguments[0]} failed: {_said(found)}")
    return found


def _said(found: subprocess.CompletedProcess[bytes]) -> str:
    said = found.stderr.decode("utf-8", "replace").strip().splitlines()
    return (said[-1] if said else f"it ended with {found.returncode}").removeprefix("fatal: ")
