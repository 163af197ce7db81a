"""The Review page: queues and the reviewer's desk, what people differ on, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from workbench.ui.components import address
from workbench.ui.components.reading import reading_width
from workbench.ui.failures.view import what_goes_wrong
from workbench.ui.review.begin import begin
from workbench.ui.review.desk import END, judge
from workbench.ui.review.ending import conclude
from workbench.ui.review.hello import hello, known
from workbench.ui.review.settling import settle
from workbench.ui.shell import errors_shown
from workbench.workspace import Workbench

VIEWS = {"answers": "Review answers", "settle": "Settle differences", "wrong": "What goes wrong"}


def review(wb: Workbench) -> None:
    """The page that the address asks for."""
    queue = address.read("queue")
    if queue is not None:
        _queue(wb, queue)
        return
    with reading_width("review"):
        st.title("Review", anchor=False)
        view = address.switch("View", list(VIEWS), "view", format_func=VIEWS.__getitem__)
        _SHOWN[view](wb)


def _queue(wb: Workbench, queue: str) -> None:
    if not known(wb):
        with reading_width("review"), errors_shown():
            st.title("Review", anchor=False)
            hello(wb, queue)
        return
    if address.read("item") == END:
        with reading_width("review"):
            st.title("Review", anchor=False)
            conclude(wb, queue)
        return
    judge(wb, queue)


_SHOWN: dict[str, Callable[[Workbench], None]] = {"answers": begin, "settle": settle, "wrong": what_goes_wrong}
