"""The comparison within parts of the golden set."""

from __future__ import annotations

import streamlit as st

from workbench.ui.compare import words
from workbench.ui.compare.choices import Choice
from workbench.workspace import Workbench


def show(wb: Workbench, choice: Choice) -> None:
    """The mean of every arm for every tag, with how many examples stand behind it."""
    slices = wb.comparisons.slices(choice.comparison, choice.metric)
    if not slices:
        st.caption("The rows of this golden set have no tags. Give them tags to see where the arms differ.")
        return
    info = choice.comparison.arms[0].metrics[choice.metric].info
    names = choice.names
    st.dataframe(
        [
            {
                "Tag": part.tag,
                "Examples": part.examples,
                **{names[arm]: words.mean(result, info) for arm, result in part.means.items()},
            }
            for part in slices
        ],
        hide_index=True,
        alt=f"{info.title} of every arm by tag",
    )
    st.caption("Small slices say little: look at n, and at the range in brackets, before acting on one.")
