import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics.sentences import is_factual, sentence_spans


def split(text):
    citations = [match.span() for match in re.finditer(r"\[[^\]]+\]", text)]
    return [text[start:end] for start, end in sentence_spans(text, citations)]


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
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize(
    "text", ["Yes.", "What is the fee of this loan?", "The steps in order are:", "# The fee of a loan"]
)
def test_headings_questions_and_lead_ins_state_no_fact(text):
    assert not is_factual(text)


def test_a_list_item_of_four_words_states_a_fact():
    assert is_factual("- The fee is due.")
    assert not is_factual("1. Fee is due")


@given(st.text(alphabet="aA .!?\n[]1-\"'。", max_size=60))
def test_sentences_cover_everything_that_is_not_whitespace_in_order(text):
    citations = [match.span() for match in re.finditer(r"\[\d\]", text)]
    spans = sentence_spans(text, citations)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(end <= following for (_, end), (following, _) in pairwise(spans))
