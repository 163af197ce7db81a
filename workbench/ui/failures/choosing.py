"""Whose notes are looked at: those of one run, or of all runs of its prompt."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import address, run_states
from workbench.ui.components.run_choice import runs_offered
from workbench.workspace import Workbench

ONE, ALL = "run", "prompt"


def pick_runs(wb: Workbench) -> list[str]:
    """The runs in the address, else the newest one; none while there is none."""
    lines = runs_offered(wb, answered=True)
    if not lines:
        return []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = address.pick(
            "Run",
            list(lines),
            "run",
            forget=("mode", "note"),
            format_func=lambda one: run_states.title(lines[one].info),
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
