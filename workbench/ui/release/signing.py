"""The forms of an approver: approve, or send back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from workbench.domain.release import Release
from workbench.errors import InputError, WorkbenchError
from workbench.ui import shell
from workbench.ui.components import notices
from workbench.ui.components.text import plain
from workbench.ui.release.material import Basis
from workbench.workspace import Workbench
from workbench.workspace.releases.states import VersionState


def approve(wb: Workbench, chosen: VersionState, basis: Basis, gate: Mapping[str, Any] | None) -> None:
    """The form; it asks for a reason where one is due: no run, a version of one's own, a gate not passed or changed."""
    label = chosen.version.label
    own = chosen.version.author == wb.context.actor.name
    changed = _unexplained(wb, basis, gate)
    with st.form(f"approve-{label}"):
        if basis.run is None:
            asked, example = "Why without a run", "Why it needs no evidence; the release will say so"
        else:
            asked = "Note: why you approve a version of your own" if own else "Note"
            example = "What you looked at, and why it is good enough"
        note = st.text_area(asked, placeholder=example, key=f"note-{label}")
        override = why = ""
        if gate is not None and gate["verdict"] != "pass":
            override = st.text_input(
                "Why approve although the gate does not pass",
                key=f"override-{label}",
                help="It stays visible: in the release, in the audit log and in the exported files.",
            )
        if changed:
            why = st.text_input("Why the gate was changed after the run had begun", key=f"changed-{label}")
        pressed = st.form_submit_button(f"Approve {plain(label)}", type="primary", icon=":material/verified:")
    if not pressed:
        return
    try:
        if own and basis.run is not None and not note.strip():
            raise InputError(f"You wrote {label} yourself.", hint="Say in a sentence why you approve it all the same.")
        if changed and why.strip():
            wb.gates.check(label, gate=changed, run=None if basis.run is None else basis.run.id, reason=why)
        release = _sign(wb, label, basis, note.strip(), override)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    said = f"Approved as {release.version}." if release else "Signed. Others have to approve it too."
    notices.tell(f"{said} It is in the audit log.", icon=":material/verified:")
    st.rerun()


def send_back(wb: Workbench, label: str) -> None:
    """The form that sends a version back to who asked."""
    with st.form(f"reject-{label}"):
        reason = st.text_area(
            "What is missing", key=f"reason-{label}", placeholder="What should change before it is approved"
        )
        pressed = st.form_submit_button("Send back", icon=":material/assignment_return:")
    if not pressed:
        return
    try:
        wb.releases.reject(label, reason=reason)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    notices.tell(f"{plain(label)} was sent back.", icon=":material/assignment_return:")
    st.rerun()


def _sign(wb: Workbench, label: str, basis: Basis, note: str, override: str) -> Release | None:
    if basis.run is None:
        return wb.releases.approve(label, without_run=note)
    return wb.releases.approve(label, run=basis.run.id, gate=basis.gate, note=note, override=override)


def _unexplained(wb: Workbench, basis: Basis, gate: Mapping[str, Any] | None) -> str:
    """The gate, where it was changed after the run had begun and nobody said why yet; else nothing."""
    if basis.run is None or gate is None:
        return ""
    version = next((one for one in wb.gates.list() if one.name == gate["gate"]), None)
    if version is None or version.number == 1 or version.reason or not version.after(basis.run.created_at):
        return ""
    return version.name
