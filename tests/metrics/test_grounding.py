import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import REFUSAL, a_source, an_output
from workbench.domain.score import Unscored
from workbench.metrics.grounding import GROUNDED_SHARE, copied_share

SOURCE = "Employees get 30 days of paid leave a year."


def test_a_copied_answer_is_found_whole_and_an_invented_one_not_at_all():
    assert GROUNDED_SHARE.score(an_output("EMPLOYEES get 30 days [1].", [a_source(SOURCE)])).value == 1.0
    assert GROUNDED_SHARE.score(an_output("Nobody receives any holiday.", [a_source(SOURCE)])).value == 0.0


def test_a_sequence_must_stand_in_one_source():
    assert copied_share("one two three four", ("one two", "three four")) == 0.0
    assert copied_share("one two three four", ("zero one two three", "four")) == 0.5


def test_a_very_short_answer_is_looked_up_as_a_whole():
    assert copied_share("30 days", (SOURCE,)) == 1.0
    assert copied_share("31 days", (SOURCE,)) == 0.0


@pytest.mark.parametrize(
    ("text", "sources", "reason"),
    [(REFUSAL, [a_source()], "declines"), ("any", [], "no sources"), ("...", [a_source()], "no words")],
)
def test_there_is_no_share_without_claims_and_sources(text, sources, reason):
    result = GROUNDED_SHARE.score(an_output(text, sources, refusal=REFUSAL))
    assert isinstance(result, Unscored)
    assert reason in result.reason


@given(st.text(), st.text())
def test_the_share_stays_within_bounds_and_a_text_grounds_itself(text, source):
    share = copied_share(text, (source,))
    assert share is None or 0 <= share <= 1
    assert copied_share(text, (text,)) in {None, 1.0}
