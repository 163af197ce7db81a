"""Approving a version: who may, on what, and what is recorded."""

from __future__ import annotations

import streamlit as st

from workbench.errors import NotAllowedError, WorkbenchError
from workbench.ui import shell
from workbench.ui.components import notices
from workbench.ui.components.run_states import when
from workbench.ui.components.text import html_text, plain
from workbench.workspace import Workbench
from workbench.workspace.releases.states import VersionState


def show_approval(wb: Workbench, chosen: VersionState, run: str | None) -> None:
    """The approval that was given, or the form that gives one; a refusal in words."""
    st.subheader("Approval")
    if chosen.release is not None and chosen.stage in {"approved", "exported"}:
        _given(chosen)
        return
    if chosen.request is not None:
        st.info(f"This version: {plain(chosen.request.words)}.", icon=":material/how_to_vote:")
    try:
        wb.releases.check_approver(chosen.version.label)
    except NotAllowedError as error:
        st.warning(plain(str(error)), icon=":material/lock:")
        return
    if chosen.version.author == wb.context.actor.name:
        st.info(
            "You wrote this version. The project names no approvers, so you may approve it yourself; "
            "the release will say that it was self-approved.",
            icon=":material/person_alert:",
        )
    _form(wb, chosen, run)


def _given(chosen: VersionState) -> None:
    release = chosen.release
    if release is None:
        return
    by = f"by {plain(release.approver)} on {when(release.created_at)}"
    st.success(f"Approved as **{release.version}** {by}.", icon=":material/verified:")
    if release.self_approved:
        st.caption("Self-approved: author and approver are the same person.")
    if release.evidence.run is None:
        st.caption("Approved without a run as evidence.")
    if release.note:
        st.html(html_text(release.note))


def _form(wb: Workbench, chosen: VersionState, run: str | None) -> None:
    label = chosen.version.label
    with st.form(f"approve-{label}", border=False):
        note = st.text_area(
            "Note" if run else "Why without a run",
            placeholder="What you looked at, and why it is good enough" if run else "Why it needs no evidence",
            key=f"note-{label}",
        )
        if run is None:
            st.caption("There is no run: the release will say that it rests on no evidence, and why.")
        override = st.text_input(
            "Why, if the gate does not pass",
            key=f"override-{label}",
            help="Recorded, and visible in the exported files.",
        )
        approve = st.form_submit_button(
            f"Approve {plain(label)}", type="primary", icon=":material/verified:", shortcut="Ctrl+Enter"
        )
    if not approve:
        return
    try:
        why = note.strip()
        if run is None:
            release = wb.releases.approve(label, without_run=why)
        else:
            release = wb.releases.approve(label, run=run, note=why, override=override)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    said = f"Approved as {release.version}." if release else "Signed. Others have to approve it too."
    notices.tell(f"{said} It is in the audit log.", icon=":material/verified:")
    st.rerun()
