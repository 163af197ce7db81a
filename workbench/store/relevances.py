"""Relevances that rerankers gave, so that none is paid for twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.store.session import Session


def find(s: Session, keys: Sequence[str]) -> dict[str, float]:
    """Those of the keys under which a relevance is kept."""
    rows = s.rows("SELECT key, relevance FROM relevances WHERE key IN (SELECT unnest(?::VARCHAR[]))", [list(keys)])
    return {str(key): float(relevance) for key, relevance in rows}


def add(s: Session, found: Mapping[str, float]) -> None:
    """Keep relevances. A key that is kept already may be kept again: it stands for the same question."""
    s.insert("relevances", ("key", "relevance"), list(found.items()))
