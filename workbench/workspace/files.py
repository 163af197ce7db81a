"""Reading and writing the user's files, with errors that name them."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import FormatError, InputError
from workbench.whole_files import write_whole

MOST_BYTES = 256 * 1024 * 1024
"""A larger file is a mistake, not a golden set or a prompt."""


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises InputError when it cannot be read, FormatError when it is absurdly large."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise FormatError(f"has {size:,} bytes; at most {MOST_BYTES:,} are read.", file=str(path))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {str(path)!r}.", hint="Check the path.") from error
    except IsADirectoryError as error:
        raise InputError(f"{str(path)!r} is a folder, not a file.", hint="Name a file in it.") from error
    except OSError as error:
        raise InputError(
            f"{str(path)!r} cannot be read: {error.strerror or error}.", hint="Check its permissions."
        ) from error


def read_text(path: Path) -> str:
    """A file's UTF-8 text, a byte order mark removed. Raises FormatError with the line of a wrong byte."""
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FormatError(
            f"byte {error.start + 1} is not UTF-8.", file=str(path), line=line, hint="Save the file as UTF-8."
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file whole, making its folder. Raises InputError when that is not possible; nothing is left then."""
    write_whole(path, text.encode("utf-8"))


def typed_path(root: Path, text: str) -> Path:
    """A path as people type it: `~` is their home, and a relative one starts at `root`. Raises InputError."""
    try:
        path = Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise InputError(
            f"{text!r} starts with a home folder that is not known.", hint="Write the path out."
        ) from error
    if "\0" in text:
        raise InputError(f"{text!r} is no path.")
    return root / path
