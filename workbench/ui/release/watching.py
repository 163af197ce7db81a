"""Whether the model behind a release is still what it was: rechecks that were made, and the command for the next."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from workbench.domain.audit import AuditEntry
from workbench.ui.components import places
from workbench.ui.components.run_states import when
from workbench.ui.components.text import plain
from workbench.workspace import Workbench

SHOWN = 5
RECHECKED = "release rechecked"
OUTCOMES: Mapping[str, str] = {
    "same": ":green[:material/check_circle: ✓ as when it was approved]",
    "better": ":green[:material/trending_up: ▲ better than when it was approved]",
    "worse": ":red[:material/trending_down: ▼ worse than when it was approved]",
    "cannot tell yet": ":orange[:material/help: ? cannot tell yet]",
    "incomplete": ":orange[:material/help: ? answers are missing]",
}


def show(wb: Workbench, prompt: str) -> None:
    """The newest rechecks, each with its run; and how to have one every night."""
    found = [entry for entry in wb.audit.list() if entry.action == RECHECKED and entry.subject.startswith(f"{prompt} ")]
    with st.expander("Watched for drift of the model", expanded=bool(found), icon=":material/monitor_heart:"):
        for number, entry in enumerate(reversed(found[-SHOWN:])):
            _line(entry, number)
        if not found:
            st.markdown("It was not rechecked yet. A provider may change a model under its name.")
        st.markdown(
            "This asks the release everything again that it was approved on, and says whether the answers are still as "
            "good. It costs about as much as its run; every night it fits a cron job:"
        )
        st.code(f"workbench recheck {prompt}", language="bash", wrap_lines=True)


def _line(entry: AuditEntry, number: int) -> None:
    outcome = str(entry.detail.get("outcome", ""))
    with st.container(horizontal=True, vertical_alignment="center", key=f"recheck-{number}"):
        st.markdown(
            f"{when(entry.at)} · {plain(entry.subject)} · {OUTCOMES.get(outcome, plain(outcome))}", width="content"
        )
        run = entry.detail.get("run")
        if run:
            places.link("run", "Look at its run", run=str(run))
