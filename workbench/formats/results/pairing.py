"""Which answers of different arms belong to the same row, and which of one arm are repeats of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.dataset import Example
from workbench.domain.imported import ImportedAnswer, ImportedArm
from workbench.formats.dataset_ids import with_ids

LONGEST_ID = 200
_Row = tuple[str, int]
"""A row's identity, and which of the rows with that identity it is, from 0."""


@dataclass(frozen=True)
class Placed:
    """An answer in its cell."""

    example_id: str
    repeat: int
    answer: ImportedAnswer


@dataclass(frozen=True)
class Paired:
    """The rows of some results, and each arm's answers to them, in the arms' order."""

    examples: tuple[Example, ...]
    repeats: int
    arms: tuple[tuple[Placed, ...], ...]
    notes: tuple[str, ...] = ()


def pair(arms: Sequence[ImportedArm]) -> Paired:
    """Pair answers by what their rows are, in order of appearance.

    A file that does not number its repeats has some when every arm answers every row equally often, and more than once;
    otherwise what looks the same twice is two rows, paired in order.
    """
    every = _common_repeats(arms)
    places = [_places(arm.answers, every) for arm in arms]
    first: dict[_Row, ImportedAnswer] = {}
    for placed in places:
        for row, _, answer in placed:
            first.setdefault(row, answer)
    ids = _ids(first)
    examples = with_ids([_example(ids[row], answer) for row, answer in first.items()])
    named = {row: example.id for row, example in zip(first, examples, strict=True)}
    notes: list[str] = []
    if every > 1:
        notes.append(
            f"Every row is there {every} times in each arm: they are taken as {every} repeats of one question."
        )
    other = sum(
        answer.expected != first[row].expected for placed in places for row, _, answer in placed if answer.expected
    )
    if other:
        notes.append(f"{other:,} answers have another expected answer than the row's first; the first one counts.")
    return Paired(
        examples,
        max(repeat for placed in places for _, repeat, _ in placed),
        tuple(tuple(Placed(named[row], repeat, answer) for row, repeat, answer in placed) for placed in places),
        tuple(notes),
    )


def _common_repeats(arms: Sequence[ImportedArm]) -> int:
    """How often each arm answers each of its rows, where that is the same number throughout; else 1."""
    if any(answer.repeat is not None for arm in arms for answer in arm.answers):
        return 1
    counts = {count for arm in arms for count in Counter(answer.identity for answer in arm.answers).values()}
    return counts.pop() if len(counts) == 1 else 1


def _places(answers: Sequence[ImportedAnswer], every: int) -> list[tuple[_Row, int, ImportedAnswer]]:
    """Each answer's row and repeat."""
    seen: Counter[tuple[str, int]] = Counter()
    placed = []
    for answer in answers:
        key = (answer.identity, answer.repeat or 0)
        occurrence, seen[key] = seen[key], seen[key] + 1
        if every > 1:
            placed.append(((answer.identity, 0), occurrence + 1, answer))
        else:
            placed.append(((answer.identity, occurrence), answer.repeat or 1, answer))
    return placed


def _ids(rows: dict[_Row, ImportedAnswer]) -> dict[_Row, str]:
    """The file's own ids, made unique; empty where one is to be derived from content."""
    taken: defaultdict[str, int] = defaultdict(int)
    used = {answer.id for answer in rows.values()}
    ids: dict[_Row, str] = {}
    for row, answer in rows.items():
        name = (answer.id or "").strip()
        if not name or len(name) > LONGEST_ID or not name.isprintable():
            ids[row] = ""
            continue
        taken[name] += 1
        while taken[name] > 1 and f"{name}-{taken[name]}" in used:
            taken[name] += 1
        ids[row] = name if taken[name] == 1 else f"{name}-{taken[name]}"
    return ids


def _example(example_id: str, answer: ImportedAnswer) -> Example:
    return Example(
        id=example_id,
        inputs=answer.inputs,
        expected=answer.expected,
        tags=tuple(dict.fromkeys(answer.tags)),
        metadata=answer.metadata,
    )
