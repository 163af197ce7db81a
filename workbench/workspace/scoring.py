"""Scores of outputs: rules at once, judges with a model's help."""

from __future__ import annotations

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
from workbench.workspace.gold import GoldByIndex, asks_for_gold, gold_at, gold_of
from workbench.workspace.measures import Measures
from workbench.workspace.models import Models

if TYPE_CHECKING:
    from workbench.domain.model import ModelSpec, Price


@dataclass(frozen=True)
class JudgeSeat:
    """A judge and the model it asks; without a model it leaves outputs unscored."""

    judge: Judge
    spec: ModelSpec | None
    price: Price | None
    unavailable: str = ""
    """Why the model cannot be asked, when one was named."""


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
        measures = Measures(self._context.settings)
        chosen = [measures.metric(name) for name in names]
        gold = self._looked_up() if asks_for_gold(names) else None
        given = [(output, self.given(output, gold)) for output in outputs]
        return rule_scores(given, chosen, self._context.clock.now())

    def _looked_up(self) -> GoldByIndex:
        """Where gold lies in the plan's indexes, looked up once."""
        if self._gold is None:
            self._gold = gold_of(self._context, self._plan)
        return self._gold

    async def by_judge(self, output: TrialOutput, seat: JudgeSeat, completer: Completer | None) -> Score:
        """One judge's verdict on one output; `completer` asks its model."""
        judge, now = seat.judge, self._context.clock.now
        if seat.unavailable:
            return Score(output.trial_id, judge.info.name, judge.info.version, Unscored(seat.unavailable), now())
        try:
            judged = await judge.judge(self.given(output), completer)
        except WorkbenchError as error:
            return Score(output.trial_id, judge.info.name, judge.info.version, Unscored(str(error)), now())
        cost = cost_usd(judged.usage, seat.price) if judged.usage is not None else None
        asked = seat.spec if judged.completions else None
        return Score(
            output.trial_id,
            judge.info.name,
            judge.info.version,
            judged.result,
            now(),
            cost,
            model=None if asked is None else asked.alias,
            latency_ms=None if asked is None else judged.latency_ms,
        )


def seats(context: Context, names: Sequence[str]) -> Mapping[str, JudgeSeat]:
    """The judges of these names with the models that `workbench.toml` gives them."""
    models, measures = Models(context), Measures(context.settings)
    found: dict[str, JudgeSeat] = {}
    for name in names:
        judge = measures.judge(name)
        configured = context.settings.judges.get(name)
        if configured is None or configured.model is None:
            found[name] = JudgeSeat(judge, None, None)
            continue
        spec = models.resolve(configured.model)
        try:
            models.require_ready([spec])
            found[name] = JudgeSeat(judge, spec, models.price(spec))
        except WorkbenchError as error:
            found[name] = JudgeSeat(judge, None, None, unavailable=str(error))
    return found
