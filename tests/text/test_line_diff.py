import re

from hypothesis import given
from hypothesis import strategies as st

from workbench.text.line_diff import lines

TEXTS = st.lists(st.sampled_from(["a", "b c", "<b>x</b>", "", "{{question}}"]), max_size=12).map("\n".join)


def spoken(html, word):
    return len(re.findall(f'aria-label="{word}"', html))


@given(TEXTS)
def test_equal_texts_have_no_marked_line(text):
    html = lines(text, text)

    assert spoken(html, "removed") == spoken(html, "added") == 0


@given(TEXTS, TEXTS)
def test_no_text_becomes_markup(before, after):
    assert "<b>" not in lines(before, after)


@given(TEXTS, TEXTS)
def test_lines_that_differ_are_marked_on_their_side(before, after):
    html = lines(before, after)
    old, new = before.splitlines(), after.splitlines()

    assert (spoken(html, "removed") > 0 or spoken(html, "added") > 0) == (old != new)
    assert spoken(html, "removed") == 0 or old


def test_words_that_differ_within_a_line_are_marked():
    html = lines("Answer in two sentences.", "Answer in three sentences.")

    assert re.search(r"<del[^>]*>two ?</del>", html)
    assert re.search(r"<ins[^>]*>three ?</ins>", html)


def test_long_stretches_that_agree_are_left_out():
    same = "\n".join(f"line {n}" for n in range(50))

    html = lines(f"old\n{same}", f"new\n{same}")

    assert "47 lines that agree" in html
    assert "line 2<" in html
    assert "line 30" not in html


def test_a_line_end_alone_is_named():
    assert "line end" in lines("a\n", "a")
