"""Estimating a run before it is started: calls, tokens, money and time, judges included.

Prompts are rendered (`prompt_sizes`), answers are judged by earlier ones (`precedents`), calls are laid out in lanes
(`run_time`). Ranges are added end to end, as if everything were off in the same direction, so that what several arms
have in common, such as a model that answers at length today, does not make the total look surer than it is. Attempts
that fail and are repeated come on top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from workbench.domain.model import ModelSpec
from workbench.domain.run import RunPlan
from workbench.models.providers import swapping_server
from workbench.models.registry import is_offline
from workbench.stats.forecast import ZERO, Range
from workbench.store import earlier
from workbench.store.earlier import EarlierVerdicts
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.estimates.arms import EMBEDDED_MS, estimate_arm
from workbench.workspace.estimates.detectable import detectable_in
from workbench.workspace.estimates.estimate import ArmEstimate, Estimate, JudgeEstimate
from workbench.workspace.estimates.judges import estimate_judge
from workbench.workspace.estimates.precedents import Precedent, find_precedents, model_precedents
from workbench.workspace.estimates.prompt_sizes import ArmPrompts, per_character_of, render_prompts
from workbench.workspace.estimates.reranking import RerankEstimate, estimate_rerankers
from workbench.workspace.estimates.run_time import LanePlan, Work, run_seconds
from workbench.workspace.evaluations.gold import missing_gold
from workbench.workspace.knowledge.indexes import Indexes
from workbench.workspace.models import Models
from workbench.workspace.runs.asked_before import AskedBefore, asked_before
from workbench.workspace.runs.borrowing import StoredChunks
from workbench.workspace.runs.fitting import TooLong, too_long
from workbench.workspace.runs.scoring import JudgeSeat, seats

THIS_PROCESS = "this process"
"""The machine that embedded models share."""


@dataclass(frozen=True)
class _Known:
    """What the store says of what was asked before."""

    asked: Mapping[str, AskedBefore]
    """By arm."""
    precedents: Mapping[str, Precedent]
    """By arm."""
    of_models: Mapping[str, Precedent]
    """By alias of the judges' models."""
    verdicts: Mapping[str, EarlierVerdicts]
    """By judge."""


@dataclass(frozen=True)
class Estimates:
    """Looks at plans. Starts nothing and stores nothing."""

    context: Context

    def of_plan(self, plan: RunPlan) -> Estimate:
        """The estimate of a plan. Raises InputError where an index cannot be searched as the plan wants."""
        indexes = Indexes(self.context)
        prompts = render_prompts(plan, indexes.open_without_asking, partial(StoredChunks, self.context))
        judges = seats(self.context, plan.judges)
        known = self.context.read(lambda s: _look_up(s, plan, judges))
        per_character = _per_character(prompts, known.asked)
        arms = [
            estimate_arm(
                plan,
                prompts[arm.label],
                known.asked[arm.label],
                per_character.get(arm.model.alias),
                known.precedents.get(arm.label),
            )
            for arm in plan.arms
        ]
        seen = list(zip(prompts.values(), arms, strict=True))
        judged = [
            made
            for name, seat in judges.items()
            for made in estimate_judge(plan, seat, seen, known.verdicts.get(name), known.of_models)
        ]
        reranked = estimate_rerankers(plan, prompts, Models(self.context))
        lanes, overlong = _Lanes(plan, judges, known), _all_too_long(plan, prompts)
        estimate = _together(plan, arms, judged, lanes, rerankers=reranked, overlong=overlong)
        return replace(
            estimate, missing_gold=missing_gold(self.context, plan), detectable=detectable_in(self.context, plan)
        )

    def revision(self) -> str:
        """Changes whenever something is stored that estimates rest on."""
        return self.context.read(earlier.revision)


def _look_up(session: Session, plan: RunPlan, judges: Mapping[str, JudgeSeat]) -> _Known:
    asked = {name: seat for name, seat in judges.items() if seat.jurors}
    named = [(name, seat.judge.info.version) for name, seat in asked.items()]
    return _Known(
        asked=asked_before(plan, lambda hashes: earlier.prompt_tokens(session, hashes)),
        precedents=find_precedents(session, plan),
        of_models=model_precedents(session, [spec for seat in asked.values() for spec in seat.specs]),
        verdicts=earlier.verdicts(session, named, plan.dataset),
    )


def _per_character(prompts: Mapping[str, ArmPrompts], asked: Mapping[str, AskedBefore]) -> dict[str, Range]:
    """Tokens per character by model, where providers have counted prompts of this plan."""
    by_model: dict[str, list[ArmPrompts]] = {}
    for arm_prompts in prompts.values():
        by_model.setdefault(arm_prompts.arm.model.alias, []).append(arm_prompts)
    found = {
        alias: per_character_of(of_model, [asked[one.arm.label].counted for one in of_model])
        for alias, of_model in by_model.items()
    }
    return {alias: ratio for alias, ratio in found.items() if ratio is not None}


