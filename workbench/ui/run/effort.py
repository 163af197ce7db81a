"""How often is asked, how much at once, up to what cost, and whether what was answered before is asked again."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from workbench.domain.run import DEFAULT_CONCURRENCY
from workbench.settings import BudgetSettings
from workbench.stats.numbers import money
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.workspace import Workbench

MOST_REPEATS = 100
MOST_AT_ONCE = 256


@dataclass(frozen=True)
class Effort:
    """What a run may take."""

    repeats: int
    at_once: int | None
    """None: as each model is configured."""
    stop_at_usd: float | None
    replay: bool
    stop_early: bool


def pick(wb: Workbench) -> Effort:
    """The choices in one row, and below them the project's own budget in words."""
    repeats, at_once, stop_at = st.columns(3)
    with repeats:
        asked = address.number(
            "Repeats", "repeats", default=1, high=MOST_REPEATS, help="How often every question is asked."
        )
    with at_once:
        together = address.number_or_none(
            "At once",
            "at_once",
            high=MOST_AT_ONCE,
            placeholder="auto",
            help="Calls under way per model, at most. Empty: the model's own limit in workbench.toml, else "
            f"{DEFAULT_CONCURRENCY}. A provider that wants fewer gets fewer.",
        )
    with stop_at:
        cap = address.amount(
            "Stop at $",
            "stop_at",
            step=1.0,
            format="%g",
            placeholder="no limit",
            help="The run stops before it would spend more. What is answered by then is kept, and it can go on later "
            "with a higher limit.",
        )
    st.caption(plain(_project_budget(wb)))
    replayed = address.toggle(
        "Replay earlier answers",
        "replay",
        default=True,
        help="What an earlier run asked this model in the very same words, in the same repeat, is not asked and not "
        "paid again: its answer is used, with the time and cost measured then. Switch it off to ask everything anew.",
    )
    early = address.toggle(
        "Stop early",
        "stop_early",
        default=False,
        help="Rows are asked in a drawn order, and at a quarter, half and three quarters of them the run ends if one "
        "score, named before, tells the arms apart beyond doubt. A clear difference then takes fewer answers; what it "
        "shows is likely a little too large.",
    )
    return Effort(asked, together, cap, replayed, early)


def _project_budget(wb: Workbench) -> str:
    budget: BudgetSettings = wb.context.settings.budget
    parts = []
    if budget.run_usd is not None:
        parts.append(f"{money(budget.run_usd)} for a run")
    if budget.month_usd is not None:
        parts.append(f"{money(budget.month_usd)} for a month, of which {money(wb.spending.month().spent.usd)} is spent")
    if not parts:
        return "This project has no budget of its own: [budget] in workbench.toml sets one."
    return f"This project's own budget, which always holds: {' and '.join(parts)}."
