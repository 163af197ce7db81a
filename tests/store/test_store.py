"""Units of work: all or nothing, in any thread, with errors a person can read."""

from __future__ import annotations

import errno
import re
import struct
import threading
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from workbench.errors import InputError, StoreError, StoreTooNewError
from workbench.store.faults import translated
from workbench.store.store import Store

TABLE, COLUMNS = "examples", ("hash", "content")


def count(s) -> int:
    return s.row(f"SELECT count(*) FROM {TABLE}")[0]


def add(s, *hashes: str) -> None:
    s.insert(TABLE, COLUMNS, [(one, "{}") for one in hashes])


def test_what_one_unit_wrote_the_next_reads(store):
    assert store.write(lambda s: add(s, "a", "b") or "done") == "done"
    assert store.read(lambda s: s.rows(f"SELECT hash FROM {TABLE} ORDER BY ALL")) == [("a",), ("b",)]


def test_two_stores_of_one_path_share_the_open_file(store, store_path):
    other = Store(store_path.parent / ".." / store_path.parent.name / store_path.name)
    with store.lease():
        other.write(lambda s: add(s, "a"))
        assert store.read(count) == 1


def test_a_write_that_raises_leaves_nothing_and_hands_over_its_error(store):
    def fails(s):
        add(s, "a")
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        store.write(fails)
    assert store.read(count) == 0


def test_a_write_that_swallows_a_failed_statement_still_leaves_nothing(store):
    def swallows(s):
        add(s, "a")
        with pytest.raises(duckdb.Error):
            s.execute("SELECT no_such_column FROM examples")
        add(s, "b")

    with pytest.raises(StoreError):
        store.write(swallows)
    assert store.read(count) == 0


def test_a_read_cannot_write(store):
    with pytest.raises(StoreError, match="read-only"):
        store.read(lambda s: add(s, "a"))
    assert store.read(count) == 0


def test_a_read_sees_one_moment_throughout(store):
    def twice(s):
        before = count(s)
        store.write(lambda w: add(w, "a"))
        return before, count(s)

    assert store.read(twice) == (0, 0)
    assert store.read(count) == 1


