"""What a file of answers adds to the verdicts that are stored, and where the two do not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.domain.review import Review, Verdict
from workbench.errors import InputError
from workbench.workspace.reviews.packets.answers import PacketAnswer, PacketAnswers

Keep = Literal["mine", "theirs"]
"""Whose verdict counts where they differ: mine is what is stored here, theirs is the file's."""
MOST_TOLD = 5


@dataclass(frozen=True)
class Conflict:
    """A reviewer's verdict that is another in the file than in the project."""

    number: int
    """Where the item stands in the packet, from 1."""
    trial_id: str
    stored: Verdict | None
    """None where it was taken back."""
    given: Verdict | None

    def __str__(self) -> str:
        if self.stored == self.given:
            return f"answer {self.number} ({self.given}, with another note)"
        return f"answer {self.number} (stored {_said(self.stored)}, in the file {_said(self.given)})"


@dataclass(frozen=True)
class PacketImport:
    """What an import did."""

    reviewer: str
    stored: int
    unchanged: int
    """Verdicts that were stored before."""
    conflicts: Sequence[Conflict]
    """Where the two differed and the caller had said whose counts."""
    notes_alone: int
    """Notes without a verdict: they stay in the file and are not stored."""


@dataclass(frozen=True)
class Merge:
    """Answers told apart by what is stored."""

    new: Sequence[PacketAnswer]
    differing: Sequence[PacketAnswer]
    conflicts: Sequence[Conflict]
    unchanged: int
    notes_alone: int

    def to_store(self, keep: Keep | None) -> Sequence[PacketAnswer]:
        """The answers to append. InputError when the two differ and nobody said whose verdict counts."""
        if self.conflicts and keep is None:
            told = ", ".join(str(conflict) for conflict in self.conflicts[:MOST_TOLD])
            more = f" and {len(self.conflicts) - MOST_TOLD} more" if len(self.conflicts) > MOST_TOLD else ""
            verdicts = "1 verdict differs" if len(self.conflicts) == 1 else f"{len(self.conflicts)} verdicts differ"
            raise InputError(
                f"{verdicts} from what the same reviewer has stored: {told}{more}. Nothing was stored.",
                hint="Say whose count: mine are those stored here, theirs those of the file (`--keep mine`, `--keep theirs`).",
            )
        return [*self.new, *(self.differing if keep == "theirs" else ())]


def merge(answers: PacketAnswers, said: Mapping[str, Sequence[Review]]) -> Merge:
    """Compare a file with all that its reviewer ever said, by trial and oldest first."""
    new, differing, conflicts = [], [], []
    unchanged = notes_alone = 0
    for answer in answers.answers:
        history = said.get(answer.item, ())
        if not history:
            if answer.verdict is not None:
                new.append(answer)
            elif answer.note:
                notes_alone += 1
            continue
        newest = history[-1]
        if newest.verdict == answer.verdict and (
            answer.verdict is None or (newest.note, newest.tags) == (answer.note, answer.tags)
        ):
            unchanged += answer.verdict is not None
            continue
        differing.append(answer)
        conflicts.append(Conflict(answers.number(answer.item), answer.item, newest.verdict, answer.verdict))
    return Merge(new, differing, conflicts, unchanged, notes_alone)


def _said(verdict: Verdict | None) -> str:
    return "taken back" if verdict is None else verdict
