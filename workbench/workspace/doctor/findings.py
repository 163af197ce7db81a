"""What a look at an installation and its project found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["fine", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    area: str
    """Such as `store`; several findings may share one."""
    state: State
    """A note is worth knowing and keeps nothing from working."""
    text: str
    fix: str = ""
    """The way out of a problem; what could be done about a note."""


@dataclass(frozen=True)
class Leaving:
    """Something whose use sends texts of the project to another machine."""

    what: str
    """Such as `the model mini`."""
    host: str
    """Where to; the provider's name where its address is not configured."""


@dataclass(frozen=True)
class Examined:
    """Everything that was found."""

    findings: Sequence[Finding]
    leaving: Sequence[Leaving]

    @property
    def healthy(self) -> bool:
        """Whether there is no problem."""
        return all(finding.state != "problem" for finding in self.findings)
