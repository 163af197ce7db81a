"""Which gate is meant."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import InputError, NotFoundError

USUAL = "release"
"""The gate that is meant where several are and none is named."""


def choose_gate(names: Sequence[str], wanted: str | None) -> str:
    """The named gate, else the only one, else `release`. Raises InputError where none can be meant."""
    if wanted is not None:
        if wanted not in names:
            raise NotFoundError("gate", wanted, names)
        return wanted
    if len(names) == 1:
        return names[0]
    if USUAL in names:
        return USUAL
    if names:
        raise InputError(f"There are several gates: {', '.join(names)}.", hint=f"Name one: --gate {names[0]}")
    raise InputError(
        "There is no gate, so nothing says what is good enough.",
        hint="Write one into workbench.toml, for example:\n\n"
        '[gates.release]\nrules = [\n  { metric = "correct", at_least = 0.8 },\n  { must_pass = true },\n]\n',
    )
