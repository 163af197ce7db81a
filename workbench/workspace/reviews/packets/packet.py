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

    @property
    def hash(self) -> str:
        """The identity of everything that the reviewer is shown. Another answer or another order, another packet."""
        return content_hash(
            {
                "version": VERSION,
                "run": self.run,
                "seed": self.seed,
                "guidelines": self.guidelines,
                "items": [_content(case) for case in self.cases],
            }
        )

    def document(self, guidelines: str | None) -> dict[str, Any]:
        """The packet as its page reads it: names of items, and texts."""
        return {
            "version": VERSION,
            "packet": self.hash,
            "run": self.run,
            "seed": self.seed,
            "guidelines_hash": self.guidelines,
            "guidelines": guidelines,
            "items": [_item(case) for case in self.cases],
        }


def guidelines_hash(guidelines: str | None) -> str | None:
    """The hash that a packet keeps of its guidelines."""
    return None if guidelines is None else content_hash(guidelines)


def _content(case: ReviewCase) -> dict[str, Any]:
    example = case.example
    return {
        "id": case.trial_id,
        "inputs": example.inputs,
        "history": example.history,
        "answer": case.answer,
        "sources": case.sources,
        "expect": example.expect,
        "expected": example.expected,
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
