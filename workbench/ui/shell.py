"""What stands around every page: the sidebar's foot, and errors in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from workbench.errors import AuthenticationError, WorkbenchError
from workbench.stats.numbers import duration, percent
from workbench.ui.components import places, pressing
from workbench.ui.components.text import plain
from workbench.ui.who import at_the_desk
from workbench.workspace import Workbench

POLL_S = 2.0
SIDEBAR_PX = 220
"""As wide as the names of the pages need, so that a tablet's width is left to the page."""


def style() -> None:
    """The look of every page."""
    st.html(Path(__file__).with_name("shell.css"))


def frame() -> None:
    """Begin a page, with the way from it to every other."""
    pressing.begin()
    with st.sidebar:
        places.links()


def sidebar(wb: Workbench) -> None:
    """Project, who is at the desk, what was spent this month, and runs that go on."""
    month = wb.spending.month()
    with st.sidebar:
        st.caption(f"Project **{plain(wb.name)}**  \nSpent this month **{plain(month.text)}**")
        at_the_desk(wb)
        if month.state != "fine" and month.share is not None:
            st.caption(f":material/warning: {plain(percent(month.share))} of the month's budget is used")
        if wb.runs.running():
            st.fragment(_running, run_every=POLL_S, key="sidebar-runs")(wb)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show the workbench's own errors as a sentence with the way out; others are defects and go to the terminal."""
    try:
        yield
    except WorkbenchError as error:
        show_error(error)


def show_error(error: WorkbenchError) -> None:
    """One error as a sentence with the way out, where it happened; what was pressed can be pressed again."""
    pressing.offer_again()
    hint = error.hint or ""
    if any(isinstance(one, AuthenticationError) and not one.sent for one in (error, error.__cause__)):
        hint = f"{hint} The app reads the environment when it starts, so start it again then.".strip()
    st.error(plain(hint), title=plain(error.message), icon=":material/error:")


def _running(wb: Workbench) -> None:
    jobs = wb.runs.running()
    for job in jobs:
        progress = job.progress()
        share = (progress.done + progress.failed) / max(progress.planned, 1)
        left = "" if progress.left_s is None else f" · {duration(1000 * progress.left_s)} left"
        st.progress(share, text=plain(f"{progress.done + progress.failed:,} of {progress.planned:,}{left}"))
        places.link("run", "Look at the run", run=job.run)
    if not jobs:
        st.rerun()
