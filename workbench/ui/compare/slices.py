"""The comparison within parts of the golden set."""

from __future__ import annotations

import streamlit as st

from workbench.domain.score import MetricInfo
from workbench.stats.numbers import UNKNOWN
from workbench.ui import state
from workbench.ui.compare import words
from workbench.ui.compare.choices import Choice
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.comparison.examples import Slice


def show(wb: Workbench, choice: Choice) -> None:
    """The mean of every arm for every tag, with how many examples stand behind it."""
    slices = state.kept(wb, choice.comparison, wb.comparisons.slices, choice.metric, choice.arm)
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
                **({} if part.difference is None else _difference(part, info)),
            }
            for part in slices
        ],
        hide_index=True,
        alt=f"{info.title} of every arm by tag",
    )
    worth = [part.tag for part in slices if part.worth_a_look]
    if worth:
        st.markdown(f":material/visibility: Worth a look, because the arms differ there: {plain(', '.join(worth))}.")
    st.caption(
        "Small slices say little: look at n, and at the range in brackets, before acting on one. Worth a look: differs by "
        "more than looking at so many slices finds by chance (Benjamini-Hochberg); never a reason to release."
    )


def _difference(part: Slice, info: MetricInfo) -> dict[str, str]:
    """How the arm differs from the baseline within a slice, and whether that is worth a look."""
    result = part.difference
    if result is None or result.difference is None:
        return {"Difference": UNKNOWN, "Worth a look": ""}
    size = words.difference(result.difference, info)
    if result.low is not None and result.high is not None:
        size += f" ({words.difference(result.low, info)} to {words.difference(result.high, info)})"
    return {"Difference": size, "Worth a look": "◉ yes" if part.worth_a_look else ""}
