import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import REFUSAL, an_output
from workbench.domain.prompt import CitationPolicy, Policy
from workbench.domain.score import Unscored
from workbench.metrics.refusal import REFUSAL_CORRECT, how_refused
from workbench.metrics.text import plain

AGREED = Policy(refusal=REFUSAL)


@pytest.mark.parametrize(
    "text",
    [
        REFUSAL,
        "I CAN’T find that in the documents",
        f"{REFUSAL} [1]",
        f"Sorry! {REFUSAL} Please ask the office.",
    ],
)
def test_the_agreed_sentence_is_recognised_whatever_its_case_and_punctuation(text):
    assert how_refused(text, AGREED) == "the agreed sentence"


@pytest.mark.parametrize(
    "text",
    [
        "I don't know.",
        "I’m sorry, but I cannot help with that.",
        "I couldn't find specific information about the salary in the provided sources.",
        "The sources do not mention pets.",
        "Based on the provided passages, it is not possible to determine the exact number.",
        "The job title is not specified in the given sources.",
        "There is no specific information about the average salary.",
        "The provided text does not explicitly state who won [1].",
        "That information is not available.",
        "I'm unable to answer this. However, you could ask the office.",
        "Thank you for asking. I do not have that information.",
    ],
)
def test_common_ways_of_declining_are_recognised(text):
    assert how_refused(text, Policy()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Employees get 30 days of leave [1].",
        "We cannot provide loans to minors [1].",
        "The fee is not refundable.",
        "The sources do not mention a limit. However, the usual fee is 1% of the amount.",
        f"{REFUSAL} The fee is 1.5% of the amount [2].",
        "The handbook says a lot about leave and about pay. The sources do not mention pets.",
        "I don't know. " + "The fee depends on the term of the loan. " * 8,
    ],
)
def test_an_answer_is_not_taken_for_a_refusal(text):
    assert how_refused(text, AGREED) is None


@pytest.mark.parametrize(
    ("expect", "text", "value"),
    [("refuse", REFUSAL, 1.0), ("refuse", "30 days.", 0.0), ("answer", "30 days.", 1.0), ("answer", REFUSAL, 0.0)],
)
def test_declining_is_right_exactly_when_the_row_expects_it(expect, text, value):
    assert REFUSAL_CORRECT.score(an_output(text, refusal=REFUSAL, expect=expect)).value == value


def test_rows_to_be_ignored_are_unscored():
    assert isinstance(REFUSAL_CORRECT.score(an_output("any", expect="ignore")), Unscored)


def test_an_unusable_citation_pattern_does_not_hide_a_refusal():
    assert how_refused("I don't know.", Policy(citations=CitationPolicy(pattern="("))) is not None


@given(st.text(), st.text())
def test_no_text_and_no_agreed_sentence_make_recognition_fail(text, agreed):
    how_refused(text, Policy(refusal=agreed))


@given(st.text().filter(lambda text: any(char.isalpha() and char not in "anthe" for char in plain(text))))
def test_the_agreed_sentence_itself_is_always_a_refusal(agreed):
    policy = Policy(refusal=agreed, citations=CitationPolicy(pattern="never"))
    assert how_refused(agreed, policy) == "the agreed sentence"
