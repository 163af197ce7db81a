"""What a row asks, on one line: for lists and tables that have no room for all of it."""

from __future__ import annotations

from workbench.domain.dataset import Example
from workbench.text.shortening import shortened


def question_line(example: Example, longest: int) -> str:
    """The row's inputs on one line of at most `longest` characters."""
    return shortened(" ".join(" · ".join(str(value) for value in example.inputs.values()).split()), longest)
