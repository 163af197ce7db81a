"""The page from top to bottom: which judge, its card, the answers behind it, details, and all judges there are."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import address
from workbench.ui.judges import card, cells, choosing, details, improving, listing, nothing
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
    if address.read("view") == card.IMPROVE and found.about.is_judge:
        improving.show(wb, found)
        return
    if not found.labelled:
        nothing.no_labels(found)
        card.label_more(wb, found)
        return
    card.show(wb, found)
    blind = still_blind(wb, found.run)
    if blind:
        nothing.still_blind(found.run, blind)
    else:
        cells.show(wb, found)
    details.show(wb, found, arms=not blind)


def still_blind(wb: Workbench, run: str) -> int:
    """Items of the run that the reviewer has taken on and not judged yet: what a judge says of answers would sway them."""
    me = wb.context.actor.name
    lines = wb.reviews.queues.list(run)
    return sum(line.left for line in lines if line.mine and (line.judged or me in line.queue.reviewers))
