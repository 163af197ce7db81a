"""Prove exported files unchanged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from workbench.artifacts import layout
from workbench.domain.release import Difference
from workbench.errors import InputError, WorkbenchError
from workbench.formats import prompt_yaml
from workbench.hashing import bytes_hash

IGNORED = (".export-",)
"""What an export that was cut off may leave behind."""


def verify(directory: Path) -> Sequence[Difference]:
    """Compare every file below `directory/prompts` with its manifest, and every prompt with its evidence.

    Raises InputError when there is nothing exported there.
    """
    manifests = sorted((directory / "prompts").glob("*/manifest.json"))
    unlisted = [
        Difference(_relative(directory, folder), "has no manifest.json")
        for folder in sorted((directory / "prompts").glob("*"))
        if folder.is_dir() and not (folder / "manifest.json").is_file()
    ]
    if not manifests and not unlisted:
        raise InputError(
            f"{directory} holds no exported prompt.", hint="It should have prompts/NAME/manifest.json in it."
        )
    return [*unlisted, *(found for manifest in manifests for found in _folder(directory, manifest))]


def _folder(directory: Path, manifest: Path) -> list[Difference]:
    folder = manifest.parent
    try:
        expected = layout.manifest_files(manifest.read_bytes())
    except (OSError, ValueError):
        return [Difference(_relative(directory, manifest), "is not a manifest any more")]
    found = []
    for path, digest in sorted(expected.items()):
        file = folder / path
        shown = f"{_relative(directory, folder)}/{path}"
        if not file.resolve().is_relative_to(folder.resolve()):
            found.append(Difference(shown, "leads out of its folder"))
        elif not file.is_file():
            found.append(Difference(shown, "is missing"))
        elif (problem := _changed(file, digest)) is not None:
            found.append(Difference(shown, problem))
        elif path.endswith(".prompt.yaml"):
            found += _prompt_against_evidence(directory, file)
    present = {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and file != manifest and not file.name.startswith(IGNORED)
    }
    found += [
        Difference(f"{_relative(directory, folder)}/{path}", "is not in the manifest")
        for path in sorted(present - set(expected))
    ]
    return found


def _changed(file: Path, digest: str) -> str | None:
    try:
        return None if bytes_hash(file.read_bytes()) == digest else "was changed"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _prompt_against_evidence(directory: Path, file: Path) -> list[Difference]:
    """The approval names the prompt's content hash; the file beside it must have it."""
    evidence = file.with_name(file.name.removesuffix(".prompt.yaml") + ".evidence.json")
    shown = _relative(directory, file)
    try:
        approved = json.loads(evidence.read_bytes())["hashes"]["prompt_hash"]
        content = prompt_yaml.read(file.read_text(encoding="utf-8"), file=shown).content
    except (OSError, ValueError, KeyError, TypeError, WorkbenchError) as error:
        return [Difference(shown, f"cannot be held against its evidence: {error}")]
    if content.hash != approved:
        return [Difference(shown, "is not the content that was approved")]
    return []


def _relative(directory: Path, path: Path) -> str:
    return path.relative_to(directory).as_posix()
