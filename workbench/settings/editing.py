"""Changing one table of `workbench.toml`, and nothing else of it: comments and order are the owner's."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.settings.text import read_text
from workbench.whole_files import write_whole

_HEADER = re.compile(r"^[ \t]*\[\[?[^\[\]\n]*\]\]?[ \t]*(?:#.*)?$")


def put_table(path: Path, table: tuple[str, ...], text: str | None) -> None:
    """Put a table, such as `("gates", "release")`, in place of the one of that name, or at the file's end.

    `text` is the whole table in TOML with its header; None takes it out. The rest of the file stays as it is, to the
    byte. What comes out is read again before it is put in place by a rename. Raises InputError where the table is
    written in a way that cannot be replaced safely; the file is then as it was.
    """
    write_whole(path, with_table(read_text(path), table, text, file=path.name).encode("utf-8"))


def with_table(before: str, table: tuple[str, ...], text: str | None, *, file: str = "workbench.toml") -> str:
    """What a file's text is with the table, as `put_table` says; `file` names it in errors."""
    wanted = _wanted(values_of(before, file), table, text)
    after = _replaced(before, table, text)
    if _parsed(after) != wanted:
        name = ".".join(table)
        raise InputError(
            f"[{name}] of {file} cannot be changed here without touching something else.",
            hint=f"It is not written as a table of its own under the header [{name}]: change it in the file.",
        )
    return after


def values_of(text: str, file: str = "workbench.toml") -> dict[str, Any]:
    """What a file that is to be changed says. Raises InputError where it is not TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is not TOML, so it was not changed: {error}.", hint="Mend it first.") from error


def _replaced(before: str, table: tuple[str, ...], text: str | None) -> str:
    lines = re.findall(r"[^\n]*\n|[^\n]+", before)
    found = _place(lines, table)
    new = "" if text is None else text.rstrip("\n") + "\n"
    if found is None:
        if not new:
            return before
        gap = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
        return before + gap + new
    first, last = found
    # Blank lines and comments above the next header belong to that.
    while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    if not new:  # with the blank lines that set it apart
        while last < len(lines) and not lines[last].strip():
            last += 1
    return "".join([*lines[:first], new, *lines[last:]])


def _place(lines: list[str], table: tuple[str, ...]) -> tuple[int, int] | None:
    """The lines of a table: from its header to the one before the next header."""
    inside = False
    headers: list[tuple[int, tuple[str, ...]]] = []
    for number, line in enumerate(lines):
        if not inside and _HEADER.match(line.rstrip("\r\n")):
            headers.append((number, _header(line)))
            continue
        inside = _still_open("".join(lines[headers[-1][0] + 1 if headers else 0 : number + 1]))
    for place, (number, name) in enumerate(headers):
        if name == table:
            following = (at for at, other in headers[place + 1 :] if other[: len(table)] != table)
            return number, next(following, len(lines))
    return None


def _still_open(body: str) -> bool:
    """Whether the text ends within a list or a text of several lines, where a bracket is no header."""
    try:
        tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        return True
    return False


def _header(line: str) -> tuple[str, ...]:
    """The name in a header, as its parts."""
    try:
        value: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    parts = []
    while isinstance(value, dict) and len(value) == 1:
        ((part, value),) = value.items()
        parts.append(part)
    return tuple(parts)


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _wanted(values: dict[str, Any], table: tuple[str, ...], text: str | None) -> dict[str, Any]:
    """The values of the file as they must be afterwards."""
    *outer, name = table
    place = values
    for part in outer:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            raise InputError(
                f"{'.'.join(table)} cannot be a table: {part} is none.", hint="Change it in the file first."
            )
    place.pop(name, None)
    if text is not None:
        made: Any = tomllib.loads(text)
        for part in table:
            made = made[part]
        place[name] = made
    elif len(outer) == 1 and not place:
        del values[outer[0]]
    return values


def toml_key(name: str) -> str:
    """A key as TOML writes it, in quotes where it needs them."""
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isascii() and plain.isalnum() else toml_value(name)


def toml_value(value: Any) -> str:
    """A text, number, flag, list or table, in one line of TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    # JSON's escapes are TOML's, but for DEL, which TOML does not take as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
