"""Write a release into a repository folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workbench.artifacts import layout
from workbench.domain.release import Artifact, Release
from workbench.errors import InputError, IntegrityError
from workbench.hashing import bytes_hash


@dataclass(frozen=True)
class Exported:
    """What an export wrote. `written` is empty when everything was there already."""

    directory: Path
    files: Mapping[str, str]
    """Path inside the directory, with forward slashes, to tagged hash."""
    written: tuple[str, ...]


def export(directory: Path, artifact: Artifact) -> Exported:
    """Write prompt file, evidence, environments and manifest.

    A release's files never change: IntegrityError when the folder holds other bytes under its number. The manifest is
    written last, so that an export that was cut off shows as a difference and can be repeated.
    """
    release = artifact.release
    base = layout.folder(release.prompt)
    immutable = {
        layout.prompt_path(release.prompt, release.version): layout.prompt_bytes(artifact),
        layout.evidence_path(release.prompt, release.version): layout.evidence_bytes(artifact),
    }
    for path, data in immutable.items():
        present = _read(_inside(directory, path))
        if present is not None and present != data:
            raise IntegrityError(
                f"{path} is there with other content, and a release never changes.",
                hint="See `workbench verify`; remove the file if it is not wanted.",
            )
    environments = layout.environments_path(release.prompt)
    files = {**immutable, environments: _environments(_inside(directory, environments), release)}
    manifest = layout.manifest_path(release.prompt)
    hashes = {path.removeprefix(f"{base}/"): bytes_hash(data) for path, data in files.items()}
    files[manifest] = layout.manifest_bytes(_earlier(_inside(directory, manifest)) | hashes)
    written = tuple(path for path, data in files.items() if _write(_inside(directory, path), data))
    return Exported(directory, {path: bytes_hash(data) for path, data in files.items()}, written)


def _environments(path: Path, release: Release) -> bytes:
    """The environments file with this release in dev, where every export arrives first."""
    current: dict[str, Any] = {"environments": dict.fromkeys(layout.ENVIRONMENTS), "history": []}
    present = _read(path)
    if present is not None:
        try:
            loaded = yaml.safe_load(present)
        except yaml.YAMLError as error:
            raise InputError(f"{path} is not YAML any more: {error}", hint="Mend it or remove it.") from error
        if isinstance(loaded, dict) and isinstance(loaded.get("environments"), dict):
            current = {"environments": loaded["environments"], "history": loaded.get("history") or []}
    step = {
        "environment": "dev",
        "version": release.version,
        "by": release.approver,
        "at": release.created_at.isoformat(timespec="seconds") + "Z",
    }
    if step not in current["history"]:
        current["environments"]["dev"] = release.version
        current["history"] = [*current["history"], step]
    return layout.environments_bytes(current)


def _earlier(path: Path) -> dict[str, str]:
    """What the manifest says of earlier releases. Taken over and not computed again: a changed file must show."""
    present = _read(path)
    if present is None:
        return {}
    try:
        return layout.manifest_files(present)
    except ValueError as error:
        raise IntegrityError(f"{path} is not a manifest any more.", hint="Restore it from your repository.") from error


def _inside(directory: Path, relative: str) -> Path:
    """A path below the directory; a link that leads out of it is refused."""
    path = directory / relative
    if not path.resolve().is_relative_to(directory.resolve()):
        raise InputError(f"{relative} leads out of {directory}.", hint="Remove the link.")
    return path


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _write(path: Path, data: bytes) -> bool:
    """Write by rename, so that nobody reads half a file. False when the bytes were there already."""
    if _read(path) == data:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".export-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error
    return True
