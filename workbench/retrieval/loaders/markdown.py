"""Markdown (.md, .markdown): the text as it is written, cut into sections at its headings.

Headings are those of CommonMark (`# Title` and underlined ones) outside fenced and indented code. YAML front matter
is metadata, not text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from workbench.retrieval.loaders.parsed import Heading, Parsed, clean_value, decode, one_line, sections_under

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LIKELY_METADATA = re.compile(r"[A-Za-z_][\w -]*:(?:\s|\Z)")
_UNREAD = (("front-matter", "it is no YAML mapping, so it is read as text and gives no metadata"),)
_LONGEST_FRONT_MATTER = 65_536
"""Characters; nobody writes more, and nested YAML takes time that grows faster than its length."""

_ATX = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+|\Z)")
_UNDERLINE = re.compile(r" {0,3}(?P<mark>=+|-+)[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})(?P<info>.*)\Z")
# Lines that start a block of their own, so that an underline below them makes no heading.
_NOT_A_PARAGRAPH = re.compile(r"(?: {4}|\t| {0,3}(?:[-*+>|]|\d{1,9}[.)][ \t]|<))")

_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ANCHOR = re.compile(r" ?\{#[^{}]*\}\Z")
_EMPHASIS = re.compile(r"[*`]+")


def read(data: bytes) -> Parsed:
    """Text, sections and front matter. Raises FormatError when the bytes are not text."""
    written = decode(data)
    metadata, text = split_front_matter(written)
    unread = text == written and (found := _front_matter(written)) is not None and _LIKELY_METADATA.match(found["yaml"])
    return Parsed(text, sections_under(tuple(headings(text)), text), metadata, _UNREAD if unread else ())


def split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """The metadata at the top of a file, values as written, and the text below.

    A block that is no YAML mapping is text: two horizontal rules look the same.
    """
    found = _front_matter(text)
    if found is None:
        return {}, text
    try:
        metadata = yaml.load(found["yaml"], Loader=_AsWritten)  # noqa: S506 - builds str, list and dict only
    except (yaml.YAMLError, RecursionError, TypeError):
        return {}, text
    return (clean_value(metadata), text[found.end() :]) if isinstance(metadata, dict) else ({}, text)


def _front_matter(text: str) -> re.Match[str] | None:
    return _FRONT_MATTER.match(text[: _LONGEST_FRONT_MATTER + 10])


class _AsWritten(yaml.BaseLoader):
    """Scalars stay text (a version 1.10 is not 1.1). Aliases are refused: a few bytes of them make gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def headings(text: str) -> Iterator[Heading]:
    """The headings of a Markdown text, in order."""
    start = 0
    fence = ""
    paragraph: list[str] = []
    paragraph_start = 0
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark["marks"].startswith(fence) and not mark["info"].strip():
                fence = ""
        elif mark and not (mark["marks"][0] == "`" and "`" in mark["info"]):
            fence, paragraph = mark["marks"], []
        elif paragraph and (underline := _UNDERLINE.match(line)):
            yield Heading(paragraph_start, 1 if underline["mark"][0] == "=" else 2, _plain(" ".join(paragraph)))
            paragraph = []
        elif atx := _ATX.match(line):
            title = _plain(_without_closing_marks(line[atx.end() :]))
            if title:
                yield Heading(start, len(atx["marks"]), title)
            paragraph = []
        elif not line.strip() or (not paragraph and _NOT_A_PARAGRAPH.match(line)):
            paragraph = []
        else:
            paragraph_start = paragraph_start if paragraph else start
            paragraph.append(line)
        start += len(line) + 1


def _without_closing_marks(title: str) -> str:
    title = title.strip()
    opened = title.rstrip("#")
    return opened if not opened or opened[-1] in " \t" else title


def _plain(title: str) -> str:
    """A heading as a reader sees it: without links, tags, anchors and emphasis."""
    title = _ANCHOR.sub("", " ".join(title.split()))
    title = _TAG.sub("", _LINK.sub(r"\1", title))
    return one_line(_EMPHASIS.sub("", title))
