import shutil

import pytest

from workbench.domain.actor import Actor
from workbench.domain.index import IndexSettings
from workbench.errors import InputError, NotAllowedError, NotFoundError, OutdatedIndexError


@pytest.fixture
def documents(project):
    folder = project / "documents"
    folder.mkdir()
    (folder / "loans.md").write_text("# Loans\n\nBooks are lent for 21 days. Films are lent for 7 days.\n")
    (folder / "rooms.md").write_text("# Rooms\n\nReading rooms are booked at the desk.\n")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


def test_documents_become_an_index_that_finds_them(wb, documents):
    info = wb.indexes.build("library", [documents])

    assert (info.documents, info.name) == (2, "library")
    found = wb.indexes.query("library", "How long are books lent?")
    assert found[0].chunk.document == "loans.md"


@pytest.mark.parametrize("name", ["", "a@1", "two\nlines", "x" * 101])
def test_what_is_no_name_is_refused(wb, documents, name):
    with pytest.raises(InputError, match="is no name for an index"):
        wb.indexes.build(name, [documents])


def test_what_is_left_out_is_said_with_the_reason(wb, documents):
    info = wb.indexes.build("library", [documents])

    assert [name for name, reason in info.skipped if reason] == ["picture.png"]


def test_the_same_documents_are_not_built_twice_and_recorded_once(wb, documents):
    first = wb.indexes.build("library", [documents])
    again = wb.indexes.build("library", [documents])

    assert again.fingerprint == first.fingerprint
    assert [entry.action for entry in wb.audit.list()] == ["index built"]


def test_a_changed_document_makes_another_index_and_the_first_stays_usable(wb, documents):
    first = wb.indexes.build("library", [documents])
    (documents / "loans.md").write_text("# Loans\n\nBooks are lent for 30 days.\n")
    second = wb.indexes.build("library", [documents])

    assert wb.indexes.get("library").fingerprint == second.fingerprint != first.fingerprint
    assert [document.name for document in wb.indexes.documents(first)] == ["loans.md", "rooms.md"]
    assert "21 days" in wb.indexes.documents(first)[0].text


def test_a_deleted_index_folder_is_rebuilt_from_the_store_without_the_documents(wb, documents):
    info = wb.indexes.build("library", [documents])
    before = wb.indexes.query("library", "How long are books lent?")
    shutil.rmtree(wb.context.index_root)
    shutil.rmtree(documents)

    after = wb.indexes.query("library", "How long are books lent?")

    assert wb.indexes.open(info).fingerprint == info.fingerprint
    assert [found.chunk for found in after] == [found.chunk for found in before]


@pytest.mark.parametrize("deleted", [False, True])
def test_an_index_of_an_older_version_says_how_to_build_it_again_and_then_works(wb, documents, monkeypatch, deleted):
    monkeypatch.setattr("workbench.retrieval.lexical.ALGORITHM", 2)
    older = wb.indexes.build("library", [documents])
    monkeypatch.undo()
    if deleted:
        shutil.rmtree(wb.context.index_root)

    with pytest.raises(OutdatedIndexError, match=r"older version .*: workbench index build library"):
        wb.indexes.query("library", "How long are books lent?")
    newer = wb.indexes.build("library", wb.indexes.sources(older), older.settings, reading=older.reading)

    assert newer.fingerprint != older.fingerprint
    assert "21 days" in wb.indexes.query("library", "How long are books lent?")[0].chunk.text
    with pytest.raises(OutdatedIndexError):
        wb.indexes.open_fingerprint(older.fingerprint)


def test_settings_are_part_of_the_identity(wb, documents):
    small = wb.indexes.build("library", [documents], IndexSettings(chunk_size=16, chunk_overlap=0))
    large = wb.indexes.build("library", [documents], IndexSettings(chunk_size=100, chunk_overlap=0))

    assert small.fingerprint != large.fingerprint


def test_an_index_needs_a_name_documents_and_an_engineer(wb, documents):
    with pytest.raises(InputError):
        wb.indexes.build("a@b", [documents])
    with pytest.raises(InputError):
        wb.indexes.build("library", [documents / "gone"])
    with pytest.raises(NotAllowedError):
        wb.acting_as(Actor("chris", frozenset({"reviewer"}))).indexes.build("library", [documents])
    assert wb.indexes.list() == []


def test_asking_for_nothing_or_of_an_unknown_index_is_refused(wb, documents):
    wb.indexes.build("library", [documents])

    with pytest.raises(InputError, match="nothing to look for"):
        wb.indexes.query("library", "  ")
    with pytest.raises(NotFoundError, match="Did you mean 'library'"):
        wb.indexes.query("libary", "books")
