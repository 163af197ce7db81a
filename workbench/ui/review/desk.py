"""The reviewer's desk: stores what the screen says, and tells it what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.review.screen.component import heard, review_screen
from workbench.ui.review.screen.item_data import case_data, guidelines_data, said_data
from workbench.ui.review.screen.messages import Preferred, Said, Verdicted
from workbench.ui.review.sizes import with_repeats
from workbench.workspace import Workbench
from workbench.workspace.reviews.queue import QueueItem, first, following, place, preceding, progress
from workbench.workspace.reviews.queues import Desk

END = "end"
AHEAD = 4
"""Items that the browser holds beyond the one on the screen, so that the next one is there at once."""
CASES_KEPT = 256
NUMBERS_KEPT = 1000

_HEARD = "review-heard"
_REFUSED = "review-refused"
_SHOWN = "review-shown"
_JUMPS = "review-jumps"


@st.fragment
def judge(wb: Workbench, queue: str) -> None:
    """One item after the other, until the address leads behind the last."""
    with wb.lease(), shell.errors_shown():
        desk = wb.reviews.queues.desk(queue)
        item = _current(wb, desk)
        if item is None:
            address.write("item", END)
            st.rerun()
        review_screen(_data(wb, desk, item), on_said=lambda: _hear(wb, queue))


def _current(wb: Workbench, desk: Desk) -> QueueItem | None:
    """The item of the address, else the first without a verdict; None when all are done.

    It and the next are held for this reviewer; an item at whose last place somebody else works is passed over.
    """
    wanted = address.read("item")
    if wanted == END:
        return None
    items = list(desk.items)
    item = next((item for item in items if item.key == wanted), None) or first(items, unreviewed=True)
    while item is not None:
        held = wb.reviews.queues.take(desk.queue.id, [other.key for other in _ahead(items, item)])
        if item.judged or item.key in held:
            break
        after = following(items, item.key, unreviewed=True)
        items = [other for other in items if other is not item]
        item = after
    if item is not None and item.key != st.session_state.get(_SHOWN):
        # Not where the browser says it is: a link, the browser's own way back, or an item that is taken.
        st.session_state[_SHOWN] = item.key
        st.session_state[_JUMPS] = st.session_state.get(_JUMPS, 0) + 1
        address.write("item", item.key)
    return item


def _data(wb: Workbench, desk: Desk, item: QueueItem) -> dict[str, Any]:
    window = _window(desk.items, item)
    counts = progress(desk.items)
    groups: dict[str, int] = {}
    for other in desk.items:
        groups.setdefault(other.example_id, len(groups))
    return {
        "scope": desk.queue.id,
        "reviewer": wb.context.actor.name,
        "form": desk.queue.form,
        "items": [
            {"key": other.key, "group": groups[other.example_id], "said": said_data(other.review)}
            for other in desk.items
        ],
        "at": item.key,
        "jump": st.session_state.get(_JUMPS, 0),
        "cases": [_case(wb, str(wb.root), desk.queue.id, other.key) for other in window],
        "heard": st.session_state.get(_HEARD, []),
        "refused": st.session_state.get(_REFUSED, []),
        "criteria": list(desk.queue.criteria),
        "modes": wb.failures.names(),
        "repeats": _twice(desk),
        "guidelines": guidelines_data(wb.reviews.guidelines()),
        "pace": None if counts.remaining_ms is None or not counts.left else counts.remaining_ms / 1000 / counts.left,
    }


def _twice(desk: Desk) -> str:
    """That some items come twice, never which; empty where none does."""
    if not desk.repeats:
        return ""
    return f"There are {with_repeats(desk.queue, len(desk.items), desk.repeats)}."


def _ahead(items: Sequence[QueueItem], item: QueueItem) -> Sequence[QueueItem]:
    """The item and those that come after it when each gets a verdict."""
    found = [item]
    rest = list(items)
    while len(found) <= AHEAD:
        after = following(rest, found[-1].key, unreviewed=True)
        if after is None:
            break
        rest = [other for other in rest if other is not found[-1]]
        found.append(after)
    return found


def _window(items: Sequence[QueueItem], item: QueueItem) -> Sequence[QueueItem]:
    """What the browser holds: the item, its neighbours, and those that come next."""
    at = place(items, item.key) or 0
    near = [preceding(items, item.key), *items[at + 1 : at + 2]]
    window = {other.key: other for other in [*_ahead(items, item), *near] if other is not None}
    return list(window.values())


@st.cache_data(show_spinner=False, max_entries=CASES_KEPT)
def _case(_wb: Workbench, root: str, queue: str, key: str) -> dict[str, Any]:  # noqa: ARG001 (part of the key)
    """What is shown of an item never changes."""
    return case_data(key, _wb.reviews.queues.case(queue, key))


def _hear(wb: Workbench, queue: str) -> None:
    """Store what was said. The browser keeps saying it until it hears that it is stored, or why it cannot be."""
    message = heard()
    if message is None:
        return
    done: list[int] = st.session_state.get(_HEARD, [])
    refused: list[dict[str, Any]] = []
    with wb.lease():
        for said in message.said:
            if said.number in done:
                continue
            try:
                _store(wb, queue, said)
            except WorkbenchError as error:
                refused.append({"number": said.number, "reason": f"Not stored: {error.message} {error.hint or ''}"})
            else:
                done = [*done, said.number][-NUMBERS_KEPT:]
    st.session_state[_HEARD] = done
    st.session_state[_REFUSED] = refused
    if message.show is not None and not refused:
        st.session_state[_SHOWN] = message.show
        address.write("item", message.show)


def _store(wb: Workbench, queue: str, said: Said) -> None:
    queues = wb.reviews.queues
    if isinstance(said, Verdicted):
        queues.give(queue, said.item, said.judgement)
    elif isinstance(said, Preferred):
        queues.prefer(queue, said.item, said.choice, note=said.note, seconds=said.seconds)
    else:
        queues.withdraw(queue, said.item)
