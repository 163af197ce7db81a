import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text.sentences import sentence_spans, sentences


def split(text):
    citations = [match.span() for match in re.finditer(r"\[[^\]]+\]", text)]
    return [text[start:end] for start, end in sentence_spans(text, citations=citations)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The fee is 1.5%. It is due.", ["The fee is 1.5%.", "It is due."]),
        ("It is due. [1] Pay it.[2][3] Now!", ["It is due. [1]", "Pay it.[2][3]", "Now!"]),
        ("Ask Dr. Who, e.g. by mail. Do.", ["Ask Dr. Who, e.g. by mail.", "Do."]),
        ("J. R. Smith wrote it. George W. Bush read it.", ["J. R. Smith wrote it.", "George W. Bush read it."]),
        (
            "See no. 5 there. The answer is no. The fee stays.",
            ["See no. 5 there.", "The answer is no.", "The fee stays."],
        ),
        ("Take vitamin C. Then sleep.", ["Take vitamin C.", "Then sleep."]),
        ("It says [plan v. 2.pdf]. Fine.", ["It says [plan v. 2.pdf].", "Fine."]),
        ('He said "Stop." Then he left?', ['He said "Stop."', "Then he left?"]),
        ("First part\nof a line. Next", ["First part\nof a line.", "Next"]),
        ("Steps:\n1. Ask first\n2. Then pay\n- or not", ["Steps:", "1. Ask first", "2. Then pay", "- or not"]),
        ("# Title\n\nText here", ["# Title", "Text here"]),
        ("これは本。それだ！", ["これは本。", "それだ！"]),
        ("approx. five days", ["approx. five days"]),
        ("...", ["..."]),
        ("Ask e.g. J. Doe, at 3.5 p.m. today.", ["Ask e.g. J. Doe, at 3.5 p.m. today."]),
        ("before 9 a.m. on the day", ["before 9 a.m. on the day"]),
        ("Due on 5 Jan. 2026 by post. Et al. 2019 agree.", ["Due on 5 Jan. 2026 by post.", "Et al. 2019 agree."]),
        ("wrapped\nline. Next\n-5 degrees", ["wrapped\nline.", "Next\n-5 degrees"]),
        ("| a | b |\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]),
        ("Run:\n```\nls\n    cd", ["Run:", "```\nls", "cd"]),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert split(text) == expected


@given(st.text(alphabet="aA .!?\n[]1-\"'。", max_size=60))
def test_sentences_cover_everything_that_is_not_whitespace_in_order(text):
    citations = [match.span() for match in re.finditer(r"\[\d\]", text)]
    spans = sentence_spans(text, citations=citations)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(end <= following for (_, end), (following, _) in pairwise(spans))


def test_no_sentence_ends_within_a_stretch_that_is_to_stay_whole():
    text = 'Say "I do not know. Ask HR." Then stop.'
    assert sentences(text, whole=[(4, 28)]) == ['Say "I do not know. Ask HR."', "Then stop."]
    assert len(sentences(text)) == 3
