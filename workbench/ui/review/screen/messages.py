"""What the browser sends, read strictly: it may be anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.review import (
    SIDED_CHOICES,
    VERDICTS,
    Criterion,
    Judgement,
    SidedChoice,
    Span,
    Verdict,
)

MOST_SAID = 500
MOST_PARTS = 200
LONGEST_TEXT = 100_000
LONGEST_NAME = 200
_LONGEST_LOOK_S = 24 * 3600.0
_LARGEST_NUMBER = 2**53


@dataclass(frozen=True)
class Verdicted:
    """Somebody judged an answer."""

    number: int
    """Tells one press from another, so that the browser knows which are stored."""
    item: str
    judgement: Judgement


@dataclass(frozen=True)
class Preferred:
    """Somebody chose between two answers."""

    number: int
    item: str
    choice: SidedChoice
    note: str
    seconds: float | None


@dataclass(frozen=True)
class Withdrawn:
    """Somebody took back what they had said."""

    number: int
    item: str


Said = Verdicted | Preferred | Withdrawn


@dataclass(frozen=True)
class Message:
    """Everything that was said and may not be stored yet, oldest first, and where the reviewer is now."""

    said: Sequence[Said]
    show: str | None
    """The item on the screen, `end` behind the last; None when it did not change."""


def read_message(value: Any) -> Message | None:
    """A message; None when it is none. What is not readable in it is left out."""
    if not isinstance(value, dict) or not isinstance(value.get("said"), list):
        return None
    said = [one for raw in value["said"][:MOST_SAID] if (one := _said(raw)) is not None]
    return Message(sorted(said, key=lambda one: one.number), _name(value.get("show")))


def _said(raw: Any) -> Said | None:
    if not isinstance(raw, dict):
        return None
    number, item = raw.get("number"), _name(raw.get("item"))
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _LARGEST_NUMBER or item is None:
        return None
    if raw.get("action") == "withdraw":
        return Withdrawn(number, item)
    verdict = raw.get("verdict")
    if verdict in VERDICTS:
        return Verdicted(number, item, _judgement(verdict, raw))
    if verdict in SIDED_CHOICES:
        return Preferred(number, item, verdict, _text(raw.get("note")), _seconds(raw.get("seconds")))
    return None


def _judgement(verdict: Verdict, raw: dict[str, Any]) -> Judgement:
    correction = _text(raw.get("correction")).strip()
    criteria = raw.get("criteria")
    return Judgement(
        verdict=verdict,
        note=_text(raw.get("note")),
        seconds=_seconds(raw.get("seconds")),
        criteria=tuple(
            Criterion(name, met)
            for name, met in (criteria.items() if isinstance(criteria, dict) else ())
            if _name(name) is not None and (met is None or isinstance(met, bool))
        )[:MOST_PARTS],
        tags=tuple(dict.fromkeys(tag for tag in map(_name, _list(raw.get("tags"))) if tag is not None)),
        spans=tuple(span for span in map(_span, _list(raw.get("spans"))) if span is not None),
        correction=correction or None,
    )


def _span(raw: Any) -> Span | None:
    if not isinstance(raw, dict):
        return None
    start, end = raw.get("start"), raw.get("end")
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= _LARGEST_NUMBER):
        return None
    return Span(start, end, _name(raw.get("label")) or "")


def _list(value: Any) -> list[Any]:
    return value[:MOST_PARTS] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _name(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return value.strip()[:LONGEST_NAME] or None


def _seconds(value: Any) -> float | None:
    """Time on the screen; None when it cannot be."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LONGEST_LOOK_S:
        return None
    return float(value)
