"""Order in which people count: `q-2` before `q-10`."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"([0-9]+)")


def natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """A key to sort texts by in which numbers within them count by their size. Different texts have different keys."""
    # Texts and numbers take turns, so that like is compared with like; of two numbers the longer one is the larger.
    parts = (part.lstrip("0") if place % 2 else part for place, part in enumerate(_NUMBER.split(text)))
    counted = ((len(part) if place % 2 else 0, part) for place, part in enumerate(parts))
    return (*counted, (-1, text))
