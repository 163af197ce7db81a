"""A stored JSON document that is parsed once somebody looks into it: lists of what it belongs to do without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from workbench.store.codec import decode


class Unread(Mapping[str, Any]):
    """The mapping that a JSON text holds. Looking into it raises IntegrityError when the text holds none."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _read(self) -> dict[str, Any]:
        return decode(dict[str, Any], self._text)

    def __getitem__(self, key: str) -> Any:
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)
