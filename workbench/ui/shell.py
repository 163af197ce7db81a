"""What stands around every page: the sidebar's foot, and errors in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.workspace import Workbench


def sidebar(wb: Workbench) -> None:
    """Project, who is at the desk, and runs that go on."""
    with st.sidebar:
        st.caption(f"Project **{plain(wb.name)}**  \nYou are **{plain(wb.context.actor.name)}**")
        _running(wb)


@st.fragment(run_every=2.0, key="sidebar-runs")
def _running(wb: Workbench) -> None:
    for job in wb.runs.running():
        progress = job.progress()
        share = (progress.done + progress.failed) / max(progress.planned, 1)
        st.progress(share, text=f"{progress.done} of {progress.planned}")
        st.page_link("pages/run.py", label="Look at the run", icon=":material/play_circle:")


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show the workbench's own errors as a sentence with the way out; others are defects and go to the terminal."""
    try:
        yield
    except WorkbenchError as error:
        st.error(plain(error.hint or ""), title=plain(error.message), icon=":material/error:")


def plain(text: str) -> str:
    """Text that Markdown shows as it is: names and answers come from files and models."""
    return "".join(f"\\{c}" if c in MARKDOWN else c for c in text)


MARKDOWN = set("\\`*_{}[]()#+-.!|<>~$:^=&\"'")
