"""Buttons that go on with a run."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.run import stopping
from workbench.workspace import Workbench
from workbench.workspace.runs.runs import RunLine


def offer(wb: Workbench, line: RunLine, *, go_on: bool = True, prominent: bool = False) -> None:
    """Ask for what is missing, and again for what failed, where there is such.

    `go_on` False leaves the first out, where something is to be chosen for it; `prominent` makes it stand out.
    """
    if line.info.imported_from is not None:  # only the tool that it comes from can ask again
        return
    run, failed = line.info.id, line.summary.failed
    # What failed before a provider's failures stopped the run did so for the same reason.
    again = line.summary.stopped_by == "provider"
    kind: Literal["primary", "secondary"] = "primary" if prominent else "secondary"
    may = for_role(wb, "engineer", "resume a run")
    go_on = go_on and line.status != "done"
    if go_on and st.button(go_on_label(line), type=kind, icon=":material/play_arrow:", key=f"go-on-{run}", **may):
        resume(wb, run, retry_failed=again)
    if line.status == "done" and line.summary.settled_at is not None:
        rest = f"Ask the rest: {missing(line):,}"
        if st.button(rest, icon=":material/playlist_add:", key=f"all-{run}", **may):
            resume(wb, run, ask_all=True)
    ask_again = f"Ask {failed:,} failed again"
    if failed and not again and st.button(ask_again, icon=":material/replay:", key=f"retry-{run}", **may):
        resume(wb, run, retry_failed=True)


def go_on_label(line: RunLine) -> str:
    """What going on would ask."""
    summary = line.summary
    to_ask = missing(line) + (summary.failed if summary.stopped_by == "provider" else 0)
    if to_ask:
        return f"Go on: {to_ask:,} to ask"
    return "Go on: ask the judges" if line.info.judges else "Go on"


def missing(line: RunLine) -> int:
    """Answers that were not asked for yet."""
    return line.summary.planned - line.summary.done - line.summary.failed


def resume(
    wb: Workbench,
    run: str,
    *,
    retry_failed: bool = False,
    ask_all: bool = False,
    max_cost_usd: float | None = None,
) -> None:
    """Carry out what the run lacks, and show how it goes on. An error is shown where it happened."""
    try:
        wb.runs.resume(run, retry_failed=retry_failed, ask_all=ask_all, max_cost_usd=max_cost_usd)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    stopping.forget()
    address.only(run=run)
    st.rerun()
