from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.offline.markdown import without_links, without_marks


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("Run `pip install` **now**.", "Run pip install now."),
        ("See [the guide](https://example.org/a_(b)) and ![a picture](x.png)here.", "See the guide and here."),
        ("An _old_ and ~~wrong~~ *fee*.", "An old and wrong fee."),
        ("## Fees\nThe fee is <b>1%</b>.<br>", "Fees\nThe fee is 1%."),
        ("Fees ===== The fee is 1\\*.", "Fees The fee is 1*."),
        ("```bash\nmake all\n```", "make all"),
        ("Ask at <https://example.org>.", "Ask at https://example.org."),
    ],
)
def test_every_mark_is_taken_out_of_plain_text(marked, plain):
    assert without_marks(marked) == plain


@pytest.mark.parametrize("text", ["2 * 3 * 4 = 24", "Set max_open_files to 3.", "a < b and c > d", "Room #4, 5% off"])
def test_characters_that_mark_nothing_stay(text):
    assert without_marks(text) == text
    assert without_links(text) == text


def test_words_in_code_keep_their_underscores_and_stars():
    assert without_marks("Call `__init__` with `*args` and `**options`.") == "Call __init__ with *args and **options."


@given(st.text(alphabet="ab `*_~[]()<>#\\\n=", max_size=80))
def test_taking_marks_out_adds_no_text(text):
    assert len(without_marks(text)) <= len(text)
    assert len(without_links(text)) <= len(text)
