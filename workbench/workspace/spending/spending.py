"""What was spent, on what, and how much of a budget is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from workbench.settings import BudgetSettings
from workbench.stats.numbers import UNKNOWN, money
from workbench.store import runs, spend
from workbench.store.session import Session
from workbench.store.spend import Spent
from workbench.workspace.context import Context
from workbench.workspace.runs.names import find_run
from workbench.workspace.spending.budget import month_of
from workbench.workspace.spending.caps import Caps, caps_in_force
from workbench.workspace.spending.unusual import BASELINE_DAYS, ArmCost, DaySpend, dear_arms, unusual_days

if TYPE_CHECKING:
    import pandas as pd

DAYS_SHOWN = 30
RUNS_LOOKED_AT = 10
"""So many of the newest runs are searched for arms that cost far more than their baseline."""
NO_USE_CASE = "no use case named"
NO_PROMPT = "no prompt named"

CapState = Literal["fine", "near", "reached"]
BudgetName = Literal["run", "run_usd", "month_usd"]
"""A run's own budget, or one of `workbench.toml`."""


@dataclass(frozen=True)
class CapUse:
    """What was spent of a budget."""

    spent: Spent
    cap_usd: float | None = None
    """None: there is no budget."""
    alert_at: float = BudgetSettings.alert_at

    @property
    def share(self) -> float | None:
        """How much of the budget is spent or set aside, 1 being all of it; None when there is none."""
        if self.cap_usd is None:
            return None
        return self.spent.usd / self.cap_usd if self.cap_usd else 1.0

    @property
    def state(self) -> CapState:
        """Whether it is time to point the use out."""
        if self.share is None or self.share < self.alert_at:
            return "fine"
        return "near" if self.share < 1 else "reached"

    @property
    def text(self) -> str:
        """Such as `at least $1.20 of $5.00`."""
        return self.amount if self.cap_usd is None else f"{self.amount} of {money(self.cap_usd)}"

    @property
    def amount(self) -> str:
        """Such as `at least $1.20`: what is not known is never left out in silence."""
        return f"{'at least ' if self.spent.unknown else ''}{money(self.spent.usd)}"


@dataclass(frozen=True)
class SpendLine:
    """What was spent on one prompt, model or use case, in US dollars."""

    name: str
    calls: int
    """Answers and verdicts."""
    usd: float
    unknown: int
    """How many of them have an unknown cost."""

    @property
    def text(self) -> str:
        """The amount in words: what is not known is never left out in silence."""
        if not self.unknown:
            return money(self.usd)
        return f"at least {money(self.usd)}" if self.usd else UNKNOWN


@dataclass(frozen=True)
class SpendReport:
    """What was spent in the last 30 days, on what, the dearest first. Free answers are left out."""

    days: Sequence[DaySpend]
    prompts: Sequence[SpendLine]
    models: Sequence[SpendLine]
    use_cases: Sequence[SpendLine]
    unusual_days: Sequence[str] = field(default_factory=tuple)
    """Days that cost far more than those before them, newest first, in words."""
    dear_arms: Sequence[str] = field(default_factory=tuple)
    """Arms of the newest runs that cost far more than their baseline, in words."""

    @property
    def unknown(self) -> int:
        """How many answers and verdicts have an unknown cost."""
        return sum(day.unknown for day in self.days)

    def day_frame(self) -> pd.DataFrame:
        """For a chart: columns day and cost_usd, with a row without a cost for a day on which one is not known."""
        import pandas as pd

        rows = [(day.day, day.usd) for day in self.days if day.usd]
        rows += [(day.day, float("nan")) for day in self.days if day.unknown]
        return pd.DataFrame(rows, columns=["day", "cost_usd"])


