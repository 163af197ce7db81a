"""What a run says, verdict first."""

from __future__ import annotations

import streamlit as st

from workbench.ui.compare import (
    arms,
    attacks,
    causes,
    certainty,
    changes,
    choices,
    details,
    examples,
    figures,
    in_pairs,
    integrity,
    nothing,
    onward,
    repeats,
    side_by_side,
    slices,
    verdict,
)
from workbench.ui.compare.choices import Choice
from workbench.ui.components import stale_scores
from workbench.workspace import Workbench


def compare(wb: Workbench) -> None:
    """The page: a run, the finding, the arms, and everything behind them."""
    run = choices.pick_run(wb)
    if run is None:
        nothing.no_run()
        return
    top = st.container()
    choice = choices.pick(wb, run)
    if choice is None:
        if not in_pairs.show(wb, run):
            nothing.no_scores(run)
        return
    with top:
        _finding(wb, choice)
    arms.show(choice)
    figures.show(choice)
    attacks.show(wb, choice)
    in_pairs.show(wb, run)
    _behind(wb, choice)


def _finding(wb: Workbench, choice: Choice) -> None:
    """The verdict, what it rests on, and where to go from it."""
    verdict.show(choice)
    certainty.show(choice)
    integrity.show(wb, choice)
    stale_scores.show(wb, choice.comparison)
    causes.show(choice)
    onward.show(wb, choice)


def _behind(wb: Workbench, choice: Choice) -> None:
    """The examples, one of them side by side; repeats, tags, and what changed between the arms."""
    st.subheader("Examples", anchor=False)
    chosen = examples.pick(wb, choice)
    if chosen is not None:
        side_by_side.show(wb, choice, chosen)
    repeats.show(wb, choice)
    st.subheader("By tag", anchor=False)
    slices.show(wb, choice)
    if choice.paired:
        st.subheader("What changed", anchor=False)
        changes.show(wb, choice)
    details.show(choice)
