"""What differs between the columns of the page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.stats.numbers import counted
from workbench.text.line_diff import lines
from workbench.ui.prompts.shown import Shown, differences_wanted
from workbench.workspace.prompts.drafting import DraftFields, changed_parts


def show(shown: Sequence[Shown]) -> None:
    """Each column compared with the first, while the switch is on."""
    if not differences_wanted() or not shown:
        return
    first, *others = shown
    st.subheader("Differences", anchor=False)
    if not others:
        st.markdown("Choose two columns to see what differs between them.")
    for other in others:
        st.markdown(f"From **{first.label}** to **{other.label}**")
        _show(first.fields, other.fields)


def show_changes(title: str, before: DraftFields, after: DraftFields) -> None:
    """The same for a draft and the version it started from: what saving would change."""
    count = len(changed_parts(before, after))
    if count:
        st.markdown(f":material/difference: **{title}: {counted(count, 'part')}**")
        _show(before, after)


def _show(before: DraftFields, after: DraftFields) -> None:
    changed = changed_parts(before, after)
    if not changed:
        st.markdown(":material/equal: Nothing differs in what a model is asked.")
    for title, old, new in changed:
        st.caption(title)
        with st.container(border=True):
            st.html(lines(old, new))
