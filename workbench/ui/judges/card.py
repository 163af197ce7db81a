"""The calibration card: what a judge catches, whether it may gate, and the pass rate corrected by people."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from workbench.domain.review_queue import RandomSample
from workbench.errors import WorkbenchError
from workbench.stats.numbers import money, point_count
from workbench.ui import shell
from workbench.ui.components import address, places
from workbench.ui.components.allowed import for_role
from workbench.ui.components.pressing import once
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.judges.calibration import STEP, Calibration, MayGate
from workbench.workspace.judges.calibration_words import (
    catches,
    corrected_text,
    gate_text,
    labels_text,
    left_out,
    steadiness,
)

SIGNS: Mapping[MayGate, tuple[str, str]] = {
    "yes": (":material/check_circle:", "green"),
    "no": (":material/cancel:", "red"),
    "not known yet": (":material/help:", "orange"),
}
"""Icon and colour; the word always stands beside them."""
IMPROVE = "improve"
"""What the address calls the view in which a judge is taught."""


def show(wb: Workbench, found: Calibration) -> None:
    """What matters most first, and what to do next."""
    icon, colour = SIGNS[found.may_gate]
    with st.container(border=True, key="judge-card"):
        st.subheader(plain(found.about.label), anchor=False)
        st.markdown(f"**{plain(catches(found.rates))}**")
        st.markdown(f":{colour}[{icon}] {plain(gate_text(found))}")
        st.markdown(plain(corrected_text(found.pass_rate)))
        labels = labels_text(found)
        if labels is not None:
            st.markdown(plain(labels))
        with st.container(horizontal=True, vertical_alignment="center"):
            label_more(wb, found)
            if found.about.is_judge:
                st.button(
                    "Improve from critiques…",
                    icon=":material/school:",
                    key="judge-improve",
                    on_click=address.turn_to,
                    kwargs={"view": IMPROVE},
                )
        notes = [*steadiness(found), *left_out(found), *found.about.sentences]
        if found.about.is_judge:
            notes.insert(0, f"A verdict costs {money(found.cost_per_verdict)}.")
        st.caption(plain(" ".join(notes)))


def label_more(wb: Workbench, found: Calibration) -> None:
    """A button that draws so many further answers for people to judge, at random within the judge's verdicts."""
    more = min(STEP, found.waiting)
    if not more:
        return
    after = found.half_width_after(more)
    reach = "" if after is None else f" to reach ±{point_count(after)}"
    may = for_role(wb, ("reviewer", "engineer"), "make a review queue")
    label = f"Label {more:,} more{reach}"
    if not once(label, "Drawing…", icon=":material/rate_review:", key="judge-label", prominent=True, **may):
        return
    try:
        queue = wb.reviews.queues.create(
            found.run, RandomSample(more, judge=found.judge if found.about.is_judge else None)
        )
    except WorkbenchError as error:
        shell.show_error(error)
        return
    places.go("review", run=found.run, queue=queue.id)
