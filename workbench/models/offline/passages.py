"""Cuts sources into passages: sentences, list items and table rows, each with the headings it stands under."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from workbench.models.offline.markdown import without_links
from workbench.models.offline.sources import Source
from workbench.models.offline.vocabulary import terms_of
from workbench.text.sentences import sentences

_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_LIST_MARK = re.compile(r"^(?:[-*•·–]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+")
_QUOTE_MARK = re.compile(r"^(?:> ?)+")
_TABLE_RULE = re.compile(r"^\|?[\s:|-]+\|[\s:|-]*$")

LONGEST_TEXT = 60_000
"""Characters read of one source; a passage of a document is far shorter."""


Cell = tuple[str, str]
"""A table cell's header and text."""


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
    section: frozenset[str]
    """Terms of the heading that its source stands under; empty where the prompt names none."""
    is_item: bool = False
    cells: tuple[Cell, ...] = ()
    """Header and text of each cell that is not empty, of a table's row; nothing for other passages."""

    def narrowed(self, asked: Collection[str]) -> Passage:
        """A table's row with its first cell and the columns whose headers hold the most of the terms asked for.

        Anything else, and a row of which no column is nearer to the question than the others, stays as it is.
        """
        first, others = self.cells[:1], self.cells[1:]
        matches = [len(frozenset(terms_of(header)) & frozenset(asked)) for header, _ in others]
        if len(set(matches)) < 2:
            return self
        kept = (*first, *(cell for cell, match in zip(others, matches, strict=True) if match == max(matches)))
        return replace(self, text=_row_text(kept), cells=kept)


def passages_of(sources: Sequence[Source]) -> list[Passage]:
    """All passages in the order in which the prompt shows them."""
    return [passage for source in sources for passage in _passages(source)]


def _passages(source: Source) -> list[Passage]:
    name = re.sub(r"[./_#=-]+", " ", source.name or "")
    top = frozenset(terms_of(f"{name} {source.heading}"))
    section = frozenset(terms_of(source.heading.rpartition("›")[2]))
    found: list[Passage] = []
    heading = lead = header = ""
    cells: tuple[Cell, ...] = ()
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
            cells = _cells(block, header)
            pieces = [_row_text(cells)]
        else:
            header, cells = "", ()
            pieces = sentences(without_links(_LIST_MARK.sub("", block)))
        above = top | frozenset(terms_of(f"{heading} {lead}"))
        for piece in pieces:
            if any(char.isalnum() for char in piece):
                terms = frozenset(terms_of(piece))
                found.append(Passage(piece, source, len(found), terms, above, section, is_item=item, cells=cells))
        if block.endswith(":"):
            lead = block
    return found


def _blocks(text: str) -> list[str]:
    """Paragraphs, list items, headings and table rows; lines wrapped inside a paragraph are joined."""
    blocks: list[str] = []
    open_paragraph = False
    for raw in text.split("\n"):
        line = _QUOTE_MARK.sub("", " ".join(raw.split()))
        starts_block = bool(_LIST_MARK.match(line) or _MARKDOWN_HEADING.match(line) or line.startswith("|"))
        if not line or _TABLE_RULE.match(line):
            open_paragraph = False
        elif open_paragraph and not starts_block:
            blocks[-1] += " " + line
        else:
            blocks.append(line)
            open_paragraph = not _MARKDOWN_HEADING.match(line) and not line.startswith("|") and not line.endswith(":")
    return blocks


def _cells(row: str, header: str) -> tuple[Cell, ...]:
    cells = (without_links(cell) for cell in row.strip("|").split("|"))
    names = (without_links(cell) for cell in header.strip("|").split("|"))
    return tuple((name, cell) for name, cell in zip(names, cells, strict=False) if cell)


def _row_text(cells: Sequence[Cell]) -> str:
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells)
