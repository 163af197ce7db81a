"""A run that asks another run's winner again, as Compare's button chooses it: what it asks, before it starts."""

from __future__ import annotations

import streamlit as st

from workbench.errors import InputError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.ui.run import before_start
from workbench.workspace import Workbench


def chosen() -> str | None:
    """The run whose winner is to be asked again; None where there is none in the address."""
    return address.read("confirm")


def show(wb: Workbench, run: str) -> None:
    """What is asked and why, the estimate, and the button that starts it."""
    st.subheader("Confirm in a fresh run", anchor=False)
    try:
        comparison = wb.compare(run, baseline=address.read("baseline"))
        plan = wb.comparisons.confirmation_plan(comparison, address.read("score"))
    except InputError as error:
        shell.show_error(error)
    else:
        baseline, winner = (arm.label for arm in plan.arms)
        said = (
            f"Asks {baseline} and {winner} again, as run {comparison.run.id} did: whether the lead was luck shows then."
        )
        st.markdown(plain(said))
        st.caption("Every question is asked anew; no earlier answer is replayed.")
        before_start.offer_plan(wb, plan)
    address.link("Choose another run", icon=":material/tune:", key="choose-freely")
