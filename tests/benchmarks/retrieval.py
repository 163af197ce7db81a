"""Indexes: building one of 10,000 and of 100,000 chunks without a download, opening it cold, and searching it.

Every step is a process of its own, so that memory and cold starts are its own. Text is generated: words by rank, as
often as in natural language (Zipf), a section of about 110 words for each chunk. Queries take words of the text.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from workbench.domain.index import IndexInfo, IndexSettings
from workbench.domain.prompt import RetrievalSettings

SIZES = (10_000, 100_000)
COMPARED = 10_000
"""The size at which Chroma alone is timed too, as it comes."""
SECTIONS = 20
"""Of a document."""
WORDS = 110
VOCABULARY = 30_000
QUERIES = 100
QUERY_WORDS = 8
MODES = ("dense", "bm25", "hybrid")
NOW = datetime.fromisoformat("2026-11-21")


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield times, ratios and memory."""
    for size in SIZES:
        place = folder / str(size)
        _write_documents(place / "docs", size)
        built = _step("build", place)
        whole = built["read_s"] + built["build_s"]
        ratio = ""
        if size == COMPARED:
            ratio = f"   {whole / _step('add', place)['seconds']:.2f} x Chroma's own adding of the same vectors"
        yield f"{size:,} chunks: read, cut, embed, write", f"{whole:6.1f} s{ratio}"
        yield (
            "   of it reading files / cutting and embedding / writing",
            f"{built['read_s']:.1f} / {built['embed_s']:.1f} / {built['build_s'] - built['embed_s']:.1f} s",
        )
        yield "   the most memory", f"{built['peak_mb']:6.0f} MB   vectors are {built['vectors_mb']:.0f} MB of it"
        yield "   on the disk", f"{built['disk_mb']:6.0f} MB"
        for mode in MODES:
            cold = _step("search", place, mode)
            yield f"   {mode}: open and search once, in a new process", f"{cold['first_s']:6.2f} s"
            yield (
                f"   {mode}: a search after that, p50 / p95",
                f"{cold['p50_ms']:6.1f} / {cold['p95_ms']:.1f} ms   with {cold['peak_mb']:.0f} MB of memory",
            )


def _write_documents(folder: Path, chunks: int) -> None:
    """Markdown files whose sections are a chunk each."""
    luck = random.Random(11)
    words = ["".join(luck.choices("abcdefghijklmnopqrstuvwxyz", k=luck.randint(3, 10))) for _ in range(VOCABULARY)]
    often = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    folder.mkdir(parents=True)
    for number in range(chunks // SECTIONS):
        sections = (
            f"## {words[luck.randrange(VOCABULARY)]} {section}\n\n{' '.join(luck.choices(words, cum_weights=often, k=WORDS))}\n"
            for section in range(SECTIONS)
        )
        (folder / f"{number:05}.md").write_text("\n".join(sections))


def _step(name: str, place: Path, *arguments: str) -> dict[str, Any]:
    """What a step in a process of its own measured."""
    command = [sys.executable, "-m", "tests.benchmarks.retrieval", name, str(place), *arguments]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def _build(place: Path) -> dict[str, float]:
    from workbench.retrieval import lexical
    from workbench.retrieval.documents import load
    from workbench.retrieval.index import build

    began = time.perf_counter()
    documents = load([place / "docs"]).documents
    read = time.perf_counter()
    embedded = [read]

    def report(done: int, steps: int) -> None:
        if done <= steps // 2:
            embedded[0] = time.perf_counter()

    info = build(
        place / "index", "bench", documents, IndexSettings(chunk_size=2 * WORDS * 3), now=NOW, on_progress=report
    )
    ended = time.perf_counter()
    (place / "fingerprint").write_text(info.fingerprint)
    files = [path for path in (place / "index").rglob("*") if path.is_file()]
    return {
        "chunks": info.chunks,
        "read_s": read - began,
        "embed_s": embedded[0] - read,
        "build_s": ended - read,
        "peak_mb": _peak_mb(),
        "vectors_mb": info.chunks * lexical.DIMENSION * 4 / 2**20,
        "disk_mb": sum(path.stat().st_size for path in files) / 2**20,
    }


def _add(place: Path) -> dict[str, float]:
    """Chroma as it comes, given the same vectors."""
    import chromadb
    import numpy as np

    from workbench.retrieval import lexical
    from workbench.retrieval.chunking import searchable

    folder, info, chunks = _stored(place)
    embedder = lexical.load(folder.embedder)
    texts = [searchable(chunk) for chunk in chunks]
    vectors = np.concatenate([embedder.embed(texts[first : first + 256]) for first in range(0, len(texts), 256)])
    client = chromadb.PersistentClient(path=str(place / "plain"))
    began = time.perf_counter()
    collection = client.create_collection("plain", embedding_function=None)
    for first in range(0, len(chunks), 2000):
        batch = chunks[first : first + 2000]
        collection.add(ids=[chunk.id for chunk in batch], embeddings=vectors[first : first + len(batch)])
    return {"seconds": time.perf_counter() - began, "chunks": info.chunks}


def _search(place: Path, mode: str) -> dict[str, float]:
    from workbench.retrieval.index import open_index

    _, info, chunks = _stored(place)
    luck = random.Random(5)
    queries = [" ".join(luck.sample(luck.choice(chunks).text.split(), QUERY_WORDS)) for _ in range(QUERIES)]
    settings = RetrievalSettings("bench", k=4, search=mode)  # type: ignore[arg-type]
    began = time.perf_counter()
    retriever = open_index(place / "index", info)
    retriever.retrieve(queries[0], settings)
    first_s = time.perf_counter() - began
    took = []
    for query in queries:
        began = time.perf_counter()
        retriever.retrieve(query, settings)
        took.append((time.perf_counter() - began) * 1000)
    percentiles = statistics.quantiles(took, n=20)
    return {"first_s": first_s, "p50_ms": statistics.median(took), "p95_ms": percentiles[-1], "peak_mb": _peak_mb()}


def _stored(place: Path) -> tuple[Any, IndexInfo, Any]:
    from workbench.retrieval.contents import folder_of

    fingerprint = (place / "fingerprint").read_text()
    folder = folder_of(place / "index", fingerprint)
    return (folder, *folder.read(fingerprint))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    step, where, *more = sys.argv[1:]
    steps = {"build": _build, "add": _add, "search": _search}
    print(json.dumps(steps[step](Path(where), *more)))
