"""What changed between the baseline and the arm that is looked at."""

from __future__ import annotations

import streamlit as st

from workbench.text.line_diff import lines
from workbench.ui import state
from workbench.ui.compare.choices import Choice
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench


def show(wb: Workbench, choice: Choice) -> None:
    """Settings that differ in a table, texts of the prompt line by line. Nothing that is alike."""
    before, after = choice.names[choice.comparison.baseline], choice.names[choice.arm]
    changes = state.kept(wb, choice.comparison, wb.comparisons.changes, choice.arm)
    if not changes:
        st.caption(_why_none(choice))
        return
    settings = [change for change in changes if not change.is_text]
    if settings:
        show_table(
            [{"What": change.what, before: change.before, after: change.after} for change in settings],
            alt=f"Settings in which {before} and {after} differ",
            stacked="changes",
        )
    for change in changes:
        if change.is_text:
            st.caption(plain(change.what))
            with st.container(border=True):
                st.html(lines(change.before, change.after))


def _why_none(choice: Choice) -> str:
    if choice.comparison.run.imported_from is not None:
        return "The tool that this run comes from did not say in what its arms differ."
    return "Nothing: both arms are asked the same way. What differs between them is chance."
