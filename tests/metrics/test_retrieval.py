import pytest

from tests.support.scoring import a_source, an_output
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.score import Scored, Unscored
from workbench.metrics.retrieval import GOLD_FOUND

SEARCH = RetrievalSettings(index="handbook")
FOUND = (a_source(document="handbook.md", headings=("Leave",)), a_source(document="plan.pdf", page=4, rank=2))


@pytest.mark.parametrize(
    ("relevant", "value"),
    [
        (("handbook.md#leave",), 1.0),
        (("handbook.md#pay",), 0.0),
        (("handbook.md", "plan.pdf#page=4"), 1.0),
        (("handbook.md", "plan.pdf#page=5"), 0.5),
    ],
)
def test_gold_is_found_when_a_chunk_of_its_document_heading_or_page_was_shown(relevant, value):
    assert GOLD_FOUND.score(an_output("any", FOUND, retrieval=SEARCH, relevant=relevant)).value == value


def test_a_search_that_found_nothing_found_no_gold():
    result = GOLD_FOUND.score(an_output("any", (), retrieval=SEARCH, relevant=("handbook.md",)))
    assert result == Scored(0.0, "not among the 0 found: handbook.md")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"retrieval": SEARCH}, "does not say"),
        ({"relevant": ("a.md",)}, "searches no index"),
        ({"relevant": ("a.md",), "retrieval": SEARCH, "context": ("text",)}, "brings its own"),
    ],
)
def test_without_gold_or_search_there_is_no_value(fields, reason):
    result = GOLD_FOUND.score(an_output("any", FOUND, **fields))
    assert isinstance(result, Unscored)
    assert reason in result.reason
