"""The finding in plain English, first and large."""

from __future__ import annotations

import streamlit as st

from workbench.ui.compare import words
from workbench.ui.compare.choices import Choice
from workbench.ui.components.text import plain
from workbench.workspace.comparison.findings import findings


def show(choice: Choice) -> None:
    """The chosen arm's sentence, cost and time, a line for each other arm, and which examples are left out."""
    comparison = choice.comparison
    found = findings(comparison, choice.metric)
    for finding in sorted(found, key=lambda finding: finding.arm != choice.arm):
        sign = words.sign(finding.verdict, comparison.info(choice.metric))
        sentence = f":{sign.colour}[{sign.icon}] {plain(finding.sentence)}"
        if finding.arm == choice.arm:
            st.header(sentence, anchor=False)
            st.markdown(plain(" ".join(finding.aside)))
        else:
            st.markdown(sentence)
    if not found:
        figure = comparison.arm(comparison.baseline).metrics[choice.metric]
        text = f"{figure.info.title}: {words.rate(figure)}"
        st.header(plain(text), anchor=False)
        if len(comparison.arms) == 1:
            st.markdown("One arm, so there is nothing to compare it with. Run a second version or model beside it.")
        else:
            st.markdown("No example has this score in both arms.")
    missing = [finding.coverage for finding in found if finding.coverage]
    if missing:
        st.caption("  \n".join(plain(sentence) for sentence in missing))
