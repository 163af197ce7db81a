from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("  \n", 0),
        ("Thirty days.", 3),
        ("internationalisation", 3),
        ("snake_case", 3),
        ("日本語", 3),
        ("£5 — ok", 4),
    ],
)
def test_words_punctuation_and_ideographs_are_counted(text, expected):
    assert tokens.count(text) == expected


@given(st.text(), st.text())
def test_counts_add_up_over_white_space(left, right):
    assert tokens.count(f"{left} {right}") == tokens.count(left) + tokens.count(right)


@given(st.text())
def test_every_visible_character_lies_in_exactly_one_token(text):
    covered = [at for start, end in tokens.spans(text, 0, len(text)) for at in range(start, end)]
    assert covered == [at for at, character in enumerate(text) if not character.isspace()]


@given(st.text(max_size=200), st.integers(1, 30))
def test_a_cut_text_is_a_beginning_within_the_limit(text, limit):
    cut = tokens.cut(text, limit)
    assert text.startswith(cut)
    assert tokens.count(cut) == min(limit, tokens.count(text))
