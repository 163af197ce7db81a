"""The approval of a version: asked for, given or refused, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from workbench.domain.release import Release
from workbench.errors import NotAllowedError, WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address, notices, places
from workbench.ui.components.allowed import for_role
from workbench.ui.components.run_states import when
from workbench.ui.components.text import html_text, plain
from workbench.ui.release import signing
from workbench.ui.release.material import Basis
from workbench.workspace import Workbench
from workbench.workspace.releases.requests import Request
from workbench.workspace.releases.states import VersionState


def show_approval(wb: Workbench, chosen: VersionState, basis: Basis, gate: Mapping[str, Any] | None) -> None:
    """Where the approval is, and what this person can do about it; a refusal in words."""
    st.subheader("Approval", anchor=False)
    request, release = chosen.request, chosen.release
    if release is not None and chosen.stage in {"approved", "exported"}:
        _given(release)
        _onward(release)
        return
    if chosen.stage == "lapsed" and release is not None and request is not None:
        _fell(chosen, release, request)
    elif chosen.stage == "rejected" and request is not None:
        back = request.steps[-1]
        st.error(
            plain(back.note),
            title=f"Sent back by {plain(back.by)}, {when(back.at)}",
            icon=":material/assignment_return:",
        )
    if chosen.stage == "requested" and request is not None:
        _waits(wb, request)
    else:
        _ask(wb, chosen, basis)
    _decide(wb, chosen, basis, gate)


def _given(release: Release) -> None:
    by = ", ".join(plain(signed.by) for signed in release.approvals) or plain(release.approver)
    st.success(
        f"Approved as **{plain(release.version)}** by {by} on {when(release.created_at)}.", icon=":material/verified:"
    )
    if release.self_approved:
        st.warning("Self-approved: author and approver are the same person.", icon=":material/person_alert:")
    if release.evidence.run is None:
        st.warning("Approved without a run as evidence.", icon=":material/help:")
    for signed in release.approvals:
        for words, text in (
            ("", signed.note),
            ("The gate did not pass; approved all the same: ", signed.override),
            ("Without a run: ", signed.without_run),
        ):
            if text:
                st.html(html_text(f"{signed.by}: {words}{text}"))


def _onward(release: Release) -> None:
    """Where an approved release goes from here."""
    with st.container(horizontal=True):
        for label, icon, view in (
            ("Export it", ":material/drive_file_move:", "files"),
            ("Promote it", ":material/arrow_forward:", "environments"),
        ):
            about = {"view": view, **({"release": release.version} if view == "files" else {})}
            st.button(label, icon=icon, key=f"onward-{view}", on_click=address.turn_to, kwargs=about)


def _fell(chosen: VersionState, release: Release, request: Request) -> None:
    reasons = "; ".join(request.lapses)
    st.warning(
        f"{plain(reasons[:1].upper() + reasons[1:])}. It is not exported or promoted any more. "
        "Run the version again as things are now, and have that approved: it gets a new number.",
        title=f"The approval of {plain(release.version)} lapsed",
        icon=":material/gpp_maybe:",
    )
    again = {"prompt": chosen.version.label}
    if release.evidence.dataset is not None:
        again["dataset"] = release.evidence.dataset.partition("@")[0]
    places.link("run", f"Run {plain(chosen.version.label)} again", **again)


def _waits(wb: Workbench, request: Request) -> None:
    """Who asked, who signed, and whose yes is still lacking."""
    asked, signed = request.asked, request.signed
    if asked is not None:
        st.info(
            plain(asked.note), title=f"Asked for by {plain(asked.by)}, {when(asked.at)}", icon=":material/how_to_vote:"
        )
    else:
        st.info("Nobody asked for it; somebody signed.", icon=":material/how_to_vote:")
    for one in signed:
        note = f": {plain(one.note)}" if one.note else ""
        st.markdown(f":material/check: **{plain(one.by)}** signed, {when(one.at)}{note}")
    lacking = request.wanted - len(signed)
    may = set(wb.context.settings.people.approvers) - {one.by for one in signed} - {request.version.author}
    of = f", from {plain(', '.join(sorted(may)))}" if may else ""
    st.markdown(f":material/pending: Still lacking: **{lacking} of {request.wanted}** sign-offs{of}")
    if asked is not None and asked.by == wb.context.actor.name:
        _withdraw(wb, request)


def _withdraw(wb: Workbench, request: Request) -> None:
    """The way back for who asked."""
    label = request.version.label
    if request.signed:
        st.caption("When you withdraw the request, the signatures that it has count no more.")
    may = for_role(wb, "engineer", "withdraw a request for approval")
    if not st.button("Withdraw the request", icon=":material/undo:", key=f"withdraw-{label}", **may):
        return
    try:
        wb.releases.withdraw(label)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    notices.tell(f"{plain(label)} does not wait for an approval any more.", icon=":material/undo:")
    st.rerun()


def _ask(wb: Workbench, chosen: VersionState, basis: Basis) -> None:
    """The form that asks for the approval."""
    label = chosen.version.label
    with st.form(f"ask-{label}"):
        changelog = st.text_area(
            "What changed, and why",
            value=chosen.version.changelog,
            key=f"changelog-{label}",
            help="Whoever approves reads this first. It becomes the message of the commit.",
        )
        may = for_role(wb, "engineer", "ask for an approval")
        ask = st.form_submit_button("Ask for approval", icon=":material/how_to_vote:", **may)
    if not ask:
        return
    try:
        run = None if basis.run is None else basis.run.id
        wb.releases.request(label, changelog=changelog, run=run, gate=basis.gate)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    notices.tell(f"{plain(label)} waits for its approval.", icon=":material/how_to_vote:")
    st.rerun()


def _decide(wb: Workbench, chosen: VersionState, basis: Basis, gate: Mapping[str, Any] | None) -> None:
    """What an approver can do; for others, who can."""
    try:
        wb.releases.check_approver(chosen.version.label)
    except NotAllowedError as error:
        st.warning(f"{plain(error.message)} {plain(error.hint or '')}", icon=":material/lock:")
        return
    if chosen.version.author == wb.context.actor.name:
        st.info(
            "You wrote this version. The project names no approvers, so you may approve it yourself; "
            "the release will say that it was self-approved.",
            icon=":material/person_alert:",
        )
    signing.approve(wb, chosen, basis, gate)
    if chosen.stage == "requested":
        signing.send_back(wb, chosen.version.label)
