"""Before the first answer and after the last: which run, how much there is to do, what the verdicts say."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from workbench.stats.numbers import duration
from workbench.ui.components import address, places
from workbench.ui.components.run_states import when
from workbench.ui.components.text import html_text, plain
from workbench.workspace import Workbench
from workbench.workspace.reviews.queue import QueueItem, ReviewProgress, progress

MINUTE_MS = 60_000
INTRODUCTION = (
    "You read one answer at a time and say whether it is good enough. "
    "You do not see which prompt or model wrote it, so that only the answer counts."
)


def choose_run(wb: Workbench) -> str | None:
    """The run to review, the newest while none is chosen; None when there is no answer to review yet."""
    lines = {line.info.id: line for line in wb.runs.list() if line.summary.done}
    if not lines:
        return None

    def label(run: str) -> str:
        line = lines[run]
        return f"{when(line.info.created_at)} · {line.info.dataset} · {line.summary.done:,} answers"

    return address.pick("Answers from", list(lines), "run", format_func=label)


def nothing_to_review() -> None:
    """What to do before there are answers."""
    st.info("There are no answers to review yet. Run a prompt on a golden set first.", icon=":material/rate_review:")
    places.link("run", "Start a run")


def guidelines(wb: Workbench) -> None:
    """What passes and what fails, in the project's own words."""
    text = wb.reviews.guidelines()
    if text:
        with st.popover("Guidelines", icon=":material/gavel:"):
            st.html(html_text(text))


def introduce(wb: Workbench, queue: Sequence[QueueItem]) -> bool:
    """Say what to expect; true when the reviewer wants to begin."""
    st.write(INTRODUCTION)
    counts = progress(queue)
    rest = time_left(counts)
    if counts.judged:
        st.write(
            f"You have judged **{counts.judged:,} of {counts.total:,}** answers{f', {rest} are left' if rest else ''}."
        )
    else:
        st.write(f"**{counts.total:,} answers** wait for you.")
    with st.container(horizontal=True, vertical_alignment="center"):
        begin = st.button(
            "Continue" if counts.judged else "Start", type="primary", icon=":material/play_arrow:", shortcut="Enter"
        )
        guidelines(wb)
    return begin


def time_left(counts: ReviewProgress) -> str | None:
    """About how long the rest takes, in whole minutes: a pace is no better known than that."""
    if counts.remaining_ms is None or not counts.left:
        return None
    return f"about {duration(MINUTE_MS * math.ceil(counts.remaining_ms / MINUTE_MS))}"


def conclude(wb: Workbench, run: str, queue: Sequence[QueueItem]) -> bool:
    """What the verdicts say; true when the reviewer wants to look at the answers that are left."""
    counts = progress(queue)
    st.subheader("Thank you, that was the last one." if not counts.left else "That is the end of the list.")
    st.write(f"You have judged **{counts.judged:,} of {counts.total:,}** answers.")
    passed, failed, unsure = st.columns(3)
    passed.metric("✓ Passed", f"{counts.passed:,}")
    failed.metric("✗ Failed", f"{counts.failed:,}")
    unsure.metric("? Unsure", f"{counts.unsure:,}")
    others = sorted({review.reviewer for review in wb.reviews.of_run(run)} - {wb.context.actor.name})
    if others:
        st.caption(f"Others who reviewed these answers: {plain(', '.join(others))}")
    again = bool(counts.left) and st.button(f"Go on with the {counts.left:,} that are left", type="primary")
    places.link("compare", "See what your verdicts mean for the comparison", run=run)
    return again
