"""What all commands share: opening the project, data to stdout, talk to stderr."""

from __future__ import annotations

import io
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from workbench.workspace.workbench import Workbench

F = TypeVar("F", bound=Callable[..., Any])

WIDEST = 100_000
"""Columns of a table that is not printed on a terminal."""
_CONTROL_ABOVE_ASCII = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document to stdout.")
as_option = click.option("--as", "name", metavar="NAME", help="Who acts; default WORKBENCH_USER or the account.")


def say(text: str) -> None:
    """Tell a person, on stderr, so that stdout stays data."""
    click.echo(printable(text), err=True)


def show(text: str) -> None:
    """Print text for a person to stdout."""
    click.echo(printable(text))


def emit(document: Any) -> None:
    """Print one JSON document to stdout."""
    click.echo(json_text(document, indent=2))


def json_text(document: Any, *, indent: int | None = None) -> str:
    """JSON that is safe on a terminal: text as it is, but all control characters escaped, those above ASCII too."""
    text = json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False)
    return _CONTROL_ABOVE_ASCII.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@contextmanager
def asking() -> Iterator[None]:
    """While models are asked or rules score: what code of the user's own prints goes to stderr, not into the data."""
    with redirect_stdout(sys.stderr):
        yield


@contextmanager
def opened(name: str | None = None) -> Iterator[Workbench]:
    """The project that `--project`, WORKBENCH_PROJECT or the working directory names."""
    from workbench.domain.actor import Actor
    from workbench.workspace import Workbench

    directory = click.get_current_context().find_root().params.get("project")
    with Workbench.open(directory, actor=Actor(name) if name else None) as wb:
        yield wb


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Print a table to stdout. Cell texts are shown as they are: no markup, no control characters."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for n, head in enumerate(heads):
        grid.add_column(head, justify="right" if n in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(printable("" if cell is None else str(cell))) for cell in row))
    if sys.stdout.isatty():
        Console().print(grid)
        return
    # A pipe or file has no width: lines are as long as they are, without blanks at their ends.
    console = Console(width=WIDEST, file=io.StringIO(), color_system=None)
    with console.capture() as printed:
        console.print(grid)
    click.echo("".join(f"{line.rstrip()}\n" for line in printed.get().splitlines()), nl=False)


def printable(text: str) -> str:
    """Names and answers come from files and models: no escape sequence may reach the terminal."""
    return "".join(c if c in "\n " or c.isprintable() else _visible(c) for c in text.replace("\r\n", "\n"))


def _visible(c: str) -> str:
    if c == "\t" or unicodedata.category(c) == "Zs":
        return " "
    return f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}"
