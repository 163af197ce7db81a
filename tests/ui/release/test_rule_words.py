"""Rules in the fields of the page are the rules of the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.gate import GateRule
from workbench.domain.score import MetricInfo
from workbench.ui.release.rule_words import fields_of, rule_of, words

CORRECT = MetricInfo("correct", "1", "pass_fail", "higher", "Correct", "Whether it is right.")
LATENCY = MetricInfo("latency", "1", "number", "lower", "Time to answer", "How long it took.", unit="ms")
shares = st.integers(0, 1000).map(lambda n: n / 1000)


@st.composite
def rules(draw):
    """Any rule that the page can make."""
    tag = draw(st.sampled_from([None, "leave"]))
    on = draw(st.sampled_from(["bound", "mean"]))
    return draw(
        st.sampled_from(
            [
                GateRule(metric="correct", at_least=draw(shares), slice=tag, on=on),
                GateRule(metric="correct", not_worse_by=draw(shares), slice=tag, on=on),
                GateRule(metric="latency", at_most=draw(shares) * 9000, quantile=0.95, slice=tag),
                GateRule(must_pass=True, slice=tag),
                GateRule(attacks_at_most=draw(shares), slice=tag),
                GateRule(examples_at_least=draw(st.integers(1, 9999)), slice=tag),
                GateRule(labels_at_least=draw(st.integers(1, 9999)), slice=tag),
                GateRule(calibrated="grounded"),
            ]
        )
    )


@given(rules())
def test_a_rule_survives_the_page(rule):
    info = {"correct": CORRECT, "latency": LATENCY}.get(rule.metric or "")

    back = rule_of(fields_of(rule, info), info)

    assert back == rule or back.at_most == pytest.approx(rule.at_most)
    assert words(rule, info)


def test_rules_read_as_phrases():
    assert words(GateRule(metric="correct", at_least=0.8, slice="leave"), CORRECT) == (
        "Correct at least 80%, only rows tagged leave"
    )
    assert words(GateRule(metric="correct", not_worse_by=0.03), CORRECT) == (
        "Correct not worse than the baseline by more than 3 points"
    )
    assert words(GateRule(metric="latency", at_most=4000, quantile=0.95), LATENCY) == (
        "Time to answer at most 4.0 s, for 95% of answers"
    )
