"""Which documents a retrieval filter lets through, by their names and metadata.

A filter is a mapping, all of which must hold: `document` is a pattern over names (see `globs`) or several; every other
key is one of the documents' metadata, with a value, a list of which any will do, or conditions: `$gte`, `$lte`, `$ne`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from workbench.errors import InputError
from workbench.retrieval.globs import matches

DOCUMENT = "document"
"""The key that means a document's name, and no metadata."""
KEYS_NAMED = 12
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_Comparable = float | str
_Documents = Mapping[str, Mapping[str, Any]]
_Test = Callable[[str, Mapping[str, Any]], bool]


def matching(documents: _Documents, wanted: Mapping[str, Any]) -> frozenset[str] | None:
    """Names of the documents that a filter lets through; None when it lets all of them through.

    `documents` is metadata by name. What reads as a number is compared as one, whether it was written as a number or as
    text, as in a table's cells; true and false are words; everything else is text, so ISO dates come in their order.
    Of a list in the metadata one element must hold, and none must be what `$ne` names. A document without the key
    holds for `$ne` alone. Raises InputError for a key that no document has, and for what is no condition.
    """
    if not wanted:
        return None
    tests = [_test(key, condition, documents) for key, condition in wanted.items()]
    names = frozenset(name for name, metadata in documents.items() if all(test(name, metadata) for test in tests))
    return None if len(names) == len(documents) else names


def keys_of(documents: _Documents) -> dict[str, list[str | float]]:
    """The metadata that a filter can name: each key with its values, sorted, numbers first."""
    found: dict[str, set[_Comparable]] = {}
    for metadata in documents.values():
        for key, value in metadata.items():
            values = _comparables(value)
            if key != DOCUMENT and values:
                found.setdefault(key, set()).update(values)
    return {key: sorted(found[key], key=lambda value: (isinstance(value, str), value)) for key in sorted(found)}


def _test(key: str, condition: Any, documents: _Documents) -> _Test:
    if key == DOCUMENT:
        return _by_name(condition)
    if not any(key in metadata for metadata in documents.values()):
        raise _unknown_key(key, documents)
    if isinstance(condition, Mapping):
        tests = [_compared(key, name, limit) for name, limit in condition.items()]
        return lambda _, metadata: all(test(_comparables(metadata.get(key))) for test in tests)
    values = {_comparable(key, value) for value in _listed(condition)}
    return lambda _, metadata: not values.isdisjoint(_comparables(metadata.get(key)))


def _by_name(patterns: Any) -> _Test:
    given = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(given, Sequence) or not all(isinstance(pattern, str) for pattern in given):
        raise InputError(f"The filter's document is {patterns!r}; it must be a pattern or a list of patterns.")
    return lambda name, _: any(matches(name, pattern) for pattern in given)


def _compared(key: str, name: str, limit: Any) -> Callable[[Iterable[_Comparable]], bool]:
    if name == _UNWANTED:
        unwanted = {_comparable(key, value) for value in _listed(limit)}
        return unwanted.isdisjoint
    if name not in _COMPARISONS:
        known = ", ".join((*_COMPARISONS, _UNWANTED))
        raise InputError(f"The filter's {key} says {name!r}, which is no condition.", hint=f"There is: {known}.")
    least_or_most, holds = _comparable(key, limit), _COMPARISONS[name]
    return lambda values: any(holds(value, least_or_most) for value in values)


def _at_least(value: Any, limit: Any) -> bool:
    return isinstance(value, str) is isinstance(limit, str) and bool(value >= limit)


def _at_most(value: Any, limit: Any) -> bool:
    return isinstance(value, str) is isinstance(limit, str) and bool(value <= limit)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$gte": _at_least,
    "$lte": _at_most,
}
_UNWANTED = "$ne"


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _comparable(key: str, value: Any) -> _Comparable:
    """A value that the filter names. Raises InputError for what metadata cannot be compared with."""
    if not isinstance(value, str | int | float):
        raise InputError(
            f"The filter's {key} is {value!r}.",
            hint="Give a text, a number, true or false, a list of these, or conditions such as {$gte: 2024}.",
        )
    return _read(value)


def _comparables(value: Any) -> frozenset[_Comparable]:
    """What a document's metadata holds under a key."""
    return frozenset(_read(one) for one in _listed(value) if isinstance(one, str | int | float))


def _read(value: str | float) -> _Comparable:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = value.strip()
        return float(text) if _NUMBER.fullmatch(text) else text
    return float(value)


def _unknown_key(key: str, documents: _Documents) -> InputError:
    known = [DOCUMENT, *keys_of(documents)]
    more = f" and {len(known) - KEYS_NAMED} more" if len(known) > KEYS_NAMED else ""
    return InputError(
        f"The filter names {key!r}, which no document of the index has.",
        hint=f"It can name {', '.join(map(repr, known[:KEYS_NAMED]))}{more}.",
    )
