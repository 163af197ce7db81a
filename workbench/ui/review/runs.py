"""The runs that have answers to review, as a list to choose from."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import address, places
from workbench.ui.components.run_choice import runs_offered
from workbench.ui.components.run_states import when
from workbench.workspace import Workbench


def pick_run(wb: Workbench) -> str | None:
    """The run of the address, else the newest; None, with the way out, while no run has an answer.

    Its name says nothing of prompts and models: reviewers read it.
    """
    lines = runs_offered(wb, answered=True)
    if not lines:
        st.info(
            "There are no answers to review yet. Run a prompt on a golden set first.", icon=":material/rate_review:"
        )
        places.link("run", "Start a run")
        return None

    def label(run: str) -> str:
        line = lines[run]
        return f"{when(line.info.created_at)} · {line.info.dataset} · {line.summary.done:,} answers"

    return address.pick("Answers from", list(lines), "run", format_func=label)
