"""What the page says while there is nothing to set a judge against."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import counted
from workbench.ui.components import places
from workbench.ui.components.text import plain
from workbench.workspace.judges.calibration import STEP, Calibration


def no_run() -> None:
    """No answer is there yet."""
    st.info(
        "A judge is trusted by how often people say the same. Run a prompt with a judge, then review some of its answers.",
        title="There is no answer yet to judge",
        icon=":material/gavel:",
    )
    places.link("run", "Start a run")


def no_verdicts(run: str) -> None:
    """Nothing has scored the answers of this run."""
    st.info(
        "Choose a judge on the page of the run, or have one judge the stored answers: "
        f"`workbench score {plain(run)} --judge groundedness`.",
        title="No judge has looked at these answers yet",
        icon=":material/gavel:",
    )
    places.link("run", "Start a run with a judge")


def still_blind(run: str, items: int) -> None:
    """The reviewer's own items come before what a judge says of answers."""
    st.info(
        f"You still have {counted(items, 'item')} to judge blind in this run. What the judge says of single answers, and the "
        "pass rates of arms, are shown when you are done, so that they do not sway you.",
        title="Judge first, look afterwards",
        icon=":material/visibility_off:",
    )
    places.link("review", "Go on reviewing", run=run)


def no_labels(found: Calibration) -> None:
    """The judge has spoken, but people have not."""
    st.info(
        f"{counted(len(found.answers), 'verdict')} of {plain(found.about.label)} wait to be set against people's. "
        f"Review about {STEP} answers, good and bad ones: then it shows how far the judge can be trusted.",
        title="Nobody has judged these answers yet",
        icon=":material/rate_review:",
    )
