"""Runs below each other, each with its state, its counts and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from workbench.stats.numbers import money
from workbench.ui.components import run_states
from workbench.ui.components.text import plain
from workbench.workspace.runs.runs import RunLine

WIDTHS = (3, 2)


def show(lines: Sequence[RunLine], actions: Callable[[RunLine], None]) -> None:
    """One row per run; `actions` draws the links and buttons at its end."""
    for line in lines:
        info, summary = line.info, line.summary
        counts = f"{summary.done:,} of {summary.planned:,} done · {summary.failed:,} failed"
        counts += f" · {summary.cached:,} replayed" if summary.cached else ""
        made = f"{info.dataset}@{info.dataset_version} · {run_states.when(info.created_at)} · {info.id}"
        with st.container(border=True, key=f"run-{info.id}"):
            left, right = st.columns(WIDTHS, vertical_alignment="center")
            left.markdown(f"**{plain(run_states.state(line))}** · {plain(run_states.arms(info.arms))}")
            left.caption(plain(f"{counts} · cost {money(summary.cost_usd)}") + f"  \n{plain(made)}")
            with right, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
                actions(line)
