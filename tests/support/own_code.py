"""Modules that a project's file names, forgotten by Python when the test is over."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from types import ModuleType


@contextmanager
def forgotten_afterwards(under: Path) -> Iterator[None]:
    """What is imported from below a folder leaves no trace."""
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name in [name for name, module in sys.modules.items() if _lies(module, under)]:
        del sys.modules[name]


def _lies(module: ModuleType, under: Path) -> bool:
    places = [getattr(module, "__file__", None), *(getattr(module, "__path__", None) or ())]
    return any(place is not None and Path(place).is_relative_to(under) for place in places)


def write_module(folder: Path, name: str, text: str) -> Path:
    """Write `name`, which may be dotted, as a module in a folder."""
    file = folder.joinpath(*name.split(".")).with_suffix(".py")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text), encoding="utf-8")
    return file


class OwnFolder:
    """A folder in which the module `mine` is the user's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str, name: str = "mine") -> Path:
        return write_module(self.folder, name, text)

    @property
    def module(self) -> ModuleType:
        """The module as it was imported."""
        return sys.modules["mine"]
