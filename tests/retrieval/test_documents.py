from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.domain.index import Reading
from workbench.errors import InputError
from workbench.retrieval.documents import load


def names(loaded):
    return [document.name for document in loaded.documents]


def test_names_are_relative_to_the_folder_with_forward_slashes_and_sorted(docs, write):
    write("b.md", "two")
    write("sub/deep/a.txt", "three")
    write("a.rst", "one")
    assert names(load([docs])) == ["a.rst", "b.md", "sub/deep/a.txt"]


def test_a_single_file_is_named_by_its_file_name(write):
    assert names(load([write("sub/a.md", "text")])) == ["a.md"]


def test_a_file_given_twice_is_read_once(docs, write):
    path = write("sub/a.md", "text")
    loaded = load([docs, path])
    assert names(loaded) == ["sub/a.md"]
    assert loaded.skipped == ()


def test_a_way_through_a_parent_folder_leaves_the_names_as_they_are(docs, write):
    write("sub/a.md", "text")
    assert names(load([docs / "sub" / ".." / "sub"])) == ["a.md"]


def test_two_different_files_of_one_name_are_refused(docs, write):
    write("x/a.md", "one")
    write("y/a.md", "two")
    with pytest.raises(InputError, match=r"Two files are called 'a\.md'"):
        load([docs / "x", docs / "y"])


def test_hidden_files_and_folders_are_passed_over(docs, write):
    write("a.md", "one")
    write(".env", "KEY=1")
    write(".git/b.md", "two")
    loaded = load([docs])
    assert names(loaded) == ["a.md"]
    assert loaded.skipped == ()


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*.md"], [], ["a.md", "drafts/c.md"]),
        (["**/c.md"], [], ["drafts/c.md"]),
        ([], ["drafts"], ["a.md", "b.txt"]),
        ([], ["drafts/"], ["a.md", "b.txt"]),
        ([], ["*.md"], ["b.txt"]),
        (["drafts/*"], ["c.md"], []),
    ],
)
def test_include_and_exclude_choose_by_name(docs, write, include, exclude, expected):
    write("a.md", "one")
    write("b.txt", "two")
    write("drafts/c.md", "three")
    if expected:
        loaded = load([docs], Reading(tuple(include), tuple(exclude)))
        assert names(loaded) == expected
        assert loaded.skipped == ()
    else:
        with pytest.raises(InputError, match=r"but not like c\.md"):
            load([docs], Reading(tuple(include), tuple(exclude)))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.doc", b"x", ".doc files are not read"),
        ("Makefile", b"all:", "files without an ending are not read"),
        ("x.md", b"", "the file is empty"),
        ("x.txt", b" \n\t\n", "the file is empty"),
        ("x.md", b"---\ntitle: x\n---\n", "the file holds no text"),
        ("x.html", b"<script>alert(1)</script>", "the file holds no text"),
        ("x.txt", b"ok\ncaf\xe9", "byte 0xe9 is not UTF-8 text; save the file as UTF-8 (line 2)"),
        ("x.txt", b"a\n\x00b", "holds NUL characters"),
        ("x.pdf", b"%PDF-1.4\nnonsense", "the PDF is broken"),
        ("x.docx", b"PK\x03\x04", "the DOCX is broken"),
        ("x.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 EncryptedPackage", "encrypted, or made by an old Word"),
        ("x.csv", b"text\n", "there are no rows below the header"),
        ("x.csv", "text\ncafé".encode("cp1252"), "byte 0xe9 is not UTF-8 text; save it as 'CSV UTF-8' (line 2)"),
        ("x.csv", b"name,price\ntea,3\n", "no column is called text, content, body or the like; name the text column"),
        ("x.csv", b'text\n"never closed\n', "a quote is opened here and never closed. (line 2)"),
        ("x.csv", b"text\na\x00b", "holds NUL characters"),
        ("x.tsv", b"a\ttext\ttext\n1\t2\t3", "two columns are called 'text'"),
        ("x.jsonl", b"[1, 2]", "not a JSON object; JSON Lines has one object on each line (line 1)"),
        ("x.jsonl", b'{"text": "a"', "this is not JSON"),
        ("x.jsonl", b'{"text": "a\xff"}', "byte 0xff is not UTF-8 text; save the file as UTF-8 (line 1)"),
        ("x.pdf", b"not a pdf at all", "the PDF is broken"),
    ],
)
def test_a_file_that_gives_no_text_is_listed_with_the_reason(docs, write, name, content, reason):
    write("good.md", "good")
    write(name, content)
    loaded = load([docs])
    assert names(loaded) == ["good.md"]
    [(skipped, why)] = loaded.skipped
    assert skipped == name
    assert why.startswith(reason)


