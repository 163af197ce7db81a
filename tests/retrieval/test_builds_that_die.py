"""Builds that are killed at random moments, go on beside searches, or meet a full disk: real processes, real signals.

Whatever happens to a build, the index of before is found and searched, none that is half written is ever seen, and
the next build ends what was begun and removes what was left.
"""

from __future__ import annotations

import os
import random
import shutil
import threading
from pathlib import Path

import pytest

from tests.support.processes import Process, until
from tests.support.projects import open_project
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import NotFoundError
from workbench.hashing import short

pytestmark = pytest.mark.slow

SEED = "BUILDS_SEED"
"""The environment variable that repeats the moments of an earlier test."""
SOME, MORE = 20, 120
"""Documents of the index that serves, and of the one that is built beside it."""
LONGEST_S = 1.5
"""About what such a build takes: the kill comes somewhere in it."""
VERSIONS = 2

BUILDER = """
def report(done, total):
    if done == 0:
        say("begun")

with open_project(directory) as wb:
    for line in sys.stdin:
        info = wb.indexes.build("library", [pathlib.Path(line.strip())], on_progress=report)
        say("built", info.fingerprint)
"""
"""Builds from each folder that it is told."""

READER = """
from workbench.domain.prompt import RetrievalSettings

stop = directory / "stop"
seen, searches = [], 0
with open_project(directory) as wb:
    say("ready")
    while not stop.exists():
        for search in ("dense", "bm25", "hybrid"):
            found = wb.indexes.query("library", "What is said of everything?", RetrievalSettings("library", k=500, search=search))
            versions = {hit.chunk.text.split()[-1] for hit in found}
            assert len(versions) == 1, versions
            version, = versions
            assert len(found) == int(version.split("-")[1]), (version, len(found))
            if version not in seen:
                seen.append(version)
                say("sees", version)
            searches += 1
    say("searched", searches)
"""
"""Searches until it is told to stop; each search must find all documents of one version, and of no other."""

DISK_FULL = """
import resource
from workbench.errors import StoreError

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
from datetime import datetime
from workbench.domain.index import IndexSettings
from workbench.retrieval.documents import load
from workbench.retrieval.index import build

try:
    build(directory / ".workbench" / "index", "library", load([pathlib.Path(sys.argv[2])]).documents, IndexSettings(),
          now=datetime(2026, 11, 21))
except StoreError as error:
    say(error)
"""


def write_documents(folder: Path, version: str, count: int) -> Path:
    """A folder of documents that all say which version they are of."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.md").write_text(
            f"What is said of everything, number {number}, is said in {version}-{count}"
        )
    return folder


@pytest.fixture(scope="module")
def built_once(tmp_path_factory) -> Path:
    """A project whose index `library` is of some documents. Not to be changed."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "workbench.toml").write_text('[project]\nname = "Library"\n')
    write_documents(folder / "old", "old", SOME)
    with open_project(folder) as wb:
        wb.indexes.build("library", [folder / "old"])
    return folder


@pytest.fixture
def library(built_once, tmp_path) -> Path:
    """A copy of it, which a test may change."""
    return shutil.copytree(built_once, tmp_path / "library")


@pytest.fixture
def luck() -> random.Random:
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(10**6))
    print(f"{SEED}={seed}")  # pytest shows it when the test fails
    return random.Random(seed)


def tell(process: Process, folder: Path) -> None:
    process.popen.stdin.write(f"{folder}\n")
    process.popen.stdin.flush()


def found_in(project: Path) -> dict[str, int]:
    """How many documents of which version are found, by every way of searching, which must agree."""
    counts = []
    with open_project(project) as wb:
        info = wb.indexes.get("library")
        retriever = wb.indexes.open(info)
        for search in ("dense", "bm25", "hybrid"):
            hits = retriever.retrieve(
                "What is said of everything?", RetrievalSettings("library", k=1000, search=search)
            )
            versions = [hit.chunk.text.split()[-1] for hit in hits]
            counts.append({version: versions.count(version) for version in set(versions)})
        assert counts[0] == counts[1] == counts[2]
        assert sum(counts[0].values()) == info.documents
    return counts[0]


