"""Source spans as rows and citations name them: `doc`, `doc#heading`, `doc#page=3`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.index import Chunk
from workbench.metrics.text import plain

_PAGE = re.compile(r"page=(\d{1,9})")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class SourceSpan:
    """A document, or a part of it."""

    document: str
    heading: str | None = None
    page: int | None = None

    def holds(self, chunk: Chunk) -> bool:
        """Whether the chunk begins in the span: in its document and, where it names one, under its heading or on its page.

        Documents may be named by their file name alone.
        """
        if _same(self.written, chunk.document):
            return True
        return _same(self.document, chunk.document) and self.holds_part(chunk.heading_path, chunk.page)

    def holds_part(self, heading_path: Sequence[str], page: int | None) -> bool:
        """Whether a part of the document belongs to the span: the part below these headings, or on this page.

        What is below a heading belongs to it. Headings are compared as links write them, `Carry-over rules` like
        `carry-over-rules`. A heading may be named with those around it: `Leave › Carry-over rules`.
        """
        if self.page is not None:
            return page == self.page
        if self.heading is None:
            return True
        wanted, depth = _slug(self.heading), len(heading_path)
        paths = (heading_path[top:end] for top in range(depth) for end in range(top + 1, depth + 1))
        return any(_slug(" ".join(path)) == wanted for path in paths)

    def in_document(self, document: str) -> bool:
        """Whether the document of that name is the one meant."""
        return _same(self.document, document) or _same(self.written, document)

    @property
    def written(self) -> str:
        """The whole span as a row writes it. It may be a document's own name, which can contain a number sign."""
        if self.page is not None:
            return f"{self.document}#page={self.page}"
        return self.document if self.heading is None else f"{self.document}#{self.heading}"


def parse_span(text: str) -> SourceSpan:
    """Read a span. Text after the last `#` names a heading, or a page as `page=N`."""
    document, mark, part = text.strip().rpartition("#")
    if not mark or not document:
        return SourceSpan(text.strip())
    page = _PAGE.fullmatch(part.strip().casefold())
    if page is not None:
        return SourceSpan(document.strip(), page=int(page.group(1)))
    return SourceSpan(document, heading=part) if _slug(part) else SourceSpan(document.strip())


def _same(wanted: str, document: str) -> bool:
    """Whether a name means the document: its whole name, or its file name alone."""
    wanted, name = plain(wanted), plain(document)
    return wanted == name or ("/" not in wanted and wanted == name.rpartition("/")[2])


def _slug(heading: str) -> str:
    return _NOT_WORD.sub("-", plain(heading)).strip("-")
