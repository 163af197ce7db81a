"""Golden sets: named, versioned rows of what to ask and what to expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from workbench.domain.prompt import Message
from workbench.hashing import content_hash

Expect = Literal["answer", "refuse", "ignore"]
AnswerFormat = Literal["plain", "list", "table", "json", "code"]
CheckType = Literal[
    "equals",
    "contains",
    "icontains",
    "not_contains",
    "regex",
    "json_schema",
    "contains_all",
    "contains_any",
    "min_words",
    "max_words",
    "format",
    "similarity",
]


@dataclass(frozen=True)
class Check:
    """A rule of one row that its answer must meet."""

    type: CheckType
    value: Any
    threshold: float | None = None
    """For `similarity`: the least share, 0 to 1, that passes (0.8 when None)."""


@dataclass(frozen=True)
class Example:
    """One row of a golden set."""

    id: str
    inputs: Mapping[str, Any]
    expected: str | None = None
    relevant: tuple[str, ...] = ()
    """Source spans that hold the answer: `doc`, `doc#heading`, `doc#page=3`."""
    expect: Expect = "answer"
    checks: tuple[Check, ...] = ()
    must_pass: bool = False
    cluster: str | None = None
    """Rows that share a source or template, so that they are not counted as independent."""
    tags: tuple[str, ...] = ()
    history: tuple[Message, ...] = ()
    """Earlier turns: the row is a golden conversation. They stand between system messages and the last user one."""
    context: tuple[str, ...] | None = None
    """Texts used as sources instead of retrieval; None asks the index."""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def asked_hash(self) -> str:
        """Hash of what a model sees of the row, so that an edited expectation does not change the trial's cell."""
        return content_hash({"id": self.id, "inputs": self.inputs, "history": self.history, "context": self.context})


@dataclass(frozen=True)
class DatasetVersion:
    """An immutable version of a named golden set; its rows are read apart."""

    name: str
    number: int
    hash: str
    size: int
    author: str
    created_at: datetime
    source: str = ""
    """Where it came from: a file name, or what was edited."""
    parent: int | None = None

    @property
    def label(self) -> str:
        """`NAME@N`."""
        return f"{self.name}@{self.number}"


def examples_hash(examples: tuple[Example, ...]) -> str:
    """The content hash of a golden set: all rows in order."""
    return content_hash(examples)
