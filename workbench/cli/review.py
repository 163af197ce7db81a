"""`workbench review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.adjudicate import adjudicate
from workbench.cli.agreement import agreement
from workbench.cli.common import FILE, as_option, emit, json_option, opened, say
from workbench.cli.failures import failures
from workbench.cli.review_queue import queue

if TYPE_CHECKING:
    from workbench.workspace.reviews.packets.merging import Keep, PacketImport


@click.group()
def review() -> None:
    """People's verdicts: queues, answers reviewed elsewhere, agreement, and what goes wrong."""


@review.command()
@click.argument("target", metavar="RUN|QUEUE")
@click.option(
    "--to",
    "file",
    type=FILE,
    required=True,
    help="File to write: .html is a review packet, .csv a sheet, others JSONL.",
)
@as_option
@json_option
def export(target: str, file: Path, name: str | None, as_json: bool) -> None:
    """Write the answers of a run or a queue, without saying who wrote them, for verdicts to be filled in.

    A file that ends in .html opens in any browser, without network, and downloads the verdicts as JSON. One that ends
    in .csv is filled in with a spreadsheet.
    """
    from workbench.stats.numbers import counted
    from workbench.workspace.reviews.packets.carrying import PAGES

    with opened(name) as wb:
        count = wb.reviews.export(target, file)
    wrote = counted(count, "answer")
    if as_json:
        emit({"file": str(file), "answers": count})
    elif file.suffix.lower() in PAGES:
        say(f"Wrote {wrote} to {file}. Send it to a reviewer; import the file that it downloads.")
    else:
        say(f"Wrote {wrote} to {file}. Fill in `verdict` (pass, fail, unsure) and `note`, then import it.")


@review.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--keep",
    type=click.Choice(["mine", "theirs"]),
    help="Where a packet's reviewer has another verdict stored: keep that (mine) or the file's (theirs).",
)
@as_option
@json_option
def import_(file: Path, keep: Keep | None, name: str | None, as_json: bool) -> None:
    """Read verdicts back. One wrong line, and nothing is stored.

    A file that ends in .json is what a review packet downloaded, one that ends in .csv a filled-in sheet; --as says
    whose verdicts they are.
    """
    from workbench.errors import InputError
    from workbench.stats.numbers import counted
    from workbench.workspace.files import read_text
    from workbench.workspace.reviews.packets.carrying import PAGES, SHEETS

    ending = file.suffix.lower()
    if ending in PAGES:
        raise InputError(
            f"{str(file)!r} is the packet itself.", hint="Open it in a browser and import the file that it downloads."
        )
    if ending not in {".json", *SHEETS} and keep:
        raise InputError("--keep is for the .json file that a review packet downloads, and for a .csv sheet.")
    with opened(name) as wb:
        if ending in {".json", *SHEETS}:
            take = wb.reviews.import_answers if ending == ".json" else wb.reviews.import_sheet
            _tell(take(read_text(file), file=str(file), reviewer=name, keep=keep), keep, as_json=as_json)
            return
        count = wb.reviews.import_(file)
    if as_json:
        emit({"stored": count})
    else:
        say(f"Stored {counted(count, 'verdict')}.")


def _tell(done: PacketImport, keep: Keep | None, *, as_json: bool) -> None:
    from workbench.stats.numbers import counted

    if as_json:
        told = {"reviewer": done.reviewer, "stored": done.stored, "unchanged": done.unchanged}
        emit(told | {"conflicts": [str(one) for one in done.conflicts], "notes_alone": done.notes_alone})
        return

    before = f"{done.unchanged:,} {'was' if done.unchanged == 1 else 'were'} stored before"
    say(f"Stored {counted(done.stored, 'verdict')} of {done.reviewer}; {before}.")
    if done.conflicts:
        whose = "those stored here" if keep == "mine" else "those of the file"
        say(f"{len(done.conflicts)} differed, kept {whose}: {', '.join(map(str, done.conflicts))}.")
    if done.notes_alone:
        said = "has no verdict and was" if done.notes_alone == 1 else "have no verdict and were"
        say(f"{counted(done.notes_alone, 'note')} {said} left in the file.")


review.add_command(queue)
review.add_command(agreement)
review.add_command(adjudicate)
review.add_command(failures)
