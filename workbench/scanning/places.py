"""What rules give: places in a text, before they are findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workbench.domain.scan import Kind, Severity


@dataclass(frozen=True)
class Place:
    """A stretch of a text that a rule found."""

    start: int
    end: int
    shown: str | None = None
    """What may be shown of it; None: the text as it is."""


@dataclass(frozen=True)
class Rule:
    """One thing that is looked for.

    `find` takes linear time, whatever the text: its expressions only start where a run of their characters starts,
    and have an upper bound on everything that repeats.
    """

    kind: Kind
    name: str
    severity: Severity
    find: Callable[[str], Iterator[Place]]
