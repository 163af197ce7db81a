"""What the screen is given of an item: texts as trees that can do nothing, and nothing about who wrote them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC
from typing import Any

from workbench.domain.review import PairReview, Review
from workbench.formats.markdown import as_json, parse
from workbench.ui.components.text import MOST_SHOWN, beginning
from workbench.workspace.reviews.case import PairCase, ReviewCase
from workbench.workspace.reviews.closest import closest_passages


def case_data(key: str, case: ReviewCase | PairCase) -> dict[str, Any]:
    """One item with everything needed to judge it."""
    cases = [case] if isinstance(case, ReviewCase) else [case.left, case.right]
    first = cases[0]
    together = all(other.sources == first.sources for other in cases)
    return {
        "key": key,
        "history": [[message.role.capitalize(), _as_written(message.content)] for message in first.example.history],
        "asked": [[title, _as_written(text)] for title, text in first.asked],
        "answers": [_answer(one, sources_apart=not together) for one in cases],
        "sources": _sources(cases) if together else None,
        "expected": _read(first.expected),
    }


def said_data(review: Review | PairReview | None) -> dict[str, Any] | None:
    """What this reviewer said of an item so far."""
    if review is None:
        return None
    order = review.created_at.replace(tzinfo=UTC).timestamp()  # stored times are UTC
    if isinstance(review, PairReview):
        return {"verdict": _sided(review), "note": review.note, "order": order}
    return {
        "verdict": review.verdict,
        "note": review.note,
        "tags": list(review.tags),
        "spans": [{"start": span.start, "end": span.end, "label": span.label} for span in review.spans],
        "criteria": {criterion.name: criterion.met for criterion in review.criteria},
        "correction": review.correction,
        "order": order,
    }


def guidelines_data(text: str | None) -> list[Any]:
    """The project's guidelines; empty when there are none."""
    return _read(text or "")


def _sided(review: PairReview) -> str | None:
    """The choice by the side on which the answer stood, as the reviewer sees it."""
    if review.left_chosen is None:
        return review.choice
    return "left" if review.left_chosen else "right"


def _answer(case: ReviewCase, *, sources_apart: bool) -> dict[str, Any]:
    return {
        "plain": case.answer[:MOST_SHOWN],
        "text": _read(case.answer),
        "cites": [[citation.start, citation.end] for citation in case.citations],
        "broken": list(case.broken),
        "sources": _sources([case]) if sources_apart else None,
    }


def _sources(cases: Sequence[ReviewCase]) -> list[dict[str, Any]]:
    """The sources of answers that were shown the same ones; cited means by any of them."""
    closest: dict[int, set[tuple[int, int]]] = {}
    for case in cases:
        for number, passages in closest_passages(case).items():
            closest.setdefault(number, set()).update(passages)
    cited = frozenset[int]().union(*(case.cited for case in cases))
    return [_source(n, source, cited, closest) for n, source in enumerate(cases[0].sources, 1)]


def _source(
    number: int, source: tuple[str, str], cited: Collection[int], closest: Mapping[int, Collection[tuple[int, int]]]
) -> dict[str, Any]:
    where, text = source
    return {
        "number": number,
        "where": where,
        "text": _read(text),
        "cited": number in cited,
        "closest": sorted(closest.get(number, ())),
    }


def _read(text: str) -> list[Any]:
    """Markdown as its reader would see it."""
    return as_json(parse(beginning(text)))


def _as_written(text: str) -> list[Any]:
    """What people typed, with its line breaks and nothing taken for a mark."""
    return [{"t": "p", "c": [[beginning(text), None]]}]