def _all_too_long(plan: RunPlan, prompts: Mapping[str, ArmPrompts]) -> tuple[TooLong, ...]:
    """Rows too long by their own text, of all rows; and with their sources, of those that were rendered."""
    found = {(one.arm, one.example_id): one for arm in prompts.values() for one in arm.too_long()}
    found |= {(one.arm, one.example_id): one for one in too_long(plan)}
    return tuple(sorted(found.values(), key=lambda one: (not one.certain, one.arm, -one.tokens)))


@dataclass(frozen=True)
class _Lanes:
    """Lays calls out in the lanes of their models."""

    plan: RunPlan
    judges: Mapping[str, JudgeSeat]
    known: _Known

    @property
    def specs(self) -> dict[str, ModelSpec]:
        """Every model that is asked, by alias."""
        arms = {arm.model.alias: arm.model for arm in self.plan.arms}
        return arms | {spec.alias: spec for seat in self.judges.values() for spec in seat.specs}

    def work(
        self, arms: Sequence[ArmEstimate], judges: Sequence[JudgeEstimate]
    ) -> tuple[dict[str, list[Work]], list[str]]:
        """What each model has to do, by alias; and the models whose pace is not known."""
        works: dict[str, list[Work]] = {}
        unknown: dict[str, None] = {}
        for arm in arms:
            works.setdefault(arm.model, [])
            if arm.calls.high and arm.latency_ms is None:
                unknown[arm.model] = None
            elif arm.latency_ms is not None:
                works[arm.model].append(self._of_arm(arm, arm.latency_ms))
        for judge in judges:
            if judge.model is None:
                continue
            works.setdefault(judge.model, [])
            if judge.latency_ms is None:
                unknown[judge.model] = None
            else:
                votes = self.judges[judge.judge].judge.votes
                slowest = judge.latency_ms.high
                works[judge.model].append(Work(judge.calls.scaled(1 / votes), judge.latency_ms, slowest))
        return works, list(unknown)

    def plans(self, works: Mapping[str, Sequence[Work]]) -> list[LanePlan]:
        """The lanes of models that have something to do."""
        return [
            LanePlan(
                tuple(of_model),
                spec.limits.concurrency or self.plan.concurrency,
                spec.limits,
                _machine(spec),
            )
            for alias, of_model in works.items()
            for spec in [self.specs[alias]]
        ]

    def _of_arm(self, arm: ArmEstimate, latency: Range) -> Work:
        precedent = self.known.precedents.get(arm.arm)
        spread = None if precedent is None else precedent.answers.latency_ms
        machine_ms = None
        if _machine(self.specs[arm.model]) is not None:
            machine_ms = EMBEDDED_MS.middle if precedent is None else precedent.answers.ms_per_answer
        return Work(
            calls=arm.calls,
            ms=latency,
            slowest_ms=max(latency.high, spread.p95 if spread is not None else 0.0),
            tokens=arm.prompt_each + (arm.completion_each or ZERO),
            machine_ms=machine_ms,
        )


def _machine(spec: ModelSpec) -> str | None:
    """What a model shares with others, so that they take turns."""
    return THIS_PROCESS if is_offline(spec) else swapping_server(spec)


def _together(
    plan: RunPlan,
    arms: Sequence[ArmEstimate],
    judges: Sequence[JudgeEstimate],
    lanes: _Lanes,
    *,
    rerankers: Sequence[RerankEstimate],
    overlong: tuple[TooLong, ...],
) -> Estimate:
    asked = [arm for arm in arms if arm.calls.high]
    asking = [judge for judge in judges if judge.model is not None]
    costs = [*(arm.cost_usd for arm in arms), *(judge.cost_usd for judge in asking)]
    costs += [reranker.cost_usd for reranker in rerankers]
    known = [cost for cost in costs if cost is not None]
    prices = {arm.label: arm.price for arm in plan.arms}
    priceless = [one.model for one in asked if prices[one.arm] is None and one.cost_usd is None]
    priceless += [juror.spec.alias for seat in lanes.judges.values() for juror in seat.jurors if juror.price is None]
    priceless += [reranker.model for reranker in rerankers if not reranker.price_known]
    works, pace_unknown = lanes.work(arms, judges)
    planned = lanes.plans(works)
    return Estimate(
        arms=tuple(arms),
        judges=tuple(judges),
        cost_usd=sum(known, ZERO) if known else None,
        at_least=len(known) < len(costs),
        seconds=None if pace_unknown else run_seconds(planned),
        pace_unknown=tuple(pace_unknown),
        unknown_prices=tuple(dict.fromkeys(priceless)),
        too_long=overlong,
        rerankers=tuple(rerankers),
        at_once=tuple(lane.at_once for lane in planned) or (plan.concurrency,),
    )
