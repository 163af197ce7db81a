from dataclasses import replace

from tests.support.scoring import an_output
from workbench.domain.score import Scored, Unscored
from workbench.metrics.operations import COMPLETION_TOKENS, COST, LATENCY, LENGTH, TTFT


def test_known_figures_are_passed_on():
    given = an_output("three short words", cost_usd=0.0, ttft_ms=12.5, completion_tokens=4)
    assert COST.score(given) == Scored(0.0)
    assert TTFT.score(given) == Scored(12.5)
    assert COMPLETION_TOKENS.score(given) == Scored(4.0)
    assert LATENCY.score(given) == Scored(120.0)
    assert LENGTH.score(given) == Scored(3.0)


def test_unknown_figures_are_unscored_with_a_reason_never_zero():
    for metric in (COST, TTFT, COMPLETION_TOKENS):
        result = metric.score(an_output("any"))
        assert isinstance(result, Unscored)
        assert result.reason


def test_times_of_an_answer_for_which_the_model_was_loaded_first_are_unscored():
    given = replace(an_output("three short words", ttft_ms=12.5, cost_usd=0.1), cold_start=True)
    for metric in (LATENCY, TTFT):
        assert "loaded first" in metric.score(given).reason
    assert COST.score(given) == Scored(0.1)


def test_less_is_better_and_has_a_unit():
    for metric in (COST, TTFT, COMPLETION_TOKENS, LATENCY, LENGTH):
        assert metric.info.direction == "lower"
        assert metric.info.kind == "number"
        assert metric.info.unit
