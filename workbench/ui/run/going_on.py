"""A run while it goes on: how far it is, what it cost so far, how each model fares, and a way to stop it."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import duration, money
from workbench.ui import shell
from workbench.ui.components.text import plain
from workbench.ui.run import lanes, stopping
from workbench.workspace import Workbench
from workbench.workspace.runs.progress import Progress
from workbench.workspace.spending.budget import Standing

POLL_S = 0.7


def show(wb: Workbench, run: str) -> None:
    """Follow a run until it ends, whichever process carries it out; then draw the page anew."""
    st.fragment(_follow, run_every=POLL_S, key="run-going-on")(wb, run)


def _follow(wb: Workbench, run: str) -> None:
    with shell.errors_shown():
        job = wb.runs.job(run)
        if job is not None and not job.done:
            _draw(wb, job.progress())
        elif wb.runs.status(run) == "running":
            _draw_stored(wb, run)
        else:
            st.rerun()


def _draw(wb: Workbench, progress: Progress) -> None:
    _bar(progress.done + progress.failed, progress.planned, _facts(progress))
    stopping.offer(wb, progress.run)
    if progress.budget is not None:
        for alert in progress.budget.alerts().values():
            st.warning(plain(alert), icon=":material/payments:")
        st.caption(plain(_money(progress.budget)))
    for lane in progress.lanes:
        lanes.show(wb, progress.run, lane)
    if progress.unjudged and progress.done + progress.failed >= progress.planned:
        st.caption(f"All answers are in; {progress.unjudged:,} verdicts of judges are awaited.")


def _facts(progress: Progress) -> list[str]:
    if not progress.done + progress.failed:
        return ["starting"]
    facts = [f"{progress.failed:,} failed"] if progress.failed else []
    cap = None if progress.budget is None else progress.budget.caps.run_usd
    if progress.budget is None or cap is None:
        facts.append(f"cost so far {money(progress.cost_usd)}")
    else:
        facts.append(f"{money(progress.budget.run_usd)} of {money(cap)}")
    if progress.left_s is not None:
        facts.append(f"{duration(1000 * progress.left_s)} left")
    if progress.cached:
        facts.append(f"{progress.cached:,} replayed")
    return facts


def _money(standing: Standing) -> str:
    """What the amounts mean, and the month's beside the run's."""
    text = "Money for calls under way is set aside, and counts until they are answered."
    if standing.caps.month_usd is None:
        return text
    return f"This month: {money(standing.month_usd)} of {money(standing.caps.month_usd)}. {text}"


def _draw_stored(wb: Workbench, run: str) -> None:
    """Another process carries it out: what is stored is what is known."""
    summary = wb.runs.summary(run)
    facts = [f"{summary.failed:,} failed"] if summary.failed else []
    facts.append(f"cost so far {wb.spending.of_run(run).text}")
    facts += [f"{summary.cached:,} replayed"] if summary.cached else []
    _bar(summary.done + summary.failed, summary.planned, facts)
    stopping.offer(wb, run)
    st.caption("Another process carries this run out, such as a notebook or the command line.")


def _bar(finished: int, planned: int, facts: list[str]) -> None:
    text = " · ".join([f"{finished:,} of {planned:,}", *facts])
    st.progress(min(1.0, finished / max(planned, 1)), text=f"**{plain(text)}**")
