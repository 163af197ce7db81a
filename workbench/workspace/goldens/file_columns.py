"""What the columns of a file that becomes a golden set are, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from shlex import quote

from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.formats.dataset_columns import columns_of, recognised
from workbench.formats.dataset_rows import INPUT, QUESTION, input_of, is_column
from workbench.formats.results.columns import ROLES, plain_name
from workbench.store import prompts
from workbench.store.session import Session

_LIKELY = {"category": "cluster", "sources": "relevant"}
"""Proposed to a person who sees it; too unsure to be read so unasked."""


def set_name(file: str) -> str:
    """What a golden set is called after its file, where nobody says otherwise."""
    return PurePath(file).name.split(".")[0].replace("@", "-")


def inputs_asked_for(session: Session) -> tuple[str, ...]:
    """The inputs that the newest versions of the project's prompts ask for."""
    needed = (name for version in prompts.latest(session) for name in version.content.variables)
    return tuple(dict.fromkeys(name for name in needed if name != CONTEXT_VARIABLE))


def proposed_columns(data: bytes, file: str, wanted: Sequence[str] = ()) -> dict[str, str]:
    """The columns of a file that golden sets do not know by that name, each with what it probably is.

    `wanted` are the inputs that prompts ask for. Empty for a file that can be read as it is, and for one that cannot be
    read at all: reading it says why.
    """
    columns = columns_of(data, file)
    known = recognised(columns, {}, wanted)
    taken = {*columns.names, *known.values()}
    asked = _question(columns.names, known, wanted)
    proposed: dict[str, str] = {}
    for name in columns.names:
        if is_column(name) or not name:
            continue
        likely = _LIKELY.get(plain_name(name))
        if name in known or name == asked:
            proposed[name] = input_of(known.get(name, QUESTION))
        elif likely is not None and likely not in taken:
            proposed[name] = likely
            taken.add(likely)
        else:
            proposed[name] = f"metadata.{name}" if columns.has_inputs else INPUT + name
    return proposed


def said(read_as: Mapping[str, str]) -> tuple[str, ...]:
    """What columns were read as without anybody having told, and how to say otherwise."""
    if not read_as:
        return ()
    listed = ", ".join(f"{name!r} as {target}" for name, target in read_as.items())
    first = next(iter(read_as))
    return (f"Read {listed}; --column {quote(f'{first}={INPUT}{first}')} and the like say otherwise.",)


def _question(names: Sequence[str], known: Mapping[str, str], wanted: Sequence[str]) -> str | None:
    """The column that holds what prompts call the question, under another of its usual names."""
    there = {input_of(known.get(name, name)) for name in names}
    if QUESTION not in wanted or INPUT + QUESTION in there:
        return None
    free = {plain_name(name): name for name in names if name not in known and not is_column(name)}
    return next((free[usual] for usual in ROLES[QUESTION] if usual in free and usual not in wanted), None)
