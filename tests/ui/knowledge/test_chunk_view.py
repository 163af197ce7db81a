"""A document's text with its chunks: escaped, each chunk a band with a label, whatever two share shown once."""

import pytest

from workbench.domain.index import Chunk
from workbench.ui.knowledge.chunk_view import Place, chunked, read_place


def test_document_text_is_never_markup():
    text = "<script>alert(1)</script> & more"

    html = chunked(text, [Chunk("c", "a.md", 0, text, 0, len(text), heading_path=("<b>",))], Place(1, 7))

    assert "<script>" not in html
    assert "<b>" not in html
    assert "script</mark>" in html


def test_text_that_two_chunks_share_is_shown_once_and_named():
    text = "one two three"
    chunks = [Chunk("a", "d.md", 0, "one two", 0, 7), Chunk("b", "d.md", 1, "two three", 4, 13)]

    html = chunked(text, chunks)

    assert html.count("two") == 1
    assert [html.count(f"chunk {n} · ") for n in (1, 2)] == [1, 1]
    assert html.index("two") < html.index("also in chunk 1") < html.index("three")


def test_all_chunks_that_share_a_text_are_named():
    text = "one two three four"
    chunks = [
        Chunk("a", "d.md", 0, text[:13], 0, 13),
        Chunk("b", "d.md", 1, text[4:13], 4, 13),
        Chunk("c", "d.md", 2, text[8:], 8, 18),
    ]

    html = chunked(text, chunks)

    assert html.count("three") == 1
    assert [html.count(f"also in chunk {n}<") for n in (1, 2, 3)] == [2, 1, 0]


def test_a_very_long_document_is_cut_short_with_a_word():
    text = "word " * 20_000

    html = chunked(text, [Chunk("a", "d.md", 0, text, 0, len(text))])

    assert "40,000 characters more" in html
    assert len(html) < len(text)


def test_a_place_far_down_a_long_document_is_in_sight():
    parts = ["filler " * 100 + f"number {n} ." for n in range(200)]
    text = "\n".join(parts)
    chunks, at = [], 0
    for position, part in enumerate(parts):
        chunks.append(Chunk(str(position), "d.md", position, part, at, at + len(part)))
        at += len(part) + 1
    wanted = chunks[150]

    html = chunked(text, chunks, Place(wanted.start, wanted.end))

    assert "chunk 151 ·" in html
    assert html.index("chunk 150 ·") < html.index("you came for this") < html.index("chunk 152 ·")
    assert "chunk 149 ·" not in html
    assert "characters before" in html


def test_a_place_outlives_the_address():
    assert read_place(Place(3, 90).written) == Place(3, 90)


@pytest.mark.parametrize("text", [None, "", "5", "-5", "9-3", "3-3", "a-b", "1-2-3", "9" * 40])
def test_what_is_no_place_is_ignored(text):
    assert read_place(text) is None
