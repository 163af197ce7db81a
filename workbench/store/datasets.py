"""Dataset versions; their examples are stored once by content, however many versions share them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from workbench.domain.dataset import DatasetVersion, Example, examples_hash
from workbench.errors import InputError, IntegrityError
from workbench.hashing import content_hash
from workbench.store import content
from workbench.store.codec import decode, encode
from workbench.store.kept_copies import RESTORE_IT
from workbench.store.session import Session
from workbench.store.versions import missing, next_number

_COLUMNS = ("name", "number", "hash", "size", "author", "created_at", "source", "parent")
_SELECT = "SELECT name, number, hash, size, author, created_at, source, parent FROM dataset_versions "


def add(
    s: Session,
    *,
    name: str,
    examples: Sequence[Example],
    author: str,
    created_at: datetime,
    source: str = "",
    parent: int | None = None,
) -> tuple[DatasetVersion, bool]:
    """Store a version; true when it is new. Rows that `name` has already, in this order, give that version back.

    Raises InputError when two examples share an id, NotFoundError for a `parent` that is no version of `name`.
    """
    twice = [example_id for example_id, times in Counter(example.id for example in examples).items() if times > 1]
    if twice:
        raise InputError(f"Two examples share the id {twice[0]!r}.", hint="Give each its own; nothing was stored.")
    rows_hash = examples_hash(tuple(examples))
    known = versions(s, name)
    for version in known:
        if version.hash == rows_hash:
            return version, False
    number = next_number("dataset", name, [version.number for version in known], parent)
    members = enumerate(add_examples(s, examples))
    s.insert(
        "dataset_examples",
        ("dataset", "version", "position", "example_hash"),
        [(name, number, position, example_hash) for position, example_hash in members],
    )
    row = (name, number, rows_hash, len(examples), author, created_at, source, parent)
    s.insert("dataset_versions", _COLUMNS, [row])
    return get(s, name, number), True


def add_examples(s: Session, examples: Sequence[Example]) -> list[str]:
    """Store examples that are not there yet; their content hashes, in order."""
    hashes = [content_hash(example) for example in examples]
    content.add_once(s, "examples", {h: encode(example) for h, example in zip(hashes, examples, strict=True)})
    return hashes


def get(s: Session, name: str, number: int | None = None) -> DatasetVersion:
    """A version, the newest when no number is given. Raises NotFoundError, naming what there is."""
    row = s.row(
        _SELECT + "WHERE name = $name AND ($number IS NULL OR number = $number) ORDER BY number DESC LIMIT 1",
        {"name": name, "number": number},
    )
    if row is None:
        names = [known for (known,) in s.rows("SELECT DISTINCT name FROM dataset_versions ORDER BY name")]
        raise missing("dataset", name, number, names=names, numbers=[version.number for version in versions(s, name)])
    return _version(row)


def examples(s: Session, name: str, number: int) -> tuple[Example, ...]:
    """A version's rows in order. Raises NotFoundError for an unknown version, IntegrityError when rows are gone."""
    version = get(s, name, number)
    rows = s.rows(
        "SELECT e.content FROM dataset_examples d JOIN examples e ON e.hash = d.example_hash "
        "WHERE d.dataset = ? AND d.version = ? ORDER BY d.position",
        [name, number],
    )
    if len(rows) != version.size:
        raise IntegrityError(
            f"The store holds {len(rows)} of the {version.size} examples of {version.label}.", hint=RESTORE_IT
        )
    return tuple(decode(Example, text) for (text,) in rows)


def versions(s: Session, name: str) -> list[DatasetVersion]:
    """All versions of a dataset, oldest first; empty when there is no such dataset."""
    return [_version(row) for row in s.rows(_SELECT + "WHERE name = ? ORDER BY number", [name])]


def latest(s: Session) -> list[DatasetVersion]:
    """The newest version of every dataset, by name."""
    newest = "QUALIFY row_number() OVER (PARTITION BY name ORDER BY number DESC) = 1 ORDER BY name"
    return [_version(row) for row in s.rows(_SELECT + newest)]


def _version(row: tuple[Any, ...]) -> DatasetVersion:
    name, number, rows_hash, size, author, created_at, source, parent = row
    return DatasetVersion(name, number, rows_hash, size, author, created_at, source, parent)
