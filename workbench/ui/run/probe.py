"""Asking a few rows first, from the page: a run in the background that the page waits for, and its cost."""

from __future__ import annotations

import streamlit as st

from workbench.domain.run import PROBED_ROWS, RunPlan
from workbench.errors import WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.run import stopping
from workbench.workspace import Workbench
from workbench.workspace.estimates.probing import probe_options, probe_words
from workbench.workspace.runs.planning import RunOptions

POLL_S = 0.7
_RUN = "run-probe-id"


def offer(wb: Workbench, options: RunOptions, plan: RunPlan) -> None:
    """A button that asks a few rows of each arm for real."""
    rows = min(PROBED_ROWS, len(plan.examples))
    how = {"help": _help(plan, rows), **for_role(wb, "engineer", "start a run")}
    if st.button(f"Probe: ask {rows} first", icon=":material/experiment:", key="run-probe", **how):
        try:
            job = wb.runs.start(wb.runs.plan(probe_options(options, plan)))
        except WorkbenchError as error:
            shell.show_error(error)
            return
        st.session_state[_RUN] = job.run
        st.rerun()


def goes_on(wb: Workbench) -> bool:
    """Whether a probe of this page is under way."""
    run = st.session_state.get(_RUN)
    job = None if run is None else wb.runs.job(run)
    return job is not None and not job.done


def show_progress(wb: Workbench) -> None:
    """Follow the probe; at its end the page is drawn anew, with an estimate that rests on its answers."""
    st.fragment(_watch, run_every=POLL_S, key="run-probe-progress")(wb, st.session_state[_RUN])


def show_end(wb: Workbench) -> None:
    """What a probe of this page got and cost."""
    run = st.session_state.get(_RUN)
    if run is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(probe_words(wb.runs.summary(run), wb.spending.of_run(run).spent)), width="content")
        address.link("Look at it", icon=":material/experiment:", key="run-probe-link", run=run)


def forget() -> None:
    """The next run of this page has had no probe."""
    st.session_state.pop(_RUN, None)


def _watch(wb: Workbench, run: str) -> None:
    job = wb.runs.job(run)
    if job is None or job.done:
        st.rerun()
    else:
        progress = job.progress()
        finished = progress.done + progress.failed
        share = min(1.0, finished / max(progress.planned, 1))
        st.progress(share, text=plain(f"Probe: {finished:,} of {progress.planned:,} answers"))
        stopping.offer(wb, run)


def _help(plan: RunPlan, rows: int) -> str:
    judged = " and has them judged" if plan.judges else ""
    return (
        f"Asks for {counted(len(plan.arms) * rows, 'answer')} for real{judged}, as a run of its own. The answers are "
        "kept: the run itself replays them and does not pay for them again."
    )
