"""What was released, and who did what in the project."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from workbench.ui.components.run_states import when
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.releases.states import VersionState

ENTRIES_SHOWN = 200


def show_history(wb: Workbench, states: Sequence[VersionState]) -> None:
    """Releases of the prompt, and the project's audit log with the check that it is whole."""
    releases, audit = st.tabs(["Releases", "Audit log"], key="history", on_change="rerun")
    if releases.open:
        with releases:
            _releases(states)
    if audit.open:
        with audit:
            _audit(wb)


def _releases(states: Sequence[VersionState]) -> None:
    rows = [
        {
            "Release": state.release.version,
            "Version": state.version.label,
            "Approved by": state.release.approver + (" (own version)" if state.release.self_approved else ""),
            "When": when(state.release.created_at),
            "Evidence": f"run {state.release.evidence.run}" if state.release.evidence.run else "none",
            "Note": state.release.note or "–",
            "Exported to": ", ".join(dict.fromkeys(export.directory for export in state.exports)) or "–",
        }
        for state in states
        if state.release is not None
    ]
    if rows:
        show_table(rows, alt="Releases of the prompt, newest first")
    else:
        st.caption("Nothing of this prompt was approved yet.")


def _audit(wb: Workbench) -> None:
    problems = wb.audit.verify()
    entries = wb.audit.list(ENTRIES_SHOWN)
    if problems:
        st.error(plain(" ".join(problems)), title="The log was changed.", icon=":material/gpp_bad:")
    else:
        count = entries[-1].number if entries else 0
        st.success(f"The log is intact: {count:,} entries, each sealed by the next.", icon=":material/verified_user:")
    rows = [
        {
            "No.": entry.number,
            "When": when(entry.at),
            "Who": entry.actor,
            "What": entry.action,
            "About": entry.subject,
            "Details": json.dumps(entry.detail, ensure_ascii=False),
        }
        for entry in reversed(entries)
    ]
    st.dataframe(rows, hide_index=True, alt="Audit log, newest entry first")
    if len(rows) == ENTRIES_SHOWN:
        st.caption(f"The newest {ENTRIES_SHOWN}. All of them: `workbench audit list`.")
