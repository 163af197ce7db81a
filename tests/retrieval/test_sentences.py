from __future__ import annotations

from itertools import pairwise

import pytest

from workbench.retrieval import sentences


def split(text):
    starts = [*sentences.starts(text, 0, len(text)), len(text)]
    return [text[a:b].strip() for a, b in pairwise(starts) if text[a:b].strip()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ('He said "no." Then left.', ['He said "no."', "Then left."]),
        ("Ask Dr. Smith, e.g. J. Doe, at 3.5 p.m. today.", ["Ask Dr. Smith, e.g. J. Doe, at 3.5 p.m. today."]),
        ("The answer is no. See fig. 3 and no. 7. Done.", ["The answer is no.", "See fig. 3 and no. 7.", "Done."]),
        ("wrapped\nline. Next\none", ["wrapped\nline.", "Next\none"]),
        ("para one\n\npara two", ["para one", "para two"]),
        ("List:\n- one\n- two\n1. three", ["List:", "- one", "- two", "1. three"]),
        ("第一。第二！", ["第一。", "第二！"]),
        ("| a | b |\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]),
    ],
)
def test_sentences_begin_after_a_full_stop_and_at_new_blocks(text, expected):
    assert split(text) == expected


def test_a_stretch_begins_with_a_sentence_and_stays_within_itself():
    text = "One. Two. Three. Four."
    assert sentences.starts(text, 7, 12) == (7, 10)
