"""Copies of the store: whole, of one moment, and there before anything is changed that cannot be changed back."""

from __future__ import annotations

import errno
import threading
from datetime import datetime

import duckdb
import pytest

from workbench.errors import StoreBusyError, StoreDamagedError, StoreError
from workbench.store import copying
from workbench.store.kept_copies import KEPT
from workbench.store.migrations.applying import apply
from workbench.store.migrations.history import MIGRATIONS
from workbench.store.session import Session
from workbench.store.store import Store

AT = datetime.fromisoformat("2026-01-02T03:04:05")
FIRST, SECOND = (migration.__name__ for migration in MIGRATIONS[:2])
WRITER = """
import sys, pathlib
from workbench.store.store import Store
store = Store(pathlib.Path(sys.argv[1]))
with store.lease():
    store.write(lambda s: s.insert("texts", ("hash", "content"), [("from-elsewhere", "")]))
    print("holds", flush=True)
    sys.stdin.readline()
"""


def add(store, *names):
    store.write(lambda s: s.insert("texts", ("hash", "content"), [(name, "") for name in names]))


def texts(path):
    with duckdb.connect(str(path), read_only=True) as copy:
        return [name for (name,) in copy.execute("SELECT hash FROM texts ORDER BY hash").fetchall()]


def schema(path):
    with duckdb.connect(str(path), read_only=True) as copy:
        return [name for (name,) in copy.execute("SELECT id FROM schema_migrations").fetchall()]


def of_the_first_schema(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    connection = duckdb.connect(str(path))
    apply(Session(connection), at=AT, stop_before=SECOND)
    Session(connection).insert("texts", ("hash", "content"), [("old", "")])
    connection.close()


def test_a_file_of_an_older_program_is_copied_before_it_is_migrated(store, store_path):
    of_the_first_schema(store_path)

    add(store, "new")

    (copy,) = store.copies()
    assert schema(copy.path) == [FIRST]
    assert texts(copy.path) == ["old"]
    assert copy.path.name.endswith(f"-before-{SECOND}.duckdb")
    assert copy.size == copy.path.stat().st_size


def test_new_and_current_files_are_not_copied(store, store_path):
    add(store, "a")
    store.close()
    add(Store(store_path), "b")

    assert store.copies() == []


def test_the_newest_few_copies_stay(store, store_path):
    for _ in range(KEPT + 2):
        of_the_first_schema(store_path)
        store.read(lambda s: None)
        store.close()

    kept = store.copies()
    assert len(kept) == KEPT
    assert [copy.made_at for copy in kept] == sorted((copy.made_at for copy in kept), reverse=True)


def test_without_room_for_the_copy_nothing_is_migrated(store, store_path, monkeypatch):
    of_the_first_schema(store_path)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(copying.shutil, "copyfileobj", full)

    with pytest.raises(StoreError, match="disk is full"):
        store.read(lambda s: None)
    assert schema(store_path) == [FIRST]
    assert list((store_path.parent / "copies").iterdir()) == []


def test_a_copy_stays_although_the_clock_went_back(store, store_path):
    folder = store_path.parent / "copies"
    folder.mkdir(parents=True)
    for day in range(1, KEPT + 1):
        (folder / f"{store_path.stem}-29990{day}01T000000.000000Z-before{store_path.suffix}").touch()
    of_the_first_schema(store_path)

    store.read(lambda s: None)

    assert sorted(copy.made_at.year == 2999 for copy in store.copies()) == [False, True, True]


def test_half_a_copy_is_not_offered_where_the_disk_is_full(store, tmp_path, monkeypatch):
    add(store, "old")
    store.copy_to(tmp_path / "new.duckdb")

    def full(_, into, *__):
        into.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(copying.shutil, "copyfileobj", full)

    with pytest.raises(StoreError, match="disk is full"):
        store.replace_by(tmp_path / "new.duckdb")
    assert store.copies() == []
    assert list((store.path.parent / "copies").iterdir()) == []
    assert store.read(lambda s: s.rows("SELECT hash FROM texts")) == [("old",)]


def test_a_copy_holds_what_only_stands_in_the_log_and_the_store_goes_on(store, tmp_path):
    add(store, "a")
    store.checkpoint()
    add(store, "b")

    store.copy_to(tmp_path / "copy.duckdb")
    add(store, "c")

    assert texts(tmp_path / "copy.duckdb") == ["a", "b"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".workbench", "copy.duckdb"]


@pytest.mark.slow
def test_no_copy_is_taken_while_another_process_writes(store, store_path, child, tmp_path):
    add(store, "a")
    store.close()
    other = child(WRITER)
    assert other.says() == "holds"

    with pytest.raises(StoreBusyError):
        Store(store_path, busy_timeout_s=0.2).copy_to(tmp_path / "copy.duckdb")
    assert not (tmp_path / "copy.duckdb").exists()

    other.tell()
    other.ends()
    store.copy_to(tmp_path / "copy.duckdb")
    assert texts(tmp_path / "copy.duckdb") == ["a", "from-elsewhere"]


def test_threads_wait_while_the_file_is_kept_closed(store):
    add(store, "a")
    reader = threading.Thread(target=add, args=(store, "b"))

    with store._lease.kept_closed(10.0):
        reader.start()
        assert store._lease.is_open is False
    reader.join(30)

    assert store.read(lambda s: s.row("SELECT count(*) FROM texts")) == (2,)


def test_a_file_in_use_by_a_thread_is_not_closed_under_it(store_path):
    store = Store(store_path, busy_timeout_s=0.1)
    with store.lease(), pytest.raises(StoreBusyError), store._lease.kept_closed(0.1):
        raise AssertionError


@pytest.mark.parametrize("damage", ["header", "cut off", "log"])
def test_of_a_damaged_store_the_newest_copy_is_offered(store, store_path, damage):
    of_the_first_schema(store_path)
    add(store, *(f"row-{n}" for n in range(200)))
    store.close()
    if damage == "header":
        store_path.write_bytes(b"x" * 20_000)
    elif damage == "cut off":
        store_path.write_bytes(store_path.read_bytes()[:5000])
    else:
        log = store_path.with_name(store_path.name + ".wal")
        data = bytearray(log.read_bytes())
        data[len(data) // 2] ^= 255
        log.write_bytes(data)

    with pytest.raises(StoreDamagedError, match="damaged") as caught:
        store.read(lambda s: None)

    assert f"workbench restore {store.copies()[0].path} --replace" in str(caught.value)
