import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import a_source, an_output
from workbench.domain.score import Unscored
from workbench.metrics.quotes import QUOTES_FOUND, quotations, stands_in

SOURCE = (
    "Employees get 30 days of paid leave a year. Unused days lapse on 31 March, unless the manager agrees in writing."
)


def score(text, sources=(SOURCE,)):
    return QUOTES_FOUND.score(an_output(text, [a_source(source) for source in sources]))


@pytest.mark.parametrize(
    "text",
    [
        'The handbook says "Unused days lapse on 31 March" [1].',
        "It says “unused days  lapse on\n31 March”.",
        "Es heißt „30 days of paid leave“.",
        "On dit «30 days of paid leave».",
        "As it stands:\n\n> Unused days lapse on 31 March,\n> unless the manager agrees in writing.\n",
        'It says "Employees get … days of paid leave [...] unless the manager agrees".',
        'It says "30 days of paid leave a year."',
    ],
)
def test_a_quotation_that_stands_in_a_source_is_found(text):
    assert score(text).value == 1.0


def test_an_invented_quotation_is_named():
    found = score('It says "30 days of paid leave" and "no leave is ever refused".')
    assert found.value == 0.5
    assert "'no leave is ever refused'" in found.reason


def test_the_parts_around_an_ellipsis_must_follow_one_another_in_one_source():
    assert not stands_in("lapse on 31 March … Employees get 30 days", SOURCE)
    assert score('"30 days of paid leave … unless the manager"', SOURCE.split(". ")).value == 0.0


def test_terms_in_quotation_marks_and_apostrophes_are_no_quotations():
    assert quotations("The \"leave year\" isn't the employees' own 'year of days that count'.") == ()


@pytest.mark.parametrize(("text", "sources"), [("No quotation here.", (SOURCE,)), ('"one two three"', ())])
def test_without_a_quotation_or_a_source_there_is_no_score(text, sources):
    assert isinstance(score(text, sources), Unscored)


@given(st.text())
def test_any_text_is_read_and_a_quoted_stretch_of_a_source_is_always_found(text):
    for quoted in quotations(text):
        assert quoted
    words = "".join(c if c.isalnum() else " " for c in text).split()
    if words:
        assert stands_in(" ".join(words), f"before {' '.join(words)} behind")


def test_a_long_line_of_marks_is_read_in_time():
    assert quotations('"' * 200_001 + "“" * 200_000) == ()
