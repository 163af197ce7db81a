"""Whether a lead is real: the winner is asked again, with the baseline, afresh.

Who picks the best of several arms picks luck too, and who stops at a clear difference stops at a lucky moment: the lead
shown is, on average, larger than the true one. Only a run that was not picked for its result tells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbench.domain.run import RunPlan
from workbench.errors import InputError
from workbench.stats.numbers import point_count
from workbench.stats.paired import PairResult
from workbench.workspace.comparison.comparison import Comparison, PairFigure


@dataclass(frozen=True)
class Confirmation:
    """What a fresh run says of a lead."""

    run: str
    """Its id."""
    confirmed: bool | None
    """None until it is complete."""
    finding: str
    """In plain English, such as `confirmed: +9 (2 to 16) in a fresh run`."""

    def sentence(self, arm: str) -> str:
        """The finding as a sentence about the arm that leads."""
        if self.confirmed is None:
            return f"The lead of {arm} is optimistic: {self.finding}."
        return f"The lead of {arm} is {self.finding}."


def winner(comparison: Comparison, metric: str) -> PairFigure | None:
    """The arm that leads by a metric where its lead is likely too large: the best of several, or a run stopped early."""
    leads = [pair for pair in comparison.pairs if pair.metric == metric and pair.result.verdict == "better"]
    picked = len(comparison.arms) > 2 or comparison.settled_at is not None
    if not leads or not picked or comparison.info(metric).neutral:
        return None
    return max(leads, key=lambda pair: abs(_lead(pair.result)))


def confirmation_plan(comparison: Comparison, plan: RunPlan, metric: str) -> RunPlan:
    """The plan that asks the winner and the baseline again: all rows, as often, and nothing replayed.

    Raises InputError where no lead is in doubt, and for a run that another tool carried out.
    """
    if plan.imported is not None:
        raise InputError("An imported run cannot be asked again here.", hint="Import a fresh run of that tool.")
    lead = winner(comparison, metric)
    if lead is None:
        raise InputError(
            f"Run {comparison.run.id} has no lead to confirm: that takes an arm that is better than the baseline, picked "
            "from several or in a run that stopped early.",
            hint="`workbench compare` says how its arms compare.",
        )
    arms = {arm.label: arm for arm in plan.arms}
    return replace(
        plan,
        arms=(arms[lead.baseline], arms[lead.arm]),
        use_cache=False,
        stop_early=None,
        confirms=comparison.run.id,
    )


def confirmation(fresh: Comparison, metric: str, *, complete: bool) -> Confirmation:
    """What a fresh run says of the lead that it was to confirm."""
    run = fresh.run.id
    pair = fresh.pair(fresh.arms[-1].label, metric)
    if not complete or pair is None:
        return Confirmation(run, None, f"run {run} is to confirm it, and is not complete yet")
    confirmed = pair.result.verdict == "better"
    return Confirmation(
        run, confirmed, f"{'confirmed' if confirmed else 'not confirmed'}: {_size(pair)} in a fresh run"
    )


def _lead(result: PairResult) -> float:
    return result.effect.estimate if result.effect is not None else result.difference or 0.0


def _size(pair: PairFigure) -> str:
    """The difference with where it likely lies, in points or as a factor."""
    result = pair.result
    if result.ratio is not None and result.ratio_low is not None and result.ratio_high is not None:
        return f"{result.ratio:.2f} times as much ({result.ratio_low:.2f} to {result.ratio_high:.2f})"
    if result.difference is None or result.low is None or result.high is None:
        return "too few examples"
    size = point_count(result.difference)
    return f"{'+' if result.difference > 0 else ''}{size} ({point_count(result.low)} to {point_count(result.high)})"
