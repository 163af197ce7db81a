"""Kin among models, told by their names."""

import pytest

from workbench.judging.families import family


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("openai/gpt-4o-mini", "GPT"),
        ("azure/my-gpt-4.1", "GPT"),
        ("openai/o3-mini", "GPT"),
        ("anthropic/claude-sonnet-4-5", "Claude"),
        ("bedrock/anthropic.claude-3-haiku-20240307-v1:0", "Claude"),
        ("gemini/gemini-2.5-flash", "Gemini"),
        ("ollama/llama3.1:8b", "Llama"),
        ("ollama/qwen2.5", "Qwen"),
        ("together_ai/deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "DeepSeek"),
        ("mistral/open-mixtral-8x7b", "Mistral"),
        ("ollama/phi4", "Phi"),
        ("offline/reader", None),
        ("openai/tiny", None),
        ("dolphin", None),
        ("gemini/something", None),
    ],
)
def test_the_family_is_told_by_the_name_and_not_by_who_serves_it(model, expected):
    assert family(model) == expected
