"""`workbench index`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.common import asking, emit, json_option, opened, say, table
from workbench.cli.embedding import build_progress_shown, embedders, fetch_embedder, say_cost
from workbench.cli.evaluating import evaluate
from workbench.cli.risks import risks

if TYPE_CHECKING:
    from workbench.domain.index import IndexInfo
    from workbench.workspace import Workbench

_CONDITION = re.compile(r"([^=!<>]+)(>=|<=|!=|=)(.*)", re.DOTALL)


@click.group()
def index() -> None:
    """Indexes of documents, which prompts take their sources from."""


@index.command()
@click.argument("name")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--include", multiple=True, metavar="PATTERN", help="Only files named like this, such as '*.md'.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="No files named like this, such as 'drafts/'.")
@click.option("--text-column", metavar="COLUMN", help="The column of CSV and JSONL files that holds the text.")
@click.option("--embedder", metavar="EMBEDDER", help="What turns text into vectors.  [default: offline/lexical]")
@click.option(
    "--chunker", type=click.Choice(("headings", "sentences", "tokens")), help="Where to cut.  [default: headings]"
)
@click.option("--chunk-size", type=click.IntRange(8), help="Tokens per chunk, at most.  [default: 200]")
@click.option("--chunk-overlap", type=click.IntRange(0), help="Tokens repeated.  [default: 30]")
@json_option
def build(
    name: str,
    paths: tuple[Path, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    text_column: str | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Cut, embed and store the documents in PATH: Markdown, text, HTML, PDF, Word, CSV, JSONL.

    Without PATH, the index is built again from the files it was built from, as they are now, in the same way but for
    the options given.
    """
    from workbench.domain.index import IndexSettings, Reading
    from workbench.workspace.knowledge.risks import in_words

    chosen = {option: value for option, value in settings.items() if value is not None}
    given: dict[str, Any] = {"include": include, "exclude": exclude, "text_column": text_column}
    read = {option: value for option, value in given.items() if value}
    with opened() as wb, build_progress_shown() as on_progress:
        known = None if paths else _built_before(wb, name)
        info = wb.indexes.build(
            name,
            wb.indexes.sources(known) if known else paths,
            replace(known.settings if known else IndexSettings(), **chosen),
            reading=replace(known.reading if known else Reading(), **read),
            on_cost=say_cost,
            on_progress=on_progress,
        )
        found = in_words(wb.indexes.scan(info))
    _say_built(info, as_json=as_json)
    if found:
        say(f"{found} See: workbench index risks {shlex.quote(name)}")


def _built_before(wb: Workbench, name: str) -> IndexInfo:
    from workbench.errors import NotFoundError

    try:
        return wb.indexes.get(name)
    except NotFoundError as error:
        hint = f"{error.hint or ''} To build it, name the files: workbench index build {shlex.quote(name)} FOLDER."
        raise NotFoundError("index", name, hint=hint.strip()) from error


def _say_built(info: IndexInfo, *, as_json: bool) -> None:
    from workbench.stats.numbers import counted

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
        say(f"Index {info.name}: {counted(info.documents, 'document')}, {counted(info.chunks, 'chunk')}.")


@index.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The newest index of every name."""
    from workbench.stats.numbers import counted

    with opened() as wb:
        infos = wb.indexes.list()
        stale = [] if as_json else wb.indexes.stale()
    for info, changes in stale:
        again = f"workbench index build {shlex.quote(info.name)}"
        say(f"{counted(changes.count, 'document')} changed since {info.name} was built. Build it again: {again}")
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
@click.option(
    "--filter",
    "conditions",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only documents of which this holds; also KEY!=VALUE, KEY>=VALUE, KEY<=VALUE. KEY is `document`, a pattern over "
    "names, or one of their metadata. Repeat it: all must hold, of several values for one KEY any.",
)
@click.option("--rerank", metavar="MODEL", help="A model that puts what was found into a better order. It may cost.")
@click.option("--min-score", type=float, help="Leave out chunks that fit less. The column fit says how much they do.")
@json_option
def query(name: str, text: str, conditions: tuple[str, ...], as_json: bool, **settings: Any) -> None:
    """Find the chunks nearest to TEXT."""
    from workbench.domain.prompt import RetrievalSettings

    wanted = RetrievalSettings(index=name, filter=_filter(conditions), **settings)
    with opened() as wb, asking():
        fingerprint = wb.indexes.get(name).fingerprint
        found = wb.indexes.query(name, text, wanted)
    if as_json:
        chunks = [
            {"id": f.chunk.id, "document": f.chunk.document, "score": f.score, "fit": f.fit, "text": f.chunk.text}
            for f in found
        ]
        emit({"index": name, "fingerprint": fingerprint, "chunks": chunks})
        return
    if not found:
        say("Nothing was found.")
        return
    rows = [(f.rank, f"{f.score:.3f}", _fit(f.fit), f.chunk.source, f.chunk.text) for f in found]
    table(("", "score", "fit", "where", "text"), rows)


def _fit(fit: float | None) -> str:
    return "unknown" if fit is None else f"{fit:.2f}"


def _filter(conditions: Sequence[str]) -> dict[str, Any]:
    """The retrieval filter that these conditions make."""
    equal: dict[str, list[str]] = {}
    compared: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        found = _CONDITION.fullmatch(condition)
        if found is None:
            raise click.UsageError(f"--filter {condition!r} is no condition: write KEY=VALUE, such as locale=de.")
        key, sign, value = (part.strip() for part in found.groups())
        if sign == "=":
            equal.setdefault(key, []).append(value)
        elif sign == "!=":
            compared.setdefault(key, {}).setdefault("$ne", []).append(value)
        else:
            compared.setdefault(key, {})["$gte" if sign == ">=" else "$lte"] = value
    if both := sorted(equal.keys() & compared.keys()):
        raise click.UsageError(f"--filter names {both[0]!r} with = and with another sign; use one of them.")
    return {**equal, **compared}


index.add_command(evaluate)
index.add_command(risks)
index.add_command(embedders)
index.add_command(fetch_embedder)
