"""The calibration card: what a judge catches, whether it may gate, and the pass rate corrected by people."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from workbench.stats.numbers import money
from workbench.ui.components import places
from workbench.ui.components.text import plain
from workbench.workspace.judges.calibration import Calibration, MayGate
from workbench.workspace.judges.calibration_words import catches, corrected_text, gate_text, labels_text, left_out

SIGNS: Mapping[MayGate, tuple[str, str]] = {
    "yes": (":material/check_circle:", "green"),
    "no": (":material/cancel:", "red"),
    "not known yet": (":material/help:", "orange"),
}
"""Icon and colour; the word always stands beside them."""


def show(found: Calibration) -> None:
    """What matters most first."""
    icon, colour = SIGNS[found.may_gate]
    with st.container(border=True, key="judge-card"):
        st.subheader(plain(found.about.label), anchor=False)
        st.markdown(f"**{plain(catches(found.rates))}**")
        st.markdown(f":{colour}[{icon}] {plain(gate_text(found))}")
        st.markdown(plain(corrected_text(found.pass_rate)))
        labels = labels_text(found)
        if labels is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(labels), width="content")
                places.link("review", "Label more", run=found.run)
        notes = [*left_out(found), *found.about.sentences]
        if found.about.is_judge:
            notes.insert(0, f"A verdict costs {money(found.cost_per_verdict)}.")
        st.caption(plain(" ".join(notes)))
