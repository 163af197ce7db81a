"""How much of the run stands behind the figures, in one line; each number leads to the examples that it counts."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.compare.choices import Choice
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.comparison.integrity import Fact


def show(wb: Workbench, choice: Choice) -> None:
    """Planned, done, failed, unscored, scored by an older version, replayed, stopped."""
    facts = state.kept(wb, choice.comparison, wb.comparisons.integrity, choice.metric)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="integrity"):
        st.html("<style>.st-key-integrity{row-gap:0}</style>")
        st.caption(plain(" · ".join(fact.text for fact in facts if fact.mark is None)), width="content")
        for fact in facts:
            if fact.mark is not None:
                _link(choice, fact)


def _link(choice: Choice, fact: Fact) -> None:
    """Lists the examples below. An arm that is not looked at becomes the one that is, unless it is the baseline."""
    arm = {} if fact.arm in {None, choice.comparison.baseline} else {"arm": fact.arm}
    st.button(
        plain(fact.text),
        key=f"count-{fact.mark}-{fact.arm or 'all'}",
        type="tertiary",
        icon=":material/list:",
        help="List these examples, under Examples below.",
        on_click=address.turn_to,
        kwargs={"show": fact.mark, "example": None, "part": None, **arm},
    )
