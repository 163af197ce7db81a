"""Before the first answer: which queues there are, what each is for, and all answers of a run."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.components.run_states import when
from workbench.ui.components.text import plain
from workbench.ui.review.asking import ask_for_reviews, open_queue
from workbench.ui.review.hello import INTRODUCTION, greeted
from workbench.ui.review.packet import away
from workbench.ui.review.runs import pick_run
from workbench.ui.review.sizes import things, with_repeats
from workbench.ui.who import who_is_it
from workbench.workspace import Workbench
from workbench.workspace.reviews.queues import QueueLine

PURPOSES = {
    "estimate": "Tells how good the answers are",
    "learn": "Finds what goes wrong",
}


def begin(wb: Workbench) -> None:
    """Queues that wait for this reviewer, and what else can be done."""
    st.write(INTRODUCTION)
    who_is_it(wb)
    greeted()
    lines = [line for line in wb.reviews.queues.list() if line.mine]
    waiting = [line for line in lines if line.left]
    _waiting(wb, waiting)
    st.subheader("Answers of a run", anchor=False)
    run = pick_run(wb)
    if run is not None:
        _everything(wb, run, primary=not waiting)
        ask_for_reviews(wb, run)
        away(wb, run)
    _finished([line for line in lines if not line.left])


def _waiting(wb: Workbench, lines: list[QueueLine]) -> None:
    """Queues with something left to do: those that name this reviewer first, each list newest first."""
    if not lines:
        return
    st.subheader("Waiting for you", anchor=False)
    for number, line in enumerate(sorted(lines, key=lambda line: not line.queue.reviewers)):
        _card(wb, line, primary=number == 0)


def _card(wb: Workbench, line: QueueLine, *, primary: bool) -> None:
    queue = line.queue
    with st.container(border=True, key=f"queue-{queue.id}"):
        said, start = st.columns([4, 1], vertical_alignment="center")
        with said:
            assigned = "for you · " if queue.reviewers else ""
            st.markdown(f"**{plain(queue.name)}**")
            st.caption(f"{assigned}{PURPOSES[queue.purpose]} · made {when(queue.created_at)}")
            total = line.judged + line.left
            st.write(
                f"You have judged {line.judged:,} of {things(queue, total)}."
                if line.judged
                else f"To judge: {with_repeats(queue, total, line.repeats)}."
            )
        with start:
            st.button(
                "Continue" if line.judged else "Start",
                key=f"start-{queue.id}",
                type="primary" if primary else "secondary",
                icon=":material/play_arrow:",
                on_click=open_queue,
                args=(queue.id,),
                **for_role(wb, "reviewer", "review answers"),
            )


def _everything(wb: Workbench, run: str, *, primary: bool) -> None:
    """All answers of a run, for everybody: made when somebody starts."""
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    may = for_role(wb, "reviewer", "review answers")
    if st.button("Review all of them", key="start-everything", type=kind, icon=":material/play_arrow:", **may):
        open_queue(wb.reviews.queues.everything(run).id)
        st.rerun()


def _finished(lines: list[QueueLine]) -> None:
    if not lines:
        return
    with st.expander(f"Done: {counted(len(lines), 'queue')}", icon=":material/done_all:"):
        for line in lines:
            address.link(
                f"{plain(line.queue.name)}, {things(line.queue, line.queue.size)}: what they say",
                icon=":material/insights:",
                key=f"said-{line.queue.id}",
                queue=line.queue.id,
                item="end",
            )
