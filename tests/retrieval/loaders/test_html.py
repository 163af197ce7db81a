from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import FormatError
from workbench.retrieval.loaders import html


def test_only_what_a_reader_sees_is_text():
    parsed = html.read(
        b"<html><head><title>My &amp; page</title><style>p{}</style></head><body><nav>Menu</nav>"
        b"<p>You get <b>30</b>\n days<script>alert('x')</script>.</p><!-- secret -->"
        b"<div hidden>unseen</div><template>t</template><noscript>n</noscript><svg><text>s</text></svg></body></html>"
    )
    assert parsed.text == "You get 30 days."
    assert parsed.metadata == {"title": "My & page"}


def test_headings_make_sections():
    parsed = html.read(b"<p>intro<h1>Leave</h1><p>A<h2>Carry <i>over</i></h2><p>B<h2> </h2><p>C<h1>Pay</h1>D")
    assert [(s.heading_path, parsed.text[s.start : s.end].strip()) for s in parsed.sections] == [
        ((), "intro"),
        (("Leave",), "Leave\n\nA"),
        (("Leave", "Carry over"), "Carry over\n\nB\n\nC"),
        (("Pay",), "Pay\n\nD"),
    ]


def test_lists_tables_and_code_keep_their_lines():
    parsed = html.read(
        b"<ul><li>one<li>two</ul><table><tr><th>a<th>b<tr><td>1</td> <td>2</td></table><pre>x\n  <i>y</i>\nz</pre>d<br>e"
    )
    assert parsed.text == "- one\n- two\n\na | b\n1 | 2\n\nx\n  y\nz\n\nd\ne"


def test_paragraphs_in_cells_leave_a_row_on_its_line():
    parsed = html.read(
        b"<p>before</p><table><tr><td><p>a</p></td><td></td><td><p>b1</p><p>b2</p></td></tr>"
        b"<tr><td><p>c</p></td><td><div>d</div></td></tr></table><p>after</p>"
    )
    assert parsed.text == "before\n\na | b1\n\nb2\nc | d\n\nafter"


def test_a_declared_encoding_is_used_and_an_odd_one_is_not():
    page = '<meta charset="{}"><p>caf\xe9'
    assert html.read(page.format("iso-8859-1").encode("latin-1")).text == "café"
    assert html.read(page.format("windows-1252").encode("cp1252")).text == "café"
    for name in ("unicode_escape", "zip", "nonsense"):
        assert html.read(page.format(name).encode()).text == "café"
        with pytest.raises(FormatError, match="not UTF-8"):
            html.read(page.format(name).encode("latin-1"))


def test_endless_nesting_is_refused():
    with pytest.raises(FormatError, match="nested"):
        html.read(b"<div>" * 100_000 + b"x")


def test_deep_but_bearable_nesting_is_read():
    assert html.read(b"<span>" * 20_000 + b"<div>" * 500 + b"x").text == "x"


@pytest.mark.parametrize("page", [b"<frameset><frame src=a></frameset>", b"<", b"<!doctype html>"])
def test_a_page_without_a_body_has_no_text(page):
    assert html.read(page).text.strip("<") == ""


@given(
    st.lists(
        st.sampled_from(["<h1>", "</h1>", "<h3>", "</h3>", "<p>", "<pre>", "</pre>", "a", " ", "\n", "<li>", "<td>"])
    )
)
def test_sections_cover_the_whole_text_and_begin_at_their_heading(parts):
    parsed = html.read("".join(parts).encode())
    assert "".join(parsed.text[s.start : s.end] for s in parsed.sections) == parsed.text
    for section in parsed.sections:
        if section.heading_path:
            words = parsed.text[section.start : section.end].split()
            assert words[: len(section.heading_path[-1].split())] == section.heading_path[-1].split()
