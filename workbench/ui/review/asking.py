"""Asking for reviews: which answers, of whom, and what is asked of each."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from workbench.domain.review_queue import (
    Between,
    Disagreements,
    Filtered,
    Flaky,
    Pairs,
    QueueWork,
    RandomSample,
    Relabel,
    ReviewQueue,
    Source,
)
from workbench.domain.run import RunInfo
from workbench.errors import WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.review.sizes import with_repeats
from workbench.ui.shell import show_error
from workbench.workspace import Workbench

KINDS = {
    "random": "Answers at random: tells how good they are",
    "pairs": "Two answers side by side: tells which prompt or model people prefer",
    "disagreements": "Where verdicts differ: finds what goes wrong",
    "flaky": "Sometimes right, sometimes wrong: finds what goes wrong",
    "filter": "Of one arm, tag or score: finds what goes wrong",
    "relabel": "Judged before the guidelines changed: tells whether they still hold",
}
BETWEEN: dict[Between, str] = {
    "people": "people",
    "judge and people": "a judge and people",
    "judge and rule": "a judge and a rule",
    "arms": "arms of the run",
}
ANY = "(any)"
_MADE = "review-queue-made"
SAMPLE, RELABELLED = 20, 10


def ask_for_reviews(wb: Workbench, run: str) -> None:
    """A folded form that makes a queue."""
    with st.expander("Choose answers and ask for reviews", icon=":material/playlist_add:", key="asking"):
        info = wb.runs.info(run)
        kind = address.pick("Which answers", list(KINDS), "kind", format_func=KINDS.__getitem__)
        source = _SOURCES[kind](wb, info)
        work = _work(kind)
        may = for_role(wb, ("reviewer", "engineer"), "make a review queue")
        if st.button("Make the queue", type="primary", icon=":material/playlist_add_check:", key="make-queue", **may):
            _make(wb, run, source, work)
        made = st.session_state.get(_MADE)
        if made is not None:
            _just_made(wb, made)


def _make(wb: Workbench, run: str, source: Source, work: QueueWork) -> None:
    try:
        queue = wb.reviews.queues.create(run, source, work)
    except WorkbenchError as error:
        show_error(error)
        return
    st.session_state[_MADE] = queue
    st.rerun()


def _just_made(wb: Workbench, queue: ReviewQueue) -> None:
    """What came of it, where it was asked for, with the way on."""
    left_out = f" {counted(queue.identical, 'pair')} left out: both answers are the same." if queue.identical else ""
    desk = wb.reviews.queues.desk(queue.id)
    size = with_repeats(queue, len(desk.items), desk.repeats)
    st.success(f"Made: {plain(queue.name)}, {size}.{left_out}", icon=":material/playlist_add_check:")
    if not queue.reviewers or wb.context.actor.name in queue.reviewers:
        st.button("Start it now", key="start-made", icon=":material/play_arrow:", on_click=open_queue, args=(queue.id,))
    else:
        st.caption(f"It waits for {plain(', '.join(queue.reviewers))} on this page.")


def open_queue(queue: str) -> None:
    """Lead the address to a queue, at its first item without a verdict."""
    st.session_state.pop(_MADE, None)
    address.turn_to(queue=queue, item=None, view=None)


def _random(wb: Workbench, info: RunInfo) -> Source:
    n = address.number("How many", "n", default=SAMPLE, high=10_000)
    judge = _choice("Drawn evenly within the verdicts of", _judges(wb, info), "judge", none="(no judge)")
    return RandomSample(n, judge=judge)


def _pairs(wb: Workbench, info: RunInfo) -> Source:  # noqa: ARG001 (all sources are asked alike)
    st.caption("Sides are drawn anew for each pair; answers that are word for word the same are left out.")
    arms = address.pick_many("Arms to compare, all unless you name some", list(info.arms), "arms")
    n = address.number_or_none("How many pairs, all when empty", "n", high=10_000)
    return Pairs(arms=tuple(arms), n=n)


def _disagreements(wb: Workbench, info: RunInfo) -> Source:
    names: dict[str, Between] = {str(between): between for between in BETWEEN}
    known = names[address.pick("Between", list(names), "between", format_func=lambda key: BETWEEN[names[key]])]
    judge = _choice("Judge", _judges(wb, info), "judge") if "judge" in known else None
    metric = _choice("Score", list(info.metrics), "score") if known in {"judge and rule", "arms"} else None
    return Disagreements(between=known, judge=judge, metric=metric)


def _flaky(wb: Workbench, info: RunInfo) -> Source:  # noqa: ARG001
    st.caption("Questions that one arm answers right in one repeat and wrong in another; the run needs repeats.")
    return Flaky(metric=_choice("By which score", list(info.metrics), "score"))


def _filter(wb: Workbench, info: RunInfo) -> Source:
    tags = sorted({tag for example in wb.runs.stored_plan(info.id).examples for tag in example.tags})
    return Filtered(
        arm=_choice("Arm", list(info.arms), "arm"),
        tag=_choice("Tag of the question", tags, "tag"),
        failing=_choice("Failing by the score", list(info.metrics), "score"),
        unjudged=address.toggle("Only answers nobody has judged", "unjudged", default=False),
    )


def _relabel(wb: Workbench, info: RunInfo) -> Source:
    st.caption(plain(wb.reviews.rubric(info.id).sentence))
    return Relabel(address.number("How many", "n", default=RELABELLED, high=10_000))


_SOURCES: dict[str, Callable[[Workbench, RunInfo], Source]] = {
    "random": _random,
    "pairs": _pairs,
    "disagreements": _disagreements,
    "flaky": _flaky,
    "filter": _filter,
    "relabel": _relabel,
}


def _work(kind: str) -> QueueWork:
    reviewers = address.pick_many(
        "Reviewers, everybody unless you name some", [], "for", accept_new=True, placeholder="Type a name, then Enter"
    )
    per_item = address.number_or_none(
        "People per answer, all of them when empty",
        "per",
        high=100,
        help="With 1, the work is shared out: an answer that somebody judged leaves the list of the others.",
    )
    criteria: list[str] = []
    if kind != "pairs":
        criteria = address.pick_many(
            "Yes/no questions beside the verdict",
            [],
            "ask",
            accept_new=True,
            placeholder="Such as: Is every figure in the sources? Then Enter",
        )
    name = address.line("Name", "name", placeholder="Made up from the choice when empty")
    return QueueWork(reviewers=tuple(reviewers), per_item=per_item, criteria=tuple(criteria), name=name)


def _judges(wb: Workbench, info: RunInfo) -> list[str]:
    return list(dict.fromkeys([*info.judges, *(line.name for line in wb.judges.list())])) if info.judges else []


def _choice(label: str, options: list[str], name: str, *, none: str = ANY) -> str | None:
    chosen = address.pick(label, [none, *options], name)
    return None if chosen == none else chosen
