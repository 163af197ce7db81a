"""Domain values to JSON text and back, by their type hints.

What a type's annotations say is what its text holds, so a new field needs no code here. Reading checks: text that
does not fit the type raises IntegrityError with the place in it, and a field that is missing takes its default.
Mappings of `Any` come back as JSON's own types; numbers come back as they were written (1 stays an int where a
float is meant), because content hashes tell them apart.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from workbench.errors import IntegrityError
from workbench.hashing import canonical_json

T = TypeVar("T")

_SCALARS: Mapping[Any, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}
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
    value: T = _restored(cls, raw, _name(cls))
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


def _restored(hint: Any, raw: Any, place: str) -> Any:
    """`raw`, which JSON gave, as a value of the hinted type."""
    if hint is Any:
        return raw
    if is_dataclass(hint) and isinstance(hint, type):
        return _restored_dataclass(hint, raw, place)
    origin = get_origin(hint)
    if origin is None:
        return _restored_scalar(hint, raw, place)
    if origin in (Union, types.UnionType):
        return _restored_optional(hint, raw, place)
    if origin is Literal:
        if raw not in get_args(hint):
            raise _misfit(place, raw, f"one of {', '.join(map(repr, get_args(hint)))}")
        return raw
    if origin in (tuple, frozenset):
        return _restored_items(hint, raw, place)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        value_hint = get_args(hint)[1]
        if not isinstance(raw, dict):
            raise _misfit(place, raw, "an object")
        return {key: _restored(value_hint, item, f"{place}.{key}") for key, item in raw.items()}
    raise TypeError(f"{place}: values of type {hint!r} cannot be stored")


def _restored_dataclass(cls: Any, raw: Any, place: str) -> Any:
    if not isinstance(raw, dict):
        raise _misfit(place, raw, "an object")
    known = _fields(cls)
    unknown = raw.keys() - known.keys()
    if unknown:
        raise IntegrityError(f"{place} has fields that this program does not know: {', '.join(sorted(unknown))}.")
    values: dict[str, Any] = {}
    for name, (field, hint) in known.items():
        if name in raw:
            values[name] = _restored(hint, raw[name], f"{place}.{name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise IntegrityError(f"{place}.{name} is missing.")
    return cls(**values)


def _restored_optional(hint: Any, raw: Any, place: str) -> Any:
    choices = [choice for choice in get_args(hint) if choice is not types.NoneType]
    if len(choices) != 1:
        raise TypeError(f"{place}: a union of several types has no JSON form of its own; store it in columns")
    return None if raw is None else _restored(choices[0], raw, place)


def _restored_items(hint: Any, raw: Any, place: str) -> Any:
    if not isinstance(raw, list):
        raise _misfit(place, raw, "a list")
    hints = get_args(hint)
    if get_origin(hint) is frozenset:
        return frozenset(_restored(hints[0], item, place) for item in raw)
    if len(hints) == 2 and hints[1] is ...:
        hints = (hints[0],) * len(raw)
    if len(hints) != len(raw):
        raise _misfit(place, raw, f"a list of {len(hints)}")
    return tuple(_restored(h, item, f"{place}[{n}]") for n, (h, item) in enumerate(zip(hints, raw, strict=True)))


def _restored_scalar(hint: Any, raw: Any, place: str) -> Any:
    if hint is datetime:
        try:
            return datetime.fromisoformat(raw)
        except (TypeError, ValueError) as error:
            raise _misfit(place, raw, "a time") from error
    if hint not in _SCALARS:
        raise TypeError(f"{place}: values of type {hint!r} cannot be stored")
    if not isinstance(raw, _SCALARS[hint]) or (isinstance(raw, bool) and hint is not bool):
        raise _misfit(place, raw, f"of type {_name(hint)}")
    return raw


@cache
def _fields(cls: Any) -> Mapping[str, tuple[Field[Any], Any]]:
    """A dataclass's fields by name, each with its type as it is meant, not as it is written."""
    hints = get_type_hints(cls)
    return {field.name: (field, hints[field.name]) for field in fields(cls) if field.init}


def _misfit(place: str, raw: Any, wanted: str) -> IntegrityError:
    shown = repr(raw)
    return IntegrityError(f"{place} is {shown[:60]}, not {wanted}.")


def _name(hint: Any) -> str:
    return getattr(hint, "__name__", None) or str(hint)
