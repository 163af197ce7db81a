"""The versions of a prompt and how far each has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.ui.components import address, places
from workbench.ui.components.run_states import when
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import one_line
from workbench.workspace import Workbench
from workbench.workspace.releases.states import Stage, VersionState

SIGNS: Mapping[Stage, str] = {
    "written": "○ written",
    "run": "◐ run",
    "requested": "◔ waits for approval",
    "rejected": "✕ sent back",
    "approved": "● approved",
    "lapsed": "◌ approval lapsed",
    "exported": "✓ exported",
}
VERSIONS_SHOWN = 8


def choose_prompt(wb: Workbench) -> str | None:
    """The prompt that the page is about; None when there is none yet."""
    names = [version.name for version in wb.prompts.list()]
    if not names:
        st.info("There is no prompt yet. Write one, run it, then approve it here.", icon=":material/rocket_launch:")
        places.link("prompts", "Write a prompt")
        return None
    _follow_version_link()
    return address.pick("Prompt", names, "prompt")


def _follow_version_link() -> None:
    """A link may name a version as `NAME@N`; the address then holds prompt and version."""
    name, at, number = (address.read("prompt") or "").rpartition("@")
    if at and number.isdigit():
        address.write("prompt", name)
        address.write("version", number)


def choose_version(states: Sequence[VersionState]) -> VersionState:
    """All versions in a table, and the one to look at: the newest while none is chosen."""
    rows = [_row(state) for state in states[:VERSIONS_SHOWN]]
    show_table(rows, alt="Versions of the prompt, newest first", stacked="versions")
    by_number = {str(state.version.number): state for state in states}
    chosen = address.pick(
        "Version to look at", list(by_number), "version", format_func=lambda number: _label(by_number[number])
    )
    return by_number[chosen]


def stage(state: VersionState) -> str:
    """How far a version has come, in a sign and words."""
    return f"{SIGNS[state.stage]} as {state.release.version}" if state.release else SIGNS[state.stage]


def _label(state: VersionState) -> str:
    return f"{state.version.label} · {stage(state)}"


def _row(state: VersionState) -> dict[str, str]:
    version = state.version
    return {
        "Version": version.label,
        "State": stage(state),
        "Written by": version.author,
        "When": when(version.created_at),
        "Why": one_line(version.changelog) or "–",
    }
