from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from workbench.errors import FormatError
from workbench.retrieval.loaders import pdf


def rewritten(data, **options):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    if "title" in options:
        writer.add_metadata({"/Title": options["title"]})
    if "password" in options:
        writer.encrypt(user_password=options["password"], owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_each_page_is_a_section_with_its_number(make_pdf):
    parsed = pdf.read(make_pdf(["First page", "", "Third page"]))
    assert [(s.page, parsed.text[s.start : s.end].strip()) for s in parsed.sections] == [
        (1, "First page"),
        (2, ""),
        (3, "Third page"),
    ]
    assert "".join(parsed.text[s.start : s.end] for s in parsed.sections) == parsed.text
    assert [place for place, _ in parsed.left_out] == ["page=2"]


def test_the_title_is_metadata(make_pdf):
    assert pdf.read(rewritten(make_pdf(["text"]), title="The plan")).metadata == {"title": "The plan"}


def test_a_file_that_needs_a_password_is_refused(make_pdf):
    with pytest.raises(FormatError, match="encrypted"):
        pdf.read(rewritten(make_pdf(["text"]), password="secret"))


def test_a_file_that_opens_without_a_password_is_read(make_pdf):
    assert pdf.read(rewritten(make_pdf(["text"]), password="")).text == "text"


def test_a_scanned_page_is_refused(make_pdf):
    with pytest.raises(FormatError, match="no text on its only page"):
        pdf.read(make_pdf([""]))


def test_a_scanned_file_is_refused(make_pdf):
    with pytest.raises(FormatError, match="no text on any of its 2 pages"):
        pdf.read(make_pdf(["", ""]))


def test_a_file_cut_off_anywhere_is_read_or_refused_and_never_fails_otherwise(make_pdf, capfd):
    whole = make_pdf(["First page", "Second page"])
    problems = set()
    for end in range(0, len(whole), 23):
        try:
            assert "page" in pdf.read(whole[:end]).text
        except FormatError as error:
            problems.add(error.problem.split("(")[0].strip())
    assert problems
    assert problems <= {
        "the PDF is broken",
        "no text on any of its 2 pages",
        "no text on any of its 0 pages",
        "no text on its only page",
    }
    assert capfd.readouterr() == ("", "")
