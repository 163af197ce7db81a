from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics.text import normalise, numbers, plain, without, words


def test_squad_normal_form_drops_case_punctuation_and_articles():
    assert normalise("The  “Fee” is a Loan's COST, an extra!") == "fee is loans cost extra"


def test_decimals_apostrophes_and_hyphens_stay_within_a_word():
    assert words("Don’t pay 5.5% — fixed-rate (loans).") == ["don't", "pay", "5.5", "fixed-rate", "loans"]


def test_scripts_without_spaces_count_by_character_and_marks_stay_with_their_letter():
    assert words("中文 abc中") == ["中", "文", "abc", "中"]
    assert words("हिन्दी।") == ["हिन्दी"]


def test_numbers_are_compared_without_thousands_separators():
    assert numbers("1,500 or 1500, 2,5 and 007") == {"1500", "2.5", "7"}


def test_left_out_stretches_do_not_join_their_neighbours():
    assert without("a[1]b[2]", [(1, 4), (5, 8)]).split() == ["a", "b"]


@given(st.text())
def test_normal_forms_are_stable_and_blind_to_whitespace(text):
    assert plain(plain(text)) == plain(text)
    assert normalise(f"\n {text}\t") == normalise(text)
    assert words(f"  {text} ") == words(text)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_normal_forms_are_blind_to_case(text):
    assert normalise(text.upper()) == normalise(text.lower())
    assert words(text.upper()) == words(text.lower())
