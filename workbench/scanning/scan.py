"""All rules over documents: what was found, the worst first, in a form that may be shown and stored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from workbench.domain.index import Document
from workbench.domain.scan import Finding, IndexScan
from workbench.scanning import hidden, instructions, personal, secrets
from workbench.scanning.places import Place, Rule
from workbench.text.shortening import shortened

VERSION = "2"
"""Raised with every change of a rule, so that documents are scanned again."""

RULES: tuple[Rule, ...] = (*secrets.RULES, *personal.RULES, *hidden.RULES, *instructions.RULES)

_MOST_PLACES = 100
"""Of one rule in one document."""
_MOST_FINDINGS = 2_000
_LONGEST_EXCERPT = 160
_SEVERITIES = ("high", "medium", "low")
_NOT_SHOWN = re.compile(
    "[^\\S ]+|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]+"
)

Found = tuple[Rule, Place]


def scan(documents: Iterable[Document]) -> IndexScan:
    """Scan all documents. Of one rule, a hundred places in a document are told, and two thousand findings in all."""
    findings: list[Finding] = []
    for document in documents:
        findings += scan_text(document.name, document.text)
    findings.sort(key=lambda one: (_SEVERITIES.index(one.severity), one.document, one.start))
    return IndexScan(VERSION, tuple(findings[:_MOST_FINDINGS]), dict(Counter(one.kind for one in findings)))


def scan_text(name: str, text: str) -> list[Finding]:
    """What one text holds, by place. Where two rules of one kind meet, the worse one counts."""
    found: list[Found] = []
    for rule in RULES:
        found += ((rule, place) for place in islice(rule.find(text), _MOST_PLACES))
    masks = [place for rule, place in found if rule.kind != "instruction"]
    return [
        Finding(rule.kind, rule.name, rule.severity, name, place.start, place.end, _excerpt(rule, place, text, masks))
        for rule, place in _apart(found)
    ]


def _apart(found: Sequence[Found]) -> list[Found]:
    """Without places that lie over a worse one of their kind."""
    kept: list[Found] = []
    ends: dict[str, list[tuple[int, int]]] = {}
    by_severity = sorted(found, key=lambda one: (_SEVERITIES.index(one[0].severity), one[1].start))
    for rule, place in by_severity:
        taken = ends.setdefault(rule.kind, [])
        if not any(start < place.end and place.start < end for start, end in taken):
            taken.append((place.start, place.end))
            kept.append((rule, place))
    return sorted(kept, key=lambda one: one[1].start)


def _excerpt(rule: Rule, place: Place, text: str, masks: Sequence[Place]) -> str:
    if rule.kind != "instruction":
        return _one_line(place.shown or "…")
    if place.shown is not None:
        shown = place.shown[: 4 * _LONGEST_EXCERPT]
        inside = [p for r in (*secrets.RULES, *personal.RULES) for p in islice(r.find(shown), _MOST_PLACES)]
        return _one_line(_masked(shown, 0, len(shown), inside))
    return _one_line(_masked(text, place.start, place.end, masks))


def _masked(text: str, start: int, end: int, masks: Sequence[Place]) -> str:
    """A stretch of a text, what is private in it as far as it may be shown."""
    pieces: list[str] = []
    position = start
    for mask in sorted(masks, key=lambda one: one.start):
        if mask.end > position and mask.start < end:
            pieces += (text[position : max(position, mask.start)], mask.shown or "…")
            position = mask.end
    return "".join([*pieces, text[position:end]])


def _one_line(shown: str) -> str:
    return shortened(" ".join(_NOT_SHOWN.sub(" ", shown).split()), _LONGEST_EXCERPT)
