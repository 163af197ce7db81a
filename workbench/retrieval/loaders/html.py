"""HTML (.html, .htm): what a reader sees, cut into sections at h1 to h6.

Scripts, styles, navigation, hidden elements and comments are no text. Nothing is loaded, nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workbench.errors import FormatError
from workbench.retrieval.loaders.parsed import Heading, Parsed, clean, decode, one_line, sections_under

_DROPPED = frozenset(["canvas", "head", "iframe", "nav", "noscript", "object", "script", "style", "svg", "template"])
_HEADING = re.compile(r"h([1-6])\Z")
# Elements that stand apart from their surroundings: by an empty line, or by a new line.
_PARAGRAPH = re.compile(r"article|blockquote|dl|figure|h[1-6]|hr|ol|p|pre|section|table|ul")
_LINE = re.compile(
    r"address|aside|br|caption|dd|details|div|dt|fieldset|figcaption|footer|form|header|legend|li|main|option|summary|tr"
)
_CELLS = frozenset(["td", "th"])

# Elements that are open until they are closed; those that end by themselves (p, li, td, br) do not nest.
_NESTING = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|form"
    r"|h[1-6]|header|hgroup|main|menu|nav|ol|pre|search|section|summary|ul)\b",
    re.IGNORECASE,
)
_DEEPEST = 5_000

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{1,40})", re.IGNORECASE)
_KNOWN_CHARSETS = re.compile(r"windows-125[0-8]|iso-8859-\d{1,2}|shift_jis|euc-jp|euc-kr|gb18030|gbk|big5|koi8-[ru]")
_CHARSET_WITHIN = 1024
"""Bytes at the start of a file in which HTML wants its encoding declared."""


def read(data: bytes) -> Parsed:
    """Text, sections and title. Raises FormatError when the bytes are not text."""
    return read_page(decode(data, declared=_declared_charset(data)))


def read_page(page: str) -> Parsed:
    """As `read`, of a page that is text already."""
    _refuse_endless_nesting(page)
    tree = LexborHTMLParser(page)
    writer = _Writer()
    if tree.body is not None:
        _write(tree.body, writer)
    text = writer.text()
    titles = tree.css("title")
    title = one_line(clean(titles[0].text())) if titles else ""
    return Parsed(text, sections_under(writer.headings, text), {"title": title} if title else {})


def _refuse_endless_nesting(page: str) -> None:
    """The parser's time grows with the square of the depth: minutes for a file of one megabyte."""
    depth = 0
    for tag in _NESTING.finditer(page):
        depth += -1 if tag[1] else 1
        if depth > _DEEPEST:
            raise FormatError(f"elements are nested more than {_DEEPEST:,} deep")


def _declared_charset(data: bytes) -> str | None:
    found = _CHARSET.search(data[:_CHARSET_WITHIN])
    name = found[1].decode("ascii").lower() if found else ""
    if not _KNOWN_CHARSETS.fullmatch(name):
        return None
    # Browsers read the one as the other, and so pages are written.
    return "windows-1252" if name == "iso-8859-1" else name


def _write(body: LexborNode, writer: _Writer) -> None:
    for node, entering in _steps(body):
        tag = node.tag or ""
        if node.is_text_node:
            if entering:
                writer.words(node.text_content or "")
        elif tag in _CELLS:
            writer.cell(entering=entering)
        elif (paragraph := _PARAGRAPH.fullmatch(tag)) or _LINE.fullmatch(tag):
            heading = _HEADING.match(tag)
            if heading and not entering:
                writer.end_heading(int(heading[1]))
            writer.line_break(2 if paragraph else 1)
            if heading and entering:
                writer.start_heading()
            elif tag == "li" and entering:
                writer.bullet()
            elif tag == "tr":
                writer.row(entering=entering)
            elif tag == "pre":
                writer.verbatim = entering


def _steps(top: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Every node below, entering (True) and leaving (False). A loop, because hostile pages nest without end."""
    node = top
    while True:
        skipped = node.is_comment_node or (node.tag or "") in _DROPPED or "hidden" in (node.attributes or {})
        if not skipped:
            yield node, True
            if node.child is not None:
                node = node.child
                continue
            yield node, False
        while node.next is None or node.mem_id == top.mem_id:
            if node.mem_id == top.mem_id or node.parent is None:
                return
            node = node.parent
            yield node, False
        node = node.next


class _Writer:
    """Puts words and breaks together; white space is written only once text follows it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._breaks = 0
        self._gap = ""
        self._bullet = False
        self._first_cell = True
        self._cell_begins = False
        self._in_heading = False
        self._heading_start: tuple[int, int] | None = None
        self.headings: list[Heading] = []
        self.verbatim = False

    def text(self) -> str:
        """Everything written."""
        return "".join(self._parts)

    def words(self, raw: str) -> None:
        """Text of the page; outside `pre`, runs of white space are one space."""
        raw = clean(raw)
        if self.verbatim:
            self._put(raw)
            return
        words = raw.split()
        if raw[:1].isspace():
            self._gap = self._gap or " "
        if words:
            self._put(" ".join(words))
            if raw[-1:].isspace():
                self._gap = " "

    def row(self, *, entering: bool) -> None:
        """The start or end of a table's row: the next one stands on the next line, paragraphs in the cells or not."""
        self._first_cell = True
        if not entering:
            self._breaks = 1

    def cell(self, *, entering: bool) -> None:
        """The start or end of a table cell: set apart from the one before on its line, paragraphs in it or not."""
        self._cell_begins = entering
        if entering:
            self._gap = " | "
            self._breaks = self._breaks if self._first_cell else 0
            self._first_cell = False

    def bullet(self) -> None:
        """The start of a list item."""
        self._bullet = True

    def line_break(self, lines: int) -> None:
        """The next text starts on a new line (1), after an empty one (2)."""
        if not self._cell_begins:
            self._breaks = max(self._breaks, lines)

    def start_heading(self) -> None:
        """What follows is a heading, up to `end_heading`."""
        self._in_heading, self._heading_start = True, None

    def end_heading(self, level: int) -> None:
        """The heading is complete; one without text is none."""
        if self._heading_start is not None:
            offset, part = self._heading_start
            self.headings.append(Heading(offset, level, one_line("".join(self._parts[part:]))))
        self._in_heading, self._heading_start = False, None

    def _put(self, text: str) -> None:
        if self._length and self._breaks:
            self._append("\n" * self._breaks)
        elif self._length and self._gap:
            self._append(self._gap)
        if self._in_heading and self._heading_start is None:
            self._heading_start = (self._length, len(self._parts))
        if self._bullet:
            self._append("- ")
        self._breaks, self._gap, self._bullet, self._cell_begins = 0, "", False, False
        self._append(text)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
