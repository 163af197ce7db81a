from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.gold import Gold, GoldSpan, MissingSpan
from workbench.domain.index import Chunk, Document, IndexSettings, Section
from workbench.metrics.gold import (
    DocumentNames,
    covered,
    found_rank,
    lies_in,
    needed,
    resolve,
    resolve_all,
)
from workbench.retrieval.chunking import cut

TOP = "# Leave\n\nAll about leave.\n\n"
DAYS = "## Days\n\nThirty days of leave a year for everybody.\n\n"
CARRY = "## Carry-over rules\n\nFive days at most, until March.\n\n"
FEES = "# Fees\n\nOne per cent.\n"


def a_document(name="handbook.md", parts=((TOP, ("Leave",)), (DAYS, ("Leave", "Days")))):
    sections, text = [], ""
    for part, place in parts:
        page = place if isinstance(place, int) else None
        headings = () if page is not None else place
        sections.append(Section(len(text), len(text) + len(part), headings, page))
        text += part
    return Document(name, text, tuple(sections), f"hash of {name}")


HANDBOOK = a_document(
    parts=(
        (TOP, ("Leave",)),
        (DAYS, ("Leave", "Days")),
        (CARRY, ("Leave", "Carry-over rules")),
        (FEES, ("Fees",)),
    )
)
PLAN = a_document("plans/plan.pdf", (("First page.\n", 1), ("Second page.\n", 2), ("\n \n", 3)))


def find(text, *documents, skipped=()):
    documents = {document.name: document for document in documents or (HANDBOOK, PLAN)}
    return resolve(text, DocumentNames(documents, skipped), documents)


def read(span, document=HANDBOOK):
    """The text that a span stands for."""
    return "".join(document.text[start:end] for start, end in span.ranges)


def a_chunk(start, end, document=HANDBOOK):
    return Chunk(f"{start}-{end}", document.name, 0, document.text[start:end], start, end)


def around(text, document=HANDBOOK):
    """The chunk that is exactly that text."""
    start = document.text.index(text)
    return a_chunk(start, start + len(text), document)


# Where spans are.


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("handbook.md", TOP + DAYS + CARRY + FEES),
        ("HANDBOOK.md#leave", TOP + DAYS + CARRY),
        ("handbook.md#days", DAYS),
        ("handbook.md#carry-over-rules", CARRY),
        ("handbook.md#Leave › Carry-over rules", CARRY),
        ("handbook.md#Fees", FEES),
    ],
)
def test_a_heading_stands_for_all_that_is_below_it(text, meant):
    span = find(text)
    assert read(span) == meant
    assert span == GoldSpan(text, "handbook.md", span.ranges, len("".join(meant.split())))


@pytest.mark.parametrize(("text", "meant"), [("plan.pdf#page=2", "Second page.\n"), ("plans/plan.pdf", PLAN.text)])
def test_a_page_or_a_document_is_meant_by_file_name_or_whole_name(text, meant):
    assert read(find(text), PLAN) == meant


def test_a_heading_that_stands_twice_is_both_places():
    document = a_document(parts=((DAYS, ("A", "Days")), (FEES, ("B",)), (DAYS, ("B", "Days"))))
    span = find("handbook.md#days", document)
    assert len(span.ranges) == 2
    assert read(span, document) == DAYS + DAYS
    assert read(find("handbook.md#A Days", document), document) == DAYS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("handbok.md", "no document of the index has that name"),
        ("handbok.md#leave", "no document of the index has that name"),
        ("handbook.md#pay", "handbook.md has no heading 'pay'"),
        ("handbook.md#page=2", "handbook.md has no page 2"),
        ("plan.pdf#page=9", "plans/plan.pdf has no page 9"),
        ("plan.pdf#page=3", "it holds no text"),
    ],
)
def test_a_span_that_is_not_in_the_index_says_why(text, why):
    assert find(text) == MissingSpan(text, why)


def test_a_file_that_was_left_out_of_the_index_is_named_with_the_reason():
    missing = find("scan.pdf#page=1", skipped=[("in/scan.pdf", "no text in it")])
    assert str(missing) == "scan.pdf#page=1 (the file was left out of the index: no text in it)"


@pytest.mark.parametrize("text", ["old/copy.md#days", "copy.md#days"])
def test_a_file_that_was_left_out_as_a_copy_means_the_document_that_has_its_text(text):
    skipped = [("old/copy.md", "same text as handbook.md"), ("other.md", "same text as gone.md")]
    assert find(text, skipped=skipped) == replace(find("handbook.md#days"), text=text)
    assert find("other.md", skipped=skipped).why == "the file was left out of the index: same text as gone.md"


def test_copies_in_several_folders_are_one_document():
    skipped = [("old/handbook.md", "same text as new/handbook.md")]
    assert find("handbook.md#days", a_document("new/handbook.md"), skipped=skipped).document == "new/handbook.md"


