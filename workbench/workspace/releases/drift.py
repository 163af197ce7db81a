"""Exported files against the project: what is not the same, and which side is ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.artifacts import environments as environments_file
from workbench.artifacts import layout
from workbench.artifacts.verify import verify
from workbench.domain.release import Ahead, Difference, Release
from workbench.errors import WorkbenchError
from workbench.formats import prompt_yaml
from workbench.hashing import bytes_hash
from workbench.store import environments, releases
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.releases.exporting import artifact_of
from workbench.workspace.releases.lapses import lapses

PROMPT, NOT_OURS = ".prompt.yaml", "is not what was exported from this project"


def drift(context: Context, directory: Path) -> Sequence[Difference]:
    """What `verify` finds, and what the project says of it. Prompts that it never released are only verified.

    Raises InputError when there is nothing exported in the folder.
    """
    found = list(verify(directory))
    names = [folder.name for folder in sorted((directory / "prompts").glob("*")) if folder.is_dir()]
    ours = context.read(
        lambda s: [one for name in names for one in _of_prompt(context, s, directory, name, {d.path for d in found})]
    )
    sides = {one.path: one for one in ours}
    told = [replace(one, ahead=sides[one.path].ahead) if one.path in sides else one for one in found]
    known = {one.path for one in found}
    return [*told, *(one for one in ours if one.path not in known)]


def _of_prompt(
    context: Context, session: Session, directory: Path, prompt: str, known: set[str]
) -> Iterator[Difference]:
    made = releases.of_prompt(session, prompt)
    if not made:
        return
    folder = directory / layout.folder(prompt) / "versions"
    there = {file.name.removesuffix(PROMPT) for file in folder.glob(f"*{PROMPT}")}
    for release in made:
        if release.version in there or _listed(directory, prompt, release.version):
            yield from _of_release(session, directory, release, known)
    for version in sorted(there - {release.version for release in made}):
        yield Difference(
            layout.prompt_path(prompt, version), "is a release that this project does not have", "repository"
        )
    newest = made[-1]
    if newest.version not in there and not lapses(context, session, newest):
        yield Difference(layout.prompt_path(prompt, newest.version), "is approved and not exported here", "workbench")
    yield from _of_environments(session, directory, prompt)


def _of_release(session: Session, directory: Path, release: Release, known: set[str]) -> Iterator[Difference]:
    """A release's files against those that were exported, or would be."""
    expected = {path: bytes_hash(data) for path, data in layout.immutable_files(artifact_of(session, release)).items()}
    for export in releases.exports(session, release.prompt):
        if export.version == release.version:
            expected |= {path: digest for path, digest in export.files.items() if "/versions/" in path}
    for path, digest in expected.items():
        file = directory / path
        if not file.is_file():
            if path in known or not path.endswith(".dataset.jsonl"):
                yield Difference(path, "is missing", "workbench")
        elif bytes_hash(file.read_bytes()) != digest:
            yield Difference(path, _edited(file, release) or NOT_OURS, "repository")


def _edited(file: Path, release: Release) -> str:
    """That a prompt file's content was edited, where it can be taken back in; empty where it cannot."""
    if not file.name.endswith(PROMPT):
        return ""
    try:
        content = prompt_yaml.read(file.read_text(encoding="utf-8")).content
    except (OSError, ValueError, WorkbenchError):
        return ""
    return "" if content.hash == release.evidence.prompt_hash else f"{NOT_OURS}: its prompt was edited"


def _of_environments(session: Session, directory: Path, prompt: str) -> Iterator[Difference]:
    path = layout.environments_path(prompt)
    try:
        there = environments_file.read((directory / path).read_bytes())
    except (OSError, ValueError):
        missing = not (directory / path).is_file()
        yield Difference(path, "is missing" if missing else NOT_OURS, "workbench" if missing else "repository")
        return
    ours = environments_file.document(environments.steps(session, prompt))
    history, own = list(there.history), ours["history"]
    if history == own and there.standing == ours["environments"]:
        return
    side: Ahead = "both"
    if environments_file.contradiction(there) is not None or own == history[: len(own)]:
        side = "repository"
    elif history == own[: len(history)]:
        side = "workbench"
    yield Difference(path, _apart(side), side)


def _apart(side: Ahead) -> str:
    if side == "workbench":
        return "does not say yet what was promoted or rolled back since"
    if side == "repository":
        return "says what this project does not know: it was edited, or another project promoted"
    return "and this project have each their own steps"


def _listed(directory: Path, prompt: str, version: str) -> bool:
    """Whether the folder's manifest has a release, so that its files should be there."""
    try:
        listed = layout.manifest_files((directory / layout.manifest_path(prompt)).read_bytes())
    except (OSError, ValueError):
        return False
    return f"versions/{version}{PROMPT}" in listed
