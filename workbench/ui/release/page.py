"""The Release page: how far a prompt has come, and one view for each thing to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from workbench.domain.release import Release
from workbench.ui import state
from workbench.ui.components import address
from workbench.ui.release import compared, environments, gates, history, material, pipeline, repository
from workbench.ui.release.approval import show_approval
from workbench.ui.release.evidence import show_change, show_evidence
from workbench.ui.release.gate import show as show_gate
from workbench.ui.release.versions import choose_version
from workbench.workspace import Workbench
from workbench.workspace.releases.states import VersionState

FINDINGS_WIDTH, ACTIONS_WIDTH = 590, 350
"""Pixels; on a narrow screen the second stands below the first."""
BESIDE = "approval-beside"
"""The place of the approval. It stays in sight: one approves at the end of the evidence, and it then says what came of it."""
VIEWS: Mapping[str, str] = {
    "approve": "Approve",
    "environments": "Environments",
    "files": "Repository",
    "compare": "Compare releases",
    "gates": "Gates",
    "history": "History",
}


def release(wb: Workbench, prompt: str) -> None:
    """The way of a prompt, and the view that the address names."""
    pipeline.show(wb, prompt, state.release_states(wb, prompt))
    view = address.switch("Show", list(VIEWS), "view", format_func=VIEWS.__getitem__)
    _SHOWN[view](wb, prompt)


def _approve(wb: Workbench, prompt: str) -> None:
    """Versions; then of the chosen one the gate, what changed and the evidence, and beside them the approval."""
    chosen = choose_version(state.release_states(wb, prompt))
    released = _before(wb.releases.list(prompt), chosen)
    basis = material.choose_basis(wb, chosen)
    found = material.of_version(wb, chosen, basis)
    result = material.gate_result(chosen, found)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=FINDINGS_WIDTH):
            show_gate(wb, basis.run, result)
            show_change(wb, chosen, released)
            show_evidence(wb, chosen, released, basis.run)
        with st.container(width=ACTIONS_WIDTH, key=BESIDE):
            st.html(f"<style>div:has(> .st-key-{BESIDE}){{position:sticky;top:4rem;align-self:flex-start}}</style>")
            show_approval(wb, chosen, basis, result)


def _before(made: Sequence[Release], chosen: VersionState) -> Release | None:
    """The release that the version follows, or would follow: the newest of another version that is older than its own."""
    own = chosen.release
    others = [one for one in made if one.number != chosen.version.number]
    return next((one for one in reversed(others) if own is None or one.created_at < own.created_at), None)


_SHOWN: Mapping[str, Callable[[Workbench, str], None]] = {
    "approve": _approve,
    "environments": environments.show,
    "files": repository.show,
    "compare": compared.show,
    "gates": gates.show,
    "history": history.show,
}
