"""What the page says while there is nothing to compare."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import places


def no_run() -> None:
    """No run was started yet."""
    st.info(
        "Run two prompt versions, or one on two models, over a golden set. What they say then stands here.",
        title="There is no run yet",
        icon=":material/compare_arrows:",
    )
    places.link("run", "Start a run")


def no_scores(run: str) -> None:
    """The run has no scored answer yet."""
    st.info(
        "It may still be going on, or every answer failed. The page of the run says which.",
        title="This run has no scores yet",
        icon=":material/hourglass_empty:",
    )
    places.link("run", "Look at the run", run=run)
