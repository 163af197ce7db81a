"""App, notebook, command line and CI use one file at the same time."""

from __future__ import annotations

import os
import signal
import threading
import time

import duckdb
import pytest

from workbench.errors import StoreBusyError, StoreError
from workbench.store.store import Store

pytestmark = pytest.mark.slow

PRELUDE = """
import sys, pathlib
from workbench.store.store import Store
store = Store(pathlib.Path(sys.argv[1]))
def add(*hashes):
    store.write(lambda s: s.insert("texts", ("hash", "content"), [(h, "") for h in hashes]))
def count():
    return store.read(lambda s: s.row("SELECT count(*) FROM texts")[0])
def say(*words):
    print(*words, flush=True)
"""


def add(store: Store, *hashes: str) -> None:
    store.write(lambda s: s.insert("texts", ("hash", "content"), [(one, "") for one in hashes]))


def hashes(store: Store) -> list[str]:
    return [found for (found,) in store.read(lambda s: s.rows("SELECT hash FROM texts ORDER BY hash"))]


def test_another_process_reads_and_writes_while_this_one_keeps_its_store(store, child):
    add(store, "a")
    other = child(PRELUDE + "say(count()); add('b'); say(count())")
    assert [other.says(), other.says()] == ["1", "2"]
    other.ends()
    assert hashes(store) == ["a", "b"]


def test_an_idle_store_lets_go_by_itself(store):
    add(store, "a")
    deadline = time.monotonic() + 30
    while store._lease.is_open:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    add(store, "b")
    assert hashes(store) == ["a", "b"]


def test_two_busy_processes_both_get_their_turn(store, child):
    other = child(PRELUDE + "say('ready'); [add(f'other-{n}') for n in range(25)]; say('done')")
    assert other.says() == "ready"
    for n in range(25):
        add(store, f"this-{n}")
    assert other.says() == "done"
    other.ends()
    assert len(hashes(store)) == 50


def test_threads_that_overlap_without_end_do_not_starve_another_process(store, child):
    finished = threading.Event()
    problems: list[StoreError] = []

    def reader():
        while not finished.is_set():
            try:
                hashes(store)
            except StoreError as error:
                problems.append(error)

    threads = [threading.Thread(target=reader) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        other = child(PRELUDE + "add('a'); say(count())")
        assert other.says() == "1"
        other.ends()
    finally:
        finished.set()
        for thread in threads:
            thread.join()
    assert problems == []
    assert hashes(store) == ["a"]


def test_a_store_that_stays_busy_names_who_holds_it(store_path, child):
    holder = child(PRELUDE + "\nwith store.lease():\n    say('held'); sys.stdin.readline()\nsay('free')")
    assert holder.says() == "held"
    impatient = Store(store_path, busy_timeout_s=0.2)
    for unit in (impatient.read, impatient.write):
        with pytest.raises(StoreBusyError) as caught:
            unit(lambda s: s.row("SELECT 1"))
        assert f"process {holder.process.pid} (" in str(caught.value)
        assert "python" in str(caught.value)
        assert str(store_path) in str(caught.value)
    holder.tell()
    assert holder.says() == "free"
    assert impatient.read(lambda s: s.row("SELECT 1")) == (1,)
    holder.ends()


def test_every_waiting_thread_learns_who_holds_the_store(store_path, child):
    holder = child(PRELUDE + "\nwith store.lease():\n    say('held'); sys.stdin.readline()")
    assert holder.says() == "held"
    impatient = Store(store_path, busy_timeout_s=0.3)
    errors: list[str] = []

    def ask():
        with pytest.raises(StoreBusyError) as caught:
            impatient.read(lambda s: s.row("SELECT 1"))
        errors.append(str(caught.value))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 4
    assert all(f"is in use by process {holder.process.pid} (" in error for error in errors)


def test_a_killed_writer_loses_nothing_that_it_acknowledged(store, child):
    code = PRELUDE + "n = 0\nwhile True:\n    add(*[f'{n:05}-{i}' for i in range(20)]); say(n); n += 1"
    writer = child(code)
    acknowledged = [int(writer.says()) for _ in range(30)]
    os.kill(writer.process.pid, signal.SIGKILL)
    acknowledged += [int(line) for line in writer.process.communicate()[0].split()]
    kept = hashes(store)
    assert {f"{n:05}-{i}" for n in acknowledged for i in range(20)} <= set(kept)
    # A batch is there whole or not at all, and at most the one in flight goes beyond what was acknowledged.
    assert len(kept) % 20 == 0
    assert len(kept) // 20 - len(acknowledged) in (0, 1)
    add(store, "after")
    assert "after" in hashes(store)


def test_a_process_killed_with_the_file_open_leaves_no_lock(store_path, child):
    holder = child(PRELUDE + "\nadd('a')\nwith store.lease():\n    say('held'); sys.stdin.readline()")
    assert holder.says() == "held"
    holder.process.kill()
    holder.process.wait()
    assert hashes(Store(store_path, busy_timeout_s=0.2)) == ["a"]


def test_a_full_disk_is_said_in_words_and_the_store_goes_on_afterwards(child):
    limited = child(
        PRELUDE
        + """
import resource, signal
from workbench.errors import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
add("before")
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
try:
    add(*[f"{n:0100}" for n in range(20_000)])
except StoreError as error:
    say(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
say(count()); add("after"); say(count())
"""
    )
    assert "The disk is full" in limited.says()
    assert [limited.says(), limited.says()] == ["1", "2"]
    limited.ends()


def test_closing_waits_until_no_thread_uses_the_file(store):
    reading, go_on = threading.Event(), threading.Event()
    seen: list[int] = []

    def slow(s):
        before = s.row("SELECT count(*) FROM texts")[0]
        reading.set()
        assert go_on.wait(30)
        seen.extend([before, s.row("SELECT count(*) FROM texts")[0]])

    add(store, "a")
    thread = threading.Thread(target=store.read, args=(slow,))
    thread.start()
    assert reading.wait(30)
    store.close()
    assert store._lease.is_open
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(store.path), read_only=True)
    go_on.set()
    thread.join()
    assert seen == [1, 1]
    store.close()
    assert not store._lease.is_open
