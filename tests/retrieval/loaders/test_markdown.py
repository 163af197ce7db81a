from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.retrieval.loaders import markdown


def sections(text):
    parsed = markdown.read(text.encode())
    return [(section.heading_path, parsed.text[section.start : section.end]) for section in parsed.sections]


def test_headings_make_sections_with_their_path():
    text = "intro\n\n# Leave\nA\n## Carry-over\nB\n### Deep\nC\n## Sick\nD\n# Pay\nE\n"
    assert sections(text) == [
        ((), "intro\n\n"),
        (("Leave",), "# Leave\nA\n"),
        (("Leave", "Carry-over"), "## Carry-over\nB\n"),
        (("Leave", "Carry-over", "Deep"), "### Deep\nC\n"),
        (("Leave", "Sick"), "## Sick\nD\n"),
        (("Pay",), "# Pay\nE\n"),
    ]


def test_a_skipped_level_keeps_the_path_without_a_gap():
    assert [path for path, _ in sections("# A\nx\n#### B\ny\n## C\nz")] == [("A",), ("A", "B"), ("A", "C")]


def test_underlined_headings_are_headings():
    assert [path for path, _ in sections("Title\n=====\nx\n\nSub\n---\ny\n\n---\nz")] == [("Title",), ("Title", "Sub")]


@pytest.mark.parametrize(
    "text",
    [
        "```sh\n# install\npip\n```\n",
        "~~~~\n# no\n~~~\n# still no\n~~~~\n",
        "```\n# never closed\n",
        "    # indented code\n",
        "#hashtag\n",
        "####### seven\n",
        "- item\n---\n",
        "#\n",
    ],
)
def test_what_only_looks_like_a_heading_is_none(text):
    assert [path for path, _ in sections(text)] == [()]


def test_a_fence_that_is_closed_ends_the_code():
    assert [path for path, _ in sections("```\n# a\n```\n# B\n")] == [(), ("B",)]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# Closed ##", "Closed"),
        ("# C#", "C#"),
        ("# The [guide](https://example.com) **now**", "The guide now"),
        ("# `run` it {#anchor}", "run it"),
        ('# <a name="x"></a>Anchored', "Anchored"),
        ("#\tTab", "Tab"),
        ("# snake_case_name", "snake_case_name"),
    ],
)
def test_a_heading_is_named_as_a_reader_sees_it(line, title):
    assert sections(line) == [((title,), line)]


def test_front_matter_is_metadata_as_written_and_not_text():
    parsed = markdown.read(b"---\ntitle: Leave\nversion: 1.10\ntags: [a, b]\n---\n# Leave\n")
    assert parsed.text == "# Leave\n"
    assert parsed.metadata == {"title": "Leave", "version": "1.10", "tags": ["a", "b"]}


@pytest.mark.parametrize(
    "text",
    [
        "---\njust a line\n---\ntext\n",
        "---\na: [\n---\ntext\n",
        "---\na: &x [1]\nb: *x\n---\ntext\n",
        "---\na: !!python/object/apply:os.system [id]\n  - b\n---\ntext\n",
        "---\n" + "a: [" * 5000 + "\n---\ntext\n",
        "---\nnever closed\n",
    ],
)
def test_what_is_no_plain_mapping_stays_text(text):
    parsed = markdown.read(text.encode())
    assert parsed.text == text
    assert parsed.metadata == {}


def test_a_python_tag_in_front_matter_makes_text_only():
    parsed = markdown.read(b"---\na: !!python/name:os.system x\n---\ntext\n")
    assert parsed.metadata == {"a": "x"}


def test_an_endless_heading_is_shortened():
    [(path, text)] = sections("# " + "word " * 100_000)
    assert len(path[0]) == 200
    assert len(text) > 500_000


@given(st.text(alphabet=st.sampled_from("#=-`~ \n\tab*[]()<>{}\"'|:")))
def test_sections_cover_the_whole_text_without_gaps(text):
    parsed = markdown.read(text.encode())
    assert "".join(parsed.text[s.start : s.end] for s in parsed.sections) == parsed.text
    starts = [s.start for s in parsed.sections]
    assert starts == sorted(set(starts))


def test_metadata_holds_only_what_can_be_stored():
    parsed = markdown.read(b'---\ntitle: "\\ud800 x\\0y"\nmore: {a: ["\\udfff"]}\n---\ntext')
    assert parsed.metadata == {"title": "\ufffd x\ufffdy", "more": {"a": ["\ufffd"]}}


def test_front_matter_that_cannot_be_read_is_named_and_stays_text():
    parsed = markdown.read(b"---\ntitle: [unclosed\nyear: 2024\n---\n# Food\n")
    assert (parsed.metadata, parsed.text.startswith("---\ntitle")) == ({}, True)
    assert [place for place, _ in parsed.left_out] == ["front-matter"]


@pytest.mark.parametrize("text", ["---\ntitle: A\n---\nB\n", "---\nJust a rule.\n---\nB\n", "A: b\n---\nc\n", "---\n"])
def test_what_can_be_read_or_is_no_front_matter_is_not_complained_of(text):
    assert markdown.read(text.encode()).left_out == ()
