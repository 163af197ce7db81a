"""How small a difference a planned run can show, with the noise that earlier runs of its golden set had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.run import RunPlan
from workbench.stats.numbers import point_count
from workbench.stats.power import GUESSED_HIGH, GUESSED_LOW, NoiseRange, detectable, noise_between, pooled
from workbench.stats.samples import ScoresByExample
from workbench.store import runs, scores
from workbench.store.session import Session
from workbench.workspace.comparison.arm_scores import by_arm
from workbench.workspace.context import Context
from workbench.workspace.measures import Measures, headline

RUNS_SEARCHED = 50
RUNS_POOLED = 3
"""So many of the newest runs of the golden set say how noisy its scores are."""
GUESS = NoiseRange(GUESSED_LOW, GUESSED_HIGH)


@dataclass(frozen=True)
class Detectable:
    """The smallest difference that a run finds four times out of five."""

    metric: str
    """The score it is told for: the one that decides about stopping early, or the first measure of quality."""
    examples: int
    repeats: int
    low: float
    """On the score's scale, 0.11 is 11 points; with `high` a range where the noise is not known well."""
    high: float
    runs: int
    """How many earlier runs it rests on; 0 is a guess."""

    @property
    def sentence(self) -> str:
        """In plain English."""
        low, high = point_count(self.low), point_count(self.high)
        size = low if low == high else f"{low} to {high}"
        asked = f"{self.examples:,} {'example' if self.examples == 1 else 'examples'}"
        repeated = f" x {self.repeats} repeats" if self.repeats > 1 else ""
        said = f"With {asked}{repeated} you will see differences of about {size} points or more"
        return f"{said}." if self.runs else f"{said}; a guess, for no earlier run tells how noisy this golden set is."


def detectable_in(context: Context, plan: RunPlan) -> Detectable | None:
    """How small a difference a plan can show; None with one arm, and where quality is not a share."""
    if len(plan.arms) < 2:
        return None
    measures = Measures(context.settings, context.root)
    infos = [measures.by_name(name) for name in (*plan.metrics, *plan.judges)]
    metric = headline(infos) if plan.stop_early is None else plan.stop_early.metric
    if not any(info.name == metric and info.kind in {"pass_fail", "share"} for info in infos):
        return None
    earlier = context.read(lambda s: _earlier(s, plan.dataset, metric))
    noise = pooled(earlier)
    known = noise is not None and noise.high.variance(plan.repeats) > 0
    used = noise if noise is not None and known else GUESS
    low, high = (
        detectable(end, len(plan.examples), plan.repeats, comparisons=len(plan.arms) - 1)
        for end in (used.low, used.high)
    )
    return Detectable(metric, len(plan.examples), plan.repeats, low, high, len(earlier) if known else 0)


def _earlier(session: Session, dataset: str, metric: str) -> Sequence[NoiseRange]:
    """The noise of each of the newest runs that compared arms by this metric on this golden set."""
    infos = [
        info
        for info in runs.latest(session, RUNS_SEARCHED)
        if info.dataset == dataset and len(info.arms) > 1 and metric in (*info.metrics, *info.judges)
    ]
    found: list[NoiseRange] = []
    for info in infos:
        noise = _noise_of_run(by_arm(scores.frame(session, info.id), metric), info.arms)
        found += [] if noise is None else [noise]
        if len(found) == RUNS_POOLED:
            break
    return found


def _noise_of_run(scored: Mapping[str, ScoresByExample], arms: Sequence[str]) -> NoiseRange | None:
    """The noise of a run's arms against its baseline, pooled."""
    baseline, *others = (scored.get(arm, {}) for arm in arms)
    found = [noise_between(baseline, other) for other in others]
    return pooled([noise for noise in found if noise is not None])
