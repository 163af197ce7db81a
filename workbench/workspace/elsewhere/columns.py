"""Which columns files of results have, for people to say what they are."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import FormatError
from workbench.formats.results.content import parse


def columns_of(files: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
    """The names of all columns and keys of tables and JSON Lines, in order. A file that cannot be read has none."""
    names: dict[str, None] = {}
    for file, data in files:
        try:
            content = parse(file, data)
        except FormatError:
            continue  # said when it is imported
        names |= dict.fromkeys(content.header)
        for record in content.records:
            names |= dict.fromkeys(record.values)
    return tuple(name for name in names if name)
