"""Domain values to JSON text and back, by their type hints.

What a type's annotations say is what its text holds, so a new field needs no code here. Reading checks: text that
does not fit the type raises IntegrityError with the place in it, and a field that is missing takes its default.
Mappings of `Any` come back as JSON's own types; numbers come back as they were written (1 stays an int where a
float is meant), because content hashes tell them apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, TypeVar

from workbench.errors import IntegrityError
from workbench.hashing import canonical_json
from workbench.store.readers import MisfitError, reader

T = TypeVar("T")

_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(value: Any) -> str:
    """Canonical JSON of a dataclass, mapping or sequence; naive datetimes become ISO text.

    Halves of surrogate pairs, which no database can hold, are written as JSON escapes and read back as they were.
    NaN, infinities and other types raise TypeError, a datetime with a zone ValueError.
    """
    text = canonical_json(_with_times_as_text(value))
    return text if text.isascii() else _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def decode(cls: type[T], text: str) -> T:
    """The value of type `cls` that `encode` wrote as `text`. `cls` may be a hint such as `tuple[Example, ...]`.

    Raises IntegrityError when the text is not JSON or not such a value.
    """
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise IntegrityError(f"A stored {_name(cls)} is not JSON: {error}.") from error
    return restore(cls, raw)


def restore(cls: type[T], raw: Any) -> T:
    """As `decode`, from what JSON gave. Raises IntegrityError when it is not such a value."""
    hint: Any = cls
    try:
        value: T = reader(hint)(raw)
    except MisfitError as error:
        raise IntegrityError(f"{_name(cls)}{error.place} {error.problem}") from error
    return value


def _with_times_as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError(f"{value.isoformat()} has a time zone: times are naive UTC")
        return value.isoformat(timespec="microseconds")
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _with_times_as_text(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _with_times_as_text(item) for key, item in value.items()}
    if isinstance(value, Sequence | AbstractSet) and not isinstance(value, str | bytes):
        items = [_with_times_as_text(item) for item in value]
        return sorted(items) if isinstance(value, AbstractSet) else items
    return value


def _name(hint: Any) -> str:
    return getattr(hint, "__name__", None) or str(hint)
