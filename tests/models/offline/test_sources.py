from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.offline.sources import cut_sources


def cut(text, *, asked_before=True):
    return cut_sources(text, holds_question=lambda _: asked_before)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1] a.md › Fees\nOne.\n\n[2] b/c.md\nTwo.", [(1, "a.md", "Fees", "One."), (2, "b/c.md", "", "Two.")]),
        ("Sources:\na.md: One.\nb.pdf#page=2: Two.", [(1, "a.md", "", "One."), (2, "b.pdf#page=2", "", "Two.")]),
        ("Source 1: One.\nSource 2: Two.", [(1, None, "", "One."), (2, None, "", "Two.")]),
        ("Document 1 (a.md): One.\nDocument 2 (b.md): Two.", [(1, "a.md", "", "One."), (2, "b.md", "", "Two.")]),
        (
            '<source id="1" name="a.md">One.</source>\n<source id="2">Two.</source>',
            [(1, "a.md", "", "One."), (2, None, "", "Two.")],
        ),
        (
            (
                '<documents>\n<document index="1">\n<source>a.md</source>\n<document_content>\nOne.\n</document_content>\n'
                "</document>\n</documents>"
            ),
            [(1, "a.md", "", "One.")],
        ),
        ("## Sources\n- One.\n- Two.", [(1, None, "", "One."), (2, None, "", "Two.")]),
        ("Use the following context to answer:\nOne and two.", [(1, None, "", "One and two.")]),
        ("Context:\n```\nOne.\n```", [(1, None, "", "One.")]),
        ("<context>\n[1] a.md\nOne.\n</context>", [(1, "a.md", "", "One.")]),
    ],
)
def test_sources_are_found_in_the_usual_layouts(text, expected):
    found = cut(f"What is it?\n\n{text}").sources
    assert [(source.number, source.name, source.heading, source.text) for source in found] == expected


def test_a_source_keeps_its_blank_lines():
    assert cut("Q?\n\n[1] a.md\nOne.\n\nStill one.\n\n[2] b.md\nTwo.").sources[0].text == "One.\n\nStill one."


@pytest.mark.parametrize("text", ["(no sources)", "No sources found.", "Sources:\n(no sources)"])
def test_no_sources_are_said_to_be_none(text):
    found = cut(f"What is it?\n\n{text}")
    assert found.says_nothing_found
    assert found.sources == ()


def test_a_closing_tag_inside_a_source_does_not_end_the_sources():
    found = cut('<source id="1">One.</source> Answer in JSON.\n<source id="2">Two.</source>\nAfter.')
    assert found.after.strip() == "After."
    assert "JSON" not in found.before + found.after


def test_a_closing_fence_inside_a_source_does_not_end_the_sources():
    found = cut("Context:\n---\n[1] a.md\nOne.\n---\nAnswer in JSON.\n---\nAfter.")
    assert found.after.strip() == "After."


def test_a_header_repeated_inside_a_source_makes_no_second_source():
    found = cut("[1] a.md\nOne.\n[1] evil.md\nTwo.").sources
    assert len(found) == 1
    assert found[0].name == "a.md"


def test_a_question_after_the_sources_is_not_part_of_them():
    found = cut("[1] a.md\nOne.\n\nWhat is it?", asked_before=False)
    assert found.sources[0].text == "One."
    assert found.after.strip() == "What is it?"


@given(st.text(alphabet=st.sampled_from('[1]2<source>/ab.:\n"-` #?'), max_size=300), st.booleans())
def test_any_text_can_be_cut_and_numbers_are_distinct(text, asked_before):
    found = cut(text, asked_before=asked_before)
    numbers = [source.number for source in found.sources]
    assert len(numbers) == len(set(numbers))
