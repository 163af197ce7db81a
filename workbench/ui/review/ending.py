"""After the last answer: what the verdicts say, how far reviewers agree, and where to go from here."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import address, places
from workbench.ui.components.text import plain
from workbench.ui.review.asking import open_queue
from workbench.ui.review.begin import PURPOSES
from workbench.workspace import Workbench
from workbench.workspace.reviews.queue import ReviewProgress, progress


def conclude(wb: Workbench, queue_id: str) -> None:
    """Thanks, results in sentences, and next steps."""
    desk = wb.reviews.queues.desk(queue_id)
    counts, queue = progress(desk.items), desk.queue
    st.subheader(_headline(counts), anchor=False)
    st.caption(f"{plain(queue.name)} · {PURPOSES[queue.purpose]}")
    if counts.total:
        st.write(f"You have judged **{counts.judged:,} of {counts.total:,}**.")
    if queue.form == "verdict" and counts.judged:
        passed, failed, unsure = st.columns(3)
        passed.metric("✓ Passed", f"{counts.passed:,}")
        failed.metric("✗ Failed", f"{counts.failed:,}")
        unsure.metric("? Unsure", f"{counts.unsure:,}")
    if counts.judged:
        for sentence in wb.reviews.queues.result(queue.id).sentences:
            st.write(plain(sentence))
    if desk.held:
        st.write(f"Others are at work on {desk.held:,} more; some of them may come back to you.")
    if counts.left:
        st.button(
            f"Go on with the {counts.left:,} that are left",
            type="primary",
            key="go-on",
            on_click=open_queue,
            args=(queue.id,),
        )
    _onward(wb, queue.run)


def _headline(counts: ReviewProgress) -> str:
    if not counts.total:
        return "Nothing here waits for you."
    return "That is the end of the list." if counts.left else "Thank you, that was the last one."


def _onward(wb: Workbench, run: str) -> None:
    open_ones = sum(one.settled is None for one in wb.reviews.to_adjudicate(run))
    with st.container(horizontal=True):
        if open_ones:
            address.link(
                f"Settle the {open_ones:,} on which people differ",
                icon=":material/balance:",
                key="to-settle",
                view="settle",
                run=run,
            )
        address.link("See what goes wrong", icon=":material/troubleshoot:", key="to-wrong", view="wrong", run=run)
        address.link("Other queues", icon=":material/list:", key="to-queues", run=run)
    places.link("compare", "See what your verdicts mean for the comparison", run=run)
