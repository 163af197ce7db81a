"""Parts that several pages share."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.components.text import MARKDOWN, one_line, plain


@given(st.text(st.sampled_from([*sorted(MARKDOWN), "a"]), max_size=20))
def test_plain_text_keeps_every_character_behind_an_escape(text):
    assert re.sub(r"\\(.)", r"\1", plain(text)) == text


@pytest.mark.parametrize(("text", "expected"), [("a\n b", "a b"), ("x" * 200, "x" * 119 + "…"), ("", "")])
def test_one_line_is_one_line_and_short(text, expected):
    assert one_line(text) == expected
