from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import threading
from datetime import datetime
from pathlib import Path

import pytest
from filelock import FileLock

from workbench.domain.index import Document, IndexSettings, Section
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import (
    CancelledError,
    InputError,
    IntegrityError,
    OutdatedIndexError,
    StoreBusyError,
    StoreError,
    UnavailableError,
)
from workbench.hashing import bytes_hash, short
from workbench.retrieval import embedders
from workbench.retrieval import index as index_module
from workbench.retrieval.index import build, open_index

NOW = datetime.fromisoformat("2026-11-21")
TEXTS = {
    "leave.md": "Thirty days of paid leave.",
    "pay.md": "Salaries are paid monthly.",
    "sick.md": "Tell your manager.",
}
QUERY = RetrievalSettings("handbook", k=2)

# What Chroma writes whenever it opens a folder.
CHROMA_BOOKKEEPING = {"chroma.sqlite3", "chroma.sqlite3-wal", "chroma.sqlite3-shm"}


def documents(texts=TEXTS):
    return [Document(n, t, (Section(0, len(t)),), bytes_hash(t.encode())) for n, t in texts.items()]


def snapshot(folder: Path):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in CHROMA_BOOKKEEPING
    }


def test_a_built_index_lies_in_one_folder_and_can_be_searched(build_index):
    root, info = build_index(TEXTS)
    assert sorted(path.name for path in root.iterdir()) == sorted([short(info.fingerprint), "build.lock"])
    assert (info.documents, info.chunks, info.name) == (3, 3, "handbook")
    found = open_index(root, info).retrieve("How many days of leave?", QUERY)
    assert found[0].chunk.text == TEXTS["leave.md"]
    assert found[0].rank == 1


def test_what_is_in_it_can_be_read_by_people(build_index):
    root, info = build_index(TEXTS)
    folder = root / short(info.fingerprint)
    told = json.loads((folder / "index.json").read_text())
    assert told["info"]["fingerprint"] == info.fingerprint
    assert [item["name"] for item in told["identity"]["documents"]] == sorted(TEXTS)
    assert len((folder / "chunks.jsonl").read_text().splitlines()) == 3


def test_the_same_documents_in_any_order_are_the_same_index_and_are_not_written_again(tmp_path):
    first = build(tmp_path, "one", documents(), IndexSettings(), now=NOW)
    before = snapshot(tmp_path)
    later = datetime.fromisoformat("2027-01-01")
    again = build(tmp_path, "two", documents()[::-1], IndexSettings(), now=later, sources=("docs",))
    assert again.fingerprint == first.fingerprint
    assert (again.name, again.created_at, again.sources) == ("two", NOW, ("docs",))
    assert snapshot(tmp_path) == before


def test_the_same_documents_give_the_same_index_anywhere(tmp_path):
    one = build(tmp_path / "a", "one", documents(), IndexSettings(), now=NOW)
    other = build(tmp_path / "b", "one", documents(), IndexSettings(), now=NOW)
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    ("texts", "settings"),
    [
        ({**TEXTS, "pay.md": "Salaries are paid weekly."}, IndexSettings()),
        ({"holiday.md" if n == "leave.md" else n: t for n, t in TEXTS.items()}, IndexSettings()),
        (TEXTS, IndexSettings(chunk_size=100)),
        (TEXTS, IndexSettings(chunker="tokens")),
    ],
)
def test_other_text_name_or_settings_are_another_index(tmp_path, texts, settings):
    one = build(tmp_path, "one", documents(), IndexSettings(), now=NOW)
    assert build(tmp_path, "one", documents(texts), settings, now=NOW).fingerprint != one.fingerprint


def test_progress_goes_from_nothing_to_all(tmp_path):
    steps = []
    build(
        tmp_path,
        "one",
        documents(),
        IndexSettings(),
        now=NOW,
        on_progress=lambda done, all_: steps.append((done, all_)),
    )
    assert steps[0] == (0, 6)
    assert steps[-1] == (6, 6)
    assert steps == sorted(steps)


def test_an_index_written_in_several_batches_is_the_same(tmp_path, monkeypatch):
    whole = build(tmp_path / "a", "one", documents(), IndexSettings(), now=NOW)
    monkeypatch.setattr("workbench.retrieval.vectors._BATCH", 2)
    monkeypatch.setattr(embedders, "BATCH", 1)
    steps = []
    parts = build(
        tmp_path / "b", "one", documents(), IndexSettings(), now=NOW, on_progress=lambda done, _: steps.append(done)
    )
    assert parts == whole
    assert steps == [0, 1, 2, 3, 4, 6, 6]
    for query in TEXTS.values():
        assert open_index(tmp_path / "b", parts).retrieve(query, QUERY) == open_index(tmp_path / "a", whole).retrieve(
            query, QUERY
        )


