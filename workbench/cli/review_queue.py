"""`workbench review queue`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.common import as_option, emit, json_option, opened, say, show, table
from workbench.domain.review_queue import BETWEEN
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.domain.review_queue import ReviewQueue, Source
    from workbench.workspace import Workbench

CONDITIONS: Mapping[str, Mapping[str, str]] = {
    "everything": {},
    "random": {"count": "-n", "judge": "--judge"},
    "relabel": {"count": "-n"},
    "pairs": {"count": "-n", "arms": "--arm"},
    "filter": {"arms": "--arm", "tag": "--tag", "failing": "--failing", "unjudged": "--unjudged"},
    "disagreements": {"between": "--between", "judge": "--judge", "metric": "--metric"},
    "flaky": {"metric": "--metric"},
}
"""By source, the options that say more of it."""


@click.group()
def queue() -> None:
    """Which answers people are asked about, by whom, and what for."""


@queue.command()
@click.argument("run")
@click.option(
    "--of", "kind", type=click.Choice(list(CONDITIONS)), default="everything", show_default=True, help="Which answers."
)
@click.option("-n", "count", type=click.IntRange(min=1), help="So many at random: for random, relabel and pairs.")
@click.option("--judge", metavar="JUDGE", help="Draw within this judge's verdicts, or look where it disagrees.")
@click.option("--metric", metavar="METRIC", help="Look where this score differs, or disagrees with the judge.")
@click.option("--between", type=click.Choice(BETWEEN), help=f"For disagreements; default {BETWEEN[0]}.")
@click.option("--arm", "arms", metavar="ARM", multiple=True, help="Only this arm; for pairs, the arms to compare.")
@click.option("--tag", metavar="TAG", help="Only examples with this tag.")
@click.option("--failing", metavar="METRIC", help="Only answers that fail by this score.")
@click.option("--unjudged", is_flag=True, help="Only answers without a verdict.")
@click.option("--for", "reviewers", metavar="NAME", multiple=True, help="Whom it is for; default everybody.")
@click.option("--per-item", type=int, help="How many people judge an item; default everybody judges every item.")
@click.option("--second", type=float, default=0.0, help="With --per-item 1: the share that gets a second reviewer.")
@click.option("--repeats", type=float, default=0.1, show_default=True, help="The share that comes back unannounced.")
@click.option("--criterion", "criteria", multiple=True, help="A yes/no question asked beside the verdict.")
@click.option("--name", "title", default="", help="What to call it.")
@as_option
@json_option
def create(run: str, name: str | None, as_json: bool, **options: Any) -> None:
    """Make a queue of answers of RUN.

    Answers drawn at random (everything, random, relabel, pairs) may enter pass rates. The others are chosen for a
    reason, to learn from, and enter none.
    """
    from workbench.domain.review_queue import QueueWork

    work = QueueWork(
        reviewers=options["reviewers"],
        per_item=options["per_item"],
        second=options["second"],
        repeats=options["repeats"],
        criteria=options["criteria"],
        name=options["title"],
    )
    with opened(name) as wb:
        made = wb.reviews.queues.create(run, _source(options), work)
    if as_json:
        emit(_document(made))
        return
    what = "pairs" if made.form == "pair" else "answers"
    identical = f" {made.identical} pairs are the same text and were left out." if made.identical else ""
    say(f"Queue {made.id} holds {made.size} {what}.{identical}")
    say(f"Reviewers open it, while `workbench app` runs here: {_app_at(wb)}/review?queue={made.id}")
    say(f"Without the app: `workbench review export {made.id} --to packet.html` is a file to send.")
    show(made.id)


def _app_at(wb: Workbench) -> str:
    """Where browsers reach the app: the address that people sign in at, else the one it has unless another is taken."""
    from workbench.settings.sign_in import SIGN_IN_FILE, read_sign_in
    from workbench.workspace.context import STATE_DIRECTORY

    try:
        sign_in = read_sign_in(wb.root / STATE_DIRECTORY / SIGN_IN_FILE)
    except InputError:  # the app itself says what is wrong with it, and does not start
        sign_in = None
    return "http://127.0.0.1:8501" if sign_in is None else sign_in.origin


@queue.command("list")
@click.argument("run", required=False)
@click.option("--closed", is_flag=True, help="Closed ones too.")
@as_option
@json_option
def list_(run: str | None, closed: bool, name: str | None, as_json: bool) -> None:
    """The queues of RUN, or of the project, with how far you are."""
    with opened(name) as wb:
        lines = wb.reviews.queues.list(run, closed=closed)
    if as_json:
        emit([_document(line.queue) | {"judged": line.judged, "left": line.left, "mine": line.mine} for line in lines])
        return
    if not lines:
        say("There is no review queue. Make one: workbench review queue create RUN")
        return
    table(
        ("queue", "run", "name", "purpose", "items", "judged by you", "left for you"),
        [
            (one.queue.id, one.queue.run, one.queue.name, one.queue.purpose, one.queue.size, one.judged, one.left)
            for one in lines
        ],
        right=(4, 5, 6),
    )


@queue.command("show")
@click.argument("queue_id", metavar="QUEUE")
@as_option
@json_option
def show_(queue_id: str, name: str | None, as_json: bool) -> None:
    """What was said in QUEUE: your verdicts, how consistent they are, and how well you agree with the others."""
    with opened(name) as wb:
        found = wb.reviews.queues.result(queue_id)
    if as_json:
        emit(_document(found.queue) | {"result": found.as_json()})
        return
    show(f"{found.queue.name} ({found.queue.purpose}, {found.queue.size} items)")
    for sentence in found.sentences:
        show(sentence)


@queue.command()
@click.argument("queue_id", metavar="QUEUE")
@as_option
@json_option
def close(queue_id: str, name: str | None, as_json: bool) -> None:
    """Ask nobody about QUEUE any more. What was said in it stays and counts."""
    with opened(name) as wb:
        closed = wb.reviews.queues.close(queue_id)
    if as_json:
        emit({"queue": closed.id, "closed": True})
    else:
        say(f"Queue {closed.id} is closed.")


def _source(options: dict[str, Any]) -> Source:
    from workbench.domain.review_queue import Disagreements, Everything, Filtered, Flaky, Pairs, RandomSample, Relabel
    from workbench.errors import InputError

    kind, count, arms = options["kind"], options["count"], options["arms"]
    _require_fitting(kind, options)
    if kind == "random" and count is None:
        raise InputError("How many answers?", hint="Say so with -n, such as -n 40.")
    if kind == "filter" and len(arms) > 1:
        raise InputError("A filter names one arm.", hint="Make a queue for each.")
    sources: dict[str, Source] = {
        "everything": Everything(),
        "random": RandomSample(count or 0, options["judge"]),
        "relabel": Relabel() if count is None else Relabel(count),
        "pairs": Pairs(arms, count),
        "filter": Filtered(arms[0] if arms else None, options["tag"], options["failing"], options["unjudged"]),
        "disagreements": Disagreements(options["between"] or BETWEEN[0], options["judge"], options["metric"]),
        "flaky": Flaky(options["metric"]),
    }
    return sources[kind]


def _require_fitting(kind: str, options: Mapping[str, Any]) -> None:
    """Refuse a condition that the source would leave unheard: the queue would hold other answers than were meant."""
    from workbench.errors import InputError

    every = {name: option for conditions in CONDITIONS.values() for name, option in conditions.items()}
    for name, option in every.items():
        if options[name] and name not in CONDITIONS[kind]:
            fitting = [f"--of {source}" for source, conditions in CONDITIONS.items() if name in conditions]
            raise InputError(f"{option} does not go with --of {kind}.", hint=f"It goes with {' and '.join(fitting)}.")


def _document(made: ReviewQueue) -> dict[str, Any]:
    return {
        "queue": made.id,
        "run": made.run,
        "name": made.name,
        "about": made.about,
        "form": made.form,
        "purpose": made.purpose,
        "of": made.kind,
        "judge": made.judge,
        "seed": made.seed,
        "reviewers": list(made.reviewers),
        "per_item": made.per_item,
        "criteria": list(made.criteria),
        "items": made.size,
        "identical": made.identical,
        "created_by": made.created_by,
        "created_at": made.created_at.isoformat(timespec="milliseconds") + "Z",
        "closed": made.closed,
    }
