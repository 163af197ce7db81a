"""Stores to test with, and values of any domain type."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import duckdb
import pytest
from hypothesis import strategies as st

from workbench.domain.dataset import Example, examples_hash
from workbench.domain.model import Completion, ModelSpec, Usage
from workbench.domain.prompt import Message, PromptContent
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.run import Arm, RunPlan, TrialFailure, TrialOutput
from workbench.store.migrations.applying import apply
from workbench.store.session import Session
from workbench.store.store import Store

NOON = datetime.fromisoformat("2026-01-02T12:00:00")

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


@pytest.fixture
def session() -> Iterator[Session]:
    """An empty store in memory, for tests of what the nouns' functions do within one transaction."""
    connection = duckdb.connect()
    opened = Session(connection)
    apply(opened, at=datetime.fromisoformat("2026-01-01"))
    yield opened
    connection.close()


@pytest.fixture
def undone(session: Session) -> Callable[[], AbstractContextManager[Session]]:
    """The session for one example of a property; what the example stores is rolled back."""

    @contextmanager
    def one_example() -> Iterator[Session]:
        session.execute("BEGIN TRANSACTION")
        try:
            yield session
        finally:
            session.execute("ROLLBACK")

    return one_example


@pytest.fixture
def plan() -> RunPlan:
    """Two arms, two examples, two repeats."""
    content = PromptContent(messages=(Message("user", "{{question}}"),), variables=("question",))
    version = PromptVersion("mail", 1, content, content.hash, "ada", NOON)
    examples = tuple(Example(id=f"q{n}", inputs={"question": f"Why {n}?"}) for n in (1, 2))
    return RunPlan(
        arms=tuple(Arm(version, ModelSpec(model, model), {"temperature": 0}, None, None) for model in ("a", "b")),
        dataset="golden",
        dataset_version=1,
        dataset_hash=examples_hash(examples),
        examples=examples,
        repeats=2,
        metrics=("correct",),
        judges=("strict",),
    )


@pytest.fixture
def answer() -> Callable[..., TrialOutput]:
    """An answered trial, with the fields that a test is about."""

    def make(trial_id: str, run: str, *, text: str = "Because.", tokens: int | None = 7, **fields: Any) -> TrialOutput:
        times = {name: fields.pop(name) for name in ("latency_ms", "ttft_ms") if name in fields}
        completion = Completion(text, "m", "stop", Usage(tokens, tokens), **{"latency_ms": 1.5, **times})
        plain = TrialOutput(trial_id, run, "mail@1:m", "q1", 1, "cell", "key", completion, (), None, None, 1, NOON)
        return replace(plain, **fields)

    return make


@pytest.fixture
def failure() -> Callable[..., TrialFailure]:
    """A failed attempt, with the fields that a test is about."""

    def make(trial_id: str, run: str, *, final: bool = False, **fields: Any) -> TrialFailure:
        plain = TrialFailure(
            trial_id,
            run,
            "mail@1:m",
            "q1",
            1,
            "cell",
            error="OverloadedError",
            message="it failed",
            retryable=True,
            final=final,
            attempt=1,
            started_at=NOON,
            elapsed_ms=2.5,
        )
        return replace(plain, **fields)

    return make
