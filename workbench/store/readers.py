"""Readers of stored values, made once for each type hint: thousands of rows are read by the same few of them."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Reader = Callable[[Any], Any]
"""Takes what JSON gave and returns the value that it stands for. Raises MisfitError when it stands for none."""

_SCALARS: Mapping[Any, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}


class MisfitError(Exception):
    """What was read is not of the type it should be of; the place is put together on the way out."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = ""

    def within(self, part: str) -> MisfitError:
        """The same, with the part of the value in which it was found."""
        self.place = part + self.place
        return self


@cache
def reader(hint: Any) -> Reader:
    """The reader of values of a type. Raises TypeError for a type that has no stored form."""
    if hint is Any:
        return _as_it_is
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass(hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin is None:
        return _scalar(hint)
    if origin in (Union, types.UnionType):
        return _optional(args)
    if origin is Literal:
        return _literal(args)
    if origin is frozenset:
        read = _items(reader(args[0]))
        return lambda raw: frozenset(read(raw))
    if origin is tuple:
        if len(args) == 2 and args[1] is ...:
            return _items(reader(args[0]))
        return _fixed([reader(arg) for arg in args])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(reader(args[1]))
    raise TypeError(f"values of type {hint!r} cannot be stored")


def _as_it_is(raw: Any) -> Any:
    return raw


def _dataclass(cls: Any) -> Reader:
    hints = get_type_hints(cls)
    known = {field.name: field for field in fields(cls) if field.init}
    required = [name for name, field in known.items() if field.default is MISSING and field.default_factory is MISSING]
    readers: dict[str, Reader] = {}  # filled when first used: a type may hold values of its own type

    def read(raw: Any) -> Any:
        if not isinstance(raw, dict):
            raise misfit(raw, "an object")
        if not readers:
            readers.update({name: reader(hints[name]) for name in known})
        if not raw.keys() <= readers.keys():
            unknown = ", ".join(sorted(raw.keys() - readers.keys()))
            raise MisfitError(f"has fields that this program does not know: {unknown}.")
        values, name = {}, ""
        try:
            for name, item in raw.items():
                values[name] = readers[name](item)
        except MisfitError as error:
            raise error.within(f".{name}") from None
        for name in required:
            if name not in values:
                raise MisfitError("is missing.").within(f".{name}")
        return cls(**values)

    return read


def _scalar(hint: Any) -> Reader:
    if hint is datetime:
        return _time
    if hint not in _SCALARS:
        raise TypeError(f"values of type {hint!r} cannot be stored")
    allowed, is_bool, wanted = _SCALARS[hint], hint is bool, f"of type {hint.__name__}"

    def read(raw: Any) -> Any:
        if not isinstance(raw, allowed) or (not is_bool and isinstance(raw, bool)):
            raise misfit(raw, wanted)
        return raw

    return read


def _time(raw: Any) -> Any:
    try:
        return datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        raise misfit(raw, "a time") from None


def _optional(args: tuple[Any, ...]) -> Reader:
    choices = [choice for choice in args if choice is not types.NoneType]
    if len(choices) != 1:
        raise TypeError("a union of several types has no JSON form of its own; store it in columns")
    inner = reader(choices[0])
    return lambda raw: None if raw is None else inner(raw)


def _literal(args: tuple[Any, ...]) -> Reader:
    wanted = f"one of {', '.join(map(repr, args))}"

    def read(raw: Any) -> Any:
        if raw not in args:
            raise misfit(raw, wanted)
        return raw

    return read


def _items(inner: Reader) -> Reader:
    def read(raw: Any) -> Any:
        if not isinstance(raw, list):
            raise misfit(raw, "a list")
        found: list[Any] = []
        try:
            for item in raw:
                found.append(inner(item))  # noqa: PERF401 (the length tells where it went wrong)
        except MisfitError as error:
            raise error.within(f"[{len(found)}]") from None
        return tuple(found)

    return read


def _fixed(readers: list[Reader]) -> Reader:
    def read(raw: Any) -> Any:
        if not isinstance(raw, list):
            raise misfit(raw, "a list")
        if len(raw) != len(readers):
            raise misfit(raw, f"a list of {len(readers)}")
        found: list[Any] = []
        try:
            for inner, item in zip(readers, raw, strict=True):
                found.append(inner(item))
        except MisfitError as error:
            raise error.within(f"[{len(found)}]") from None
        return tuple(found)

    return read


def _mapping(inner: Reader) -> Reader:
    def read(raw: Any) -> Any:
        if not isinstance(raw, dict):
            raise misfit(raw, "an object")
        found, key = {}, ""
        try:
            for key, item in raw.items():
                found[key] = inner(item)
        except MisfitError as error:
            raise error.within(f".{key}") from None
        return found

    return read


def misfit(raw: Any, wanted: str) -> MisfitError:
    """A value that is not what it should be, shown in short."""
    return MisfitError(f"is {repr(raw)[:60]}, not {wanted}.")
