"""A prompt handed to LangChain asks the same as it does here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import BaseMessage, ChatMessage

from workbench.domain.prompt import FewShot, Message, MessageRole, PromptContent
from workbench.errors import InputError, TemplateError
from workbench.formats.langchain import to_langchain
from workbench.templates.messages import render_messages, used_variables

ROLES = {"human": "user", "ai": "assistant", "system": "system"}
TEXT = st.one_of(
    st.sampled_from(["", "{", "}}", "{{q}}", "{q}", "<b>&\"'", "{q.__class__}", "{{{q}}}"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
MUSTACHE = st.sampled_from(
    ["{{q}}", "{{{ q }}}", "{{&name-2}}", "{", "}", '{"a": {{q}}}', "{{! note }}", "\n", "text ", "é"]
)
F_STRING = st.sampled_from(["{q}", "{name-2}", "{{", "}}", '{{"a": {q}}}', "\n", "text ", "é"])
VALUE = st.one_of(TEXT, st.integers(), st.booleans(), st.floats())


def as_messages(messages: list[BaseMessage]) -> list[tuple[str, str]]:
    return [(m.role if isinstance(m, ChatMessage) else ROLES[m.type], m.text) for m in messages]


@st.composite
def prompts(draw: st.DrawFn) -> PromptContent:
    template_format = draw(st.sampled_from(["mustache", "f-string"]))
    pieces = MUSTACHE if template_format == "mustache" else F_STRING
    template = st.lists(pieces, max_size=4).map("".join)
    roles: list[MessageRole] = draw(st.lists(st.sampled_from(["system", "user", "assistant", "tool"]), max_size=2))
    after: list[MessageRole] = draw(st.lists(st.sampled_from(["assistant", "system"]), max_size=1))
    messages = tuple(Message(role, draw(template)) for role in [*roles, "user", *after])
    pair = st.builds(FewShot, st.fixed_dictionaries({"q": VALUE, "name-2": VALUE}), TEXT)
    content = PromptContent(messages, template_format, few_shot=tuple(draw(st.lists(pair, max_size=2))))
    try:
        used_variables(content)
    except TemplateError:  # pieces that make another tag together
        return draw(prompts())
    return content


@given(
    prompts(),
    st.fixed_dictionaries({"q": VALUE, "name-2": VALUE}),
    st.lists(st.tuples(st.sampled_from(["user", "assistant", "system"]), TEXT), max_size=2),
)
def test_langchain_formats_to_the_same_messages(
    content: PromptContent, inputs: dict[str, object], history: list[tuple[MessageRole, str]]
) -> None:
    ours = render_messages(content, inputs, history=tuple(Message(role, text) for role, text in history))
    theirs = to_langchain(content).format_messages(**inputs, history=history)
    assert as_messages(theirs) == [(message.role, message.content) for message in ours]


def test_the_prompts_variables_are_langchains_and_history_is_optional() -> None:
    content = PromptContent((Message("system", "{{tone}}"), Message("user", "{{question}}")))
    made = to_langchain(content)
    assert made.input_variables == ["question", "tone"]
    assert made.optional_variables == ["history"]
    assert as_messages(made.invoke({"tone": "Kind.", "question": "<q>"}).to_messages()) == [
        ("system", "Kind."),
        ("user", "<q>"),
    ]


def test_a_missing_variable_is_an_error_there_too() -> None:
    made = to_langchain(PromptContent((Message("user", "{{question}}"),)))
    with pytest.raises(KeyError, match="question"):
        made.format_messages()


def test_a_variable_called_like_the_placeholder_needs_another_placeholder() -> None:
    content = PromptContent((Message("user", "{{history}}"),))
    with pytest.raises(InputError, match="another name"):
        to_langchain(content)
    made = to_langchain(content, history="turns")
    assert as_messages(made.format_messages(history="past", turns=[("user", "a")])) == [("user", "a"), ("user", "past")]


def test_tracing_that_only_the_environment_asks_for_is_off() -> None:
    code = """
from workbench.domain.prompt import Message, PromptContent
from workbench.formats.langchain import to_langchain
to_langchain(PromptContent((Message("user", "{{q}}"),))).invoke({"q": "a"})
from langsmith.utils import tracing_is_enabled
print(tracing_is_enabled())
"""
    asked = {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true"}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_importing_the_module_does_not_import_langchain() -> None:
    code = "import sys, workbench.formats.langchain; print('langchain_core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