def test_a_file_name_in_two_folders_means_the_one_that_has_the_heading_and_else_nothing():
    here, there = (a_document(f"{folder}/handbook.md") for folder in ("de", "en"))
    other = a_document("fr/handbook.md", ((FEES, ("Fees",)),))
    assert find("handbook.md#fees", here, there, other).document == "fr/handbook.md"
    assert find("en/handbook.md#days", here, there).document == "en/handbook.md"
    assert find("handbook.md#days", here, there).why == (
        "it may mean de/handbook.md or en/handbook.md: name the folder too"
    )


@pytest.mark.parametrize("name", ["plan.pdf#page=4.txt", "C# notes.md"])
def test_a_number_sign_in_a_documents_own_name_opens_no_heading(name):
    document = a_document(name)
    assert read(find(name, document), document) == document.text
    assert read(find(f"{name}#days", document), document) == DAYS


def test_a_rows_spans_are_looked_up_once_each_and_the_missing_ones_are_kept_apart():
    names = DocumentNames(["handbook.md", "plans/plan.pdf", "other.md"])
    relevant = ("handbook.md#days", "handbook.md#days", "plan.pdf#page=9")
    assert needed(relevant, names) == {"handbook.md", "plans/plan.pdf"}
    gold = resolve_all(relevant, names, {document.name: document for document in (HANDBOOK, PLAN)})
    assert [span.text for span in gold.spans] == ["handbook.md#days"]
    assert [span.text for span in gold.missing] == ["plan.pdf#page=9"]
    assert resolve_all((), names, {}) == Gold()


# When spans are found.

TEN = a_document("ten.txt", (("a b c d e f g h i j", ()),))
ALL_TEN = find("ten.txt", TEN)


def ten(first, last):
    """The chunk with the letters from one to another."""
    return a_chunk(TEN.text.index(first), TEN.text.index(last) + 1, TEN)


@pytest.mark.parametrize(
    ("chunks", "share", "rank"),
    [
        ([], 0.0, None),
        ([ten("a", "d")], 0.4, None),
        ([ten("a", "e")], 0.5, 1),
        ([ten("a", "d"), ten("j", "j")], 0.5, 2),
        ([ten("a", "d"), ten("b", "d"), ten("d", "f")], 0.6, 3),
        ([ten("c", "d"), ten("a", "d"), ten("a", "j")], 1.0, 3),
        ([around("All"), ten("a", "j")], 1.0, 2),
    ],
)
def test_a_span_is_found_with_the_chunk_that_brings_what_is_covered_to_half(chunks, share, rank):
    assert covered(ALL_TEN, chunks) == share
    assert found_rank(ALL_TEN, chunks) == rank


def test_blanks_do_not_count():
    padded = a_document("padded.txt", (("ab" + " " * 50 + "cd", ()),))
    span = find("padded.txt", padded)
    assert span.size == 4
    assert covered(span, [a_chunk(0, 2, padded)]) == 0.5
    assert covered(span, [a_chunk(2, 52, padded)]) == 0.0


def test_a_chunk_is_right_when_half_of_it_is_gold_or_it_holds_half_of_a_span():
    days = find("handbook.md#days")
    start, end = days.ranges[0]
    assert lies_in(a_chunk(start, start + 12), [days])
    assert lies_in(a_chunk(0, len(HANDBOOK.text)), [days])
    assert not lies_in(a_chunk(0, start + 4), [days])
    assert not lies_in(a_chunk(start, end), [find("handbook.md#fees")])
    assert not lies_in(a_chunk(start, end), [])
    blank = a_document("blank.txt", (("  ", ()),))
    assert not lies_in(a_chunk(0, 2, blank), [days])


# Whatever the chunking.

SETTINGS = st.builds(
    IndexSettings,
    chunker=st.sampled_from(["tokens", "sentences", "headings"]),
    chunk_size=st.integers(4, 40),
    chunk_overlap=st.integers(0, 3),
)
SPANS = st.sampled_from(["handbook.md", "handbook.md#leave", "handbook.md#days", "handbook.md#fees"])


@given(SETTINGS, SPANS, st.randoms())
def test_all_chunks_together_cover_every_span_in_any_order_and_never_more_than_all_of_it(settings, text, random):
    span, chunks = find(text), list(cut(HANDBOOK, settings))
    random.shuffle(chunks)
    assert covered(span, chunks) == 1.0
    shares = [covered(span, chunks[:k]) for k in range(len(chunks) + 1)]
    assert shares == sorted(shares)
    rank = found_rank(span, chunks)
    assert shares[rank] >= 0.5 > shares[rank - 1]
    assert covered(span, chunks * 2) == 1.0


@given(st.text(), st.text(max_size=40), st.integers(0, 9), st.integers(0, 40))
def test_any_name_and_any_text_can_be_looked_up(name, text, start, end):
    document = a_document("any.md", ((text, ("Any",)),))
    find(name, document)
    span = find("any.md", document)
    if isinstance(span, GoldSpan):
        assert 0 <= covered(span, [a_chunk(min(start, end), end, document)]) <= 1
