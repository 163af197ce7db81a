"""Failure modes: the kinds of things that go wrong, as experts name them after reading answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.hashing import content_hash, short

ModeState = Literal["in use", "merged", "retired"]
EditAction = Literal[
    "accepted", "added", "changed", "merged", "split", "moved", "retired", "restored", "dismissed", "asked", "undone"
]
GroupedBy = Literal["words", "model"]

NoteKey = tuple[str, str]
"""What names a note: the trial it is about, and the reviewer who wrote it."""

_ID_DIGITS = 12


@dataclass(frozen=True)
class FailureMode:
    """One kind of failure. Its id stays, whatever it is called later."""

    id: str
    name: str
    description: str = ""
    state: ModeState = "in use"
    into: str | None = None
    """The mode it was merged into."""


@dataclass(frozen=True)
class Assignment:
    """Which modes a note is about, as somebody sorted it; of several the newest counts."""

    trial_id: str
    run: str
    reviewer: str
    modes: tuple[str, ...]
    """Ids; none takes the note out of all modes."""
    said: str
    """Fingerprint of the note that was sorted: one that was written anew is to be sorted anew."""

    @property
    def note(self) -> NoteKey:
        """The note it is about."""
        return self.trial_id, self.reviewer


@dataclass(frozen=True)
class ModeEdit:
    """One step of an expert's: it may have changed several modes and sorted several notes. Append-only."""

    number: int
    """From 1."""
    action: EditAction
    summary: str
    """What was done, in words."""
    made_by: str
    made_at: datetime
    undoes: int | None = None
    """The step that this one takes back."""


@dataclass(frozen=True)
class NoteGroup:
    """Notes that seem to be about one thing. A proposal: nothing is sorted before a person accepts it."""

    name: str
    description: str
    notes: tuple[NoteKey, ...]
    mode: str | None = None
    """The mode there is already that they would join; None: they would begin a new one."""


@dataclass(frozen=True)
class GroupProposal:
    """Groups of a run's notes, or of several runs', as words or a model found them."""

    scope: str
    """The runs whose notes were grouped."""
    by: GroupedBy
    groups: tuple[NoteGroup, ...]
    made_by: str
    made_at: datetime
    model: str | None = None
    cost_usd: float | None = None
    """What the model's answer cost; None when unknown, and 0 without a model."""


@dataclass(frozen=True)
class ModeQuestion:
    """A yes/no question of a judge that a mode was turned into."""

    mode: str
    judge: str
    question: str
    began_judge: bool
    """Whether the judge was set up for it."""


def mode_id(name: str, number: int = 1) -> str:
    """The id of the mode that begins under this name; a name that is given again, to another mode, has a number.

    Names that differ in case and spaces only have one id: reviewers type them.
    """
    return short(content_hash({"failure mode": name_key(name), "number": number}), _ID_DIGITS)


def name_key(name: str) -> str:
    """What is the same in all spellings of a name."""
    return " ".join(name.split()).casefold()
