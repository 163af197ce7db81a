"""Prompts that are too long for a model are found before they are sent, and none that might fit is held back."""

from __future__ import annotations

import pytest

from workbench.domain.model import CompletionRequest, ModelSpec
from workbench.domain.prompt import Message
from workbench.errors import ContextTooLongError
from workbench.runner.context_window import overflow, refuse_too_long, window_of

GPT_4 = ModelSpec("gpt-4", "openai/gpt-4")
WINDOW = 8_192
PROSE = "the mortgage "
"""Two words, each a token to any model."""


def a_request(words: int, **parameters: object) -> CompletionRequest:
    return CompletionRequest((Message("user", PROSE * (words // 2)),), parameters=parameters)


def test_a_prompt_far_beyond_the_window_is_refused_with_both_figures():
    with pytest.raises(ContextTooLongError, match=r"about 1\d,\d{3} tokens; gpt-4 takes 8,192") as caught:
        refuse_too_long(GPT_4, a_request(2 * WINDOW))

    assert not caught.value.sent
    assert not caught.value.may_cost
    assert "fewer sources" in caught.value.hint


@pytest.mark.parametrize("words", [10, WINDOW // 2, round(1.05 * WINDOW)])
def test_a_prompt_that_fits_or_might_fit_is_sent(words):
    refuse_too_long(GPT_4, a_request(words))


def test_a_prompt_at_the_edge_is_named_as_doubtful():
    found = overflow(GPT_4, a_request(round(1.1 * WINDOW)))

    assert found is not None
    assert not found.certain
    assert found.window == WINDOW


def test_room_for_the_answer_alone_makes_nothing_certain():
    assert overflow(GPT_4, a_request(4_000)) is None

    found = overflow(GPT_4, a_request(4_000, max_tokens=7_000))

    assert found is not None
    assert not found.certain
    assert found.tokens > WINDOW


def test_tools_and_schema_take_room_too():
    tool = {"type": "function", "function": {"name": "find", "description": PROSE * WINDOW}}

    found = overflow(GPT_4, CompletionRequest((Message("user", "Hello"),), tools=(tool,)))

    assert found is not None
    assert found.certain


@pytest.mark.parametrize(
    "spec",
    [
        ModelSpec("own", "openai/gpt-4", api_base="http://127.0.0.1:9/v1"),
        ModelSpec("new", "openai/nobody-has-heard-of-this"),
        ModelSpec("reader", "offline/reader"),
    ],
)
def test_of_a_window_that_is_not_known_nothing_is_claimed(spec):
    assert window_of(spec) is None
    refuse_too_long(spec, a_request(100_000))


def test_signs_in_a_row_are_few_tokens_to_a_model_and_do_not_make_a_prompt_too_long():
    refuse_too_long(GPT_4, CompletionRequest((Message("user", "-" * 3 * WINDOW),)))
