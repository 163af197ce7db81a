"""Markdown as a tree of blocks and runs of text: to show it as a reader would see it, and to know where words stand.

Nothing in it can act: links, images and HTML stay the text that they are written as.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

TAGS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code strong em s table thead tbody tr th td hr br".split()  # noqa: SIM905 (a list this long is read as words)
)
"""All that a tree is made of."""
_LINE_END = re.compile(r"\r\n?|\n")
_ITEM_MARK = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]+")
_ACTING = ("link", "image", "autolink", "html_inline", "html_block", "entity", "reference")
_DEEPEST = 18
"""Levels within levels; the parser itself ends at 20."""


@dataclass(frozen=True)
class Run:
    """A stretch of text."""

    text: str
    start: int | None
    """Where it stands in the Markdown, in characters; None where that is not known."""


@dataclass(frozen=True)
class Element:
    """A block or a style with what stands in it."""

    tag: str
    """One of `TAGS`."""
    children: Sequence[Element | Run]
    first: int | None = None
    """The number of an ordered list's first item, where it is not 1."""


def parse(text: str) -> Sequence[Element | Run]:
    """The blocks of a Markdown text. Whatever the text is, no word that its reader would see is lost or invented."""
    tokens = _parser().parse(text)
    if any(inner.level >= _DEEPEST for token in tokens for inner in (token, *(token.children or ()))):
        return [Element("p", (Run(text, 0),))]  # the parser leaves out what is nested deeper
    builder = _Builder(text)
    for token in tokens:
        builder.block(token)
    return builder.open[0].children


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # `text_join` would glue escaped characters to their neighbours, which then stand nowhere in the text.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable([*_ACTING, "text_join"])


@dataclass
class _Open:
    tag: str
    children: list[Element | Run] = field(default_factory=list)
    first: int | None = None


class _Builder:
    """Makes the tree from a parser's tokens, and finds each run again in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open = [_Open("")]
        self._lines = [0, *(found.end() for found in _LINE_END.finditer(text)), len(text)]
        self._at = 0
        self._end = len(text)

    def block(self, token: Token) -> None:
        """Take one token of the block structure."""
        if token.map is not None:
            self._at = max(self._at, self._line(token.map[0]))
            self._end = self._line(token.map[1])
        if token.type == "inline":
            for child in token.children or ():
                self._inline(child)
        elif token.type in ("fence", "code_block"):
            self._code(token)
        elif token.nesting == 0:
            self._add(Element("hr", ()))
        elif not token.hidden:
            self._nest(token)
        if token.type == "list_item_open":
            mark = _ITEM_MARK.match(self.text, self._at)
            self._at = mark.end() if mark else self._at

    def _inline(self, token: Token) -> None:
        if token.type == "code_inline":
            self._open("code")
            self._run(token.content)
            self._close()
        elif token.type == "softbreak":
            self._add(Run("\n", None))
        elif token.type == "hardbreak":
            self._add(Element("br", ()))
        elif token.nesting:
            self._nest(token)
        else:
            self._run(token.content)

    def _code(self, token: Token) -> None:
        if token.type == "fence":
            self._at = max(self._at, min(self._next_line(), self._end))
        self._open("pre")
        self._open("code")
        for number, line in enumerate(token.content.rstrip("\n").split("\n")):
            if number:
                self._add(Run("\n", None))
            self._run(line)
        self._close()
        self._close()

    def _nest(self, token: Token) -> None:
        if token.nesting < 0:
            self._close()
            return
        first = token.attrGet("start")
        self._open(token.tag if token.tag in TAGS else "p", int(first) if first is not None else None)

    def _open(self, tag: str, first: int | None = None) -> None:
        self.open.append(_Open(tag, first=first))

    def _close(self) -> None:
        done = self.open.pop()
        self._add(Element(done.tag, tuple(done.children), done.first))

    def _run(self, text: str) -> None:
        if not text:
            return
        start = self.text.find(text, self._at, self._end)
        if start < 0:
            self._add(Run(text, None))
            return
        self._at = start + len(text)
        self._add(Run(text, start))

    def _add(self, child: Element | Run) -> None:
        self.open[-1].children.append(child)

    def _line(self, number: int) -> int:
        return self._lines[min(number, len(self._lines) - 1)]

    def _next_line(self) -> int:
        return self._lines[min(bisect_right(self._lines, self._at), len(self._lines) - 1)]


def as_json(nodes: Sequence[Element | Run]) -> list[Any]:
    """The tree as lists and objects: a run is `[text, start]`, an element `{"t": tag, "c": children}`."""
    return [_json(node) for node in nodes]


def _json(node: Element | Run) -> Any:
    if isinstance(node, Run):
        return [node.text, node.start]
    number = {} if node.first is None else {"n": node.first}
    return {"t": node.tag, "c": as_json(node.children), **number}


def runs(nodes: Sequence[Element | Run]) -> list[Run]:
    """All runs of a tree, in order."""
    found: list[Run] = []
    for node in nodes:
        found += [node] if isinstance(node, Run) else runs(node.children)
    return found
