"""Stores to test with, and values of any domain type."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import strategies as st

from workbench.store.store import Store

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
_SCALARS = {
    str: st.text(),
    bool: st.booleans(),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(),
    types.NoneType: st.none(),
    Any: _JSON,
}


@cache
def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type hint, with every field of a dataclass drawn, so that a new field is tested at once."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: st.deferred(_later(hints[field.name])) for field in fields(hint)})
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(args)
    if origin in (Union, types.UnionType):
        return st.one_of([values_of(arg) for arg in args])
    if origin is frozenset:
        return st.frozensets(values_of(args[0]), max_size=3)
    if origin is tuple and args[-1] is ...:
        return st.lists(values_of(args[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*[values_of(arg) for arg in args])
    if issubclass(origin, Mapping):
        return st.dictionaries(st.text(), values_of(args[1]), max_size=2)
    raise TypeError(f"no strategy for {hint!r}")


def _later(hint: Any) -> Callable[[], st.SearchStrategy[Any]]:
    return lambda: values_of(hint)


@pytest.fixture(name="values_of")
def values_of_fixture() -> Callable[[Any], st.SearchStrategy[Any]]:
    """The strategy for a type hint."""
    return values_of


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / ".workbench" / "workbench.duckdb"


@pytest.fixture
def store(store_path: Path) -> Iterator[Store]:
    opened = Store(store_path)
    yield opened
    opened.close()


class Child:
    """Another Python process at work on the same file; its prints are its side of the conversation."""

    def __init__(self, code: str, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self) -> str:
        """The next line it prints; what it died of when there is none."""
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the other process ended: {self.process.communicate(timeout=30)[1]}")
        return line.strip()

    def tell(self, line: str = "go") -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ends(self) -> str:
        """Everything else it prints, once it ended well."""
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, err
        return out.strip()


@pytest.fixture
def child(store_path: Path) -> Iterator[Callable[[str], Child]]:
    """Start another process that runs some code with the store's path as its first argument."""
    started: list[Child] = []

    def start(code: str) -> Child:
        started.append(Child(code, store_path))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()
