"""The guidelines that people judge by, and which verdicts were given under older ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.review import Review
from workbench.hashing import content_hash
from workbench.workspace.files import read_text

GUIDELINES_FILE = "guidelines.md"
RELABELLED = 10
"""So many answers judged once more tell whether older verdicts still hold."""


def read_guidelines(root: Path) -> str | None:
    """The project's `guidelines.md`, which says what passes and what fails; None when there is none."""
    path = root / GUIDELINES_FILE
    return read_text(path) if path.is_file() else None


def guidelines_hash(guidelines: str | None) -> str | None:
    """The hash that a packet keeps of its guidelines."""
    return None if guidelines is None else content_hash(guidelines)


def rubric_of(guidelines: str | None) -> str:
    """By which guidelines a verdict is given, as verdicts keep it; empty when there are none."""
    return guidelines_hash(guidelines) or ""


def older(verdicts: Iterable[Review], rubric: str) -> list[Review]:
    """The verdicts that were given under other guidelines than these. Those of which it is not known are no such."""
    return [review for review in verdicts if review.rubric is not None and review.rubric != rubric]


@dataclass(frozen=True)
class RubricState:
    """How the verdicts of a run stand to the guidelines of today."""

    current: int
    """Verdicts given under them."""
    older: int
    """Verdicts given under others."""
    unknown: int
    """Verdicts from before guidelines were kept track of."""

    @property
    def sentence(self) -> str:
        """What there is to do about older verdicts; empty where there are none."""
        if not self.older:
            return ""
        verdicts = "1 verdict was" if self.older == 1 else f"{self.older:,} verdicts were"
        return (
            f"The guidelines have changed: {verdicts} given under older ones. "
            f"Judge {RELABELLED} of those answers once more to see whether they still hold."
        )


def rubric_state(verdicts: Iterable[Review], rubric: str) -> RubricState:
    """Count verdicts by the guidelines they were given under."""
    given = list(verdicts)
    unknown = sum(review.rubric is None for review in given)
    others = len(older(given, rubric))
    return RubricState(len(given) - unknown - others, others, unknown)
