import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import REFUSAL, a_source, an_output
from workbench.domain.prompt import CitationPolicy
from workbench.domain.score import Scored, Unscored
from workbench.metrics.citations import find_citations, resolve
from workbench.metrics.sourcing import CITATION_COVERAGE, CITATION_VALIDITY, CITES_GOLD, is_factual

SOURCES = (
    a_source(document="handbook.md", headings=("Leave",), rank=1),
    a_source(document="plan.pdf", page=4, rank=2),
    a_source(document="handbook.md", headings=("Pay",), rank=3),
)
BRACKETS = CitationPolicy(pattern=r"\[([^\[\]]+)\]")
REQUIRED = CitationPolicy(required=True)


@pytest.mark.parametrize(
    ("target", "sources"),
    [
        ("1", (1,)),
        ("3", (3,)),
        ("0", ()),
        ("4", ()),
        ("²", ()),
        ("99999999999999999999", ()),
        ("handbook.md", (1, 3)),
        ("handbook.md#pay", (3,)),
        ("plan.pdf#page=4", (2,)),
        ("plan.pdf#page=5", ()),
        ("other.md", ()),
        ("", ()),
    ],
)
def test_a_citation_names_sources_by_number_or_by_document(target, sources):
    assert resolve(target, SOURCES) == sources


def test_one_mark_may_name_several_sources():
    found = find_citations("It is so [1, 3; other.md].", BRACKETS, SOURCES)
    assert [(citation.target, citation.valid) for citation in found] == [("1", True), ("3", True), ("other.md", False)]


def test_validity_is_the_share_of_citations_that_exist_and_names_the_others():
    result = CITATION_VALIDITY.score(an_output("Yes [1]. No [9]. Yes [2][3].", SOURCES))
    assert result == Scored(0.75, "no such source among the 3 shown: '9'")


def test_coverage_counts_factual_sentences_with_a_source_that_exists():
    text = "Employees get 30 days a year. [1] Fees are paid each month [9]. Is that all you need? Yes."
    result = CITATION_COVERAGE.score(an_output(text, SOURCES))
    assert result == Scored(0.5, "1 of 2 factual sentences without a source: 'Fees are paid each month [9].'")


def test_an_answer_that_must_cite_but_had_no_sources_covers_nothing():
    assert CITATION_COVERAGE.score(an_output("Employees get 30 days.", citations=REQUIRED)).value == 0.0


@pytest.mark.parametrize(
    ("metric", "text", "sources", "fields", "reason"),
    [
        (CITATION_VALIDITY, "It is so.", SOURCES, {}, "cites nothing"),
        (CITATION_VALIDITY, "It is so [1].", (), {}, "no sources"),
        (CITATION_VALIDITY, "It [1].", SOURCES, {"citations": CitationPolicy(pattern="(")}, "pattern cannot be used"),
        (CITATION_COVERAGE, REFUSAL, SOURCES, {"refusal": REFUSAL}, "declines"),
        (CITATION_COVERAGE, "Yes.", SOURCES, {}, "no sentence that states a fact"),
        (CITATION_COVERAGE, "It is just so.", (), {}, "no sources"),
        (CITES_GOLD, "It is so [1].", SOURCES, {}, "does not say which"),
        (CITES_GOLD, "It is so [7].", SOURCES, {"relevant": ("handbook.md",)}, "cites no source"),
        (CITES_GOLD, "It [1].", SOURCES, {"relevant": ("handbook.md",), "context": ("a",)}, "brings its own"),
    ],
)
def test_citation_scores_say_why_they_have_no_value(metric, text, sources, fields, reason):
    result = metric.score(an_output(text, sources, **fields))
    assert isinstance(result, Unscored)
    assert reason in result.reason


@pytest.mark.parametrize(
    ("text", "value"),
    [("So [1].", 0.5), ("So [2].", 0.5), ("So [1][2].", 1.0), ("So [3, plan.pdf].", 1.0)],
)
def test_gold_is_the_share_of_the_rows_documents_that_are_cited(text, value):
    given_ = an_output(text, SOURCES, citations=BRACKETS, relevant=("handbook.md#leave", "plan.pdf#page=9"))
    assert CITES_GOLD.score(given_).value == value


@given(st.text(alphabet="ab .[]0129,;#=page\n"), st.sampled_from([CitationPolicy(), BRACKETS, REQUIRED]))
def test_citation_scores_stay_within_bounds_on_any_text(text, policy):
    given_ = an_output(text, SOURCES, citations=policy, relevant=("handbook.md",))
    for metric in (CITATION_VALIDITY, CITATION_COVERAGE, CITES_GOLD):
        result = metric.score(given_)
        assert isinstance(result, Unscored) or 0 <= result.value <= 1


@pytest.mark.parametrize(
    "text", ["Yes.", "What is the fee of this loan?", "The steps in order are:", "# The fee of a loan"]
)
def test_headings_questions_and_lead_ins_state_no_fact(text):
    assert not is_factual(text)


def test_a_list_item_of_four_words_states_a_fact():
    assert is_factual("- The fee is due.")
    assert not is_factual("1. Fee is due")
