"""The folder of an imported file: what may be read beside it."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import InputError
from workbench.formats.prompts.foreign import Beside
from workbench.workspace.files import read_bytes


def files_beside(folder: Path) -> Beside:
    """Reads files of a folder and of those in it, and nothing else: no link leads out, and no `..`."""
    root = folder.resolve()

    def read(named: str) -> bytes:
        path = Path(named)
        if "\0" in named or "\\" in named or path.is_absolute() or path.drive:
            raise InputError(f"{named[:100]!r} is no path within the folder.", hint="Name it relative to the file.")
        try:
            found = (root / path).resolve()
            there = found.is_file()
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(f"{named[:100]!r} cannot be read: {error}.") from error
        if not found.is_relative_to(root):
            raise InputError(
                f"{named[:100]!r} lies outside the folder of the file, and is not read.",
                hint="Copy it into the folder, and name it there.",
            )
        if not there:
            raise InputError(f"There is no file {named[:100]!r} in the folder.")
        return read_bytes(found)

    return read
