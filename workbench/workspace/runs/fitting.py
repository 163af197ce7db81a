"""Rows whose prompt is too long for a model, found in a plan before anything is sent.

Looked at is what is known of every row without a search: the template, the row's inputs, its history, its own
context. Sources that an index finds come on top; an estimate looks at those of some rows, a run at those of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.ceiling import asked_answer_tokens
from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptContent
from workbench.domain.run import Arm, RunPlan
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.errors import InputError
from workbench.hashing import canonical_json
from workbench.runner.context_window import beyond, most_tokens, window_of
from workbench.runner.requests import given_sources, numbered
from workbench.templates.rendering import as_text
from workbench.text.token_bounds import bounds_of
from workbench.workspace.runs.names import rows_in_words

LONGEST_LOOKED_AT = 200
"""Of the rows that could be too long, the longest so many have their tokens counted: counting takes time."""


@dataclass(frozen=True)
class TooLong:
    """A row that does not, or may not, fit a model's window."""

    arm: str
    example_id: str
    tokens: int
    """About how many, with the longest answer allowed where only that is too much."""
    window: int
    certain: bool
    """Whether it does not fit by any count. Such a row is not sent."""


def require_fit(plan: RunPlan) -> None:
    """Raise InputError, naming the rows, when some of a plan are certain to be too long for a model."""
    certain = [found for found in too_long(plan) if found.certain]
    if not certain:
        return
    first = certain[0]
    ids = list(dict.fromkeys(found.example_id for found in certain if found.arm == first.arm))
    raise InputError(
        f"Too long for {first.arm}, which takes {first.window:,} tokens: {rows_in_words(ids)} "
        f"({first.example_id} has about {first.tokens:,}).",
        hint="Shorten these rows or leave them out, or take a model with a larger window.",
    )


def too_long(plan: RunPlan) -> tuple[TooLong, ...]:
    """The rows of each arm that do not, or may not, fit, the longest first. Milliseconds where there is room."""
    by_length: dict[tuple[str, ...], list[tuple[int, Example]]] = {}
    found: list[TooLong] = []
    for arm in plan.arms:
        window = window_of(arm.model)
        if window is not None:
            names = arm.prompt.content.variables
            if names not in by_length:
                measured = [(most_tokens(_row_texts(names, example)), example) for example in plan.examples]
                by_length[names] = sorted(measured, key=lambda row: -row[0])
            found += _of_arm(arm, window, by_length[names])
    return tuple(found)


def _of_arm(arm: Arm, window: int, by_length: Sequence[tuple[int, Example]]) -> list[TooLong]:
    content, room = arm.prompt.content, asked_answer_tokens(arm.parameters) or 0
    frame = _frame(content)
    left = window - room - most_tokens(frame)
    longest = [example for length, example in by_length[:LONGEST_LOOKED_AT] if length > left]
    if not longest:
        return []
    fixed, found = bounds_of(frame), []
    for example in longest:
        over = beyond(window, fixed + bounds_of(_row_texts(content.variables, example)), room)
        if over is not None:
            found.append(TooLong(arm.label, example.id, over.tokens, over.window, over.certain))
    return found


def _frame(content: PromptContent) -> list[str]:
    """What of a prompt is the same for every row."""
    pairs = [text for pair in content.few_shot for text in (*_values(pair.inputs, pair.inputs), pair.output)]
    forms = [canonical_json(form) for form in (*content.tools, content.response_schema) if form]
    return [*(message.content for message in content.messages), *pairs, *forms]


def _row_texts(names: tuple[str, ...], example: Example) -> list[str]:
    """What of a prompt with these variables is the row's own."""
    used = _values(names, example.inputs)
    if example.context is not None and CONTEXT_VARIABLE in names and CONTEXT_VARIABLE not in example.inputs:
        used.append(numbered(given_sources(example.context)))
    return [*used, *(message.content for message in example.history)]


def _values(names: Iterable[str], values: Mapping[str, Any]) -> list[str]:
    return [as_text(name, values[name]) for name in names if values.get(name) is not None]
