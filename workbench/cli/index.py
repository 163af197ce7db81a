"""`workbench index`."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.common import emit, json_option, opened, say, table


@click.group()
def index() -> None:
    """Indexes of documents: build, list, query."""


@index.command()
@click.argument("name")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--embedder", default="offline/lexical", show_default=True, help="What turns text into vectors.")
@click.option(
    "--chunker",
    type=click.Choice(("headings", "sentences", "tokens")),
    default="headings",
    show_default=True,
    help="Where to cut.",
)
@click.option("--chunk-size", type=click.IntRange(8), default=200, show_default=True, help="Tokens per chunk, at most.")
@click.option("--chunk-overlap", type=click.IntRange(0), default=30, show_default=True, help="Tokens repeated.")
@json_option
def build(
    name: str,
    paths: tuple[Path, ...],
    embedder: str,
    chunker: str,
    chunk_size: int,
    chunk_overlap: int,
    as_json: bool,
) -> None:
    """Cut, embed and store the documents in PATHS (Markdown, text, HTML, PDF)."""
    from workbench.domain.index import IndexSettings

    settings = IndexSettings(embedder, chunker, chunk_size, chunk_overlap)
    with opened() as wb:
        info = wb.indexes.build(name, paths, settings)
    for path, reason in info.skipped:
        say(f"Left out {path}: {reason}")
    if as_json:
        emit(
            {
                "name": info.name,
                "fingerprint": info.fingerprint,
                "documents": info.documents,
                "chunks": info.chunks,
                "skipped": [{"path": path, "reason": reason} for path, reason in info.skipped],
            }
        )
    else:
        say(f"Index {info.name}: {info.documents} documents, {info.chunks} chunks.")


@index.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The newest index of every name."""
    with opened() as wb:
        infos = wb.indexes.list()
    if as_json:
        emit(
            [
                {"name": i.name, "fingerprint": i.fingerprint, "documents": i.documents, "chunks": i.chunks}
                for i in infos
            ]
        )
    else:
        rows = [(i.name, i.documents, i.chunks, i.settings.embedder, f"{i.created_at:%Y-%m-%d %H:%M}") for i in infos]
        table(("index", "documents", "chunks", "embedder", "built"), rows, right=(1, 2))


@index.command()
@click.argument("name")
@click.argument("text")
@click.option("-k", type=click.IntRange(1, 1000), default=4, show_default=True, help="Chunks to find.")
@click.option(
    "--search",
    type=click.Choice(("hybrid", "dense", "bm25")),
    default="hybrid",
    show_default=True,
    help="By meaning, by words, or both.",
)
@json_option
def query(name: str, text: str, k: int, search: str, as_json: bool) -> None:
    """Find the chunks nearest to TEXT."""
    from workbench.domain.prompt import RetrievalSettings

    with opened() as wb:
        fingerprint = wb.indexes.get(name).fingerprint
        found = wb.indexes.query(name, text, RetrievalSettings(index=name, k=k, search=search))  # type: ignore[arg-type]
    if as_json:
        chunks = [
            {"id": f.chunk.id, "document": f.chunk.document, "score": f.score, "text": f.chunk.text} for f in found
        ]
        emit({"index": name, "fingerprint": fingerprint, "chunks": chunks})
        return
    table(("", "score", "where", "text"), [(f.rank, f"{f.score:.3f}", f.chunk.source, f.chunk.text) for f in found])
    if not found:
        say("Nothing was found.")
