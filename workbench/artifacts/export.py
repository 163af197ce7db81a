"""Write a release into a repository folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.artifacts import environments, layout
from workbench.domain.environment import EnvironmentStep
from workbench.domain.release import Artifact
from workbench.errors import InputError, IntegrityError
from workbench.hashing import bytes_hash
from workbench.whole_files import write_whole

Present = Callable[[str], bytes | None]
"""What stands at a path of the place that is written to; None where nothing does."""


@dataclass(frozen=True)
class Exported:
    """What an export wrote. `written` is empty when everything was there already."""

    directory: Path
    files: Mapping[str, str]
    """Path inside the directory, with forward slashes, to tagged hash."""
    written: tuple[str, ...]


def export(directory: Path, artifact: Artifact, *, replace_environments: bool = False) -> Exported:
    """Write a release's files into a folder; raises what `files` does."""
    return write(directory, files(artifact, present_in(directory), replace_environments=replace_environments))


def write(directory: Path, made: Mapping[str, bytes]) -> Exported:
    """Write files below a directory, in their order, those that are there already not again."""
    written = tuple(path for path, data in made.items() if _write(_inside(directory, path), data))
    return Exported(directory, {path: bytes_hash(data) for path, data in made.items()}, written)


def present_in(directory: Path) -> Present:
    """What stands in a folder. A link that leads out of it raises InputError."""
    return lambda path: _read(_inside(directory, path))


def files(artifact: Artifact, present: Present, *, replace_environments: bool = False) -> dict[str, bytes]:
    """What an export writes where `present` stands already: prompt file, evidence, environments and manifest, by path.

    A release's files never change: IntegrityError where other bytes stand under its number, or an environments file
    that was not written from the steps known here, unless that is to be replaced. The manifest comes last, so that an
    export that was cut off shows as a difference and can be repeated.
    """
    made = layout.immutable_files(artifact)
    for path, data in made.items():
        if present(path) not in {None, data}:
            raise IntegrityError(
                f"{path} is there with other content, and a release never changes.",
                hint="See `workbench verify`; remove the file if it is not wanted.",
            )
    return made | moving_files(artifact.release.prompt, artifact.steps, made, present, replace=replace_environments)


def moving_files(
    prompt: str, steps: Sequence[EnvironmentStep], made: Mapping[str, bytes], present: Present, *, replace: bool
) -> dict[str, bytes]:
    """The environments file, and the manifest: of it, of `made`, and of what the manifest listed before.

    Raises IntegrityError for an environments file that is not to be replaced and says what the steps do not.
    """
    path, manifest, base = layout.environments_path(prompt), layout.manifest_path(prompt), layout.folder(prompt)
    if not replace:
        _require_own(path, present(path), steps)
    standing = layout.environments_bytes(environments.document(steps))
    hashes = {name.removeprefix(f"{base}/"): bytes_hash(data) for name, data in {**made, path: standing}.items()}
    return {path: standing, manifest: layout.manifest_bytes(_earlier(manifest, present(manifest)) | hashes)}


def _require_own(path: str, data: bytes | None, steps: Sequence[EnvironmentStep]) -> None:
    """Refuse to write over an environments file that says what the known steps do not."""
    if data is None:
        return
    try:
        there = environments.read(data)
    except ValueError as error:
        raise InputError(f"{path} cannot be used: {error}.", hint="Restore it from your repository.") from error
    known = environments.document(steps)["history"]
    problem = environments.contradiction(there)
    if problem is None and list(there.history) == known[: len(there.history)]:
        return
    raise IntegrityError(
        f"{path} {problem or 'has steps that this project does not know'}.",
        hint="`workbench verify` says more. Restore it from your repository, or export with --replace-environments.",
    )


def _earlier(path: str, present: bytes | None) -> dict[str, str]:
    """What the manifest says of earlier releases. Taken over and not computed again: a changed file must show."""
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
    """Write a file unless these bytes are there already; whether it did."""
    if _read(path) == data:
        return False
    write_whole(path, data)
    return True
