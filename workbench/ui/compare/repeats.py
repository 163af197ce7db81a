"""What asking every question several times shows, and the examples to read because of it."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.compare.choices import Choice
from workbench.ui.components import address
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.comparison import charts
from workbench.workspace.comparison.repeats import Repeats, repeats


def show(wb: Workbench, choice: Choice) -> None:
    """How often examples pass, and how many do not always; nothing where each question was asked once."""
    found = [one for one in state.kept(wb, choice.comparison, repeats, choice.metric) if one.examples]
    if not found:
        return
    st.subheader("Repeats", anchor=False)
    flaky = sum(one.flaky for one in found)
    if not flaky:
        st.markdown(":material/equal: Every example was scored alike each time it was asked.")
        return
    names = choice.names
    told = " · ".join(f"{names[one.arm]}: {one.flaky:,} of {one.examples:,}" for one in found)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Flaky examples**, not scored alike each time: {plain(told)}. These are the ones to read.")
        st.button(
            "List them",
            key="list-flaky",
            icon=":material/list:",
            on_click=address.turn_to,
            kwargs={"show": "flaky", "example": None, "part": None},
        )
    if any(one.passed for one in found):
        st.altair_chart(charts.repeats_chart(choice.comparison, found), alt=f"How often an example passes. {told}")
        show_table([_row(names[one.arm], one) for one in found], alt="How often examples pass, by arm")


def _row(name: str, one: Repeats) -> dict[str, str]:
    always = max(one.passed, default=0)
    return {
        "Arm": name,
        "Always pass": f"{one.passed.get(always, 0):,}",
        "Sometimes": f"{sum(count for times, count in one.passed.items() if 0 < times < always):,}",
        "Never": f"{one.passed.get(0, 0):,}",
    }
