"""What the documents of indexes were found to hold, by version of the rules."""

from __future__ import annotations

from workbench.domain.scan import IndexScan
from workbench.store.codec import decode, encode
from workbench.store.session import Session


def add(s: Session, fingerprint: str, scan: IndexScan) -> None:
    """Keep a scan of an index's documents; a second one with the same rules is the same and is not kept."""
    if get(s, fingerprint, scan.rules) is None:
        s.insert("index_scans", ("fingerprint", "rules", "findings"), [(fingerprint, scan.rules, encode(scan))])


def get(s: Session, fingerprint: str, rules: str) -> IndexScan | None:
    """The scan of an index with this version of the rules, or None when there was none."""
    row = s.row("SELECT findings FROM index_scans WHERE fingerprint = ? AND rules = ? LIMIT 1", [fingerprint, rules])
    return None if row is None else decode(IndexScan, row[0])
