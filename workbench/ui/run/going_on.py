"""A run while it goes on: how far it is, why a model waits, what it cost so far, and a way to stop it."""

from __future__ import annotations

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.stats.numbers import duration, money
from workbench.ui import shell
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.progress import Progress

POLL_S = 0.7


def show(wb: Workbench, run: str) -> None:
    """Follow a run until it ends, whichever process carries it out; then draw the page anew."""
    st.fragment(_follow, run_every=POLL_S, key="run-going-on")(wb, run)


def _follow(wb: Workbench, run: str) -> None:
    with shell.errors_shown():
        job = wb.runs.job(run)
        if job is not None and not job.done:
            _draw(job.progress())
        elif wb.runs.status(run) == "running":
            _draw_stored(wb, run)
        else:
            st.rerun()
        stop_button(wb, run, key="run-stop")


def stop_button(wb: Workbench, run: str, *, key: str) -> None:
    """Offer to stop a run that goes on."""
    if st.button("Stop, keep results", icon=":material/stop_circle:", key=key):
        _stop(wb, run)


def _draw(progress: Progress) -> None:
    finished = progress.done + progress.failed
    left = "" if progress.left_s is None else f" · {duration(1000 * progress.left_s)} left"
    failed = f" · {progress.failed:,} failed" if progress.failed else ""
    cost = f" · cost so far {money(progress.cost_usd)}" if finished else " · starting"
    text = f"{finished:,} of {progress.planned:,}{failed}{cost}{left}"
    st.progress(min(1.0, finished / max(progress.planned, 1)), text=f"**{plain(text)}**")
    for lane in progress.lanes:
        answered = lane.done + lane.failed
        words = [lane.model, f"{answered:,} of {lane.planned:,}", *([lane.waiting] if lane.waiting else [])]
        st.progress(min(1.0, answered / max(lane.planned, 1)), text=plain(" · ".join(words)))
    if finished >= progress.planned and progress.unjudged:
        st.caption(f"All answers are in; {progress.unjudged:,} verdicts of judges are awaited.")


def _draw_stored(wb: Workbench, run: str) -> None:
    """Another process carries it out: what is stored is what is known."""
    summary = wb.runs.summary(run)
    finished = summary.done + summary.failed
    text = f"{finished:,} of {summary.planned:,} · {summary.failed:,} failed · cost so far {money(summary.cost_usd)}"
    st.progress(min(1.0, finished / max(summary.planned, 1)), text=f"**{plain(text)}**")
    st.caption("Another process carries this run out, such as a notebook or the command line.")


def _stop(wb: Workbench, run: str) -> None:
    try:
        wb.runs.cancel(run)
    except WorkbenchError as error:
        shell.show_error(error)
    else:
        st.toast("Stopping. Answers that are under way are kept.", icon=":material/stop_circle:")
