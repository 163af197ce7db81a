"""`workbench judge`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.common import FILE, asking, emit, json_option, opened, say, show, table
from workbench.errors import ExitCode

if TYPE_CHECKING:
    from workbench.domain.lessons import LessonsVersion
    from workbench.workspace.judges.lesson_checks import Outcome
    from workbench.workspace.judges.lesson_material import Material
    from workbench.workspace.judges.teaching import Teaching


@click.group()
def judge() -> None:
    """Judges: measures that ask a model."""


@judge.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Shipped judges and your own, with the models they ask and the version they are at. Contacts no provider."""
    with opened() as wb:
        found = wb.judges.list()
    if as_json:
        emit([asdict(line) for line in found])
        return
    rows = [
        (
            line.name,
            "new" if line.number is None else f"v{line.number}",
            ", ".join(line.models) + (f" x {line.votes}" if line.votes > 1 else "") or "no model yet",
            line.title,
        )
        for line in found
    ]
    table(("judge", "version", "asks", ""), rows)


@judge.command()
@click.argument("judge", metavar="JUDGE")
@click.option(
    "--run", required=True, metavar="RUN", help="The run whose answers people reviewed; `latest` is the newest."
)
@click.option(
    "--bar", type=float, help="What it has to catch before it may gate; default what [judges.NAME] says, or 0.85."
)
@click.option("--threshold", type=float, help="The score from which on it passes an answer; default 0.5 for shares.")
@json_option
def check(judge: str, run: str, *, bar: float | None, threshold: float | None, as_json: bool) -> ExitCode:
    """Set JUDGE against people's verdicts: what it catches, and what the pass rate is when corrected by people.

    Exit status 0: it may gate. 1: it is below the bar. 3: too few verdicts of people to tell.
    """
    from workbench.workspace.judges.calibration_words import EXIT_CODES, HOW_LABELS_COUNT, sentences
    from workbench.workspace.judges.calibration_words import as_json as document

    with opened() as wb:
        found = wb.judges.check(judge, run, bar=bar, threshold=threshold)
    if as_json:
        emit(document(found))
        return EXIT_CODES[found.may_gate]
    show(f"\n{found.about.label}\n")
    for sentence in sentences(found):
        show(sentence)
    show(f"\n{HOW_LABELS_COUNT}")
    if found.labelled:
        show("")
        (both, let_through), (missed, caught) = found.table
        table(
            ("", "people pass", "people fail"),
            [("judge passes", both, let_through), ("judge fails", missed, caught)],
            right=(1, 2),
        )
    return EXIT_CODES[found.may_gate]


@judge.command()
@click.argument("judge", metavar="JUDGE")
@click.option(
    "--run", required=True, metavar="RUN", help="The run whose reviewed answers teach; `latest` is the newest."
)
@click.option("--rules", "file", type=FILE, help="Rules to teach, one a line. Without it, those of the lessons before.")
@click.option("--suggest", is_flag=True, help="Have the judge's model put the critiques into rules: one call.")
@click.option(
    "--check", "checks", is_flag=True, help="Have it judge the labels kept apart; without it the cost is told."
)
@click.option("--use", is_flag=True, help="Use it from now on, if the check accepts it.")
@click.option("--forget", is_flag=True, help="Go back to the judge without lessons.")
@json_option
def improve(
    judge: str, *, run: str, file: Path | None, suggest: bool, checks: bool, use: bool, forget: bool, as_json: bool
) -> ExitCode:
    """Teach JUDGE from experts' critiques: rules and labelled examples, checked on labels that are kept apart.

    Exit status 0: kept, or accepted. 1: the check did not accept it.
    """
    from workbench.workspace.judges.lesson_words import material_json, outcome_json

    with opened() as wb, asking():
        teaching = wb.judges.teaching
        if forget:
            teaching.forget(judge)
            say(f"{judge} is the judge without lessons again. What it was taught is kept.")
            return ExitCode.DONE
        found = teaching.material(judge, run)
        kept = teaching.keep(judge, run, _rules(teaching, found, file, suggest=suggest))
        cost = teaching.cost(kept)
        outcome = teaching.check(kept) if checks else None
        in_force = use and outcome is not None and outcome.accepted
        if in_force:
            teaching.use(judge, kept.number)
    if as_json:
        document = material_json(found) | {
            "lessons": kept.number,
            "rules": list(kept.lessons.rules),
            "cost": asdict(cost),
        }
        check = None if outcome is None else outcome_json(outcome)
        emit(document | {"check": check, "in_force": in_force})
    else:
        _show_lessons(found, kept)
        if outcome is None:
            show(f"\nChecking it takes {cost.sentence} Add --check to do so.")
        else:
            _show_outcome(outcome, found.run, in_force=in_force)
    return ExitCode.DONE if outcome is None or outcome.accepted else ExitCode.NO


def _show_lessons(found: Material, kept: LessonsVersion) -> None:
    from workbench.workspace.judges.lesson_words import material_sentences

    for sentence in material_sentences(found):
        show(sentence)
    show(f"\nLessons {kept.number} of {kept.judge}:")
    for rule in kept.lessons.rules:
        show(f"- {rule}")


def _show_outcome(outcome: Outcome, run: str, *, in_force: bool) -> None:
    from workbench.workspace.judges.lesson_words import outcome_sentences

    show("")
    for sentence in outcome_sentences(outcome):
        show(sentence)
    if in_force:
        show(f"It is in force: `workbench score {run} --stale` judges the stored answers again.")
    elif outcome.accepted:
        show("Add --use to put it in force.")


def _rules(teaching: Teaching, found: Material, file: Path | None, *, suggest: bool) -> Sequence[str]:
    """The rules to teach: from a file, from a model, or those of the lessons before."""
    from workbench.workspace.files import read_text

    if file is not None:
        return read_text(file).splitlines()
    if suggest:
        return teaching.suggest(found.judge, found.run)
    before = teaching.all(found.judge)
    return before[0].lessons.rules if before else ()
