import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import a_source
from workbench.metrics.spans import SourceSpan, parse_span

CHUNK = a_source(document="policies/handbook.md", headings=("Leave", "Carry-over rules"), page=3).chunk


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("handbook.md", SourceSpan("handbook.md")),
        ("handbook.md#leave", SourceSpan("handbook.md", heading="leave")),
        (" plan.pdf#page=3 ", SourceSpan("plan.pdf", page=3)),
        ("c#.md#Page=12", SourceSpan("c#.md", page=12)),
        ("#intro", SourceSpan("#intro")),
        ("a.md#", SourceSpan("a.md")),
    ],
)
def test_spans_name_a_document_a_heading_or_a_page(text, span):
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "policies/handbook.md",
        "Handbook.md",
        "handbook.md#leave",
        "handbook.md#carry-over-rules",
        "handbook.md#Leave › Carry-over rules",
        "handbook.md#page=3",
    ],
)
def test_a_chunk_is_held_by_every_span_around_it(text):
    assert parse_span(text).holds(CHUNK)


@pytest.mark.parametrize("text", ["book.md", "other/handbook.md", "handbook.md#pay", "handbook.md#page=4"])
def test_a_chunk_is_not_held_by_other_spans(text):
    assert not parse_span(text).holds(CHUNK)


@pytest.mark.parametrize("name", ["plan.pdf#page=4.txt", "C# notes.md", "issue # 4.md", "a/b#c.md"])
def test_a_number_sign_in_a_documents_own_name_opens_no_heading(name):
    chunk = a_source(document=name, headings=("Fees",)).chunk
    assert parse_span(name).holds(chunk)
    assert parse_span(name).in_document(name)
    assert parse_span(f"{name}#fees").holds(chunk)
    assert not parse_span(f"{name}#leave").holds(chunk)


def test_a_heading_named_with_those_around_it_holds_what_is_below():
    chunk = a_source(document="handbook.md", headings=("Staff", "Leave", "Carry-over", "Exceptions")).chunk
    assert parse_span("handbook.md#Leave › Carry-over").holds(chunk)
    assert not parse_span("handbook.md#Staff › Carry-over").holds(chunk)


@given(st.text())
def test_any_text_reads_as_a_span(text):
    parse_span(text).holds(CHUNK)
