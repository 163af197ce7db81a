"""The page from top to bottom: which judge, its card, the answers behind it, details, and all judges there are."""

from __future__ import annotations

import streamlit as st

from workbench.ui.judges import card, cells, choosing, details, listing, nothing
from workbench.workspace import Workbench


def judges(wb: Workbench) -> None:
    """The card of the judge in the address on the run in the address, and the list of judges below it."""
    run = choosing.pick_run(wb)
    if run is None:
        nothing.no_run()
    else:
        _checked(wb, run)
    st.subheader("All judges", anchor=False)
    listing.show(wb)


def _checked(wb: Workbench, run: str) -> None:
    found = choosing.pick(wb, run)
    if found is None:
        nothing.no_verdicts(run)
        return
    if not found.labelled:
        nothing.no_labels(found)
        return
    card.show(found)
    cells.show(wb, found)
    details.show(wb, found)
