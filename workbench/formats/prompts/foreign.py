"""What goes in and out: another tool's file, what was read of it, what was written, and what could not be carried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptFile
from workbench.errors import InputError

Beside = Callable[[str], bytes]
"""Gives the bytes of a file that the imported one names, by its path within the folder. Raises InputError."""


def nothing_beside(path: str) -> bytes:
    """The folder of a file that came alone, such as an upload. Always raises InputError."""
    raise InputError(
        f"The file {path[:100]!r} was not brought along.",
        hint="On the command line files beside it are read: workbench prompt import FILE",
    )


@dataclass(frozen=True)
class Loss:
    """Something that could not be carried over, or was carried as something else, said for people."""

    text: str
    line: int | None = None
    """Where in the file it stood; None when it is about the whole, or about a prompt that was written."""
    file: str | None = None
    """The file, where it is not the imported one but one beside it."""

    def __str__(self) -> str:
        return _said([self])


@dataclass
class Losses:
    """Collects what a file could not carry."""

    found: dict[Loss, None] = field(default_factory=dict)
    """In the order in which they were found, each once."""
    file: str | None = None

    def add(self, text: str, line: int | None = None) -> None:
        """Note a loss, once."""
        self.found.setdefault(Loss(text, line, self.file))

    def inside(self, file: str) -> Losses:
        """The same collection, for what stands in a file beside the imported one."""
        return Losses(self.found, file)


def said(losses: Sequence[Loss]) -> tuple[str, ...]:
    """The losses for people: one sentence for what is the same in several lines."""
    groups: dict[tuple[str, str | None], list[Loss]] = {}
    for loss in losses:
        groups.setdefault((loss.text, loss.file), []).append(loss)
    return tuple(_said(group) for group in groups.values())


def _said(group: Sequence[Loss]) -> str:
    text, file = group[0].text, group[0].file
    lines = [str(loss.line) for loss in group if loss.line is not None]
    more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    where = f"line{'s' if len(lines) > 1 else ''} {', '.join(lines[:_MOST_LINES])}{more}" if lines else ""
    place = ", ".join(filter(None, (file, where)))
    return f"{place[0].upper() if file is None else place[0]}{place[1:]}: {text}" if place else text


_MOST_LINES = 8


@dataclass(frozen=True)
class Source:
    """A file to be read."""

    file: str
    """How messages name it; its last part gives a name to a prompt that has none."""
    text: str
    beside: Beside = nothing_beside
    name: str | None = None
    """What the prompt shall be called, whatever the file says."""


@dataclass(frozen=True)
class Foreign:
    """What another tool's file held. Several prompts are versions of one."""

    prompts: tuple[PromptFile, ...]
    examples: tuple[Example, ...] = ()
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True)
class Written:
    """A prompt, and golden rows where the format has them, as another tool's file."""

    text: str
    losses: tuple[Loss, ...] = ()


Read = Callable[[Source], Foreign]
Write = Callable[[PromptFile, Sequence[Example]], Written]
