"""What a loader gives, and what loaders share: decoding, clean characters, sections under headings."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.index import Section
from workbench.errors import FormatError

_MARKED_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What parsers can hand over although no encoder takes it (lone surrogates), or that ends strings in C libraries.
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")

_LONGEST_TITLE = 200


@dataclass(frozen=True)
class Parsed:
    """The text of one file. Sections cover the whole text, without gaps and in order."""

    text: str
    sections: tuple[Section, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()
    """Parts without text, each as (where, such as `page=3`; reason)."""


@dataclass(frozen=True)
class Heading:
    """A heading found in a text."""

    offset: int
    """Where its section starts: the first character of the heading's line."""
    level: int
    """1 to 6."""
    title: str


def decode(data: bytes, *, declared: str | None = None, advice: str = "save the file as UTF-8") -> str:
    """Text of a file in UTF-8, in UTF-16 with a byte order mark, or in the encoding that the file declares itself.

    Line ends become newlines, so that the same text is the same document on every system. Raises FormatError for
    bytes that are not text in that encoding, with the advice.
    """
    mark, encoding = next(((m, e) for m, e in _MARKED_ENCODINGS if data.startswith(m)), (b"", declared or "utf-8"))
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise FormatError(
            f"byte 0x{body[error.start]:02x} is not {encoding.upper()} text; {advice}", line=line
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise FormatError("holds NUL characters: not a text file, or UTF-16 without a byte order mark", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> str:
    """The text with what is not a character replaced by U+FFFD."""
    return _NOT_TEXT.sub("\ufffd", text)


def clean_value(value: Any) -> Any:
    """As `clean`, for every text in a value of metadata, its keys included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean_value(key): clean_value(item) for key, item in value.items()}
    return value


def one_line(title: str) -> str:
    """A title without line breaks, shortened where it is no title but a text: chunks carry it wherever they go."""
    title = " ".join(title.split())
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def ranges(numbers: Sequence[int]) -> str:
    """`2-4,7` for 2, 3, 4, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ",".join("-".join(map(str, run)) for run in runs)


def sections_under(headings: Sequence[Heading], text: str) -> tuple[Section, ...]:
    """Sections of a text, each from one heading to the next; text before the first heading has an empty path.

    A heading's path holds the nearest heading of each lower level before it: levels may be skipped.
    """
    sections: list[Section] = []
    path: list[Heading] = []
    start = 0
    names: tuple[str, ...] = ()
    for heading in headings:
        if text[start : heading.offset].strip():
            sections.append(Section(start, heading.offset, names))
            start = heading.offset
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
        names = tuple(h.title for h in path)
    sections.append(Section(start, len(text), names))
    return tuple(sections)
