"""A run that stopped at a budget: what was spent, what is missing, and raising the budget to go on."""

from __future__ import annotations

import math

import streamlit as st

from workbench.stats.numbers import counted, money
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.run import actions
from workbench.workspace import Workbench
from workbench.workspace.runs.runs import RunLine
from workbench.workspace.spending.spending import CapUse

MARGIN = 1.2
"""Answers still to come may be longer than those so far."""
DIGITS = 2


def show(wb: Workbench, line: RunLine) -> bool:
    """Say which budget was reached and how it is raised. True when the run goes on from here, with a higher one."""
    name, use = wb.spending.reached(line.info.id, _cap_in_force(wb, line.info.id))
    lacking = actions.missing(line)
    need = _still_needed_usd(line, use)
    parts = [f"{use.text} is spent or set aside, and what is left is too little for another answer."]
    if lacking:
        about = "" if need is None else f", about {money(need)} more"
        parts.append(f"{counted(lacking, 'answer')} to go{about}.")
    parts.append("Everything that was answered is kept.")
    which = "month" if name == "month_usd" else "run"
    st.warning(plain(" ".join(parts)), title=f"The {which}'s budget is reached", icon=":material/payments:")
    if name == "run":
        _raise(wb, line, use, need)
        return True
    st.markdown(f"Raise `{name}` under `[budget]` in `workbench.toml`, then go on.")
    return False


def _raise(wb: Workbench, line: RunLine, use: CapUse, need: float | None) -> None:
    spent, cap = use.spent.usd, use.cap_usd or 0.0
    wanted = spent + MARGIN * need if need else 2 * max(spent, cap)
    with st.form("run-raise", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        raised = st.number_input(
            "Raise to $",
            key="run-raise-to",
            min_value=0.0,
            value=rounded_up(max(wanted, 1.1 * cap)),
            step=rounded_up(max(cap, spent) / 10),
            format="%g",
            width=160,
            help="The most that this run may cost in all, with what is spent already.",
        )
        may = for_role(wb, "engineer", "resume a run")
        label = actions.go_on_label(line)
        pressed = st.form_submit_button(label, type="primary", icon=":material/play_arrow:", **may)
    if pressed:
        actions.resume(wb, line.info.id, max_cost_usd=raised)


def _cap_in_force(wb: Workbench, run: str) -> float | None:
    """The cap that the run was held to when it stopped, where this process knows: it may have been raised before."""
    job = wb.runs.job(run)
    standing = None if job is None else job.progress().budget
    return None if standing is None else standing.caps.run_usd


def _still_needed_usd(line: RunLine, use: CapUse) -> float | None:
    """What the missing answers would cost if they cost as much as those so far; None when nobody can tell."""
    paid = line.summary.done - line.summary.cached
    if not paid or use.spent.unknown or line.summary.cost_usd is None:
        return None
    return line.summary.cost_usd / paid * actions.missing(line)


def rounded_up(usd: float) -> float:
    """An amount with two digits that is no smaller: 0.0384 is 0.039."""
    if usd <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(usd)) - DIGITS + 1)
    return float(f"{math.ceil(round(usd / unit, 6)) * unit:.6g}")
