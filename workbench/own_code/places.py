"""What an exception of the user's own code tells: its words, and the line that it comes from."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path

_FOREIGN = (
    *(f"{sysconfig.get_path(kind)}/" for kind in ("stdlib", "platstdlib", "purelib", "platlib")),
    f"{Path(__file__).resolve().parents[1]}/",
    "<",
)
"""Where code lies that the user did not write: Python itself, what is installed, the workbench."""


def place(error: BaseException, root: Path | None, file: str | None = None) -> str | None:
    """`file, line N` of the innermost line that the user wrote; None when there is none.

    A module in the file `file` counts as the user's wherever it lies. Files in the project are named from its folder.
    """
    if isinstance(error, SyntaxError) and error.filename and not error.filename.startswith("<"):
        return _shown(error.filename, error.lineno, root)
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == file or not frame.filename.startswith(_FOREIGN)
    ]
    return _shown(own[-1].filename, own[-1].lineno, root) if own else None


def words_of(error: BaseException) -> str:
    """Its text on one line; nothing where asking for that raises as well, as a class of the user's own may."""
    try:
        return " ".join(str(error).split())
    except Exception:  # noqa: BLE001 (a class of the user's own)
        return ""


def _shown(file: str, line: int | None, root: Path | None) -> str:
    path = Path(file)
    if root is not None and path.is_relative_to(root):
        path = path.relative_to(root)
    return f"{path}, line {line}" if line else str(path)
