"""What prompts and datasets have in common: names with numbered versions."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import InputError, NotFoundError


def next_number(kind: str, name: str, numbers: Sequence[int], parent: int | None) -> int:
    """The number of a new version of `name`, whose versions so far are `numbers`.

    Raises NotFoundError for a parent that is none of them.
    """
    if parent is not None and parent not in numbers:
        raise missing(kind, name, parent, names=(), numbers=numbers)
    return max(numbers, default=0) + 1


def missing(kind: str, name: str, number: int | None, *, names: Sequence[str], numbers: Sequence[int]) -> InputError:
    """The error for a version that is not there: it lists the name's versions, or the nearest names."""
    if number is None or not numbers:
        return NotFoundError(kind, name, names)
    known = ", ".join(f"{name}@{n}" for n in numbers)
    return NotFoundError(f"{kind} version", f"{name}@{number}", hint=f"There is: {known}.")
