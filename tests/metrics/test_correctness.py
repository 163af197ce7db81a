import pytest

from tests.support.scoring import REFUSAL, an_output
from workbench.domain.dataset import Check
from workbench.domain.score import Unscored
from workbench.metrics.correctness import CORRECT


@pytest.mark.parametrize(
    ("text", "fields", "value"),
    [
        ("30 days", {"checks": (Check("contains", "30"),)}, 1.0),
        ("31 days", {"checks": (Check("contains", "30"),)}, 0.0),
        ("something else, 30", {"checks": (Check("contains", "30"),), "expected": "quite another text"}, 1.0),
        ("Everybody gets 30 days a year, whatever the contract says [1].", {"expected": "30 days"}, 1.0),
        ("Everybody gets 31 days of paid leave.", {"expected": "Everybody gets 30 days of paid leave."}, 0.0),
        ("Paid leave for everybody: thirty days.", {"expected": "Everybody gets thirty days of paid leave."}, 1.0),
        ("Something different entirely.", {"expected": "Everybody gets thirty days of paid leave."}, 0.0),
        (REFUSAL, {"expect": "refuse"}, 1.0),
        ("30 days", {"expect": "refuse"}, 0.0),
        (f"{REFUSAL} BANANA", {"expect": "refuse", "checks": (Check("not_contains", "BANANA"),)}, 0.0),
        ("30 days", {"checks": (Check("not_contains", "40"),)}, 1.0),
        (REFUSAL, {"checks": (Check("not_contains", "40"),)}, 0.0),
        ("", {"checks": (Check("not_contains", "40"),)}, 0.0),
        ("31 days", {"checks": (Check("not_contains", "40"),), "expected": "30 days"}, 0.0),
    ],
)
def test_the_headline_follows_checks_then_the_expected_answer(text, fields, value):
    result = CORRECT.score(an_output(text, refusal=REFUSAL, **fields))
    assert result.value == value
    assert result.reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "neither checks nor an expected answer"),
        ({"expect": "ignore", "expected": "30"}, "not to be scored"),
        ({"checks": (Check("regex", "("),)}, "cannot be used"),
    ],
)
def test_the_headline_says_why_it_has_no_value(fields, reason):
    result = CORRECT.score(an_output("any", **fields))
    assert isinstance(result, Unscored)
    assert reason in result.reason
