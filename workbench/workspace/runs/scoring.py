"""Scores of outputs: rules at once, judges with a model's help."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from workbench.domain.dataset import Example
from workbench.domain.gold import Gold
from workbench.domain.prompt import PromptContent
from workbench.domain.protocols import Completer, Metric
from workbench.domain.run import RunPlan, TrialOutput
from workbench.domain.score import Score, ScoreInput, Unscored
from workbench.errors import WorkbenchError
from workbench.judging.judge import Judge
from workbench.pricing import cost_usd
from workbench.workspace.context import Context
from workbench.workspace.evaluations.gold import GoldByIndex, asks_for_gold, gold_at, gold_of
from workbench.workspace.measures import Measures
from workbench.workspace.models import Models

if TYPE_CHECKING:
    from workbench.domain.model import ModelSpec, Price, Usage


@dataclass(frozen=True)
class JurorSeat:
    """A model that a judge asks."""

    spec: ModelSpec
    price: Price | None


@dataclass(frozen=True)
class JudgeSeat:
    """A judge and the models it asks; without any it leaves outputs unscored."""

    judge: Judge
    jurors: tuple[JurorSeat, ...] = ()
    unavailable: str = ""
    """Why models cannot be asked that were named."""

    @property
    def specs(self) -> list[ModelSpec]:
        """The models."""
        return [juror.spec for juror in self.jurors]

    def cost_usd(self, usages: Mapping[str, Usage]) -> float | None:
        """What the tokens of jurors, by alias, cost; None when nobody answered or a cost is unknown."""
        prices = {juror.spec.alias: juror.price for juror in self.jurors}
        costs = [cost_usd(usage, prices[alias]) for alias, usage in usages.items()]
        known = [cost for cost in costs if cost is not None]
        return math.fsum(known) if costs and len(known) == len(costs) else None


def score_input(output: TrialOutput, example: Example, prompt: PromptContent, gold: Gold | None = None) -> ScoreInput:
    """What metrics and judges look at."""
    return ScoreInput(
        example=example,
        completion=output.completion,
        prompt=prompt,
        sources=output.retrieved,
        cost_usd=output.cost_usd,
        retrieval_ms=output.retrieval_ms,
        cold_start=output.cold_start,
        gold=gold,
    )


def rule_scores(
    answers: Sequence[tuple[TrialOutput, ScoreInput]], metrics: Sequence[Metric], now: datetime
) -> list[Score]:
    """The scores of some outputs by some rules. Pure computing: call it off the event loop."""
    return [
        Score(output.trial_id, metric.info.name, metric.info.version, metric.score(given), now)
        for output, given in answers
        for metric in metrics
    ]


class Scorer:
    """Scores the outputs of one plan."""

    def __init__(self, context: Context, plan: RunPlan) -> None:
        self._context = context
        self._examples = {example.id: example for example in plan.examples}
        self._contents = {arm.label: arm.content for arm in plan.arms}
        self._indexes = {arm.label: arm.index_fingerprint for arm in plan.arms}
        self._plan = plan
        self._gold: GoldByIndex | None = None

    def given(self, output: TrialOutput, gold: GoldByIndex | None = None) -> ScoreInput:
        """What metrics and judges look at; `gold` is for the metrics that ask for it."""
        example = self._examples[output.example_id]
        known = gold_at(gold or {}, self._indexes[output.arm], example.id)
        return score_input(output, example, self._contents[output.arm], known)

    def by_rules(self, outputs: Sequence[TrialOutput], names: Sequence[str]) -> list[Score]:
        """The rule metrics of some outputs. Computes, and at first reads: call it off the event loop."""
        measures = Measures(self._context.settings, self._context.root)
        chosen = [measures.metric(name) for name in names]
        gold = self._looked_up() if asks_for_gold(names) else None
        given = [(output, self.given(output, gold)) for output in outputs]
        return rule_scores(given, chosen, self._context.clock.now())

    def _looked_up(self) -> GoldByIndex:
        """Where gold lies in the plan's indexes, looked up once."""
        if self._gold is None:
            self._gold = gold_of(self._context, self._plan)
        return self._gold

    async def by_judge(self, output: TrialOutput, seat: JudgeSeat, completers: Mapping[str, Completer]) -> Score:
        """One judge's verdict on one output; `completers` ask its models, by alias."""
        judge, now = seat.judge, self._context.clock.now
        if seat.unavailable and not seat.jurors:
            return Score(output.trial_id, judge.info.name, judge.info.version, Unscored(seat.unavailable), now())
        try:
            judged = await judge.judge(self.given(output), completers)
        except WorkbenchError as error:
            return Score(output.trial_id, judge.info.name, judge.info.version, Unscored(str(error)), now())
        return Score(
            output.trial_id,
            judge.info.name,
            judge.info.version,
            judged.result,
            now(),
            seat.cost_usd(judged.usages),
            model=" + ".join(judged.usages) or None,
            latency_ms=judged.latency_ms if judged.usages else None,
            votes=judged.votes,
        )


def seats(context: Context, names: Sequence[str]) -> Mapping[str, JudgeSeat]:
    """The judges of these names with the models that `workbench.toml` gives them."""
    measures = context.read(lambda session: Measures.of(context, session)) if names else None
    return {} if measures is None else {name: seat_of(context, measures.judge(name)) for name in names}


def seat_of(context: Context, judge: Judge) -> JudgeSeat:
    """A judge with those of its models that can be asked."""
    models = Models(context)
    jurors, lacking = [], []
    for juror in judge.jurors:
        spec = models.resolve(juror.alias)
        try:
            models.require_ready([spec])
            jurors.append(JurorSeat(spec, models.price(spec)))
        except WorkbenchError as error:
            lacking.append(str(error))
    return JudgeSeat(judge, tuple(jurors), unavailable=" ".join(lacking))