def in_place(project: Path) -> set[str]:
    """Folders that a reader would take for indexes."""
    root = project / ".workbench" / "index"
    return {
        path.name for path in root.iterdir() if path.is_dir() and not path.name.endswith((".unfinished", ".replaced"))
    }


def left_over(project: Path) -> set[str]:
    return {path.name for path in (project / ".workbench" / "index").iterdir()} - in_place(project) - {"build.lock"}


def whole(project: Path) -> bool:
    """Whether every folder that is in place holds all that it should."""
    root = project / ".workbench" / "index"
    return all(
        (root / name / part).exists() for name in in_place(project) for part in ("index.json", "chunks.jsonl", "chroma")
    )


def test_killed_at_any_moment_a_build_leaves_the_old_index_serving_and_the_next_one_cleans_up(library, luck):
    new = write_documents(library / "new", "new", MORE)
    process = Process(BUILDER, library)
    tell(process, new)
    assert process.says() == "begun"
    threading.Event().wait(luck.uniform(0, LONGEST_S))
    process.kill()

    assert whole(library)
    assert found_in(library) in ({f"old-{SOME}": SOME}, {f"new-{MORE}": MORE})

    with open_project(library) as wb:
        info = wb.indexes.build("library", [new])
        assert wb.audit.verify() == []
    assert found_in(library) == {f"new-{MORE}": MORE}
    assert left_over(library) == set()
    assert short(info.fingerprint) in in_place(library)


def test_while_one_process_builds_another_searches_and_never_sees_a_half_index(library):
    reader, builder = Process(READER, library), Process(BUILDER, library)
    assert reader.says() == "ready"
    assert reader.says() == f"sees old-{SOME}"
    for number in range(1, VERSIONS + 1):
        count = 50 * number
        tell(builder, write_documents(library / f"v{number}", f"v{number}", count))
        assert builder.says() == "begun"
        assert builder.says().startswith("built")
        assert reader.says() == f"sees v{number}-{count}"
    (library / "stop").touch()
    builder.ends()

    assert int(reader.ends().split()[-1]) > VERSIONS
    assert left_over(library) == set()


def test_two_processes_that_build_different_indexes_of_one_name_both_end_and_the_later_counts(library):
    both = [Process(BUILDER, library) for _ in range(2)]
    folders = [write_documents(library / name, name, 100) for name in ("one", "two")]
    for process, folder in zip(both, folders, strict=True):
        tell(process, folder)
    built = [[process.says(), process.says()][1].split()[-1] for process in both]
    for process in both:
        process.ends()

    with open_project(library) as wb:
        assert wb.indexes.get("library").fingerprint in built
        for fingerprint in built:
            assert len(wb.indexes.open_fingerprint(fingerprint).retrieve("everything", settings(100))) == 100
    assert left_over(library) == set()


def settings(k: int) -> RetrievalSettings:
    return RetrievalSettings("library", k=k, search="bm25")


@pytest.mark.parametrize("largest_file", [20_000, 200_000])
def test_a_full_disk_ends_a_build_with_what_to_do_and_the_old_index_serves(library, largest_file):
    new = write_documents(library / "new", "new", MORE)
    told = Process(DISK_FULL, library, new, largest_file).ends()

    assert "Chroma could not write the index" in told or "cannot be written" in told
    assert found_in(library) == {f"old-{SOME}": SOME}
    assert left_over(library) == set()
    with open_project(library) as wb:
        wb.indexes.build("library", [new])
    assert found_in(library) == {f"new-{MORE}": MORE}


def test_what_a_killed_build_left_is_no_index_to_anybody(library):
    process = Process(BUILDER, library)
    tell(process, write_documents(library / "new", "new", MORE))
    assert process.says() == "begun"
    until(lambda: left_over(library) or process.popen.poll() is not None)
    process.kill()

    assert left_over(library)
    with open_project(library) as wb:
        assert [info.documents for info in wb.indexes.list()] == [SOME]
        with pytest.raises(NotFoundError):
            wb.indexes.get("new")
    assert found_in(library) == {f"old-{SOME}": SOME}
