"""What a review packet holds, and the hash by which its answers find their way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.hashing import content_hash
from workbench.text.pieces import pieces
from workbench.workspace.reviews.case import ReviewCase

VERSION = 1
"""Raised when packets of older programs can no longer be told from altered ones."""


@dataclass(frozen=True)
class Packet:
    """Answers of one run in a shuffled order. Nothing in it says who wrote them."""

    run: str
    seed: str
    """What the order was drawn with."""
    guidelines: str | None
    """The hash of the guidelines that came along; None when there were none."""
    cases: Sequence[ReviewCase]
    queue: str | None = None
    """The queue that it was made of; None for all answers of the run."""

    @property
    def hash(self) -> str:
        """The identity of everything that the reviewer is shown. Another answer or another order, another packet."""
        of_queue = {} if self.queue is None else {"queue": self.queue}
        return content_hash(
            {
                "version": VERSION,
                "run": self.run,
                "seed": self.seed,
                "guidelines": self.guidelines,
                "items": [case.content for case in self.cases],
                **of_queue,
            }
        )

    def document(self, guidelines: str | None) -> dict[str, Any]:
        """The packet as its page reads it: names of items, and texts."""
        return {
            "version": VERSION,
            "packet": self.hash,
            "run": self.run,
            "queue": self.queue,
            "seed": self.seed,
            "guidelines_hash": self.guidelines,
            "guidelines": guidelines,
            "items": [_item(case) for case in self.cases],
        }


def _item(case: ReviewCase) -> dict[str, Any]:
    spans = [(citation.start, citation.end) for citation in case.citations]
    return {
        "id": case.trial_id,
        "history": [[message.role, message.content] for message in case.example.history],
        "asked": case.asked,
        "answer": list(pieces(case.answer, spans)),
        "broken": case.broken,
        "sources": [[name, text, number in case.cited] for number, (name, text) in enumerate(case.sources, 1)],
        "expected": case.expected,
    }
