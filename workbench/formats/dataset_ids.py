"""Ids for rows that have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from workbench.domain.dataset import Example
from workbench.hashing import content_hash, short

DERIVED_PREFIX = "row-"


def with_ids(examples: Sequence[Example]) -> tuple[Example, ...]:
    """The examples in order, those with an empty id given one.

    It comes from what is asked (inputs, history, context), so that it stays when rows change places or an expectation
    is edited. Of several rows that ask the same, the second has `-2`, and so on, in an order that comes from the rest
    of their content.
    """
    taken = {example.id for example in examples}
    asking: defaultdict[str, list[int]] = defaultdict(list)
    for position, example in enumerate(examples):
        if not example.id:
            asking[DERIVED_PREFIX + short(example.asked_hash)].append(position)
    named = list(examples)
    for base, positions in asking.items():
        occurrence = 0
        for position in sorted(positions, key=lambda position: content_hash(examples[position])):
            occurrence += 1
            while (name := base if occurrence == 1 else f"{base}-{occurrence}") in taken:
                occurrence += 1
            named[position] = replace(examples[position], id=name)
    return tuple(named)