def test_documents_without_text_or_of_one_name_give_no_index(tmp_path):
    with pytest.raises(InputError, match="hold no text"):
        build(tmp_path, "one", documents({"a.md": " \n"}), IndexSettings(), now=NOW)
    with pytest.raises(InputError, match=r"Two documents are called 'leave\.md'"):
        build(tmp_path, "one", documents() + documents(), IndexSettings(), now=NOW)
    with pytest.raises(UnavailableError, match="openai/ada"):
        build(tmp_path, "one", documents(), IndexSettings(embedder="openai/ada"), now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_fails_leaves_nothing_in_place(tmp_path):
    def fail_while_writing(done, all_):
        if done > all_ // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, "one", documents(), IndexSettings(), now=NOW, on_progress=fail_while_writing)
    assert [path.name for path in tmp_path.iterdir()] == ["build.lock"]


@pytest.mark.parametrize("step", [0, 1, 3, 4, 5])
def test_a_build_that_is_stopped_leaves_nothing_in_place(tmp_path, monkeypatch, step):
    monkeypatch.setattr("workbench.retrieval.vectors._BATCH", 1)
    monkeypatch.setattr(embedders, "BATCH", 1)
    stop, steps = threading.Event(), []

    def stop_at(done, _total):
        steps.append(done)
        if done >= step:
            stop.set()

    with pytest.raises(CancelledError):
        build(tmp_path, "one", documents(), IndexSettings(), now=NOW, on_progress=stop_at, stop=stop)
    assert steps[-1] == step
    assert [path.name for path in tmp_path.iterdir() if path.name != "build.lock"] == []
    assert build(tmp_path, "one", documents(), IndexSettings(), now=NOW).chunks == len(TEXTS)


def test_a_build_that_waits_for_its_turn_can_be_stopped(tmp_path):
    stop = threading.Event()

    def stop_when_embedded(done, total):
        if done == total // 2:
            stop.set()

    with FileLock(tmp_path / "build.lock"), pytest.raises(CancelledError):
        build(tmp_path, "one", documents(), IndexSettings(), now=NOW, on_progress=stop_when_embedded, stop=stop)


def test_a_root_that_cannot_be_made_is_an_error_of_the_disk(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        build(tmp_path / "file" / "index", "one", documents(), IndexSettings(), now=NOW)


def test_a_builder_that_waits_too_long_says_who_is_in_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr(index_module, "_LOCK_TIMEOUT_S", 0.0)
    with FileLock(tmp_path / "build.lock"), pytest.raises(StoreBusyError, match="Another process is building"):
        build(tmp_path, "one", documents(), IndexSettings(), now=NOW)


def test_an_index_is_opened_once_per_process(build_index):
    root, info = build_index(TEXTS)
    assert open_index(root, info) is open_index(root / ".." / root.name, info)


def test_a_missing_folder_says_that_it_can_be_built_again(build_index):
    root, info = build_index(TEXTS)
    open_index(root, info).retrieve("leave", QUERY)
    shutil.rmtree(root / short(info.fingerprint))
    with pytest.raises(UnavailableError, match="Build it again from its documents"):
        open_index(root, info)
    again = build(root, "handbook", documents(), IndexSettings(), now=NOW)
    assert again.fingerprint == info.fingerprint
    assert open_index(root, again).retrieve("leave", QUERY)[0].chunk.document == "leave.md"


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("index.json", lambda text: text.replace("pay.md", "pax.md")),
        ("index.json", lambda text: text[: len(text) // 2]),
        ("index.json", lambda text: text.replace('"chunk_size": 200', '"chunk_size": 100', 1)),
        ("index.json", lambda text: "[]"),
        ("chunks.jsonl", lambda text: text.replace("Thirty", "Ninety")),
        ("chunks.jsonl", lambda text: ""),
        ("embedder/lexical.json", lambda text: text.replace('"texts": 3', '"texts": 4')),
    ],
)
def test_a_changed_folder_is_refused_and_the_next_build_replaces_it(build_index, file, damage):
    root, info = build_index(TEXTS)
    path = root / short(info.fingerprint) / file
    changed = damage(path.read_text())
    assert changed != path.read_text()
    path.write_text(changed)
    with pytest.raises(IntegrityError, match=r"[Bb]uild (it|the index) again"):
        open_index(root, info)
    build(root, "handbook", documents(), IndexSettings(), now=NOW)
    assert open_index(root, info).retrieve("leave", QUERY)[0].chunk.text == TEXTS["leave.md"]
    assert sorted(path.name for path in root.iterdir()) == sorted([short(info.fingerprint), "build.lock"])


def test_an_index_that_an_older_version_wrote_is_told_from_a_damaged_one(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.retrieval.contents._FORMAT", 2)
    older = build(tmp_path, "handbook", documents(), IndexSettings(), now=NOW)
    monkeypatch.undo()
    with pytest.raises(OutdatedIndexError, match=r"'handbook' was built by an older version .*index build handbook"):
        open_index(tmp_path, older)
    assert older.fingerprint != build(tmp_path, "handbook", documents(), IndexSettings(), now=NOW).fingerprint


def test_an_index_whose_vectors_an_older_version_made_is_told_from_a_damaged_one(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.retrieval.lexical.ALGORITHM", 2)
    older = build(tmp_path, "staff handbook", documents(), IndexSettings(), now=NOW)
    monkeypatch.undo()
    with pytest.raises(OutdatedIndexError, match=r"built by an older version .*index build 'staff handbook'"):
        open_index(tmp_path, older)


def test_vectors_that_are_no_longer_there_are_noticed(build_index):
    root, info = build_index(TEXTS)
    (root / short(info.fingerprint) / "chroma" / "chroma.sqlite3").unlink()
    with pytest.raises(IntegrityError, match="not a readable vector index"):
        open_index(root, info).retrieve("leave", QUERY)
    build(root, "handbook", documents(), IndexSettings(), now=NOW)
    assert open_index(root, info).retrieve("leave", QUERY)[0].chunk.document == "leave.md"


def test_a_fingerprint_never_leads_out_of_the_root(build_index):
    root, info = build_index(TEXTS)
    for fingerprint in ("sha256:../../etc", "", "sha256:" + "0" * 63, info.fingerprint + "\n"):
        with pytest.raises(InputError, match="not an index fingerprint"):
            open_index(root, type(info)(**{**vars(info), "fingerprint": fingerprint}))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_reading_changes_nothing_but_the_bookkeeping_of_chroma(tmp_path, size):
    info = build(tmp_path, "one", documents(dict(list(TEXTS.items())[:size])), IndexSettings(), now=NOW)
    before = snapshot(tmp_path)
    retriever = open_index(tmp_path, info)
    for mode in ("dense", "bm25", "hybrid"):
        retriever.retrieve("paid leave", RetrievalSettings("one", search=mode))
    retriever.close()
    assert snapshot(tmp_path) == before


def _build_and_die(root, step):
    def die(done, all_):
        if done >= step:
            os.kill(os.getpid(), signal.SIGKILL)

    build(Path(root), "one", documents(), IndexSettings(), now=NOW, on_progress=die)


@pytest.mark.slow
@pytest.mark.parametrize("step", [0, 6])
def test_a_build_that_is_killed_leaves_no_half_index_and_the_next_one_cleans_up(tmp_path, step):
    process = multiprocessing.get_context("spawn").Process(target=_build_and_die, args=(str(tmp_path), step))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    left = [path.name for path in tmp_path.iterdir() if path.name != "build.lock"]
    assert all(name.endswith(".unfinished") for name in left)
    assert bool(left) == (step > 0)
    info = build(tmp_path, "one", documents(), IndexSettings(), now=NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([short(info.fingerprint), "build.lock"])
    assert open_index(tmp_path, info).retrieve("leave", QUERY)


def _build_and_tell(root, start, results):
    start.wait(60)
    info = build(Path(root), "one", documents(), IndexSettings(), now=NOW)
    results.put(info.fingerprint)


def _search_and_tell(root, info, start, results):
    start.wait(60)
    retriever = open_index(Path(root), info)
    results.put(
        [
            [(hit.chunk.id, hit.score) for hit in retriever.retrieve(query, RetrievalSettings("one", search=mode))]
            for mode in ("dense", "bm25", "hybrid")
            for query in ("paid leave", "manager", "monthly salary") * 5
        ]
    )


def _together(target, count, *arguments):
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(count), context.Queue()
    processes = [context.Process(target=target, args=(*arguments, start, results)) for _ in range(count)]
    for process in processes:
        process.start()
    told = [results.get(timeout=90) for _ in processes]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    return told


@pytest.mark.slow
def test_two_processes_that_build_the_same_index_do_not_clash(tmp_path):
    fingerprints = _together(_build_and_tell, 2, str(tmp_path))
    assert len(set(fingerprints)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([short(fingerprints[0]), "build.lock"])


@pytest.mark.slow
def test_two_processes_read_at_once_and_find_the_same(tmp_path):
    info = build(tmp_path, "one", documents(), IndexSettings(), now=NOW)
    one, other = _together(_search_and_tell, 2, str(tmp_path), info)
    assert all(one)
    assert other == one