def test_writes_of_all_threads_happen_in_one_thread(store):
    seen = set()
    threads = [
        threading.Thread(target=lambda: store.write(lambda s: seen.add(threading.get_ident()))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_a_write_inside_a_write_is_a_programming_error_rather_than_a_deadlock(store):
    with pytest.raises(RuntimeError, match="use its Session"):
        store.write(lambda _: store.write(count))
    with pytest.raises(RuntimeError, match="use its Session"):
        store.write(lambda _: store.checkpoint())


def test_four_threads_read_right_results_while_one_writes(store):
    problems: list[object] = []
    finished = threading.Event()
    store.write(lambda s: add(s, *[f"{n}" for n in range(10)]))

    def reader():
        last = 0
        while not finished.is_set():
            try:
                rows = store.read(lambda s: s.row("SELECT count(*), count(DISTINCT hash) FROM examples"))
            except StoreError as error:
                problems.append(error)
                return
            # Batches of ten are seen whole or not at all, and never disappear.
            if rows[0] != rows[1] or rows[0] % 10 or rows[0] < last:
                problems.append(rows)
            last = rows[0]

    threads = [threading.Thread(target=reader) for _ in range(4)]
    for thread in threads:
        thread.start()
    for batch in range(1, 40):
        store.write(lambda s, batch=batch: add(s, *[f"{batch}-{n}" for n in range(10)]))
    finished.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert store.read(count) == 400


def test_rows_are_there_after_a_checkpoint_and_a_close(store):
    store.write(lambda s: add(s, "a"))
    store.checkpoint()
    assert not store.path.with_name(store.path.name + ".wal").exists()
    store.close()
    assert store.read(count) == 1


def test_a_checkpoint_works_while_another_thread_reads(store):
    def checkpoint_within(s):
        before = count(s)
        store.checkpoint()
        return before, count(s)

    store.write(lambda s: add(s, "a"))
    assert store.read(checkpoint_within) == (1, 1)


def test_after_a_fatal_error_the_next_unit_opens_the_file_anew(store):
    def limit(s):
        return s.row("SELECT current_setting('max_expression_depth')")[0]

    def fatal(s):
        # A setting of the open instance tells it from the next one.
        s.execute("SET GLOBAL max_expression_depth = 77")
        raise duckdb.FatalException("FATAL Error: database has been invalidated")

    store.write(lambda s: add(s, "a"))
    with store.lease():
        with pytest.raises(StoreError, match="Nothing of this step was stored"):
            store.write(fatal)
        assert store.read(limit) != 77
        assert store.read(count) == 1


def test_the_clock_dates_the_migrations(store_path):
    class Still:
        def now(self) -> datetime:
            return datetime.fromisoformat("2020-01-01")

        def monotonic(self) -> float:
            return 0.0

    still = Store(store_path, clock=Still())
    assert still.read(lambda s: s.rows("SELECT DISTINCT applied_at FROM schema_migrations")) == [
        (datetime.fromisoformat("2020-01-01"),)
    ]


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".queue"}


@pytest.mark.parametrize("content", [b"", b"hello" * 4000], ids=["empty", "text"])
def test_a_file_that_is_no_store_is_refused_and_left_alone(store, store_path, content):
    store_path.parent.mkdir(parents=True)
    store_path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged or no store at all") as caught:
        store.read(count)
    assert str(store_path) in str(caught.value)
    assert state(store_path.parent) == {store_path.name: content}


def test_a_damaged_file_is_refused_and_left_alone(store, store_path):
    store.checkpoint()
    store.close()
    data = bytearray(store_path.read_bytes())
    for position in range(4096, 12288, 16):
        data[position] ^= 1
    store_path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged or no store at all"):
        store.read(count)
    assert state(store_path.parent) == {store_path.name: bytes(data)}


@pytest.mark.parametrize("checkpointed", [True, False])
def test_a_file_of_a_newer_program_is_refused_and_left_alone(store, store_path, checkpointed):
    store.write(
        lambda s: s.insert("schema_migrations", ("id", "applied_at"), [("m999", datetime.fromisoformat("2030-01-01"))])
    )
    if checkpointed:
        store.checkpoint()
    store.close()
    before = state(store_path.parent)
    with pytest.raises(StoreTooNewError, match="newer version of this program") as caught:
        store.write(count)
    assert str(store_path) in str(caught.value)
    assert state(store_path.parent) == before


def test_a_file_format_of_a_newer_duckdb_is_refused_and_left_alone(store, store_path):
    store.checkpoint()
    store.close()
    data = bytearray(store_path.read_bytes())
    data[12:20] = struct.pack("<Q", 5000)
    store_path.write_bytes(data)
    with pytest.raises(duckdb.Error, match="computed checksum") as caught:
        duckdb.connect(str(store_path))
    data[:8] = struct.pack("<Q", int(re.search(r"computed checksum (\d+)", str(caught.value))[1]))
    store_path.write_bytes(data)
    with pytest.raises(StoreTooNewError, match="newer version of this program"):
        store.read(count)
    assert state(store_path.parent) == {store_path.name: bytes(data)}


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        Store(tmp_path / "file" / "workbench.duckdb").read(count)
    assert str(tmp_path / "file") in str(caught.value)


def test_the_store_reads_no_other_file_and_fetches_nothing(store, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(StoreError):
        store.read(lambda s: s.rows(f"SELECT * FROM '{tmp_path / 'secret.csv'}'"))


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(errno.EACCES, "Permission denied"),
        OSError(errno.EROFS, "Read-only file system"),
        duckdb.IOException('IO Error: Cannot open file "x": Permission denied'),
    ],
)
def test_a_folder_that_may_not_be_written_to_is_said_with_the_way_out(store_path, error):
    said = translated(error, store_path)

    assert "may not be written to" in said.message
    assert str(store_path.parent) in said.hint