@dataclass(frozen=True)
class Spending:
    """The project's spend."""

    context: Context

    def month(self) -> CapUse:
        """This calendar month (UTC) against the project's budget."""
        start, end = _this_month(self.context.clock.now())
        budget = self.context.settings.budget
        spent = self.context.read(lambda s: spend.between(s, start, end))
        return CapUse(spent, budget.month_usd, budget.alert_at)

    def of_run(self, run: str, max_cost_usd: float | None = None) -> CapUse:
        """A run against its budget; `max_cost_usd` stands in place of its plan's own."""
        spent, caps = self.context.read(lambda s: self._run(s, run, max_cost_usd))
        return CapUse(spent, caps.run_usd, caps.alert_at)

    def reached(self, run: str, max_cost_usd: float | None = None) -> tuple[BudgetName, CapUse]:
        """Which budget a run stopped at, being the one with the least left, and what was spent of it."""
        month, of_run = self.month(), self.of_run(run, max_cost_usd)
        if _left(month) <= _left(of_run):
            return "month_usd", month
        return ("run_usd" if of_run.cap_usd == self.context.settings.budget.run_usd else "run"), of_run

    def stopped_at(self, run: str, max_cost_usd: float | None = None) -> str:
        """Which budget a run stopped at, what was spent of it, and how to go on, on the command line."""
        name, use = self.reached(run, max_cost_usd)
        of = "the month" if name == "month_usd" else "the run"
        text = f"Stopped at the budget of {of}: {use.text} spent or set aside, too little left for another answer."
        if name == "run":
            return f"{text} `workbench resume {run} --max-cost USD` goes on with a higher one."
        return f"{text} Raise {name} in workbench.toml, then `workbench resume {run}` goes on."

    def lately(self) -> SpendReport:
        """The last 30 days."""
        today = self.context.clock.now().date()
        shown = today - timedelta(days=DAYS_SHOWN - 1)
        return self.context.read(lambda s: _report(s, shown))

    def revision(self) -> str:
        """Changes whenever `lately` would. Cheap."""
        return f"{self.context.clock.now().date()}-{self.context.read(spend.revision)}"

    def _run(self, s: Session, run: str, max_cost_usd: float | None) -> tuple[Spent, Caps]:
        found = find_run(s, run)
        return spend.of_run(s, found), caps_in_force(runs.plan(s, found), self.context.settings, max_cost_usd)


def _this_month(now: datetime) -> tuple[datetime, datetime]:
    """When this month began and when it ends."""
    start = month_of(now)
    return start, month_of(start + timedelta(days=32))


def _left(use: CapUse) -> float:
    return float("inf") if use.cap_usd is None else use.cap_usd - use.spent.usd


def _report(s: Session, shown: date) -> SpendReport:
    since = datetime.combine(shown - timedelta(days=BASELINE_DAYS), datetime.min.time())
    frame = spend.daily(s, since).fillna({"usd": 0.0})
    frame = frame[(frame["usd"] > 0) | (frame["unknown"] > 0)]
    by_day = frame.groupby(frame["day"].dt.date)[["usd", "unknown"]].sum()
    days = [DaySpend(day, float(usd), int(unknown)) for day, usd, unknown in by_day.itertuples()]
    lately = frame[frame["day"].dt.date >= shown]
    return SpendReport(
        days=[day for day in days if day.day >= shown],
        prompts=_lines(lately, "prompt", NO_PROMPT),
        models=_lines(lately, "model", ""),
        use_cases=_lines(lately, "use_case", NO_USE_CASE),
        unusual_days=unusual_days(days, shown),
        dear_arms=_dear_arms(s),
    )


def _lines(frame: pd.DataFrame, column: str, nameless: str) -> list[SpendLine]:
    """The sums by the values of a column, the dearest first."""
    sums = frame.groupby(frame[column].fillna(nameless))[["calls", "usd", "unknown"]].sum()
    lines = [
        SpendLine(str(name), int(calls), float(usd), int(unknown)) for name, calls, usd, unknown in sums.itertuples()
    ]
    return sorted(lines, key=lambda line: (-line.usd, line.name))


def _dear_arms(s: Session) -> list[str]:
    found = runs.latest(s, RUNS_LOOKED_AT)
    newest = [(info.id, info.arms) for info in found if len(info.arms) > 1 and info.imported_from is None]
    rows = spend.arm_costs(s, [run for run, _ in newest])
    costs = [ArmCost(run, arm, usd, unknown) for run, arm, _, unknown, usd in rows if usd is not None]
    return dear_arms(costs, newest)
