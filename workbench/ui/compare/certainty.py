"""How far the finding can be trusted, and what would make it surer: said below it, with the buttons for it."""

from __future__ import annotations

import streamlit as st

from workbench.ui.compare.choices import Choice
from workbench.ui.components import places
from workbench.ui.components.text import plain
from workbench.workspace.comparison.cautions import cautions, pair_cautions
from workbench.workspace.runs.confirming import winner


def show(choice: Choice) -> None:
    """What holds for all arms, what holds for the one looked at, and the ways on."""
    comparison, metric = choice.comparison, choice.metric
    pair = comparison.pair(choice.arm, metric)
    said = cautions(comparison, metric, choice.names)
    if pair is not None:
        said += pair_cautions(pair, comparison.info(metric), choice.names)
    if said:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in said))
    run = comparison.run
    needs_rows = pair is not None and pair.result.needed_examples is not None and run.imported_from is None
    in_doubt = winner(comparison, metric) is not None and run.imported_from is None
    if not (needs_rows or in_doubt):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if in_doubt:
            _confirm(choice)
        if needs_rows:
            places.link("datasets", "Add examples", dataset=run.dataset)


def _confirm(choice: Choice) -> None:
    comparison = choice.comparison
    told = comparison.confirmations.get(choice.metric)
    if told is not None:
        places.link("compare", "Look at the fresh run", run=told.run)
        return
    asked = st.button(
        "Confirm in a fresh run",
        icon=":material/verified:",
        key="confirm",
        help="A run of the winner and the baseline over the same rows, in which nothing is replayed. It is estimated "
        "before it starts.",
    )
    if asked:
        places.go("run", confirm=comparison.run.id, baseline=comparison.baseline, score=choice.metric)
