"""A prompt's messages, filled in for one example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.domain.prompt import FewShot, Message, PromptContent
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.templates.turns import all_variables, last_user_turn, pair_turns, pair_values, sent_turns, turn_variables

if TYPE_CHECKING:
    from workbench.templates.turns import Pair, Turn


def used_variables(content: PromptContent) -> tuple[str, ...]:
    """The names that all messages together use, in order of appearance.

    Raises TemplateError naming the message and the line.
    """
    return all_variables(_turns(content.messages), content.template_format)


def message_variables(content: PromptContent, position: int) -> tuple[str, ...]:
    """The names that one message uses. Raises TemplateError naming the message and the line."""
    return turn_variables(_turns(content.messages), position, content.template_format)


def last_user_position(content: PromptContent) -> int:
    """Where the last user message stands, from 0. Raises TemplateError when there is none."""
    return last_user_turn(_turns(content.messages))


def few_shot_values(pair: FewShot) -> Mapping[str, Any]:
    """What a few-shot pair fills the last user message with. A pair without sources has an empty context."""
    return pair_values(pair.inputs)


def render_messages(
    content: PromptContent,
    inputs: Mapping[str, Any],
    context: str | None = None,
    history: tuple[Message, ...] = (),
) -> tuple[Message, ...]:
    """The messages a model is sent for one example, in the order that `turns.sent_turns` says.

    `context` fills the variable of that name, before an input of that name.

    Raises MissingVariableError naming every variable without a value, TemplateError for templates that do not parse.
    """
    values = inputs if context is None else {**inputs, CONTEXT_VARIABLE: context}
    sent = sent_turns(
        _turns(content.messages), _pairs(content.few_shot), content.template_format, values, _turns(history)
    )
    return tuple(Message(role, text) for role, text in sent)


def few_shot_messages(content: PromptContent) -> tuple[Message, ...]:
    """The few-shot pairs as user and assistant messages, in order. They depend on the prompt alone.

    Raises MissingVariableError when a pair does not fill the last user message.
    """
    sent = pair_turns(_turns(content.messages), _pairs(content.few_shot), content.template_format)
    return tuple(Message(role, text) for role, text in sent)


def _turns(messages: tuple[Message, ...]) -> list[Turn]:
    return [(message.role, message.content) for message in messages]


def _pairs(few_shot: tuple[FewShot, ...]) -> list[Pair]:
    return [(pair.inputs, pair.output) for pair in few_shot]
