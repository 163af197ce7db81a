"""What was released of a prompt, and who did what, with the check that the log is whole."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from workbench.domain.audit import AuditEntry
from workbench.ui import state
from workbench.ui.components import address
from workbench.ui.components.release_words import approved_by
from workbench.ui.components.run_states import when
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.releases.states import VersionState

ENTRIES_SHOWN = 200


def show(wb: Workbench, prompt: str) -> None:
    """Releases of the prompt, then the audit log, of the prompt alone unless all of it is wanted."""
    st.subheader("Releases", anchor=False)
    _releases(state.release_states(wb, prompt))
    st.subheader("Audit log", anchor=False)
    _audit(wb, prompt)


def _releases(states: Sequence[VersionState]) -> None:
    rows = [
        {
            "Release": one.release.version,
            "Version": one.version.label,
            "Approved by": approved_by(one.release),
            "When": when(one.release.created_at),
            "Evidence": f"run {one.release.evidence.run}" if one.release.evidence.run else "none",
            "Note": one.release.note or "–",
            "Exported to": ", ".join(dict.fromkeys(export.directory for export in one.exports)) or "–",
        }
        for one in states
        if one.release is not None
    ]
    if rows:
        show_table(rows, alt="Releases of the prompt, newest first", stacked="releases")
    else:
        st.caption("Nothing of this prompt was approved yet.")


def about(entry: AuditEntry, prompt: str) -> bool:
    """Whether an entry is about the prompt, one of its versions or one of its releases."""
    return entry.subject == prompt or entry.subject.startswith((f"{prompt}@", f"{prompt} "))


def _audit(wb: Workbench, prompt: str) -> None:
    problems = wb.audit.verify()
    entries = wb.audit.list()
    if problems:
        st.error(plain(" ".join(problems)), title="The log was changed.", icon=":material/gpp_bad:")
    else:
        st.success(f"Chain intact: {len(entries):,} entries, each sealed by the next.", icon=":material/verified_user:")
    everything = address.toggle("Everything in the project, not only this prompt", "all", default=False)
    found = entries if everything else [entry for entry in entries if about(entry, prompt)]
    rows = [
        {
            "No.": entry.number,
            "When": when(entry.at),
            "Who": entry.actor,
            "What": entry.action,
            "About": entry.subject,
            "Details": json.dumps(entry.detail, ensure_ascii=False),
        }
        for entry in reversed(found[-ENTRIES_SHOWN:])
    ]
    if not rows:
        st.caption("The log says nothing about this prompt yet.")
        return
    st.dataframe(rows, hide_index=True, alt="Audit log, newest entry first")
    if len(found) > ENTRIES_SHOWN:
        st.caption(f"The newest {ENTRIES_SHOWN} of {len(found):,}. All of them: `workbench audit list`.")
