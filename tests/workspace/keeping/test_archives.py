"""A project goes into one file and comes out of it again, whole or not at all."""

import json
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.support.project_files import tree
from tests.support.projects import open_project
from workbench.errors import InputError, IntegrityError, StoreTooNewError, WorkbenchError
from workbench.store.migrations.applying import apply
from workbench.store.migrations.history import MIGRATIONS
from workbench.store.session import Session
from workbench.workspace.keeping import archive_file
from workbench.workspace.keeping.archiving import archive
from workbench.workspace.keeping.restoring import restore
from workbench.workspace.workbench import Workbench

AT = datetime.fromisoformat("2026-01-02T03:04:05")
RESTORE = """
import os, pathlib, signal, sys
from workbench.store import copying
from workbench.workspace.keeping import restoring
step, file, directory = sys.argv[1:]
def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if step == "before anything":
    restoring._put_in_place = dies
elif step == "while the old store is copied":
    copying._copy = dies
else:
    restoring.ignore_state = dies
restoring.restore(pathlib.Path(file), pathlib.Path(directory), replace=True)
"""


@pytest.fixture(scope="module")
def archived_once(finished_once, tmp_path_factory):
    directory = tmp_path_factory.mktemp("archived")
    shutil.copytree(finished_once, directory / "project")
    uploads = directory / "project/.workbench/uploads/handbook/deep"
    uploads.mkdir(parents=True)
    (uploads / "loans.md").write_text("# Loans")
    with open_project(directory / "project") as opened:
        archive(opened.context, directory / "project.archive")
    return directory


@pytest.fixture
def archived(archived_once, tmp_path):
    """The archive of a project with a run and an uploaded document."""
    return Path(shutil.copy(archived_once / "project.archive", tmp_path))


@pytest.fixture
def finished(archived_once, tmp_path):
    """That project."""
    shutil.copytree(archived_once / "project", tmp_path / "finished")
    with open_project(tmp_path / "finished") as opened:
        yield opened


def repacked(file, change, target, **kinds):
    """The archive again, with other members: `change` gets and returns name to bytes."""
    with zipfile.ZipFile(file) as packed:
        members = change({info.filename: packed.read(info) for info in packed.infolist()})
    with zipfile.ZipFile(target, "w", kinds.get("compress", zipfile.ZIP_DEFLATED)) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return target


def relisted(members):
    """With a list that fits what is there, as somebody with a hex editor and patience would make it."""
    listed = json.loads(members["archive.json"])
    from workbench.hashing import bytes_hash

    listed["members"] = {
        name: {"sha256": bytes_hash(data), "bytes": len(data)}
        for name, data in members.items()
        if name != "archive.json"
    }
    return {**members, "archive.json": json.dumps(listed).encode()}


def test_an_archive_becomes_the_same_project_elsewhere(finished, archived, tmp_path):
    done = restore(archived, tmp_path / "elsewhere")

    assert (done.store, done.old_store, done.left) == (True, None, ())
    assert (tmp_path / "elsewhere/workbench.toml").read_bytes() == (finished.root / "workbench.toml").read_bytes()
    assert (tmp_path / "elsewhere/.workbench/uploads/handbook/deep/loans.md").read_text() == "# Loans"
    assert (tmp_path / "elsewhere/.workbench/.gitignore").read_text() == "*\n"
    with open_project(tmp_path / "elsewhere") as again:
        run = finished.runs.list()[0].info.id
        assert again.compare(run).as_json() == finished.compare(run).as_json()
        assert again.audit.verify() == finished.audit.verify()


def test_an_archive_is_not_overwritten_unasked_and_the_hash_of_each_member_is_in_it(finished, archived):
    with pytest.raises(InputError, match="is there already"):
        archive(finished.context, archived)

    made = archive(finished.context, archived, replace=True)

    assert made.members == ("workbench.duckdb", "workbench.toml", "uploads/handbook/deep/loans.md")
    with zipfile.ZipFile(archived) as packed:
        listed = json.loads(packed.read("archive.json"))["members"]
    assert all(member["sha256"].startswith("sha256:") for member in listed.values())
    assert archived.stat().st_size < finished.context.store.path.stat().st_size / 2
    assert sorted(path.name for path in archived.parent.glob("*archive*")) == ["project.archive"]


