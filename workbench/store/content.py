"""Content that many rows share, stored once under its hash: examples, document texts, retrieved chunks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from workbench.store.session import Session

Table = Literal["examples", "texts", "chunks"]


def add_once(s: Session, table: Table, contents: Mapping[str, str]) -> None:
    """Store texts by their hash, leaving out those that are there."""
    known = {
        found
        for (found,) in s.rows(
            f"SELECT hash FROM {table} WHERE hash IN (SELECT unnest(?::VARCHAR[]))",  # noqa: S608  (a table of ours)
            [list(contents)],
        )
    }
    s.insert(table, ("hash", "content"), [item for item in contents.items() if item[0] not in known])


def read(s: Session, table: Table, hashes: Iterable[str]) -> dict[str, str]:
    """The texts of these hashes."""
    wanted = list(set(hashes))
    if not wanted:
        return {}
    return dict(
        s.rows(
            f"SELECT hash, content FROM {table} WHERE hash IN (SELECT unnest(?::VARCHAR[]))",  # noqa: S608
            [wanted],
        )
    )
