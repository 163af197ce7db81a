import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import an_output
from workbench.domain.score import Scored, Unscored
from workbench.metrics.reference import (
    CONTAINS,
    EXACT_MATCH,
    ROUGE_L,
    TOKEN_F1,
    expected_share,
    is_exact,
    longest_common_subsequence,
    rouge_l,
    token_f1,
)

TEXTS = st.text(alphabet="abAB the.,1 é中\n", max_size=30)
MEASURES = [EXACT_MATCH, CONTAINS, TOKEN_F1, ROUGE_L]


def plain_lcs(first, second):
    """The textbook table, to compare with."""
    row = [0] * (len(second) + 1)
    for item in first:
        before, row = row, [0]
        for column, other in enumerate(second):
            row.append(before[column] + 1 if item == other else max(before[column + 1], row[column]))
    return row[-1]


def test_token_f1_is_the_harmonic_mean_of_the_shares_of_common_words():
    # 2 of 5 words of the answer (the article is dropped), 2 of 2 expected ones: 2 * 0.4 * 1 / 1.4
    assert token_f1("You get the 30 days off.", "30 days") == pytest.approx(4 / 7)


def test_rouge_l_counts_words_in_order():
    # Lin 2004: "police kill the gunman" shares "police the gunman" with the reference, 3 of 4 words on either side
    assert rouge_l("police kill the gunman", "police killed the gunman") == pytest.approx(3 / 4)
    assert rouge_l("the gunman kill police", "police killed the gunman") == pytest.approx(2 / 4)


def test_citations_do_not_count_against_an_answer():
    given_ = an_output("30 days [1].", expected="30 days")
    assert [metric.score(given_).value for metric in MEASURES] == [1.0, 1.0, 1.0, 1.0]


def test_contained_words_must_be_whole_words():
    assert CONTAINS.score(an_output("It is 130 days.", expected="30 days")).value == 0.0
    assert CONTAINS.score(an_output("It is 30 days, full.", expected="30 DAYS")).value == 1.0


@pytest.mark.parametrize("metric", MEASURES, ids=lambda metric: metric.info.name)
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "no expected answer"),
        ({"expected": " "}, "no expected answer"),
        ({"expected": "a", "expect": "ignore"}, "not to"),
    ],
)
def test_rows_without_an_expected_answer_are_unscored(metric, fields, reason):
    result = metric.score(an_output("any", **fields))
    assert isinstance(result, Unscored)
    assert reason in result.reason


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_the_bit_parallel_subsequence_is_the_textbook_one(first, second):
    assert longest_common_subsequence(first, second) == plain_lcs(first, second)


@given(TEXTS, TEXTS)
def test_overlap_is_symmetric_within_bounds_and_whole_for_equal_texts(first, second):
    for measure in (token_f1, rouge_l):
        assert 0 <= measure(first, second) <= 1
        assert measure(first, second) == measure(second, first)
        assert measure(first, first) == 1
    assert is_exact(first, second) == is_exact(second, first)
    assert 0 <= expected_share(first, second) <= 1
    assert expected_share(first, first) == 1


@given(TEXTS, TEXTS)
def test_case_and_whitespace_change_nothing(text, expected):
    changed = f" {text.upper()}\n"
    for metric in MEASURES:
        one = metric.score(an_output(text, expected=expected))
        other = metric.score(an_output(changed, expected=expected))
        assert one == other


@given(st.text())
def test_no_text_is_too_odd_to_compare(text):
    for metric in MEASURES:
        result = metric.score(an_output(text, expected="30 days"))
        assert isinstance(result, Scored)
        assert 0 <= result.value <= 1
