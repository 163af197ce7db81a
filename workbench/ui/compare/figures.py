"""Charts of a comparison, each drawn when its tab is open."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from workbench.ui.compare import words
from workbench.ui.compare.choices import Choice
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.workspace.comparison import charts
from workbench.workspace.comparison.cautions import about_times

TRADE_OFF = "Cost against score"
ACROSS: Mapping[str, str] = {"cost": "Cost of 100 answers", "time": "Median time"}


def show(choice: Choice) -> None:
    """Scores, cost against score, time, and every example's change."""
    names = ["Scores", TRADE_OFF, "Time", *(["Every example"] if choice.paired else [])]
    for name, tab in zip(names, address.tabs(names, "chart"), strict=True):
        if tab.open:
            with tab:
                _draw(choice, name)


def _draw(choice: Choice, name: str) -> None:
    comparison, metric = choice.comparison, choice.metric
    info = comparison.arms[0].metrics[metric].info
    means = "; ".join(
        f"{choice.names[arm.label]}: {words.mean(comparison.drawn(arm, metric), info)}" for arm in comparison.arms
    )
    if name == "Scores":
        st.altair_chart(charts.mean_chart(comparison, metric), alt=f"{info.title} by arm. {means}")
    elif name == TRADE_OFF:
        across = address.switch("Weigh it against", list(ACROSS), "across", format_func=lambda one: ACROSS[one])
        chart = charts.cost_chart(comparison, metric, "time" if across == "time" else "cost")
        st.altair_chart(chart, alt=f"{ACROSS[across]} against {info.title}. {means}")
        if across == "time":
            _about_times(choice)
    elif name == "Time":
        st.altair_chart(charts.time_chart(comparison), alt="Median and 95th percentile of the time to answer, by arm")
        _about_times(choice)
    else:
        chart = charts.change_chart(comparison, choice.arm, metric)
        st.altair_chart(chart, alt=f"How {info.title} changed from the baseline, example by example")


def _about_times(choice: Choice) -> None:
    for sentence in about_times(choice.comparison, choice.names):
        st.caption(plain(sentence))
