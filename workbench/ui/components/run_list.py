"""Runs below each other, each with its state, its counts and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from workbench.stats.numbers import money
from workbench.ui.components import run_states
from workbench.ui.components.text import plain
from workbench.workspace.runs import RunLine

WIDTHS = (1.4, 4.2, 2, 2.4)


def show(lines: Sequence[RunLine], actions: Callable[[RunLine], None]) -> None:
    """One row per run; `actions` draws the links and buttons at its end."""
    for line in lines:
        with st.container(border=True, key=f"run-{line.info.id}"):
            state, what, counts, doing = st.columns(WIDTHS, vertical_alignment="center")
            state.markdown(plain(run_states.state(line)))
            what.markdown(plain(run_states.arms(line.info.arms)))
            info = line.info
            made = f"{info.dataset}@{info.dataset_version} · {run_states.when(info.created_at)} · {info.id}"
            what.caption(plain(made))
            summary = line.summary
            counts.markdown(f"{summary.done:,} of {summary.planned:,} done")
            counts.caption(plain(f"{summary.failed:,} failed · cost {money(summary.cost_usd)}"))
            with doing, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
                actions(line)
