"""Whether an index is still what its files say, told without reading them again."""

from __future__ import annotations

import shutil

import pytest

from workbench.domain.index import Reading
from workbench.errors import InputError
from workbench.retrieval import documents, file_facts


@pytest.fixture
def folder(project):
    folder = project / "documents"
    folder.mkdir(exist_ok=True)
    (folder / "loans.md").write_text("# Loans\n\nBooks are lent for 21 days.\n")
    (folder / "rooms.csv").write_text("id,text\nnorth,Twelve seats.\nsouth,Twenty seats.\n")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04")
    return folder


@pytest.fixture
def settled(monkeypatch):
    """Files count as settled at once, as they do two seconds after they were written."""
    monkeypatch.setattr(file_facts, "_SETTLED_NS", 0)


@pytest.fixture
def read(monkeypatch):
    """The names of the files that are read from now on."""
    names = []
    original = documents.read_file

    def counted(file, reading):
        names.append(file.name)
        return original(file, reading)

    monkeypatch.setattr(documents, "read_file", counted)
    return names


@pytest.mark.usefixtures("settled")
def test_files_that_are_as_they_were_are_not_read(wb, folder, read):
    info = wb.indexes.build("library", [folder])
    read.clear()

    assert not wb.indexes.changes(info).any
    assert wb.indexes.stale() == []
    assert read == []


@pytest.mark.usefixtures("settled")
def test_only_a_file_that_was_touched_is_read_and_only_once(wb, folder, read):
    info = wb.indexes.build("library", [folder])
    (folder / "loans.md").write_text((folder / "loans.md").read_text())
    (folder / "rooms.csv").write_text("id,text\nnorth,Fifteen seats.\nwest,Six seats.\n")
    read.clear()

    for _ in range(2):
        changes = wb.indexes.changes(info)
        assert (changes.added, changes.changed, changes.removed) == (
            ["rooms.csv/west"],
            ["rooms.csv/north"],
            ["rooms.csv/south"],
        )
        assert changes.count == 3
    assert sorted(read) == ["loans.md", "rooms.csv"]


def test_a_file_that_was_written_just_before_it_was_read_is_read_again(wb, folder, read):
    info = wb.indexes.build("library", [folder])
    read.clear()
    wb.indexes.changes(info)
    assert "loans.md" in read


@pytest.mark.usefixtures("settled")
def test_a_skipped_file_that_can_be_read_now_counts(wb, folder):
    info = wb.indexes.build("library", [folder])
    (folder / "broken.docx").unlink()
    (folder / "broken.txt").write_text("It was text all along.")
    assert wb.indexes.changes(info).added == ["broken.txt"]


@pytest.mark.usefixtures("settled")
def test_changed_metadata_is_a_change(wb, folder):
    (folder / "loans.md").write_text("---\nyear: 2019\n---\nBooks.")
    info = wb.indexes.build("library", [folder])
    (folder / "loans.md").write_text("---\nyear: 2020\n---\nBooks.")
    assert wb.indexes.changes(info).changed == ["loans.md"]
    rebuilt = wb.indexes.build("library", [folder])
    assert not wb.indexes.changes(rebuilt).any


@pytest.mark.usefixtures("settled")
def test_what_the_reading_leaves_out_is_no_change_and_a_rebuild_leaves_it_out_again(wb, folder):
    reading = Reading(exclude=("*.csv",), text_column="text")
    info = wb.indexes.build("library", [folder], reading=reading)
    (folder / "more.csv").write_text("text\nmore\n")
    assert not wb.indexes.changes(info).any

    (folder / "new.md").write_text("New.")
    assert wb.indexes.changes(info).added == ["new.md"]
    rebuilt = wb.indexes.rebuild(info).wait(30)
    assert wb.build_index("same", folder, reading=reading).fingerprint == rebuilt.fingerprint
    assert (rebuilt.reading, rebuilt.documents) == (reading, 2)


@pytest.mark.usefixtures("settled")
def test_without_the_kept_facts_the_files_are_read(wb, folder, read):
    info = wb.indexes.build("library", [folder])
    shutil.rmtree(wb.context.state / "sources")
    read.clear()
    assert not wb.indexes.changes(info).any
    assert len(read) == 3
    for file in (wb.context.state / "sources").iterdir():
        file.write_text('{"program": 1}')
    assert not wb.indexes.changes(info).any
    assert len(read) == 6


@pytest.mark.usefixtures("settled")
def test_all_stale_indexes_are_told_but_those_whose_files_are_gone_or_too_much_to_read(wb, folder, monkeypatch):
    other = wb.root / "other"
    other.mkdir()
    (other / "a.md").write_text("Another text.")
    wb.indexes.build("library", [folder])
    wb.indexes.build("other", [other])
    (folder / "loans.md").write_text("Books are lent for 30 days.")
    shutil.rmtree(other)

    [(info, changes)] = wb.indexes.stale()
    assert (info.name, changes.changed) == ("library", ["loans.md"])

    (folder / "loans.md").write_text("Books are lent for 40 days.")
    monkeypatch.setattr("workbench.workspace.knowledge.source_changes._MOST_READ_IN_PASSING", 5)
    assert wb.indexes.stale() == []


def test_sources_in_the_project_are_kept_relative_to_it_and_others_in_full(wb, folder, tmp_path, monkeypatch):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("Outside.")
    monkeypatch.chdir(tmp_path)
    info = wb.indexes.build("library", [folder, (tmp_path / "outside").relative_to(tmp_path)])
    assert info.sources == ("documents", str(outside))
    monkeypatch.chdir("/")
    assert not wb.indexes.changes(info).any


def test_the_same_documents_read_otherwise_are_recorded_and_built_once(wb, folder):
    first = wb.indexes.build("library", [folder])
    again = wb.indexes.build("library", [folder], reading=Reading(exclude=("*.docx",)))
    assert again.fingerprint == first.fingerprint
    assert wb.indexes.get("library").reading == Reading(exclude=("*.docx",))
    assert wb.indexes.get("library").skipped == ()
    assert [entry.action for entry in wb.audit.list()] == ["index built"]


def test_an_index_made_in_code_has_no_files_to_compare_with(wb, folder):
    loaded = wb.indexes.load([folder])
    info = wb.indexes.build_from("library", loaded.documents)
    with pytest.raises(InputError, match="not known which files"):
        wb.indexes.changes(info)
    assert wb.indexes.stale() == []


@pytest.mark.usefixtures("settled")
def test_the_overview_says_which_index_is_behind_its_files(wb, folder):
    wb.indexes.build("library", [folder])
    assert not [step for step in wb.overview.now().steps if step.place == "knowledge"]
    (folder / "loans.md").write_text("Books are lent for 30 days.")
    (folder / "new.md").write_text("New.")
    [step] = [step for step in wb.overview.now().steps if step.place == "knowledge"]
    assert (step.text, step.subject) == ("2 documents changed since the index library was built.", "library")
