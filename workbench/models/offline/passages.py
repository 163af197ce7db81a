"""Cuts sources into passages: sentences, list items and table rows, each with the headings it stands under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.offline.sources import Source
from workbench.models.offline.vocabulary import terms_of
from workbench.text.sentences import sentences

_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_LIST_MARK = re.compile(r"^(?:[-*•·–]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+")
_TABLE_RULE = re.compile(r"^\|?[\s:|-]+\|[\s:|-]*$")
_MARKUP = re.compile(
    r"\*\*([^*\n]+)\*\*|__([^_\n]+)__|(?<!\w)\*([^*\n]+)\*(?!\w)|\[([^\]\n]+)\]\((?:[^()\s]|\([^()\s]*\))*\)"
)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^()\n]*\)")

LONGEST_TEXT = 60_000
"""Characters read of one source; a passage of a document is far shorter."""


@dataclass(frozen=True)
class Passage:
    """The smallest piece that is extracted whole."""

    text: str
    source: Source
    position: int
    """Its place in the source, from 0."""
    terms: frozenset[str]
    above: frozenset[str]
    """Terms of the headings, the sentence that leads into a list, and the document's name."""
    is_item: bool = False


def passages_of(sources: Sequence[Source]) -> list[Passage]:
    """All passages in the order in which the prompt shows them."""
    return [passage for source in sources for passage in _passages(source)]


def _passages(source: Source) -> list[Passage]:
    name = re.sub(r"[./_#=-]+", " ", source.name or "")
    top = frozenset(terms_of(f"{name} {source.heading}"))
    found: list[Passage] = []
    heading = lead = header = ""
    for block in _blocks(source.text[:LONGEST_TEXT]):
        if title := _MARKDOWN_HEADING.match(block):
            heading, lead, header = title.group(1), "", ""
            continue
        item = _LIST_MARK.match(block) is not None
        if not item:
            lead = ""
        if block.startswith("|") and block.count("|") >= 2:
            if not header:
                header = block
                continue
            pieces = [_row(block, header)]
        else:
            header = ""
            pieces = sentences(_plain(_LIST_MARK.sub("", block)))
        above = top | frozenset(terms_of(f"{heading} {lead}"))
        for piece in pieces:
            if any(char.isalnum() for char in piece):
                found.append(Passage(piece, source, len(found), frozenset(terms_of(piece)), above, is_item=item))
        if block.endswith(":"):
            lead = block
    return found


def _blocks(text: str) -> list[str]:
    """Paragraphs, list items, headings and table rows; lines wrapped inside a paragraph are joined."""
    blocks: list[str] = []
    open_paragraph = False
    for raw in text.split("\n"):
        line = " ".join(raw.split())
        starts_block = bool(_LIST_MARK.match(line) or _MARKDOWN_HEADING.match(line) or line.startswith("|"))
        if not line or _TABLE_RULE.match(line):
            open_paragraph = False
        elif open_paragraph and not starts_block:
            blocks[-1] += " " + line
        else:
            blocks.append(line)
            open_paragraph = not _MARKDOWN_HEADING.match(line) and not line.startswith("|") and not line.endswith(":")
    return blocks


def _row(row: str, header: str) -> str:
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    names = [cell.strip() for cell in header.strip("|").split("|")]
    labelled = [f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell]
    return _plain("; ".join(labelled))


def _plain(text: str) -> str:
    """Text without Markdown emphasis, links and images: their targets are never part of an answer."""
    without_images = _IMAGE.sub("", text)
    return _MARKUP.sub(
        lambda match: next(group for group in match.groups() if group is not None), without_images
    ).strip()
