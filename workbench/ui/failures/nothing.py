"""What to do while there is nothing to see."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import counted
from workbench.ui.components import places
from workbench.workspace.failures.analysis import FailureAnalysis


def no_run() -> None:
    """No run has an answer yet."""
    st.info(
        "Run a prompt on a golden set, and review its answers: what reviewers note of those that fail is sorted here.",
        title="There are no answers to look at yet",
        icon=":material/rule:",
    )
    places.link("run", "Start a run")


def no_notes(found: FailureAnalysis) -> None:
    """Nobody said that anything is wrong."""
    reviewed = len(found.material.reviewed)
    if reviewed:
        st.success(
            f"{counted(reviewed, 'answer')} of this run {'was' if reviewed == 1 else 'were'} reviewed, and none failed.",
            title="Nothing is wrong so far",
            icon=":material/check:",
        )
    else:
        st.info(
            "Read 50 answers or more. Pass or fail each, and note the first thing that is wrong with those that fail. "
            "The notes then become a short list of failure modes here, with how often each is seen.",
            title="Nobody has reviewed these answers yet",
            icon=":material/rule:",
        )
    places.link("review", "Review answers", run=found.runs[0])
