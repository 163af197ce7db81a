import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import REFUSAL, a_source, an_output
from workbench.domain.score import Unscored
from workbench.metrics.figures import NUMBERS_SUPPORTED

SOURCE = "The fee is 1,500 euros in the first five years, and 2.5% later, from 31 March 2027."


def score(text, source=SOURCE, **fields):
    return NUMBERS_SUPPORTED.score(an_output(text, [a_source(source)] if source else [], **fields))


@pytest.mark.parametrize(
    "text", ["It is 1500 euros [1].", "2,5 % later.", "From 31.03.2027? No: 31 March 2027.", "For 5 years."]
)
def test_numbers_count_however_they_are_written(text):
    found = score(text)
    assert found.value == (1.0 if "31.03" not in text else pytest.approx(2 / 3))


def test_a_number_that_is_in_no_source_is_named():
    found = score("It is 1,500 euros for 7 years, then 3%.")
    assert found.value == pytest.approx(1 / 3)
    assert found.reason == "in no source: 3, 7"


def test_numbers_of_the_question_may_be_repeated():
    assert score("For 48 months: 1,500 euros.", inputs={"question": "What after 48 months?"}).value == 1.0


def test_citations_and_the_numbers_of_a_list_are_no_figures():
    assert score("1. It costs 1,500 euros [4].\n2. Later 2.5% [9].").value == 1.0


@pytest.mark.parametrize(("text", "source"), [("It depends.", SOURCE), ("7", ""), (REFUSAL + " 7", SOURCE)])
def test_without_numbers_sources_or_an_answer_there_is_no_score(text, source):
    assert isinstance(score(text, source, refusal=REFUSAL), Unscored)


@given(st.text(), st.text(min_size=1))
def test_the_share_stays_within_bounds_and_a_text_supports_itself(text, source):
    found = score(text, source)
    assert isinstance(found, Unscored) or 0 <= found.value <= 1
    again = score(source, source)
    assert isinstance(again, Unscored) or again.value == 1
