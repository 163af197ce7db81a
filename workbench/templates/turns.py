"""A prompt's messages as pairs of role and text, filled in and put into the order in which a model is sent them.

Pairs, because released prompts are rendered where nothing else of the package is needed: see `artifacts.loading`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.errors import MissingVariableError, TemplateError
from workbench.templates.rendering import render, require_values, variables

if TYPE_CHECKING:
    from workbench.domain.prompt import MessageRole, TemplateFormat

    Turn = tuple[MessageRole, str]
    """Who says it, and what: in a prompt a template, in what is sent the text."""
    Pair = tuple[Mapping[str, Any], str]
    """A few-shot pair: what the last user message is filled with, and the answer to it."""


def turn_variables(turns: Sequence[Turn], position: int, template_format: TemplateFormat) -> tuple[str, ...]:
    """The names that one message uses. Raises TemplateError naming the message and the line."""
    role, template = turns[position]
    try:
        return variables(template, template_format)
    except TemplateError as error:
        raise TemplateError(f"Message {position + 1} ({role}), {error.message}", hint=error.hint) from error


def all_variables(turns: Sequence[Turn], template_format: TemplateFormat) -> tuple[str, ...]:
    """The names that all messages together use, in order of appearance. Raises TemplateError."""
    names: dict[str, None] = {}
    for position in range(len(turns)):
        names |= dict.fromkeys(turn_variables(turns, position, template_format))
    return tuple(names)


def last_user_turn(turns: Sequence[Turn]) -> int:
    """Where the last user message stands, from 0. Raises TemplateError when there is none."""
    for position in reversed(range(len(turns))):
        if turns[position][0] == "user":
            return position
    raise TemplateError("The prompt has no user message.", hint="Add one; it usually holds the question's variable.")


def pair_values(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a few-shot pair fills the last user message with. A pair without sources has an empty context."""
    return {CONTEXT_VARIABLE: "", **inputs}


def pair_turns(turns: Sequence[Turn], pairs: Sequence[Pair], template_format: TemplateFormat) -> Iterator[Turn]:
    """The few-shot pairs as user and assistant messages, in order. They depend on the prompt alone.

    Raises MissingVariableError when a pair does not fill the last user message.
    """
    template = turns[last_user_turn(turns)][1]
    for number, (inputs, output) in enumerate(pairs, 1):
        try:
            asked = render(template, pair_values(inputs), template_format)
        except MissingVariableError as error:
            error.hint = f"This is few-shot pair {number}."
            raise
        yield "user", asked
        yield "assistant", output


def sent_turns(
    turns: Sequence[Turn],
    pairs: Sequence[Pair],
    template_format: TemplateFormat,
    values: Mapping[str, Any],
    history: Sequence[Turn],
) -> list[Turn]:
    """What is sent, in order.

    What precedes the last user message (system messages and turns written into the prompt), the few-shot pairs, the
    history, the last user message, and what follows it. Each few-shot pair is the last user message rendered with the
    pair's inputs, then its output. History and outputs are taken as they are.

    Raises MissingVariableError naming every variable without a value, TemplateError for templates that do not parse.
    """
    last = last_user_turn(turns)
    require_values(all_variables(turns, template_format), values)
    filled: list[Turn] = [(role, render(template, values, template_format)) for role, template in turns]
    return [*filled[:last], *pair_turns(turns, pairs, template_format), *history, *filled[last:]]
