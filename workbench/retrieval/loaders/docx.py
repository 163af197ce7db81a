"""Word (.docx): headings, paragraphs, lists, tables and footnotes, cut into sections at its headings.

Tracked deletions, comments, page headers and pictures are no text. Nothing outside the file is opened.
"""

from __future__ import annotations

import io
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Mapping
from xml.parsers.expat import ExpatError

import mammoth

from workbench.errors import FormatError
from workbench.retrieval.loaders import html
from workbench.retrieval.loaders.parsed import Parsed, clean, one_line

_OLE = b"\xd0\xcf\x11\xe0"
"""How files of Word 97 begin, and encrypted ones of today."""

_LARGEST_TEXT = 16 * 2**20
"""Bytes of XML, unpacked. A thousand pages have less; the parser takes about fifty times as much memory."""
_CHUNK = 2**16

_PROPERTIES = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_NOT_NEEDED = ("customXml/", "docProps/", "word/glossary/", "word/theme/", "word/comments")
_PICTURES = "word/media/"

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""

# What broken packages surface as, from zipfile, the XML parser and mammoth.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ET.ParseError,
    ExpatError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def read(data: bytes) -> Parsed:
    """Text, sections and title. Raises FormatError for encrypted, broken, oversized and picture-only files."""
    if data.startswith(_OLE):
        raise FormatError("encrypted, or made by an old Word; save a copy as .docx without a password")
    try:
        parts, pictures = _parts(data)
        title = _title(parts.get(_PROPERTIES))
        page = mammoth.convert_to_html(
            _package(parts),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=lambda _image: [],
        ).value
    except _BROKEN as error:
        raise FormatError(f"the DOCX is broken ({type(error).__name__}: {error})") from error
    parsed = html.read_page(page)
    if not parsed.text.strip() and pictures:
        raise FormatError("no text, only pictures (scanned?); run text recognition on it first")
    return Parsed(parsed.text, parsed.sections, {"title": title} if title else {})


def _parts(data: bytes) -> tuple[dict[str, bytes], bool]:
    """The parts that hold text or say what text is, unpacked; and whether there are pictures."""
    parts: dict[str, bytes] = {}
    room = _LARGEST_TEXT
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        for entry in entries:
            needed = entry.filename == _PROPERTIES or not entry.filename.startswith(_NOT_NEEDED)
            if not (needed and entry.filename.endswith((".xml", ".rels"))):
                continue
            if entry.flag_bits & 1:
                raise FormatError("the DOCX is encrypted; save a copy without a password")
            content = _unpacked(archive, entry, room)
            # Entities can grow without end, or name files; Word never writes a DTD. NULs are UTF-16's.
            if b"<!DOCTYPE" in content.replace(b"\0", b""):
                raise FormatError("the DOCX declares a document type, which Word never does; it is not opened")
            room -= len(content)
            parts[entry.filename] = content
    return parts, any(entry.filename.startswith(_PICTURES) for entry in entries)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """The bytes of an entry, whatever size it claims to have."""
    pieces: list[bytes] = []
    with archive.open(entry) as file:
        while piece := file.read(_CHUNK):
            room -= len(piece)
            if room < 0:
                raise FormatError(f"its text unpacks to more than {_LARGEST_TEXT // 2**20} MB; split the document")
            pieces.append(piece)
    return b"".join(pieces)


def _package(parts: Mapping[str, bytes]) -> io.BytesIO:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    package.seek(0)
    return package


def _title(properties: bytes | None) -> str:
    if properties is None:
        return ""
    found = ET.fromstring(properties).find(_TITLE)  # noqa: S314 - searched for a DTD
    return one_line(clean(found.text or "")) if found is not None else ""
