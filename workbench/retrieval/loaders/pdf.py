"""PDF (.pdf): the text of each page, one section a page."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Sequence

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from workbench.domain.index import Section
from workbench.errors import FormatError
from workbench.retrieval.loaders.parsed import Parsed, clean, one_line, ranges

_PAGE_GAP = "\n\n"
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})

# pypdf trusts a file's structure in many places: broken files surface as any of these.
_BROKEN = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def read(data: bytes) -> Parsed:
    """The text of all pages. Pages without text are listed; a file of only such pages raises FormatError.

    Raises FormatError for encrypted and broken files too.
    """
    # Without a handler of its own, pypdf's remarks on broken files would go to the terminal.
    logger = logging.getLogger("pypdf")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise FormatError("the PDF is encrypted; save a copy without a password")
        pages = [clean(page.extract_text().translate(_LIGATURES)).strip() for page in reader.pages]
        title = _title(reader)
    except DependencyError as error:
        raise FormatError("the PDF is encrypted; save a copy without a password") from error
    except _BROKEN as error:
        raise FormatError(f"the PDF is broken ({type(error).__name__}: {error})") from error
    blank = [number for number, text in enumerate(pages, start=1) if not text]
    if len(blank) == len(pages):
        where = "its only page" if len(pages) == 1 else f"any of its {len(pages):,} pages"
        raise FormatError(f"no text on {where} (scanned?); run text recognition on it first")
    left_out = ((f"page={ranges(blank)}", "no text on these pages (scanned?); the others were read"),)
    text, sections = _join(pages)
    return Parsed(text, sections, {"title": title} if title else {}, left_out if blank else ())


def _title(reader: PdfReader) -> str:
    title = reader.metadata.title if reader.metadata else None
    return one_line(clean(title)) if isinstance(title, str) else ""


def _join(pages: Sequence[str]) -> tuple[str, tuple[Section, ...]]:
    sections: list[Section] = []
    start = 0
    for number, page in enumerate(pages, start=1):
        end = start + len(page) + (len(_PAGE_GAP) if number < len(pages) else 0)
        sections.append(Section(start, end, page=number))
        start = end
    return _PAGE_GAP.join(pages), tuple(sections)
