"""Prices as LiteLLM's table lists them, and costs that are None rather than wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import pricing
from workbench.domain.model import Price, Usage
from workbench.errors import UnavailableError


@pytest.fixture(scope="module")
def table() -> dict[str, dict]:
    site = next(Path(entry) for entry in sys.path if (Path(entry) / "litellm" / "__init__.py").exists())
    return json.loads((site / "litellm" / "model_prices_and_context_window_backup.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("openai/gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("anthropic/claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("gemini/gemini-2.5-flash", "gemini/gemini-2.5-flash"),
        ("bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("vertex_ai/gemini-2.5-pro", "gemini-2.5-pro"),
    ],
)
def test_a_listed_model_has_the_tables_figures(table, model: str, key: str) -> None:
    row = table[key]
    price = pricing.price_of(model)
    assert price is not None
    assert price.input_per_million == pytest.approx(row["input_cost_per_token"] * 1e6, rel=1e-9)
    assert price.output_per_million == pytest.approx(row["output_cost_per_token"] * 1e6, rel=1e-9)
    assert price.cached_input_per_million == pytest.approx(row["cache_read_input_token_cost"] * 1e6, rel=1e-9)
    assert pricing.context_window(model) == row["max_input_tokens"]
    assert pricing.max_output_tokens(model) == row["max_output_tokens"]
    assert pricing.supports_response_schema(model) is row["supports_response_schema"]


def test_every_price_is_what_the_table_says_of_that_key(table) -> None:
    for key, row in table.items():
        price = pricing.price_of(key)
        if price is None or key.startswith(pricing.OFFLINE_PREFIX):
            continue
        assert price.input_per_million == pytest.approx(row["input_cost_per_token"] * 1e6, abs=1e-9), key
        assert price.output_per_million == pytest.approx(row.get("output_cost_per_token", 0) * 1e6, abs=1e-9), key


def test_a_model_costs_nothing_only_where_the_table_says_zero(table) -> None:
    free = {key for key in table if (price := pricing.price_of(key)) and not price.input_per_million}
    assert free
    assert all(table[key]["input_cost_per_token"] == 0 for key in free)
    assert not any(table[key].get("input_cost_per_request") for key in free)


@pytest.mark.parametrize(
    "model",
    [
        "openai/no-such-model",
        "mistral/gpt-4o-mini",
        "no-such-model",
        "",
        "/",
        "openai/",
        "sample_spec",
        "hosted_vllm/x",
    ],
)
def test_what_the_table_does_not_list_is_unknown(model: str) -> None:
    assert pricing.price_of(model) is None
    assert pricing.context_window(model) is None
    assert pricing.max_output_tokens(model) is None
    assert pricing.supports_response_schema(model) is None


def test_embedded_models_are_known_to_be_free() -> None:
    price = pricing.price_of("offline/reader")
    assert price == Price(0.0, 0.0, 0.0)
    assert pricing.cost_usd(Usage(), price) == 0.0


def test_a_bare_name_belongs_to_its_provider() -> None:
    assert pricing.full_name("gpt-4o-mini") == "openai/gpt-4o-mini"
    assert pricing.full_name("openai/gpt-4o-mini") is None
    assert pricing.full_name("text-embedding-3-small") is None, "it writes no text"


def test_listed_models_can_be_looked_up_again() -> None:
    listed = pricing.listed_models()
    assert "openai/gpt-4o-mini" in listed
    assert "openai/text-embedding-3-small" not in listed
    assert all("/" in name for name in listed)


def test_a_worked_example_of_a_cost() -> None:
    price = Price(input_per_million=2.0, output_per_million=10.0, cached_input_per_million=0.5)
    assert pricing.cost_usd(Usage(1000, 200, 400), price) == pytest.approx((600 * 2 + 400 * 0.5 + 200 * 10) / 1e6)
    assert pricing.cost_usd(Usage(1000, 200), price) == pytest.approx((1000 * 2 + 200 * 10) / 1e6)


def test_cached_tokens_without_a_price_of_their_own_cost_what_others_do() -> None:
    assert pricing.cost_usd(Usage(1000, 0, 400), Price(2.0, 10.0)) == pytest.approx(0.002)


def test_beyond_the_length_a_price_holds_for_the_cost_is_unknown() -> None:
    price = pricing.price_of("gemini/gemini-2.5-pro")
    assert price is not None
    assert price.up_to_prompt_tokens == 200_000
    assert pricing.cost_usd(Usage(200_000, 1), price) is not None
    assert pricing.cost_usd(Usage(200_001, 1), price) is None
    assert pricing.cost_usd(Usage(None, 1), price) is None


@pytest.mark.parametrize(
    ("usage", "price"),
    [
        (Usage(10, 10), None),
        (Usage(None, 10), Price(1.0, 1.0)),
        (Usage(10, None), Price(1.0, 1.0)),
        (Usage(None, None), Price(1.0, 0.0)),
        (Usage(None, 5), Price(0.0, 1.0, 0.5)),
    ],
)
def test_a_cost_that_cannot_be_known_is_none(usage: Usage, price: Price | None) -> None:
    assert pricing.cost_usd(usage, price) is None


def test_a_count_that_costs_nothing_need_not_be_known() -> None:
    assert pricing.cost_usd(Usage(1000, None), Price(2.0, 0.0)) == pytest.approx(0.002)


rates = st.floats(min_value=0, max_value=1000, allow_nan=False)
counts = st.integers(min_value=0, max_value=10_000_000)


@given(counts, counts, counts, rates, rates, rates)
def test_a_cost_is_never_negative_and_lies_between_all_cached_and_none(
    prompt: int, completion: int, cached: int, paid_in: float, paid_out: float, paid_cached: float
) -> None:
    price = Price(paid_in, paid_out, paid_cached)
    cost = pricing.cost_usd(Usage(prompt, completion, cached), price)
    ends = [pricing.cost_usd(Usage(prompt, completion, share), price) for share in (0, prompt)]
    assert cost is not None
    assert cost >= 0
    slack = 1e-9 * (1 + max(ends))
    assert min(ends) - slack <= cost <= max(ends) + slack


@given(counts, counts, counts, counts, rates, rates)
def test_two_answers_cost_what_they_cost_apart(a: int, b: int, c: int, d: int, paid_in: float, paid_out: float) -> None:
    price = Price(paid_in, paid_out)
    apart = pricing.cost_usd(Usage(a, b), price) + pricing.cost_usd(Usage(c, d), price)
    assert pricing.cost_usd(Usage(a + c, b + d), price) == pytest.approx(apart, rel=1e-9, abs=1e-12)


def test_reading_the_table_does_not_import_litellm() -> None:
    code = (
        "import sys; from workbench import pricing; pricing.price_of('openai/gpt-4o-mini'); "
        "sys.exit('litellm' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_table_that_is_not_there_says_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pricing, "_table_path", lambda: tmp_path / "gone.json")
    with pytest.raises(UnavailableError, match="Install the workbench again"):
        pricing._table.__wrapped__()
