"""Strict reading of a mapping that came from outside, key by key, with errors that say where."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from workbench.errors import FormatError, suggestion

Path = tuple[str | int, ...]
"""How to get to a value: keys and positions from 0."""

Complain = Callable[[Path, str, str | None], FormatError]
"""Makes the error for the value at a path; the format knows in which line that is."""

T = TypeVar("T")


def shown_path(path: Path) -> str:
    """A path as people write it, such as `messages[0].role`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def described(value: object) -> str:
    """A value as messages name it: its kind, and what it is when that is short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value!r}" if -1e15 < value < 1e15 else "a number beyond all measure"
    if isinstance(value, str):
        return f"the text {value!r}" if len(value) <= 40 else "a long text"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence):
        return "a list"
    return f"a {type(value).__name__}"


class Fields:
    """A mapping, read by key. An absent key and one with null are the same: None.

    Every reading method raises the FormatError of the value's place when the value is of another kind.
    """

    def __init__(self, values: Mapping[str, Any], path: Path, complain: Complain) -> None:
        self.values = values
        self.path = path
        self.complain = complain

    @staticmethod
    def of(value: object, path: Path, complain: Complain, known: Collection[str] | None = None) -> Fields:
        """Read `value` as a mapping. With `known`, other keys are refused by name."""
        if not isinstance(value, Mapping):
            raise complain(path, f"expected a mapping, found {described(value)}", None)
        fields = Fields(value, path, complain)
        if known is not None:
            for key in value:
                if key not in known:
                    raise fields.error(key, "this key is not known", suggestion(key, known))
        return fields

    def error(self, key: str, problem: str, hint: str | None = None) -> FormatError:
        """The error for what stands under a key."""
        return self.complain((*self.path, key), problem, hint)

    def wrong(self, key: str, expected: str, hint: str | None = None) -> FormatError:
        """The error for a value of the wrong kind."""
        return self.error(key, f"expected {expected}, found {described(self.values.get(key))}", hint)

    def require(self, key: str, value: T | None) -> T:
        """The value, which must not be absent."""
        if value is None:
            raise self.complain(self.path, f"the key {key!r} is missing", None)
        return value

    def text(self, key: str) -> str | None:
        """A text."""
        value = self.values.get(key)
        if value is None or isinstance(value, str):
            return value
        hint = None if isinstance(value, (Mapping, list)) else "Put it in quotes."
        raise self.wrong(key, "text", hint)

    def name(self, key: str) -> str | None:
        """A text that is not blank."""
        value = self.text(key)
        if value is not None and not value.strip():
            raise self.error(key, "the text is empty")
        return value

    def number(self, key: str, *, least: float | None = None, most: float | None = None) -> float | None:
        """A finite number within bounds, both included."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= sys.float_info.max:
            raise self.wrong(key, "a number")
        if (least is not None and value < least) or (most is not None and value > most):
            bounds = f"{least:g} or more" if most is None else f"{most:g} or less" if least is None else None
            raise self.wrong(key, f"a number {bounds or f'from {least:g} to {most:g}'}")
        return value

    def whole(self, key: str, *, least: int) -> int | None:
        """A whole number, at least `least`."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(key, f"a whole number, {least} or more")
        return value

    def flag(self, key: str) -> bool | None:
        """True or false."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.wrong(key, "true or false")

    def choice(self, key: str, options: tuple[T, ...]) -> T | None:
        """One of the options."""
        value = self.values.get(key)
        if value is None:
            return None
        for option in options:
            if option == value:
                return option
        raise self.wrong(key, f"one of {', '.join(map(str, options))}")

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts."""
        items = self.items(key)
        if items is None:
            return None
        for position, item in enumerate(items):
            if not isinstance(item, str):
                hint = None if isinstance(item, (Mapping, list)) else "Put it in quotes."
                raise self.complain((*self.path, key, position), f"expected text, found {described(item)}", hint)
        return tuple(items)

    def items(self, key: str) -> list[Any] | None:
        """A list of anything."""
        value = self.values.get(key)
        if value is None or isinstance(value, list):
            return value
        raise self.wrong(key, "a list")

    def mapping(self, key: str) -> Mapping[str, Any] | None:
        """A mapping with free keys."""
        value = self.values.get(key)
        if value is None or isinstance(value, Mapping):
            return value
        raise self.wrong(key, "a mapping")

    def table(self, key: str, known: Collection[str] | None = None) -> Fields | None:
        """A mapping to be read in turn."""
        value = self.values.get(key)
        return None if value is None else Fields.of(value, (*self.path, key), self.complain, known)

    def tables(self, key: str, known: Collection[str] | None = None) -> tuple[Fields, ...] | None:
        """A list of mappings to be read in turn."""
        items = self.items(key)
        if items is None:
            return None
        return tuple(
            Fields.of(item, (*self.path, key, position), self.complain, known) for position, item in enumerate(items)
        )
