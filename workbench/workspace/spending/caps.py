"""The most that a run, and a month, may spend: which caps are in force, and whether they can be held."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.ceiling import most_answer_tokens
from workbench.domain.model import ModelSpec, Price
from workbench.domain.run import RunPlan
from workbench.errors import InputError
from workbench.pricing import query_usd
from workbench.settings import BudgetSettings, Settings
from workbench.stats.numbers import money, percent
from workbench.workspace.models import Models


@dataclass(frozen=True)
class Caps:
    """Caps in force, in US dollars. None: no cap."""

    run_usd: float | None = None
    month_usd: float | None = None
    """Per calendar month (UTC), for the whole project."""
    alert_at: float = BudgetSettings.alert_at
    """The share of a cap, 0 to 1, from which on its use is pointed out."""

    @property
    def in_force(self) -> bool:
        """Whether there is any."""
        return self.run_usd is not None or self.month_usd is not None


@dataclass(frozen=True)
class Asked:
    """A model that is going to be asked, and by whom."""

    by: str
    """Such as `the judge groundedness`."""
    model: ModelSpec
    parameters: Mapping[str, Any]
    price: Price | None


def alert(which: str, usd: float, cap_usd: float | None, alert_at: float) -> str | None:
    """What to say of a cap of which much is spent; None while there is nothing to say. `which` is `run` or `month`."""
    if not cap_usd or usd < alert_at * cap_usd:
        return None
    return f"{percent(usd / cap_usd)} of the {which}'s budget is spent or set aside: {money(usd)} of {money(cap_usd)}."


def caps_in_force(plan: RunPlan, settings: Settings, max_cost_usd: float | None = None) -> Caps:
    """The caps that hold while a plan is carried out.

    `max_cost_usd` stands in place of the plan's own cap, so that a run can go on with a higher one; the project's
    caps hold beside either. Raises InputError for a cap that is no amount above 0.
    """
    own = plan.max_cost_usd if max_cost_usd is None else max_cost_usd
    if own is not None and not (math.isfinite(own) and own > 0):
        raise InputError(f"A run cannot be held to {own:g} dollars.", hint="The most it may cost is an amount above 0.")
    budget = settings.budget
    given = [cap for cap in (own, budget.run_usd) if cap is not None]
    return Caps(min(given, default=None), budget.month_usd, budget.alert_at)


def month_caps(budget: BudgetSettings) -> Caps:
    """The caps that hold outside runs: that of the month alone."""
    return Caps(month_usd=budget.month_usd, alert_at=budget.alert_at)


def judges_asked(names: Sequence[str], settings: Settings, models: Models) -> list[Asked]:
    """The models that judges of these names ask; a judge without a model asks none."""
    found = []
    for name in names:
        configured = settings.judges.get(name)
        for model in () if configured is None else configured.models:
            spec = models.resolve(model)
            found.append(Asked(f"the judge {name}", spec, spec.parameters, models.price(spec)))
    return found


def require_bounds(caps: Caps, plan: RunPlan, judges: Iterable[Asked]) -> None:
    """Raise InputError when a cap is in force that cannot be held: what some model's answers can cost is not known."""
    if not caps.in_force:
        return
    arms = [Asked(f"the arm {arm.label}", arm.model, arm.parameters, arm.price) for arm in plan.arms]
    reasons = {asked.model.alias: reason for asked in (*arms, *judges) if (reason := unbounded(asked))}
    if reasons:
        raise InputError(
            f"A budget is in force that cannot be held: {'; '.join(reasons.values())}.",
            hint="Give the model a price in workbench.toml and its answers max_tokens, or lift the budget.",
        )


def unbounded(asked: Asked) -> str | None:
    """Why nobody can say what an answer costs at most, naming the model; None when it can be said."""
    name = asked.model.alias
    if asked.price is None and query_usd(asked.model.model) is not None:
        return None
    if asked.price is None:
        return f"the price of {name!r}, which {asked.by} asks, is not known"
    if asked.price.output_per_million and most_answer_tokens(asked.parameters, asked.model.model) is None:
        return f"how long an answer of {name!r} can get, which {asked.by} asks, is not known"
    return None