def test_a_store_is_replaced_only_when_that_is_said_and_then_kept(finished, archived):
    finished.prompts.add(finished.root / "plain.prompt.yaml")
    (finished.root / "workbench.toml").write_text('[project]\nname = "Mine"\n')
    with finished.context.store.lease():
        finished.context.write(lambda s: finished.context.record(s, "after the archive", "x"))
    finished.close()
    before = tree(finished.root)

    with pytest.raises(InputError, match="has a store already"):
        restore(archived, finished.root)
    assert tree(finished.root) == before

    done = restore(archived, finished.root, replace=True)

    assert done.left == ("workbench.toml",)
    assert (finished.root / "workbench.toml").read_text() == '[project]\nname = "Mine"\n'
    actions = [entry.action for entry in Workbench.open(finished.root).audit.list()]
    assert "after the archive" not in actions
    with duckdb.connect(str(done.old_store), read_only=True) as old:
        assert old.execute("SELECT count(*) FROM audit_entries WHERE action = 'after the archive'").fetchall() == [(1,)]

    again = restore(done.old_store, finished.root, replace=True)
    assert again.old_store != done.old_store
    assert "after the archive" in [entry.action for entry in Workbench.open(finished.root).audit.list()]


def test_restoring_twice_changes_nothing_the_second_time(archived, tmp_path):
    restore(archived, tmp_path / "elsewhere")
    before = tree(tmp_path / "elsewhere")

    assert restore(archived, tmp_path / "elsewhere").store is False
    assert tree(tmp_path / "elsewhere") == before


def test_a_store_of_an_older_program_is_migrated_and_one_of_a_newer_program_refused(archived, tmp_path):
    old = tmp_path / "old.duckdb"
    connection = duckdb.connect(str(old))
    apply(Session(connection), at=AT, stop_before=MIGRATIONS[1].__name__)
    connection.close()
    older = repacked(archived, lambda m: relisted({**m, "workbench.duckdb": old.read_bytes()}), tmp_path / "older")

    restore(older, tmp_path / "elsewhere")

    with open_project(tmp_path / "elsewhere") as again:
        assert again.runs.list() == []
        assert again.context.store.copies() != []

    with duckdb.connect(str(old)) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES ('m999_from_tomorrow', now()::TIMESTAMP)")
    newer = repacked(archived, lambda m: relisted({**m, "workbench.duckdb": old.read_bytes()}), tmp_path / "newer")
    with pytest.raises(StoreTooNewError):
        restore(newer, tmp_path / "third")
    assert not (tmp_path / "third/.workbench/workbench.duckdb").exists()


