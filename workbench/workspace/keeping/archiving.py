"""Everything a project is, in one file."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from workbench import __version__
from workbench.errors import InputError
from workbench.hashing import TAG
from workbench.settings import PROJECT_FILE
from workbench.whole_files import unwritable
from workbench.workspace.context import Context
from workbench.workspace.keeping import archive_file


@dataclass(frozen=True)
class Archived:
    """An archive that was made."""

    file: Path
    size: int
    """Bytes."""
    hash: str
    """The tagged hash of the whole file, to be kept elsewhere."""
    members: tuple[str, ...]


def archive(context: Context, file: Path, *, replace: bool = False) -> Archived:
    """Put the settings, the store, and the documents that came through the browser into one file.

    Indexes are left out: they are built again from the store. So are prompts, golden sets and code that lie in the
    project's folder: they belong to its repository. Raises InputError when the file is there already and may not be
    replaced, and when it cannot be written.
    """
    context.require("engineer", "archive the project")
    file = file.expanduser().resolve()
    if file.exists() and not replace:
        raise InputError(f"{file} is there already.", hint="Give another name, or replace it with --replace.")
    members = {archive_file.SETTINGS: context.root / PROJECT_FILE}
    for folder in archive_file.FOLDERS:
        found = sorted(path for path in (context.state / folder).rglob("*") if path.is_file() and not path.is_symlink())
        members |= {path.relative_to(context.state).as_posix(): path for path in found}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".archive-") as beside:
            store = Path(beside) / archive_file.STORE
            context.store.copy_to(store)
            about = {
                "project": context.settings.project.name,
                "program": __version__,
                "made_at": context.clock.now().isoformat(timespec="seconds") + "Z",
            }
            made = archive_file.write(file, about, {archive_file.STORE: store, **members})
    except OSError as error:
        raise unwritable(file, error) from error
    return Archived(file, file.stat().st_size, _hash(file), tuple(made.members))


def _hash(file: Path) -> str:
    with file.open("rb") as read:
        return TAG + hashlib.file_digest(read, "sha256").hexdigest()
