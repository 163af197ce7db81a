"""Whose notes are looked at: those of one run, or of all runs of its prompt."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import address, run_states
from workbench.workspace import Workbench

RUNS_OFFERED = 50
ONE, ALL = "run", "prompt"


def pick_runs(wb: Workbench) -> list[str]:
    """The runs in the address, else the newest one; none while there is none."""
    infos = {line.info.id: line.info for line in wb.runs.list(RUNS_OFFERED) if line.summary.done}
    linked = address.read("run")
    if linked is not None and linked not in infos:
        info = wb.runs.info(linked)
        infos[info.id] = info
        address.write("run", info.id)
    if not infos:
        return []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = address.pick(
            "Run", list(infos), "run", forget=("mode", "note"), format_func=lambda one: run_states.title(infos[one])
        )
        kin = wb.failures.runs_of_prompt(run)
        if len(kin) < 2:
            return [run]
        of = address.switch(
            "Notes of",
            [ONE, ALL],
            "of",
            forget=("mode", "note"),
            format_func=lambda one: "this run" if one == ONE else f"all {len(kin):,} reviewed runs of its prompts",
        )
    return kin if of == ALL else [run]
