"""Parts that several pages share."""

from __future__ import annotations

import re
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from workbench.ui.components.tables import css_text
from workbench.ui.components.text import MARKDOWN, one_line, plain


@given(st.text(st.sampled_from([*sorted(MARKDOWN), "a"]), max_size=20))
def test_plain_text_keeps_every_character_behind_an_escape(text):
    assert re.sub(r"\\(.)", r"\1", plain(text)) == text


@pytest.mark.parametrize(("text", "expected"), [("a\n b", "a b"), ("x" * 200, "x" * 119 + "…"), ("", "")])
def test_one_line_is_one_line_and_short(text, expected):
    assert one_line(text) == expected


@given(st.text(max_size=20))
def test_a_column_head_in_a_style_sheet_can_end_neither_its_quotes_nor_the_sheet(head):
    written = css_text(head)

    assert set(written) <= set("\\" + ascii_letters + digits)
    back = re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), written)
    assert back == head


def show_a_missing_key():
    from workbench.domain.model import ModelSpec
    from workbench.errors import UnavailableError
    from workbench.models.keys import api_key
    from workbench.ui.shell import errors_shown

    with errors_shown():
        try:
            api_key(ModelSpec("one", "openai/one", api_key_env="ONE_KEY"), {})
        except Exception as error:
            raise UnavailableError(error.message, hint=error.hint) from error


def test_of_a_missing_key_the_app_says_that_it_has_to_be_started_again():
    (box,) = AppTest.from_function(show_a_missing_key).run().error

    assert "ONE_KEY" in box.value.replace("\\", "")
    assert "start it again" in box.value