def test_the_same_text_twice_is_one_document(docs, write):
    write("b.md", "one text\r\nhere\r\n")
    write("a.md", "one text\nhere\n")
    loaded = load([docs])
    assert names(loaded) == ["a.md"]
    assert loaded.skipped == (("b.md", "same text as a.md"),)


def test_links_are_followed_only_to_visible_files_inside_the_folder(docs, write, tmp_path):
    write("real/a.md", "inside")
    write(".hidden/secret.md", "hidden")
    outside = tmp_path / "outside.md"
    outside.write_text("outside")
    (docs / "leaves.md").symlink_to(outside)
    (docs / "sly.md").symlink_to(Path("real") / ".." / ".." / "outside.md")
    (docs / "broken.md").symlink_to(docs / "nothing.md")
    (docs / "loop.md").symlink_to(docs / "loop.md")
    (docs / "folder").symlink_to(docs / "real")
    (docs / "hidden.md").symlink_to(docs / ".hidden" / "secret.md")
    (docs / "again.md").symlink_to(docs / "real" / "a.md")
    loaded = load([docs])
    assert [document.text for document in loaded.documents] == ["inside"]
    assert dict(loaded.skipped) == {
        "broken.md": "a link that leads nowhere",
        "folder": "a link to a folder; the files in it are read where they lie",
        "hidden.md": "a link to a hidden file",
        "leaves.md": "a link that leaves the folder",
        "loop.md": "a link that leads nowhere",
        "sly.md": "a link that leaves the folder",
    }


def test_a_pipe_is_not_waited_for(docs, write):
    write("a.md", "text")
    os.mkfifo(docs / "pipe.md")
    assert load([docs]).skipped == (("pipe.md", "not a regular file"),)


def test_a_name_that_cannot_be_shown_is_skipped_and_shown_escaped(docs, write):
    write("a.md", "text")
    write("x\x1b[31m.md", "red")
    (Path(os.fsdecode(os.fsencode(docs) + b"/bad\xff.md"))).write_text("bytes")
    loaded = load([docs])
    assert names(loaded) == ["a.md"]
    assert [name for name, _ in loaded.skipped] == ["bad\\udcff.md", "x\\x1b[31m.md"]


def test_nothing_to_read_says_what_was_looked_for_and_where(docs, write):
    with pytest.raises(InputError, match=r"nothing to index in .*docs.*\.markdown, \.md, \.ndjson, \.pdf"):
        load([docs])
    write("a.doc", "x")
    with pytest.raises(InputError, match=r"Left out: a\.doc: \.doc files are not read"):
        load([docs])


def test_a_path_that_is_not_there_is_named(docs):
    with pytest.raises(InputError, match=r"no file or folder .*missing"):
        load([docs / "missing"])


def test_pages_without_text_are_listed_and_the_others_read(docs, write, make_pdf):
    write("plan.pdf", make_pdf(["First", "", "", "Last", ""]))
    loaded = load([docs])
    assert names(loaded) == ["plan.pdf"]
    assert loaded.skipped == (("plan.pdf#page=2-3,5", "no text on these pages (scanned?); the others were read"),)


def test_a_table_gives_a_document_for_each_row(docs, write):
    write("faq/all.csv", "id,question,answer\nleave,How long?,30 days\npay,When?,\n")
    write("notes.jsonl", '{"text": "one"}\n{"text": "two"}\n')
    loaded = load([docs])
    assert names(loaded) == ["faq/all.csv/leave", "notes.jsonl/1", "notes.jsonl/2"]
    assert loaded.documents[0].text == "How long?\n\n30 days"
    assert loaded.skipped == (("faq/all.csv#row=2", "no text in 'answer'"),)


def test_the_text_column_is_chosen_by_name(docs, write):
    write("a.csv", "text,note\nx,y\n")
    assert load([docs], Reading(text_column="note")).documents[0].text == "y"
    write("b.csv", "text\nz\n")
    loaded = load([docs], Reading(text_column="note"))
    assert loaded.skipped == (("b.csv", "no column 'note'; name the text column. There is: 'text'"),)


def test_rows_of_the_same_text_are_one_document(docs, write):
    write("a.csv", "id,text\nx,same\ny,same\n")
    write("b.md", "same")
    loaded = load([docs])
    assert names(loaded) == ["a.csv/x"]
    assert loaded.skipped == (("a.csv/y", "same text as a.csv/x"), ("b.md", "same text as a.csv/x"))


def test_a_file_too_large_is_skipped(docs, write, monkeypatch):
    monkeypatch.setattr("workbench.retrieval.documents._LARGEST_FILE", 2**20)
    write("a.md", "text")
    write("big.txt", "x" * (2**20 + 1))
    assert load([docs]).skipped == (("big.txt", "larger than 1 MB; split it"),)
