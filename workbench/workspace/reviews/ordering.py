"""In which order a reviewer meets answers, and where one comes back unannounced."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.domain.review_queue import QueuePlace
from workbench.hashing import content_hash, short

REPEAT_GAP = 10
"""So many other items stand between an item and its repeat, where there are as many."""
KEY_DIGITS = 16


@dataclass(frozen=True)
class Stop:
    """One item on a reviewer's way."""

    key: str
    place: QueuePlace
    repeat: bool = False
    """Whether it is shown for the second time."""


def shuffled(answered: Iterable[tuple[str, str]], seed: str) -> Sequence[tuple[str, str]]:
    """Example and item of each in the order of a seed: examples shuffled, then the items of each.

    The answers to one question stand together, so that it is read once.
    """
    shuffle = random.Random(seed)  # noqa: S311 (an order, no secret)
    by_example: dict[str, list[str]] = {}
    for example, item in sorted(answered):
        by_example.setdefault(example, []).append(item)
    examples = list(by_example)
    shuffle.shuffle(examples)
    for example in examples:
        shuffle.shuffle(by_example[example])
    return [(example, item) for example in examples for item in by_example[example]]


def way(places: Sequence[QueuePlace], seed: str, reviewer: str) -> list[Stop]:
    """A reviewer's own way through a queue, the same each time: what comes back stands well behind its first showing."""
    by_key = {place.key: place for place in places}
    own = content_hash({"queue": seed, "reviewer": reviewer})
    stops: list[Stop] = []
    waiting: list[tuple[int, Stop]] = []
    for _, key in shuffled([(place.example_id, place.key) for place in places], own):
        while waiting and waiting[0][0] <= len(stops):
            stops.append(waiting.pop(0)[1])
        place = by_key[key]
        if place.again:
            waiting.append((len(stops) + 1 + REPEAT_GAP, Stop(repeat_key(seed, key), place, repeat=True)))
        stops.append(Stop(key, place))
    return [*stops, *(stop for _, stop in waiting)]


def item_key(seed: str, first_trial: str, second_trial: str | None) -> str:
    """The name of an item in its queue, which tells nothing of who wrote the answers."""
    return short(content_hash([seed, first_trial, second_trial]), KEY_DIGITS)


def repeat_key(seed: str, key: str) -> str:
    """The name under which an item comes back."""
    return short(content_hash([seed, key, "again"]), KEY_DIGITS)


def first_on_left(seed: str, key: str, reviewer: str, *, repeat: bool) -> bool:
    """Whether the first answer of a pair stands on the left: drawn for each reviewer, and the other way in a repeat."""
    left = random.Random(content_hash([seed, key, reviewer])).random() < 0.5  # noqa: S311 (a side, no secret)
    return left is not repeat
