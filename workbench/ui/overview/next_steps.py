"""What waits for a person, the most useful first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.ui.components import places
from workbench.ui.components.text import plain
from workbench.workspace.overview import NextStep

STEPS_SHOWN = 6
SUBJECTS = {
    "knowledge": "index",
    "run": "run",
    "compare": "run",
    "review": "run",
    "release": "prompt",
    "prompts": "prompt",
}
"""Under which name each page's address holds what it is about."""


def show(steps: Sequence[NextStep]) -> None:
    """A line and a button for each step."""
    if not steps:
        return
    st.subheader("Next", anchor=False)
    if len(steps) > STEPS_SHOWN:
        st.caption(f"The first {STEPS_SHOWN} of {len(steps)} things that wait.")
    for number, step in enumerate(steps[:STEPS_SHOWN]):
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(plain(step.text), width="content")
            first, icon = number == 0, places.PLACES[step.place].icon
            if st.button(step.action, key=f"step-{number}", type="primary" if first else "secondary", icon=icon):
                name = SUBJECTS.get(step.place)
                about = {name: step.subject} if name and step.subject else {}
                places.go(step.place, **about, **({"view": step.view} if step.view else {}))
