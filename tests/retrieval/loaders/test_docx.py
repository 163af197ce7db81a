"""Word files, made by hand: a zip of XML parts."""

from __future__ import annotations

import io
import zipfile

import pytest

from workbench.errors import FormatError
from workbench.retrieval.loaders import docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(body, parts=None, *, prolog=""):
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": f'{prolog}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>',
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def paragraph(text, style=None):
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def styles(**names):
    listed = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in names.items()
    )
    return {"word/styles.xml": f'<w:styles xmlns:w="{W}">{listed}</w:styles>'}


def test_headings_make_sections_whatever_the_language_of_word():
    body = (
        paragraph("Intro") + paragraph("Urlaub", "berschrift1") + paragraph("30 Tage") + paragraph("Rest", "Heading2")
    )
    parsed = docx.read(packed(body, styles(berschrift1="heading 1")))
    assert [(s.heading_path, parsed.text[s.start : s.end].strip()) for s in parsed.sections] == [
        ((), "Intro"),
        (("Urlaub",), "Urlaub\n\n30 Tage"),
        (("Urlaub", "Rest"), "Rest"),
    ]


def test_the_rows_of_a_table_stay_on_their_lines():
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Days", "30"))
    more = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Weeks", "6"))
    assert docx.read(packed(f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{more}</w:tr></w:tbl>")).text == "Days | 30\nWeeks | 6"


def test_deleted_text_is_no_text_and_inserted_text_is():
    body = (
        "<w:p><w:del><w:r><w:delText>20</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>30</w:t></w:r></w:ins><w:r><w:t> days</w:t></w:r></w:p>"
    )
    assert docx.read(packed(body)).text == "30 days"


def test_the_title_is_metadata():
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The  plan</dc:title></cp:coreProperties>'
    )
    assert docx.read(packed(paragraph("x"), {"docProps/core.xml": core})).metadata == {"title": "The plan"}


def test_a_file_of_pictures_only_is_taken_for_a_scan():
    with pytest.raises(FormatError, match="only pictures"):
        docx.read(packed("<w:p/>", {"word/media/image1.png": b"\x89PNG"}))


def test_an_encrypted_file_is_told_from_a_broken_one():
    with pytest.raises(FormatError, match="encrypted"):
        docx.read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500)
    marked = bytearray(packed(paragraph("x")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = marked.find(signature)
        while position >= 0:
            marked[position + offset] |= 1
            position = marked.find(signature, position + 1)
    with pytest.raises(FormatError, match="encrypted"):
        docx.read(bytes(marked))


def test_entities_are_not_expanded_and_no_file_is_named_by_one():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(FormatError, match="declares a document type"):
        docx.read(packed(paragraph("&b;"), prolog=bomb))
    outside = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    hidden = f'{outside}<w:document xmlns:w="{W}"><w:body>{paragraph("&a;")}</w:body></w:document>'.encode("utf-16")
    with pytest.raises(FormatError, match="declares a document type"):
        docx.read(packed("", {"word/document.xml": hidden}))


def test_a_file_that_unpacks_to_very_much_is_refused_whatever_size_it_claims(monkeypatch):
    monkeypatch.setattr(docx, "_LARGEST_TEXT", 2**20)
    data = packed("<w:p/>" * 400_000)
    assert len(data) < 100_000
    with pytest.raises(FormatError, match="unpacks to more than 1 MB"):
        docx.read(data)


def test_a_picture_that_lies_elsewhere_is_not_fetched(tmp_path, monkeypatch):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG secret")
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        f'Target="{secret.as_uri()}" TargetMode="External"/></Relationships>'
    )
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        '<a:blip r:link="r1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
    opened = []
    monkeypatch.setattr("mammoth.docx.files.Files.open", lambda self, uri: opened.append(uri))
    parsed = docx.read(packed(paragraph("text") + drawing, {"word/_rels/document.xml.rels": relationships}))
    assert parsed.text == "text"
    assert opened == []


def test_endless_nesting_is_refused():
    with pytest.raises(FormatError, match="RecursionError"):
        docx.read(packed("<w:ins>" * 20_000 + "</w:ins>" * 20_000))


def test_a_file_cut_off_or_changed_anywhere_is_read_or_refused_and_never_fails_otherwise():
    whole = packed(paragraph("Title", "Heading1") + paragraph("Some text"), styles(Heading1="heading 1"))
    variants = [whole[:end] for end in range(1, len(whole), 31)]
    variants += [whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :] for at in range(0, len(whole), 7)]
    problems = set()
    for data in variants:
        try:
            docx.read(data)
        except FormatError as error:
            problems.add(error.problem)
    assert problems
    assert all(problem.startswith("the DOCX") for problem in problems)