def flipped(members, name="workbench.duckdb"):
    data = bytearray(members[name])
    data[len(data) // 2] ^= 1
    return {**members, name: bytes(data)}


HOSTILE = {
    "zip slip": lambda m: relisted({**m, "uploads/../../../evil.txt": b"x"}),
    "absolute": lambda m: relisted({**m, "/tmp/evil.txt": b"x"}),
    "backslash": lambda m: relisted({**m, "uploads\\..\\..\\evil.txt": b"x"}),
    "drive": lambda m: relisted({**m, "uploads/C:evil.txt": b"x"}),
    "not ours": lambda m: relisted({**m, "pages/overview.py": b"import os"}),
    "own code": lambda m: relisted({**m, "uploads": b"x"}),
    "bomb": lambda m: relisted({**m, "uploads/zeros": bytes(archive_file.HARMLESS_BYTES + 1)}),
    "changed store": flipped,
    "changed settings": lambda m: flipped(m, "workbench.toml"),
    "missing member": lambda m: {name: data for name, data in m.items() if name != "uploads/handbook/deep/loans.md"},
    "unlisted member": lambda m: {**m, "uploads/more.md": b"x"},
    "no store": lambda m: relisted({name: data for name, data in m.items() if name != "workbench.duckdb"}),
    "no list": lambda m: {name: data for name, data in m.items() if name != "archive.json"},
    "broken list": lambda m: {**m, "archive.json": b'{"format": 1, "members": {"workbench.duckdb": 7}}'},
    "deep list": lambda m: {**m, "archive.json": b"[" * 100_000},
    "newer format": lambda m: {**m, "archive.json": b'{"format": 2, "members": {}}'},
    "no duckdb": lambda m: relisted({**m, "workbench.duckdb": b"hello" * 5000}),
    "settings that cannot be read": lambda m: relisted({**m, "workbench.toml": b"[project"}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_damaged_or_hostile_archive_is_refused_and_leaves_nothing_behind(archived, tmp_path, kind):
    file = repacked(archived, HOSTILE[kind], tmp_path / "hostile")
    (tmp_path / "elsewhere").mkdir()
    outside = tree(tmp_path)

    with pytest.raises(WorkbenchError):
        restore(file, tmp_path / "elsewhere", replace=True)

    assert tree(tmp_path) == outside
    assert not list((tmp_path / "elsewhere").rglob("*.toml"))


def test_cut_off_doubled_linked_and_locked_archives_are_refused(archived, tmp_path):
    (tmp_path / "cut").write_bytes(archived.read_bytes()[:-2000])
    with pytest.raises(InputError, match="is no archive"):
        restore(tmp_path / "cut", tmp_path / "elsewhere")

    double = tmp_path / "double"
    shutil.copy(archived, double)
    with zipfile.ZipFile(double, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("workbench.toml", "[project]")
    with pytest.raises(IntegrityError, match="there twice"):
        restore(double, tmp_path / "elsewhere")

    link = zipfile.ZipInfo("uploads/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    linked = tmp_path / "linked"
    shutil.copy(archived, linked)
    with zipfile.ZipFile(linked, "a") as packed:
        packed.writestr(link, "/etc/passwd")
    with pytest.raises(IntegrityError, match="is a link"):
        restore(linked, tmp_path / "elsewhere")

    data = bytearray(archived.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag of an encrypted member
    (tmp_path / "locked").write_bytes(data)
    with pytest.raises(IntegrityError, match="a way that is not read"):
        restore(tmp_path / "locked", tmp_path / "elsewhere")


def test_a_full_disk_and_a_folder_that_may_not_be_written_to_are_said(finished, archived, tmp_path, monkeypatch):
    monkeypatch.setattr(archive_file.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(InputError, match="has 0 MB left"):
        restore(archived, tmp_path / "elsewhere")

    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        restore(archived, tmp_path / "file" / "elsewhere")
    with pytest.raises(InputError, match="cannot be written"):
        archive(finished.context, tmp_path / "file" / "x.archive")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive_file.zipfile, "ZipFile", full)
    with pytest.raises(InputError, match="disk is full"):
        archive(finished.context, tmp_path / "y.archive")
    assert not list(tmp_path.glob("*y.archive*"))


def test_a_store_alone_belongs_into_a_project(archived, finished, tmp_path):
    with pytest.raises(InputError, match="no project that it could belong to"):
        restore(finished.context.store.path, tmp_path / "elsewhere")


@pytest.mark.slow
@pytest.mark.parametrize("step", ["before anything", "while the old store is copied", "after the store"])
def test_killed_at_any_moment_it_leaves_the_old_project_or_the_new_one(finished, archived, step):
    finished.context.write(lambda s: finished.context.record(s, "after the archive", "x"))
    finished.close()
    killed = subprocess.run([sys.executable, "-c", RESTORE, step, archived, finished.root], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL

    with open_project(finished.root) as wb:
        newer = "after the archive" in [entry.action for entry in wb.audit.list()]
        assert newer == (step != "after the store")
        assert wb.audit.verify() == []

    restore(archived, finished.root, replace=True)
    with open_project(finished.root) as wb:
        assert "after the archive" not in [entry.action for entry in wb.audit.list()]
    assert not list((finished.root / ".workbench").glob(".restoring-*"))


def test_no_flipped_bit_gets_through(tmp_path):
    """Wherever a bit of an archive flips, it is refused, or what comes out is what went in."""
    sources = {"workbench.toml": b"[project]\n", "workbench.duckdb": bytes(range(256)) * 4, "uploads/a.md": b"# A\n"}
    for name, data in sources.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    file, bent = tmp_path / "whole", tmp_path / "bent"
    archive_file.write(file, {"project": "P"}, {name: tmp_path / "in" / name for name in sources})
    whole = file.read_bytes()

    refused = 0
    for place in range(0, len(whole), 7):
        bent.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        out = tmp_path / f"out-{place}"
        try:
            with archive_file.opened(bent) as archive:
                for name in archive.list.members:
                    archive.extract(name, out / name)
        except WorkbenchError:
            refused += 1
        else:
            assert tree(out) == sources

    assert refused > len(whole) / 7 / 2
