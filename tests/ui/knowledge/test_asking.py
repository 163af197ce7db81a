"""Asking an index: what is found and why, the floor, filters, and the way into the document."""

from tests.support.shown_page import press, shown
from workbench import Workbench
from workbench.domain.prompt import RetrievalSettings


def cards(at):
    return [block.body for block in at.get("html") if "by meaning" in block.body]


def test_a_question_in_the_address_is_answered_with_ranks_and_marked_words(project, show):
    at = show("knowledge", q="late book")

    text = shown(at)
    assert not at.exception
    assert "loans.md › Loans › Late books" in text
    assert "by meaning: rank 1 (similarity" in text
    assert "by words: rank 1" in text
    assert ">late</mark>" in text


def test_the_kind_of_search_and_how_many_are_in_the_address(project, show):
    at = show("knowledge", q="library opening hours", search="bm25", k="1")

    assert "points for shared words" in shown(at)
    assert len(cards(at)) == 1


def test_what_scores_below_the_floor_is_told_apart(project, show):
    with Workbench.open(project) as wb:
        best, *_, last = wb.indexes.query("library", "library on Sunday", RetrievalSettings("library", search="bm25"))
        assert best.fit > last.fit
    at = show("knowledge", q="library on Sunday", search="bm25", floor=str(best.fit))
    without = show("knowledge", q="library on Sunday", search="bm25")

    assert "A model would be shown 1 chunk." in shown(at)
    assert "would not be shown" in shown(at)
    assert len(cards(at)) == len(cards(without))
    assert "would not be shown" not in shown(without)


def test_a_floor_above_everything_leaves_nothing_to_show(project, show):
    assert "A model would be shown nothing." in shown(show("knowledge", q="late book", floor="1"))


def test_only_the_documents_of_a_filter_are_searched(project, show):
    at = show("knowledge", q="library book", documents="loans*")

    assert cards(at)
    assert "hours.md ›" not in shown(at)


def test_what_is_known_of_documents_can_be_filtered_by(project, show):
    (project / "documents" / "old.md").write_text("---\nyear: 2019\n---\n\n# Old\n\nA late book.", encoding="utf-8")
    with Workbench.open(project) as wb:
        wb.build_index("own", project / "documents")

    at = show("knowledge", index="own", q="late book", only="year=2019")

    assert not at.exception
    assert len(cards(at)) == 1


def test_a_question_without_anything_in_common_says_so(project, show):
    assert "Nothing in these documents fits" in shown(show("knowledge", q="zebra quantum", search="bm25"))


def test_questions_of_a_golden_set_are_proposed_and_asked_by_a_press(project, show):
    at = show("knowledge")

    press(at, "For how many days is a book lent?")
    assert "lent</mark> for 21" in shown(at)
    assert cards(at)


def test_a_found_chunk_opens_in_its_document_at_the_place(project, show):
    at = show("knowledge", q="late book", k="1")

    press(at, "Open in the document")

    assert "you came for this" in shown(at)
    assert "A late book costs 20 cents a day." in shown(at)
    press(at, "Next") if not next(one for one in at.button if one.label == "Next").disabled else press(at, "Previous")
    assert "you came for this" not in shown(at)
