"""`workbench index embedders` and `fetch-embedder`, and what a build says of its embedder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from workbench.cli.common import emit, json_option, opened, say, table

if TYPE_CHECKING:
    from workbench.domain.model import Price
    from workbench.workspace.knowledge.embedders import EmbeddingCost

BAR_COLUMNS = 20


@click.command()
@json_option
def embedders(as_json: bool) -> None:
    """What could turn texts into vectors, and what it costs. Contacts nobody."""
    from workbench.stats.numbers import money

    with opened() as wb:
        found = wb.indexes.embedders()
    if as_json:
        emit(
            [
                {
                    "name": one.name,
                    "ready": one.ready,
                    "note": one.note,
                    "usd_per_million_tokens": _usd(one.price),
                    "download": one.download,
                }
                for one in found
            ]
        )
        return
    rows = [(one.name, "yes" if one.ready else "no", money(_usd(one.price)), one.note) for one in found]
    table(("embedder", "ready", "per million tokens", ""), rows, right=(2,))


@click.command("fetch-embedder")
@click.argument("name", metavar="EMBEDDER")
@click.option("--yes", is_flag=True, help="Fetch it. Without this, only what would be fetched is said.")
def fetch_embedder(name: str, yes: bool) -> None:
    """Fetch the file that EMBEDDER needs, such as chroma/minilm, from where it is published."""
    with opened() as wb:
        lacking = next((one for one in wb.indexes.embedders() if one.name == name and one.download), None)
        if lacking and not yes:
            raise click.UsageError(f"{lacking.note} It is {lacking.download}. Add --yes to fetch it.")
        wb.indexes.fetch_embedder(name)
    say(f"{name} can be used now.")


def say_cost(cost: EmbeddingCost) -> None:
    """Say what embedding takes, unless it costs nothing."""
    from workbench.stats.numbers import counted, money

    if cost.usd == 0:
        return
    kept = f", {cost.kept:,} embedded before" if cost.kept else ""
    price = "at an unknown price" if cost.usd is None else f"at a cost of {money(cost.usd)}"
    say(f"{counted(cost.chunks, 'chunk')}{kept}; about {cost.tokens:,} tokens to embed {price}.")


@contextmanager
def build_progress_shown() -> Iterator[Callable[[int, int], None] | None]:
    """A callback that shows a build's progress as a bar on a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(BarColumn(BAR_COLUMNS), TextColumn("{task.description}"), console=Console(stderr=True)) as bar:
        task = bar.add_task("reading documents", total=None)

        def draw(done: int, total: int) -> None:
            chunks = total // 2
            embedding = done < chunks
            words = "embedded" if embedding else "written"
            counted = done if embedding else done - chunks
            bar.update(task, total=total, completed=done, description=f"{counted:,} of {chunks:,} chunks {words}")

        yield draw


def _usd(price: Price | None) -> float | None:
    return None if price is None else price.input_per_million
