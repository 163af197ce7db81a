"""Prompts for LangChain. The only module that knows langchain-core, which is imported when it is needed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from workbench.domain.prompt import Message, PromptContent
from workbench.errors import InputError
from workbench.templates.messages import few_shot_messages, last_user_position, used_variables
from workbench.templates.parsing import parse

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.prompts import ChatPromptTemplate

_TRACING_VARIABLES = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


def to_langchain(content: PromptContent, *, history: str = "history") -> ChatPromptTemplate:
    """A ChatPromptTemplate that formats to the messages that `render_messages` gives for the same texts and numbers.

    Values are inserted as they are, few-shot pairs stand where they do here, and earlier turns go into the optional
    placeholder named by `history`. LangChain writes lists and mappings as Python does, not as JSON: give it those
    through `as_text`. Where this process had no LangChain yet, its tracing to LangSmith is switched off.

    Raises TemplateError for templates that do not parse, InputError when a variable is called like the placeholder.
    """
    if history in used_variables(content):
        raise InputError(
            f"The prompt has a variable {history!r}, which is also where earlier turns go.",
            hint='Give the placeholder another name: to_langchain(content, history="turns").',
        )
    _switch_tracing_off()
    from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder

    last = last_user_position(content)
    templates = [_template(content, message) for message in content.messages]
    pairs = [_message(message) for message in few_shot_messages(content)]
    placeholder = MessagesPlaceholder(history, optional=True)
    return ChatPromptTemplate([*templates[:last], *pairs, placeholder, *templates[last:]], template_format="f-string")


def _switch_tracing_off() -> None:
    """Keep LangSmith from getting what a project holds only because a shell's environment says so.

    Whoever imported LangChain before has decided for themselves.
    """
    if "langchain_core" not in sys.modules:
        os.environ.update(dict.fromkeys(_TRACING_VARIABLES, "false"))


def _template(content: PromptContent, message: Message) -> Any:
    """The message as LangChain's f-string, which unlike its mustache escapes nothing and misses no variable silently."""
    from langchain_core.prompts import ChatMessagePromptTemplate

    text = "".join(
        part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else f"{{{part.name}}}"
        for part in parse(message.content, content.template_format)
    )
    if message.role == "tool":
        return ChatMessagePromptTemplate.from_template(text, role="tool")
    return message.role, text


def _message(message: Message) -> BaseMessage:
    """A finished message: nothing in it is a template any more."""
    from langchain_core.messages import AIMessage, HumanMessage

    return HumanMessage(message.content) if message.role == "user" else AIMessage(message.content)
