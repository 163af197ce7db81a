"""What is sent for a cell, and what makes two requests the same."""

from tests.support.builders import a_version, an_arm, an_example
from workbench.domain.run import Cell
from workbench.runner.requests import (
    NO_SOURCES,
    Sources,
    build_request,
    find_sources,
    numbered,
    request_key,
    search_text,
)


def test_the_question_is_searched_for_before_other_inputs():
    assert search_text({"tone": "kind", "question": "How much?"}) == "How much?"
    assert search_text({"topic": "fees", "count": 3, "place": "here"}) == "fees\nhere"


def test_nothing_found_is_said_to_the_model():
    assert numbered(()) == NO_SOURCES


def test_a_rows_own_context_is_shown_instead_of_the_index():
    example = an_example(context=("First.", "Second."))

    sources = find_sources(None, example, None)

    assert numbered(sources.chunks) == "[1] given-1\nFirst.\n\n[2] given-2\nSecond."
    assert sources.retrieval_ms is None


def test_repeats_differ_in_their_key_and_equal_requests_do_not():
    arm = an_arm(a_version())
    cells = [Cell(arm, an_example(1), repeat) for repeat in (1, 1, 2)]
    keys = [request_key(cell, build_request(cell, Sources((), None), timeout_s=n)) for n, cell in enumerate(cells, 1)]

    assert keys[0] == keys[1] != keys[2]


def test_an_edited_expectation_leaves_the_cell_as_it_was():
    arm = an_arm()

    assert Cell(arm, an_example(expected="a"), 1).hash == Cell(arm, an_example(expected="b"), 1).hash
