"""Marked stretches of text that comes from models and documents."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.components.highlight import highlighted

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)


def test_a_span_is_marked_and_the_rest_is_not():
    html = highlighted("It costs 1% [2].", [(12, 15)])

    assert re.findall(r"<mark[^>]*>(.*?)</mark>", html) == ["[2]"]


def test_markup_in_a_text_stays_text():
    html = highlighted('<img src=x onerror="alert(1)"> [1]', [(0, 4)])

    assert "<img" not in html
    assert "&lt;img" in html


@given(st.text(max_size=40), SPANS)
def test_no_text_is_lost_or_shown_twice_whatever_the_spans(text, spans):
    inside = highlighted(text, spans).partition(">")[2].removesuffix("</div>")

    assert unescape(re.sub(r"</?mark[^>]*>", "", inside)) == text
