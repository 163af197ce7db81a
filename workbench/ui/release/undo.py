"""The offer to take the last step back: it works at once, so nobody is asked whether they are sure before it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.environment import EnvironmentStep, pointers
from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components.text import plain
from workbench.workspace import Workbench

_LAST = "release-last-step"


def remember(step: EnvironmentStep) -> None:
    """Note a step that was made here."""
    st.session_state[_LAST] = (step.prompt, step.environment, step.version, step.at)


def offer(wb: Workbench, prompt: str, steps: Sequence[EnvironmentStep]) -> None:
    """Say what the last step did, while it is still the last one, and offer to undo it."""
    last = steps[-1]
    if st.session_state.get(_LAST) != (prompt, last.environment, last.version, last.at):
        return
    earlier = pointers(steps[:-1])[last.environment]
    instead = f" instead of {plain(earlier)}" if earlier is not None else ""
    with st.container(key="undo"):
        st.success(
            f"{last.environment.capitalize()} has **{plain(last.version)}**{instead}, from now on.",
            icon=":material/task_alt:",
        )
        undone = earlier is not None and st.button("Undo", icon=":material/undo:", key="undo-step")
    if undone and earlier is not None:
        _take_back(wb, last, earlier)


def _take_back(wb: Workbench, last: EnvironmentStep, earlier: str) -> None:
    try:
        if last.kind == "rolled back":
            made = wb.releases.promote(
                _reference(wb, last.prompt, earlier), to=last.environment, reason="undid the rollback"
            )
        else:
            made = wb.releases.rollback(last.prompt, environment=last.environment, reason="undid the promotion")
    except WorkbenchError as error:
        shell.show_error(error)
        return
    remember(made)
    st.rerun()


def _reference(wb: Workbench, prompt: str, version: str) -> str:
    found = next(release for release in wb.releases.list(prompt) if release.version == version)
    return f"{prompt}@{found.number}"
