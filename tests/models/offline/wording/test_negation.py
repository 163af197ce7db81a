from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.offline.wording.negation import is_negated


def forbids(sentence, named):
    start = sentence.index(named)
    return is_negated(sentence, start, start + len(named))


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("No bullets.", "bullets"),
        ("Don't use any formatting such as bold, headings or bullet points.", "bullet points"),
        ("Avoid the following: headings, bold, bullets.", "bullets"),
        ("No emojis, no headings, no bullets.", "bullets"),
        ("Never show bracketed numbers or file names to the customer.", "file names"),
        ("Do not show, name or cite file names.", "file names"),
        ("Bullets, headings and bold are not allowed.", "Bullets"),
        ("File names must never be shown.", "File names"),
        ("Keep headings and file names out of the answer.", "headings"),
        ("Write sentences rather than bullets.", "bullets"),
        ("Do not use JSON.", "JSON"),
    ],
)
def test_a_negation_reaches_over_an_enumeration(sentence, named):
    assert forbids(sentence, named)


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("No prose: bullets only.", "bullets"),
        ("No paragraphs, bullets only.", "bullets"),
        ("Not prose but bullets.", "bullets"),
        ("Do not write paragraphs, use bullets instead.", "bullets"),
        ("I don't want prose, I want bullets.", "bullets"),
        ("Never answer without citations.", "citations"),
        ("Do not forget the citations.", "citations"),
        ("Never use more than three bullets.", "bullets"),
        ("Bullets should not exceed ten words.", "Bullets"),
        ("Use bullets rather than a paragraph.", "bullets"),
        ("Return nothing but JSON.", "JSON"),
        ("Never show file names, only numbers.", "numbers"),
    ],
)
def test_a_negation_ends_with_its_clause(sentence, named):
    assert not forbids(sentence, named)


@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_any_place_in_any_text_can_be_judged(text, one, other):
    assert is_negated(text, min(one, other), max(one, other)) in {True, False}
