"""A thin wrapper over one DuckDB cursor, in which every result is read to its end.

DuckDB 2 streams: a result that is left half read keeps its transaction open and breaks later statements and
checkpoints. So nothing here hands out an open result.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

Parameters = Sequence[Any] | Mapping[str, Any]

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


class Session:
    """One cursor within one transaction, used by one thread. It ends with the function it was given to."""

    __slots__ = ("_cursor",)

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def rows(self, sql: str, params: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. `params` fill `?` by position or `$name` by name; a list fills `unnest(?)`."""
        return self._cursor.execute(sql, _storable_parameters(params)).fetchall()

    def row(self, sql: str, params: Parameters = ()) -> tuple[Any, ...] | None:
        """The first row of a query, None when there is none."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def frame(self, sql: str, params: Parameters = ()) -> pd.DataFrame:
        """All rows of a query as a frame. Text has the dtype `str`, also where every value of a column is missing."""
        found = self._cursor.execute(sql, _storable_parameters(params)).df()
        # Without a single value DuckDB cannot tell pandas that a column is text.
        return found.astype({name: "str" for name, dtype in found.dtypes.items() if dtype == "object"})

    def execute(self, sql: str, params: Parameters = ()) -> None:
        """Run a statement that has no result to speak of."""
        self.rows(sql, params)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Append rows in one batch, each with a value per column, in the order of `columns`.

        Text that UTF-8 cannot hold (half of a surrogate pair, as models send when an emoji is cut in two) is stored
        with U+FFFD in its place. NaN, infinities and times with a zone raise ValueError: the store knows None and
        naive UTC.
        """
        if not rows:
            return
        clean = [tuple(storable(value) for value in row) for row in rows]
        with self._cursor.appender(table, columns=list(columns)) as appender:
            appender.append_rows(clean)

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[None]:
        """Everything inside happens, or nothing."""
        self.execute("BEGIN TRANSACTION READ ONLY" if read_only else "BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")


def _storable_parameters(params: Parameters) -> Parameters:
    if isinstance(params, Mapping):
        return {name: _storable_parameter(value) for name, value in params.items()}
    return [_storable_parameter(value) for value in params]


def _storable_parameter(value: Any) -> Any:
    return [storable(item) for item in value] if isinstance(value, list) else storable(value)


def storable(value: Any) -> Any:
    """A value as the store keeps it; see `Session.insert`."""
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub(_REPLACEMENT, value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no value: a number that is not known is None")
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise ValueError(f"{value.isoformat()} has a time zone: times are naive UTC")
    return value
