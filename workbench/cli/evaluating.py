"""`workbench index evaluate`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.common import asking, emit, json_option, opened, say, show, table
from workbench.errors import ExitCode

if TYPE_CHECKING:
    from workbench.workspace.evaluations.evaluation import Evaluation
    from workbench.workspace.evaluations.plan import EvaluationPlan, Grid

MISSED_SHOWN = 5
SPANS_SHOWN = 10
_AS_BUILT = "Default: as the index has it."


@click.command()
@click.argument("name")
@click.option(
    "--dataset", required=True, metavar="NAME[@N]", help="Golden set whose rows name their sources in `relevant`."
)
@click.option("-k", "ks", type=click.IntRange(1, 100), multiple=True, help="Chunks to take.  [default: 4]")
@click.option(
    "--search",
    "searches",
    type=click.Choice(("hybrid", "dense", "bm25")),
    multiple=True,
    help="By meaning, by words, or both.  [default: hybrid]",
)
@click.option("--rerank", "rerankers", metavar="MODEL", multiple=True, help="Model that puts what was found in order.")
@click.option("--min-score", type=float, help="Leave out chunks that score less.")
@click.option(
    "--chunker",
    "chunkers",
    type=click.Choice(("headings", "sentences", "tokens")),
    multiple=True,
    help=f"Where to cut. {_AS_BUILT}",
)
@click.option("--chunk-size", "sizes", type=click.IntRange(8), multiple=True, help=f"Tokens per chunk. {_AS_BUILT}")
@click.option("--chunk-overlap", "overlaps", type=click.IntRange(0), multiple=True, help=f"Repeated. {_AS_BUILT}")
@click.option(
    "--embedder", "embedders", metavar="EMBEDDER", multiple=True, help=f"What turns text into vectors. {_AS_BUILT}"
)
@json_option
def evaluate(name: str, dataset: str, as_json: bool, **axes: Any) -> int:
    """Measure how well index NAME finds the sources that golden rows name.

    Options given several times make a grid: every combination is measured on the documents of NAME, and compared with
    NAME as it is. The index stays as it is.
    """
    with opened() as wb:
        plan = wb.evaluations.plan(name, dataset, _grid(axes))
        say(plan.words)
        _say_left_out(plan)
        if not plan.examples:
            from workbench.workspace.evaluations.plan import NO_GOLD

            say(f"No row of {dataset} names a source that the index has: nothing can be measured yet. {NO_GOLD}")
            if as_json:
                emit(wb.evaluations.empty(plan).as_json())
            return ExitCode.CANNOT_TELL_YET
        with asking():
            evaluation = wb.evaluations.carry_out(plan, on_progress=_progress())
        if as_json:
            emit(evaluation.as_json())
        else:
            _show(evaluation)
    return ExitCode.DONE


def _grid(axes: dict[str, Any]) -> Grid:
    """What was given; what was not keeps its default."""
    from workbench.workspace.evaluations.plan import Grid

    return Grid(**{axis: given for axis, given in axes.items() if given not in ((), None)})


def _progress() -> Callable[[float, str], None]:
    told = ""

    def tell(share: float, doing: str) -> None:
        nonlocal told
        if doing != told:
            told = doing
            say(f"  {share:.0%} {doing}")

    return tell


def _say_left_out(plan: EvaluationPlan) -> None:
    for note in plan.notes:
        say(note)
    unknown = plan.info.unknown_spans
    for example, span in unknown[:SPANS_SHOWN]:
        say(f"  {example}: {span}")
    if len(unknown) > SPANS_SHOWN:
        say(f"  and {len(unknown) - SPANS_SHOWN} more")


def _show(evaluation: Evaluation) -> None:
    """Print figures for a person: one setting measure by measure, several one below the other."""
    from workbench.workspace.evaluations.table import HEADS, RIGHT, measure_rows, setting_rows

    if len(evaluation.figures) == 1:
        (only,) = evaluation.figures
        show(f"\n{only.setting.label}\n")
        table(("", "mean (95% interval)", "questions", ""), measure_rows(only), right=(2,))
    else:
        show("")
        table(HEADS, setting_rows(evaluation), right=RIGHT)
        show(f"\n{evaluation.best_words}")
    for note in evaluation.notes:
        show(note)
    _show_missed(evaluation)
    info = evaluation.info
    show(f"\nEvaluation {info.id} of {info.index} on {info.dataset}@{info.dataset_version}, {info.asked} questions.")


def _show_missed(evaluation: Evaluation) -> None:
    """What the best setting did not find, and where it stood."""
    best = evaluation.best
    if best is None:
        return
    missed = [(q.example_id, gold) for q in evaluation.questions(best.setting.label) for gold in q.missed]
    if not missed:
        return
    show(f"\nMissed by {best.setting.label}:")
    for example, gold in missed[:MISSED_SHOWN]:
        where = evaluation.missed_words(gold, best.setting.k)
        show(f"  {example}  {gold.span}: {where}")
    if len(missed) > MISSED_SHOWN:
        show(f"  and {len(missed) - MISSED_SHOWN} more")
