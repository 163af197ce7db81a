"""Files that are written whole or not at all, and the error where they cannot be."""

from __future__ import annotations

import errno
import secrets
from pathlib import Path

from workbench.errors import InputError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, making its folder: whoever reads it finds what was there before or all that is there now.

    A file that was there keeps its rights; a link is followed, and a device or pipe is written to as it is. Raises
    InputError where it cannot be written; nothing is left behind then.
    """
    try:
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except (OSError, RuntimeError) as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError | RuntimeError) -> InputError:
    """The error for a file or folder that could not be written."""
    number = error.errno if isinstance(error, OSError) else None
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return InputError(f"The disk is full: {path} could not be written.", hint="Free some space and try again.")
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return InputError(f"{path} may not be written to.", hint="Change its permissions, or choose another place.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return InputError(f"{path} cannot be written: {reason}.", hint="Choose another place.")


def _replace(target: Path, data: bytes) -> None:
    beside = target.with_name(f".{secrets.token_hex(6)}.unfinished")
    try:
        with beside.open("xb") as file:
            file.write(data)
        if target.exists():
            beside.chmod(target.stat().st_mode)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
