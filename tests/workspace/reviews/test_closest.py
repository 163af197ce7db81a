"""Where a reviewer looks first in the sources that an answer cites."""

from __future__ import annotations

from workbench.domain.dataset import Example
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.prompt import CitationPolicy
from workbench.metrics.citations import find_citations
from workbench.workspace.reviews.case import ReviewCase
from workbench.workspace.reviews.closest import closest_passages

FEES = "Loans may be repaid early. A fee of 1 % of the amount applies in the first five years. Later it is free."
HOURS = "The office opens at nine. On Sunday it is closed."


def case(answer: str, *texts: str) -> ReviewCase:
    sources = [(f"{number}.md", text) for number, text in enumerate(texts, 1)]
    chunks = [retrieved(name, text) for name, text in sources]
    return ReviewCase(
        "t", Example("q", {"question": "?"}), answer, sources, find_citations(answer, CitationPolicy(), chunks)
    )


def retrieved(name: str, text: str) -> RetrievedChunk:
    return RetrievedChunk(Chunk(name, name, 0, text, 0, len(text)), rank=1, score=1.0)


def marked(one: ReviewCase) -> dict[int, list[str]]:
    return {n: [one.sources[n - 1][1][a:b] for a, b in spans] for n, spans in closest_passages(one).items()}


def test_the_sentence_of_the_source_that_says_most_of_the_claim_is_marked():
    answer = "Yes. A fee of 1 % applies for five years [1]. The office is closed on Sunday [2]."

    assert marked(case(answer, FEES, HOURS)) == {
        1: ["A fee of 1 % of the amount applies in the first five years."],
        2: ["On Sunday it is closed."],
    }


def test_a_source_that_says_something_else_has_no_mark():
    assert marked(case("Pets are welcome everywhere [1].", FEES)) == {}


def test_a_row_of_a_table_is_marked_with_its_head():
    table = (
        "| Borrower | Cover until 2026 |\n|---|---|\n| Basic-rate taxpayer | 125 % |\n| Higher-rate taxpayer | 145 % |"
    )

    found = marked(case("Borrower: basic-rate taxpayer; cover until 2026: 125 % [1].", table))
    assert [("Borrower" in row, "125 %" in row) for row in found[1]] == [(True, False), (False, True)]


def test_only_cited_sources_that_were_shown_are_looked_at():
    assert marked(case("A fee of 1 % applies in five years [2][7].", HOURS, FEES)).keys() == {2}
