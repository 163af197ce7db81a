"""The reviewer's desk: one answer, one verdict, the next answer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.review import VERDICTS, Verdict
from workbench.errors import WorkbenchError
from workbench.hashing import short
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.reading import reading_width
from workbench.ui.review import start
from workbench.ui.review.case import show_case
from workbench.ui.review.packet import away
from workbench.ui.review.verdict_keys import Said, said, verdict_keys
from workbench.workspace import Workbench
from workbench.workspace.reviews.case import ReviewCase
from workbench.workspace.reviews.queue import (
    QueueItem,
    first,
    following,
    place,
    preceding,
    progress,
    to_undo,
)

END = "end"
ID_DIGITS = 16
CASES_KEPT = 64

_HEARD = "review-heard"
_PROBLEM = "review-problem"
_WITHDRAWN = "review-withdrawn"


def review(wb: Workbench) -> None:
    """The page: choose and start, then one answer after the other, then what the verdicts say.

    The address holds the run and the answer, so that a reload or a link leads back to it.
    """
    answer = address.read("answer")
    if answer is None:
        _begin(wb)
        return
    run = wb.runs.find(address.read("run") or "latest")
    queue = wb.reviews.queue(run)
    if answer == END:
        if start.conclude(wb, run, queue):
            _open(run, first(queue, unreviewed=True))
        return
    item = next((item for item in queue if _name(item) == answer), None)
    if item is None:
        st.warning("This link leads to an answer that is not among those of its run.", icon=":material/link_off:")
        address.write("answer", None)
        _begin(wb)
        return
    _show(wb, run, queue, item)


def _begin(wb: Workbench) -> None:
    st.title("Review")
    run = start.choose_run(wb)
    if run is None:
        start.nothing_to_review()
        return
    queue = wb.reviews.queue(run)
    if start.introduce(wb, queue):
        _open(run, first(queue, unreviewed=_only_unreviewed()))
    away(wb, run)


def _open(run: str, item: QueueItem | None) -> None:
    _move(run, item)
    st.rerun()


def _move(run: str, item: QueueItem | None) -> None:
    """Lead the address to an answer, or behind the last."""
    address.write("run", run)
    address.write("answer", END if item is None else _name(item))


def _name(item: QueueItem) -> str:
    return short(item.trial_id, ID_DIGITS)


def _show(wb: Workbench, run: str, queue: Sequence[QueueItem], item: QueueItem) -> None:
    _head(wb, queue, item)
    show_case(_case(wb, str(wb.root), item.trial_id), key=_name(item))
    withdrawn = st.session_state.get(_WITHDRAWN, {})
    with st.bottom, reading_width("verdict"):
        problem = st.session_state.pop(_PROBLEM, None)
        if problem is not None:
            message, hint = problem
            shell.show_error(WorkbenchError(message, hint=hint))
        verdict_keys(
            item.trial_id,
            reviewer=wb.context.actor.name,
            verdict=item.verdict,
            note=item.review.note if item.review else withdrawn.get(item.trial_id, ""),
            can_undo=to_undo(queue, item.trial_id) is not None,
            can_go_back=preceding(queue, item.trial_id) is not None,
            heard=st.session_state.get(_HEARD, 0),
            on_said=lambda: _hear(wb, run),
        )
    upcoming = following(queue, item.trial_id, unreviewed=_only_unreviewed())
    if upcoming is not None:
        _case(wb, str(wb.root), upcoming.trial_id)


def _head(wb: Workbench, queue: Sequence[QueueItem], item: QueueItem) -> None:
    counts = progress(queue)
    at = (place(queue, item.trial_id) or 0) + 1
    rest = start.time_left(counts)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{at:,} of {counts.total:,}** · {counts.left:,} left{f' · {rest}' if rest else ''}")
        start.guidelines(wb)
        _filter()
        st.caption("Hidden: who wrote it")
    st.progress(counts.judged / counts.total)


def _filter() -> None:
    """Whether answers that have a verdict are passed over."""
    st.toggle(
        "Unreviewed only",
        value=_only_unreviewed(),
        key="review-unreviewed",
        on_change=lambda: address.write("all", None if st.session_state["review-unreviewed"] else "1"),
    )


def _only_unreviewed() -> bool:
    return address.read("all") is None


@st.cache_data(show_spinner=False, max_entries=CASES_KEPT)
def _case(_wb: Workbench, root: str, trial_id: str) -> ReviewCase:  # noqa: ARG001 (part of the key)
    """An answer never changes; the next one is read while this one is being looked at."""
    return _wb.reviews.case(trial_id)


def _hear(wb: Workbench, run: str) -> None:
    """Carry out what the reviewer pressed. What cannot be done is shown beside the keys; nothing typed is lost."""
    heard = said()
    if heard is None:
        return
    st.session_state[_HEARD] = heard.number
    try:
        _carry_out(wb, run, heard)
    except WorkbenchError as error:
        st.session_state[_PROBLEM] = (error.message, error.hint)


def _carry_out(wb: Workbench, run: str, heard: Said) -> None:
    verdict = next((verdict for verdict in VERDICTS if verdict == heard.action), None)
    if verdict is not None:
        _judge(wb, run, heard, verdict)
        return
    queue = wb.reviews.queue(run)
    if heard.action == "undo":
        _undo(wb, run, to_undo(queue, heard.item))
    elif heard.action == "back":
        _move(run, preceding(queue, heard.item) or first(queue, unreviewed=False))
    else:
        _move(run, following(queue, heard.item, unreviewed=_only_unreviewed()))


def _judge(wb: Workbench, run: str, heard: Said, verdict: Verdict) -> None:
    wb.reviews.give(heard.item, verdict, note=heard.note, seconds=heard.seconds)
    _move(run, following(wb.reviews.queue(run), heard.item, unreviewed=_only_unreviewed()))


def _undo(wb: Workbench, run: str, item: QueueItem | None) -> None:
    """Take the verdict back and return to its answer, with the note as it was."""
    if item is None or item.review is None:
        return
    wb.reviews.withdraw(item.trial_id)
    kept = {**st.session_state.get(_WITHDRAWN, {}), item.trial_id: item.review.note}
    st.session_state[_WITHDRAWN] = kept
    _move(run, item)
