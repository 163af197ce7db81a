"""A prompt's messages, filled in for one example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.prompt import CONTEXT_VARIABLE, FewShot, Message, PromptContent
from workbench.errors import MissingVariableError, TemplateError
from workbench.templates.rendering import render, require_values, variables


def used_variables(content: PromptContent) -> tuple[str, ...]:
    """The names that all messages together use, in order of appearance.

    Raises TemplateError naming the message and the line.
    """
    names: dict[str, None] = {}
    for position in range(len(content.messages)):
        names |= dict.fromkeys(message_variables(content, position))
    return tuple(names)


def message_variables(content: PromptContent, position: int) -> tuple[str, ...]:
    """The names that one message uses. Raises TemplateError naming the message and the line."""
    message = content.messages[position]
    try:
        return variables(message.content, content.template_format)
    except TemplateError as error:
        raise TemplateError(f"Message {position + 1} ({message.role}), {error.message}", hint=error.hint) from error


def last_user_position(content: PromptContent) -> int:
    """Where the last user message stands, from 0. Raises TemplateError when there is none."""
    for position in reversed(range(len(content.messages))):
        if content.messages[position].role == "user":
            return position
    raise TemplateError("The prompt has no user message.", hint="Add one; it usually holds the question's variable.")


def few_shot_values(pair: FewShot) -> Mapping[str, Any]:
    """What a few-shot pair fills the last user message with. A pair without sources has an empty context."""
    return {CONTEXT_VARIABLE: "", **pair.inputs}


def render_messages(
    content: PromptContent,
    inputs: Mapping[str, Any],
    context: str | None = None,
    history: tuple[Message, ...] = (),
) -> tuple[Message, ...]:
    """The messages a model is sent for one example.

    In order: what precedes the last user message (system messages and turns written into the prompt), the few-shot
    pairs, the history, the last user message, and what follows it. Each few-shot pair is the last user message
    rendered with the pair's inputs, then its output. `context` fills the variable of that name, before an input of
    that name; history and outputs are taken as they are.

    Raises MissingVariableError naming every variable without a value, TemplateError for templates that do not parse.
    """
    values = inputs if context is None else {**inputs, CONTEXT_VARIABLE: context}
    last = last_user_position(content)
    require_values(used_variables(content), values)
    filled = tuple(
        Message(message.role, render(message.content, values, content.template_format)) for message in content.messages
    )
    return (*filled[:last], *few_shot_messages(content), *history, *filled[last:])


def few_shot_messages(content: PromptContent) -> tuple[Message, ...]:
    """The few-shot pairs as user and assistant messages, in order. They depend on the prompt alone.

    Raises MissingVariableError when a pair does not fill the last user message.
    """
    template = content.messages[last_user_position(content)].content
    messages: list[Message] = []
    for number, pair in enumerate(content.few_shot, 1):
        try:
            asked = render(template, few_shot_values(pair), content.template_format)
        except MissingVariableError as error:
            error.hint = f"This is few-shot pair {number}."
            raise
        messages += [Message("user", asked), Message("assistant", pair.output)]
    return tuple(messages)
