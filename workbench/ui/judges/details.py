"""The judge by tag, by arm and by version, people among themselves, and how the figures come about."""

from __future__ import annotations

import streamlit as st

from workbench.stats.numbers import money, percent
from workbench.ui import state
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.judges.calibration import Calibration, Rates
from workbench.workspace.judges.calibration_words import HOW_FIGURES_COME, HOW_LABELS_COUNT, counts_text
from workbench.workspace.reviews.agreement import interval_text, share_text

TAGS_SHOWN = 30


def show(wb: Workbench, found: Calibration, *, arms: bool = True) -> None:
    """Each part behind a line that says what is in it; the pass rates of arms are kept from who still judges blind."""
    if arms:
        with st.expander("Pass rate by arm", icon=":material/percent:"):
            _arms(found)
    if found.by_tag:
        with st.expander("What it catches, by tag", icon=":material/sell:"):
            _tags(found)
    with st.expander("By version of the judge", icon=":material/history:"):
        _versions(found)
    with st.expander("Do people agree among themselves?", icon=":material/groups:"):
        _people(wb, found.run)
    with st.expander("Details: how the figures come about", icon=":material/function:"):
        st.markdown(
            f"Judge and people say the same on {plain(share_text(found.raw))}. "
            f"Cohen's kappa {plain(interval_text(found.kappa))}, Gwet's AC1 {plain(interval_text(found.ac1))}."
        )
        st.markdown(plain(HOW_LABELS_COUNT))
        st.markdown(plain(HOW_FIGURES_COME))


def _arms(found: Calibration) -> None:
    rows = [
        {
            "Arm": arm,
            "Judge passes": percent(rate.judge),
            "Corrected by people": share_text(
                None if rate.corrected is None else rate.corrected.this_set, "no label yet"
            ),
            "Labels": "0" if rate.corrected is None else f"{rate.corrected.this_set.n:,}",
        }
        for arm, rate in found.by_arm
    ]
    show_table(rows, alt="The pass rate of every arm, as the judge says and corrected by people", stacked="judge-arms")


def _tags(found: Calibration) -> None:
    rows = [{"Tag": tag, **_caught(part)} for tag, part in found.by_tag[:TAGS_SHOWN]]
    show_table(rows, alt="What the judge catches on the rows of every tag", stacked="judge-tags")
    st.caption("Small parts say little: look at the ranges in brackets before acting on one.")


def _versions(found: Calibration) -> None:
    rows = [
        {
            "Version": f"{line.label}{' (counts)' if line.current else ''}",
            **_caught(line.rates),
            **({"Cost of a verdict": money(line.cost_per_verdict)} if found.about.is_judge else {}),
        }
        for line in found.versions
    ]
    show_table(rows, alt="What every version of the judge catches on this run", stacked="judge-versions")


def _caught(rates: Rates) -> dict[str, str]:
    return {
        "Catches bad answers": counts_text(rates.failures),
        "Passes good ones": counts_text(rates.passes),
        "Labels": f"{rates.n:,}",
    }


def _people(wb: Workbench, run: str) -> None:
    st.markdown("A judge can hardly agree with people more than people do with each other.")
    found = state.agreement(wb, run)
    st.markdown(plain(" ".join(found.sentences)))
    if found.pairs:
        rows = [
            {
                "People": f"{pair.first}, {pair.second}",
                "Say the same": counts_text(pair.raw),
                "Cohen's kappa": interval_text(pair.kappa),
                "Gwet's AC1": interval_text(pair.ac1),
            }
            for pair in found.pairs
        ]
        show_table(rows, alt="How far every two people agree", stacked="judge-people")
