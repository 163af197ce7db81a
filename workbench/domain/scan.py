"""What a scan of documents found: places that may harm, by rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["instruction", "secret", "personal data"]
"""`instruction`: text that speaks to a model instead of a reader."""

Severity = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Finding:
    """A place in a document."""

    kind: Kind
    rule: str
    """What it looks like, in words for a person: `payment card`."""
    severity: Severity
    document: str
    start: int
    end: int
    """Character offsets into the document's text; `end` is exclusive."""
    excerpt: str
    """The place on one line, short. Secrets and personal data are never whole in it."""


@dataclass(frozen=True)
class IndexScan:
    """What the documents of an index were found to hold."""

    rules: str
    """Version of the rules."""
    findings: tuple[Finding, ...]
    """The worst first, then by document and place."""
    counts: Mapping[Kind, int] = field(default_factory=dict)
    """All that was found of each kind, those that are not listed included."""

    @property
    def unlisted(self) -> int:
        """How many places were found and are not listed, because there are too many."""
        return sum(self.counts.values()) - len(self.findings)
