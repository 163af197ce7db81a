"""A run that holds the sources or the prompt still, as Compare's buttons choose it: what it asks, before it starts."""

from __future__ import annotations

import streamlit as st

from workbench.errors import InputError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.ui.run import before_start
from workbench.workspace import Workbench
from workbench.workspace.runs.telling_apart import TITLES, Held, apart_options


def chosen() -> Held | None:
    """What the address says is held still; None where nothing is."""
    held = address.read("hold")
    return next((known for known in TITLES if known == held), None)


def show(wb: Workbench, held: Held) -> None:
    """What is asked and why, the estimate, and the button that starts it."""
    run, baseline, arm = (address.read(name) or "" for name in ("of", "baseline", "arm"))
    st.subheader(TITLES[held], anchor=False)
    try:
        info = wb.runs.info(run)
        options = apart_options(wb.runs.stored_plan(run), info.id, baseline, arm, held)
    except InputError as error:
        shell.show_error(error)
    else:
        st.markdown(plain(_what(held, info.id, baseline, arm)))
        st.caption("Nothing is searched for: all sources are those that the run stored.")
        before_start.offer(wb, options)
    address.link("Choose another run", icon=":material/tune:", key="choose-freely")


def _what(held: Held, run: str, baseline: str, arm: str) -> str:
    if held == "chunks":
        return (
            f"Asks {baseline} as in run {run}, and the prompt of {arm} with the very same sources. What then differs "
            "is due to the prompt."
        )
    return (
        f"Asks {baseline} as in run {run}, and its prompt once more with the sources that {arm} was shown. What then "
        "differs is due to retrieval."
    )
