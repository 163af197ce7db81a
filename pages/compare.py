"""Compare: what a run says, verdict first."""

import streamlit as st

from workbench.ui import state
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
from workbench.ui.components import stale_scores

wb = state.workbench()
st.title("Compare", anchor=False)
run = choices.pick_run(wb)
if run is None:
    nothing.no_run()
    st.stop()

top = st.container()
choice = choices.pick(wb, run)
if choice is None:
    if not in_pairs.show(wb, run):
        nothing.no_scores(run)
    st.stop()
with top:
    verdict.show(choice)
    certainty.show(choice)
    integrity.show(wb, choice)
    stale_scores.show(wb, choice.comparison)
    causes.show(choice)
    onward.show(wb, choice)

arms.show(choice)
figures.show(choice)
attacks.show(wb, choice)
in_pairs.show(wb, run)

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
