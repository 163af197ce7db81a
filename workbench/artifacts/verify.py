"""Prove exported files unchanged, by what they say of each other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Any

import yaml

from workbench.artifacts import environments, layout
from workbench.artifacts.git import branches_with
from workbench.domain.dataset import examples_hash
from workbench.domain.release import Difference
from workbench.errors import InputError, WorkbenchError
from workbench.formats import prompt_yaml
from workbench.formats.datasets import read_dataset
from workbench.hashing import bytes_hash

IGNORED = (".export-",)
"""What an export that was cut off may leave behind."""
PROMPT, EVIDENCE = ".prompt.yaml", ".evidence.json"


def verify(directory: Path) -> Sequence[Difference]:
    """Compare every file below `directory/prompts` with its manifest, and what the files say with each other.

    A prompt and its golden set must be those that the evidence names, and the environments what their history led to.
    Raises InputError when there is nothing exported there.
    """
    folders = [folder for folder in sorted((directory / "prompts").glob("*")) if folder.is_dir()]
    if not folders:
        raise InputError(f"{directory.absolute()} holds no exported prompt.", hint=_where_else(directory))
    return [found for folder in folders for found in _folder(directory, folder)]


def _where_else(directory: Path) -> str:
    """The way out of a folder without an exported prompt: a branch that has one, where git knows of any."""
    branches = branches_with(directory, "prompts/*/manifest.json")
    if not branches:
        return "It should have prompts/NAME/manifest.json in it."
    more = f" (and {len(branches) - 1} more have some)" if len(branches) > 1 else ""
    branch = quote(branches[0])
    return f"The branch {branches[0]} has some{more}: `git checkout {branch}` or `git merge {branch}`."


def _folder(directory: Path, folder: Path) -> list[Difference]:
    manifest, shown = folder / "manifest.json", _relative(directory, folder)
    if not manifest.is_file():
        return [Difference(shown, "has no manifest.json")]
    try:
        expected = layout.manifest_files(manifest.read_bytes())
    except (OSError, ValueError):
        return [Difference(_relative(directory, manifest), "is not a manifest any more")]
    found, sound = [], []
    for path, digest in sorted(expected.items()):
        problem = _file(folder, path, digest)
        if problem is None:
            sound.append(path)
        else:
            found.append(Difference(f"{shown}/{path}", problem))
    found += [Difference(f"{shown}/{path}", problem) for path, problem in _contents(folder, expected, sound)]
    present = {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and file != manifest and not file.name.startswith(IGNORED)
    }
    added = sorted(present - set(expected) - {"environments.yaml"})
    return [*found, *(Difference(f"{shown}/{path}", "is not in the manifest") for path in added)]


def _file(folder: Path, path: str, digest: str) -> str | None:
    file = folder / path
    if not file.resolve().is_relative_to(folder.resolve()):
        return "leads out of its folder"
    if not file.is_file():
        return "is missing"
    try:
        return None if bytes_hash(file.read_bytes()) == digest else "was changed"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _contents(folder: Path, listed: Iterable[str], sound: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What files that are as their manifest says say wrongly of each other: path and problem."""
    for version in sorted(_versions(sound)):
        yield from _release(folder, version, sound)
    if "environments.yaml" in sound:
        yield from _environments(folder / "environments.yaml", _versions(listed))
    elif "environments.yaml" not in listed:
        yield "environments.yaml", "is not in the manifest"


def _versions(paths: Iterable[str]) -> set[str]:
    return {path.removeprefix("versions/").removesuffix(PROMPT) for path in paths if path.endswith(PROMPT)}


def _release(folder: Path, version: str, sound: Sequence[str]) -> Iterator[tuple[str, str]]:
    prompt, evidence = f"versions/{version}{PROMPT}", f"versions/{version}{EVIDENCE}"
    try:
        text = (folder / prompt).read_text(encoding="utf-8")
        said = json.loads((folder / evidence).read_bytes())
        approved, names = said["hashes"]["prompt_hash"], said["prompt"]
        content = prompt_yaml.read(text, file=prompt)
        fields = yaml.safe_load(text)
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError, WorkbenchError) as error:
        yield prompt, f"cannot be held against its evidence: {error}"
        return
    if content.content.hash != approved:
        yield prompt, "is not the content that was approved"
    if content.name != folder.name or fields.get("version") != version or fields.get("status") != "approved":
        yield prompt, f"does not say that it is the approved release {version} of {folder.name}"
    if evidence in sound:
        yield from ((evidence, problem) for problem in _evidence(said, names, folder.name, version))
    dataset = f"versions/{version}.dataset.jsonl"
    if dataset in sound and _rows_hash(folder / dataset) != said["hashes"].get("dataset_hash"):
        yield dataset, "is not the golden set that the approval rests on"


def _evidence(said: Mapping[str, Any], names: Any, prompt: str, version: str) -> Iterator[str]:
    if not isinstance(names, Mapping) or (names.get("name"), names.get("version")) != (prompt, version):
        yield f"is not that of {prompt} {version}"
    approvals, audit = said.get("approvals"), said.get("audit")
    given = approvals if isinstance(approvals, list) else []
    if not given or not all(isinstance(one, Mapping) and one.get("approver") for one in given):
        yield "names nobody who approved it"
    if not isinstance(audit, Mapping) or not isinstance(audit.get("length"), int) or not audit.get("head"):
        yield "does not say where in the audit log the approval stands"


def _rows_hash(file: Path) -> str | None:
    try:
        return examples_hash(read_dataset(file.name, file.read_bytes()))
    except (OSError, WorkbenchError):
        return None


def _environments(file: Path, versions: set[str]) -> Iterator[tuple[str, str]]:
    try:
        said = environments.read(file.read_bytes())
    except (OSError, ValueError) as error:
        yield file.name, f"cannot be used: {error}"
        return
    problem = environments.contradiction(said)
    if problem is not None:
        yield file.name, problem
    for name, version in said.standing.items():
        if version is not None and version not in versions:
            yield file.name, f"puts {version} in {name}, which is not here"


def _relative(directory: Path, path: Path) -> str:
    return path.relative_to(directory).as_posix()
