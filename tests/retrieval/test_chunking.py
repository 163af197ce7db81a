from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.index import Document, IndexSettings, Section
from workbench.errors import InputError
from workbench.retrieval.chunking import cut, keyword_text, searchable
from workbench.retrieval.loaders import markdown
from workbench.text import tokens

TEXTS = st.lists(
    st.sampled_from(
        [
            "word",
            "Longer-word's",
            ". ",
            "! Next",
            " ",
            "\n",
            "\n\n",
            "# Head\n",
            "\n## Sub\n",
            "日本。語",
            "x" * 90,
            "e.g. ",
            "_",
        ]
    ),
    max_size=60,
).map("".join)
SETTINGS = st.tuples(st.sampled_from(["tokens", "sentences", "headings"]), st.integers(1, 12), st.integers(0, 11)).map(
    lambda t: IndexSettings(chunker=t[0], chunk_size=t[1], chunk_overlap=min(t[2], t[1] - 1))
)


def parsed(text):
    result = markdown.read(text.encode())
    return Document("a.md", result.text, result.sections, "sha256:0")


def texts(document, **settings):
    return [chunk.text for chunk in cut(document, IndexSettings(**settings))]


@given(TEXTS, SETTINGS)
def test_chunks_hold_all_visible_text_within_the_size_at_true_offsets(text, settings):
    document = parsed(text)
    chunks = cut(document, settings)
    covered = set()
    for chunk in chunks:
        assert chunk.text == document.text[chunk.start : chunk.end] != ""
        assert chunk.text == chunk.text.strip()
        assert tokens.count(chunk.text) <= settings.chunk_size
        covered.update(range(chunk.start, chunk.end))
    assert all(at in covered for at, character in enumerate(document.text) if not character.isspace())
    assert [chunk.position for chunk in chunks] == list(range(len(chunks)))
    assert len({chunk.id for chunk in chunks}) == len(chunks)


@given(TEXTS, SETTINGS)
def test_each_chunk_goes_further_and_repeats_at_most_the_overlap(text, settings):
    document = parsed(text)
    chunks = cut(document, settings)
    for before, after in pairwise(chunks):
        assert before.start < after.start
        assert before.end < after.end
        repeated = document.text[after.start : before.end] if after.start < before.end else ""
        assert tokens.count(repeated) <= settings.chunk_overlap


@given(TEXTS, SETTINGS)
def test_the_same_document_gives_the_same_chunks(text, settings):
    assert cut(parsed(text), settings) == cut(parsed(text), settings)


def test_a_section_stays_together_and_small_neighbours_are_not_merged():
    document = parsed("# Leave\nAll.\n## Sick\nTell us.\n## Paid\nThirty days.\n")
    chunks = cut(document, IndexSettings())
    assert [(chunk.heading_path, chunk.text) for chunk in chunks] == [
        (("Leave",), "# Leave\nAll."),
        (("Leave", "Sick"), "## Sick\nTell us."),
        (("Leave", "Paid"), "## Paid\nThirty days."),
    ]


def test_a_heading_without_text_goes_with_the_section_below_it():
    document = parsed("# Handbook\n\n## Leave\n\n### Sick\nTell us.\n\n# Alone\n\n# Pay\nMonthly.")
    assert [(chunk.heading_path, chunk.text) for chunk in cut(document, IndexSettings())] == [
        (("Handbook", "Leave", "Sick"), "# Handbook\n\n## Leave\n\n### Sick\nTell us."),
        (("Alone",), "# Alone"),
        (("Pay",), "# Pay\nMonthly."),
    ]


def test_a_long_section_is_cut_between_sentences_and_repeats_the_last_one():
    document = parsed("# A\nOne two three. Four five six. Seven eight nine.\n# B\nTen.")
    assert texts(document, chunk_size=10, chunk_overlap=4) == [
        "# A\nOne two three. Four five six.",
        "Four five six. Seven eight nine.",
        "# B\nTen.",
    ]


def test_a_sentence_that_fits_alone_is_not_cut_for_the_sake_of_overlap():
    document = parsed("A b c d. E f g h i j k.")
    assert texts(document, chunker="sentences", chunk_size=8, chunk_overlap=7) == ["A b c d.", "E f g h i j k."]


def test_the_tokens_chunker_cuts_after_any_word():
    document = parsed("One two three. Four five")
    expected = ["One two", "two three.", "Four five"]
    assert texts(document, chunker="tokens", chunk_size=3, chunk_overlap=1) == expected


def test_a_word_longer_than_a_chunk_is_cut():
    assert texts(parsed("x" * 50), chunk_size=2, chunk_overlap=0) == ["x" * 16, "x" * 16, "x" * 16, "xx"]


def test_a_chunk_carries_the_page_it_begins_on():
    document = Document("p.pdf", "One.\n\nTwo.", (Section(0, 6, page=1), Section(6, 10, page=2)), "sha256:0")
    assert [(chunk.page, chunk.text) for chunk in cut(document, IndexSettings())] == [(1, "One."), (2, "Two.")]
    [whole] = cut(document, IndexSettings(chunker="tokens"))
    assert whole.page == 1


def test_search_reads_the_headings_above_a_chunk_too():
    [chunk] = cut(parsed("# Leave\nThirty days."), IndexSettings())
    assert searchable(chunk) == "Leave\n# Leave\nThirty days."
    assert keyword_text(chunk) == "Leave\nLeave\n# Leave\nThirty days."


def test_ids_depend_on_name_position_and_text(document):
    [one] = cut(document("text", "a.md"), IndexSettings())
    [other_name] = cut(document("text", "b.md"), IndexSettings())
    [other_text] = cut(document("texts", "a.md"), IndexSettings())
    assert len({one.id, other_name.id, other_text.id}) == 3


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (IndexSettings(chunker="heading"), "no chunker 'heading'. Did you mean 'headings'"),
        (IndexSettings(chunk_size=0, chunk_overlap=0), "size is 0"),
        (IndexSettings(chunk_size=10, chunk_overlap=10), "overlap is 10 with a chunk size of 10"),
        (IndexSettings(chunk_overlap=-1), "overlap is -1"),
    ],
)
def test_settings_that_cannot_work_are_refused(document, settings, problem):
    with pytest.raises(InputError, match=problem):
        cut(document("text"), settings)
