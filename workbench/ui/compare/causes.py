"""What a difference is due to, prompt or retrieval, and how to find it out where it is both."""

from __future__ import annotations

import streamlit as st

from workbench.ui.compare.choices import Choice
from workbench.ui.components import places
from workbench.ui.components.text import plain
from workbench.workspace.runs.telling_apart import TITLES, Held, why_not

ICONS: dict[Held, str] = {"chunks": ":material/edit_note:", "prompt": ":material/menu_book:"}
HELP: dict[Held, str] = {
    "chunks": "A run of the baseline as it was, and of the other prompt shown the baseline's sources. It is estimated "
    "before it starts.",
    "prompt": "A run of the baseline as it was, and of its prompt shown the other arm's sources. It is estimated before "
    "it starts.",
}


def show(choice: Choice) -> None:
    """What was held still, in a sentence, and a button for each way of holding something still."""
    difference = choice.comparison.differences.get(choice.arm)
    if difference is None or not difference.sentence:
        return
    st.markdown(f":material/rule: {plain(difference.sentence)}")
    with st.container(horizontal=True):
        for held, title in TITLES.items():
            reason = why_not(difference, held)
            pressed = st.button(
                title, key=f"hold-{held}", icon=ICONS[held], disabled=bool(reason), help=reason or HELP[held]
            )
            if pressed:
                run = choice.comparison.run.id
                places.go("run", hold=held, of=run, baseline=choice.comparison.baseline, arm=choice.arm)
