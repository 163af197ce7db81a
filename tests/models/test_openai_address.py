"""Where a chat request goes, and which account it names."""

from __future__ import annotations

import pytest

from workbench.domain.model import ModelSpec
from workbench.models.openai_address import account_headers, chat_url

ENVIRON = {"OPENAI_ORG_ID": "org-1", "OPENAI_PROJECT_ID": "proj-1"}


@pytest.mark.parametrize(
    ("model", "api_base", "url"),
    [
        ("openai/tiny", None, "https://api.openai.com/v1/chat/completions"),
        ("openai/tiny", "http://10.0.0.5:8000/v1", "http://10.0.0.5:8000/v1/chat/completions"),
        ("openai/tiny", "https://gateway.example/team/v1/", "https://gateway.example/team/v1/chat/completions"),
        ("hosted_vllm/tiny", "http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions"),
        ("ollama_chat/tiny", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1/chat/completions"),
        ("ollama_chat/tiny", "http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1/chat/completions"),
        ("ollama_chat/tiny", "http://127.0.0.1:11434/api/chat", None),
        ("hosted_vllm/tiny", None, None),
        ("openai/tiny", "https://me:secret@gateway.example/v1", None),
        ("openai/tiny", "https://gateway.example/v1?version=2", None),
        ("openai/tiny", "ftp://gateway.example/v1", None),
        ("openai/tiny", "gateway.example/v1", None),
        ("openai/tiny", "http://gateway.example:port/v1", None),
        ("openai/tiny", "http://[broken/v1", None),
    ],
)
def test_the_endpoint_lies_below_the_api_base(model: str, api_base: str | None, url: str | None) -> None:
    assert chat_url(ModelSpec("m", model, api_base=api_base), {}) == url


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_an_environment_that_moves_openai_is_followed_for_openai_only(variable: str) -> None:
    moved = {variable: "https://eu.api.openai.com/v1"}
    assert chat_url(ModelSpec("m", "openai/tiny"), moved) == "https://eu.api.openai.com/v1/chat/completions"
    configured = ModelSpec("m", "openai/tiny", api_base="http://10.0.0.5/v1")
    assert chat_url(configured, moved) == "http://10.0.0.5/v1/chat/completions"
    assert chat_url(ModelSpec("m", "hosted_vllm/tiny"), moved) is None


def test_only_openai_itself_is_told_who_pays() -> None:
    named = {"OpenAI-Organization": "org-1", "OpenAI-Project": "proj-1"}
    assert account_headers(ModelSpec("m", "openai/tiny"), ENVIRON) == named
    assert account_headers(ModelSpec("m", "openai/tiny"), {}) == {}
    assert account_headers(ModelSpec("m", "openai/tiny", api_base="http://10.0.0.5/v1"), ENVIRON) == {}
    assert account_headers(ModelSpec("m", "lm_studio/tiny"), ENVIRON) == {}
