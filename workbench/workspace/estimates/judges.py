"""What the judges of a run would ask and cost: one verdict on every answer, each with the judge's votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.ceiling import most_answer_tokens
from workbench.domain.model import Completion, ModelSpec, Usage
from workbench.domain.run import RunPlan
from workbench.domain.score import ScoreInput
from workbench.judging.judge import Judge
from workbench.models.registry import is_offline
from workbench.runner.context_window import texts
from workbench.stats.forecast import LEAST, ZERO, Range, Spread, exactly, total_of_kin, total_of_same
from workbench.stats.intervals import wilson
from workbench.store.earlier import EarlierVerdicts
from workbench.text.token_bounds import bounds_of
from workbench.workspace.estimates.arms import EMBEDDED_MS
from workbench.workspace.estimates.estimate import ArmEstimate, JudgeEstimate
from workbench.workspace.estimates.precedents import Precedent
from workbench.workspace.estimates.prompt_sizes import ArmPrompts
from workbench.workspace.runs.scoring import JudgeSeat, JurorSeat

_PER_MILLION = 1_000_000
_STAND_IN = Completion("x", "", None, Usage(), 0.0)
"""An answer, while there is none: the tokens of answers to come are added."""


def estimate_judge(
    plan: RunPlan,
    seat: JudgeSeat,
    arms: Sequence[tuple[ArmPrompts, ArmEstimate]],
    known: EarlierVerdicts | None,
    precedents: Mapping[str, Precedent],
) -> list[JudgeEstimate]:
    """The estimate of a judge, one for each model it asks.

    `known` are its earlier verdicts, `precedents` earlier answers of models by alias.
    """
    judge = seat.judge
    if not seat.jurors:
        return [JudgeEstimate(judge.name, None, plan.size, ZERO, ZERO, "", "", None, note=_why_silent(seat))]
    verdicts, made = _verdicts(plan, known), []
    for juror in seat.jurors:
        # What a jury's verdicts cost and took is not stored by juror.
        alone = known if len(seat.jurors) == 1 else None
        cost, cost_from, unknown = _cost(judge, juror, arms, alone, len(plan.examples))
        precedent = precedents.get(juror.spec.alias)
        latency = _latency(juror.spec, judge.votes, alone, precedent, len(plan.examples))
        made.append(
            JudgeEstimate(
                judge=judge.name,
                model=juror.spec.alias,
                verdicts=plan.size,
                calls=verdicts.scaled(judge.votes),
                cost_usd=None if cost is None else cost.scaled(verdicts),
                cost_from=cost_from,
                cost_unknown=unknown,
                latency_ms=latency,
            )
        )
    return made


def _why_silent(seat: JudgeSeat) -> str:
    name = seat.judge.name
    if seat.unavailable:
        return f"{name} scores nothing: {seat.unavailable}"
    return f"{name} needs a model in workbench.toml, under [judges.{name}]. Until then it scores nothing."


def _verdicts(plan: RunPlan, known: EarlierVerdicts | None) -> Range:
    """How many answers the judge's model is asked about: some, such as a refusal, leave nothing to judge."""
    if known is None:
        return exactly(plan.size)
    asked = wilson(round(known.asked_share * known.n), known.n)
    return Range(asked.low, asked.estimate, asked.high).scaled(plan.size)


def _cost(
    judge: Judge,
    juror: JurorSeat,
    arms: Sequence[tuple[ArmPrompts, ArmEstimate]],
    known: EarlierVerdicts | None,
    examples: int,
) -> tuple[Range | None, str, str]:
    """Cost of a verdict in US dollars, where it comes from, and why it is not known."""
    price, name, spec = juror.price, judge.name, juror.spec
    if price is None:
        return None, "", f"{spec.alias}: price unknown."
    if not price.input_per_million and not price.output_per_million:
        return ZERO, "it costs nothing", ""
    each = None if known is None else _each(known.cost_usd, examples)
    if known is not None and each is not None:
        return each, f"{known.n:,} earlier verdicts", ""
    limit = most_answer_tokens(spec.parameters, spec.model)
    if limit is None:
        return None, "", f"What {name} costs is not known yet: nothing says how long its verdicts may get."
    prompt = _request_tokens(judge, arms).scaled(price.input_per_million / _PER_MILLION)
    verdict = Range(1.0, None, float(limit)).scaled(price.output_per_million / _PER_MILLION)
    return (prompt + verdict).scaled(judge.votes), f"unknown: verdicts of between 1 and {limit:,} tokens", ""


def _request_tokens(judge: Judge, arms: Sequence[tuple[ArmPrompts, ArmEstimate]]) -> Range:
    """Tokens of what the judge is shown about an answer: its instructions, the question, the sources, the answer."""
    total, shown = ZERO, 0
    for prompts, estimate in arms:
        answer = estimate.completion_each or ZERO
        for example, sources in prompts.shown:
            given = ScoreInput(example, _STAND_IN, prompts.arm.prompt.content, sources.chunks, None)
            request = judge.rubric.request(
                given, reasons_first=judge.reasons_first, parameters={}, timeout_s=judge.timeout_s
            )
            found = bounds_of(texts(request))
            total += Range(found.low, found.middle, found.high) + answer
            shown += 1
    return total.scaled(1 / shown) if shown else ZERO


def _latency(
    spec: ModelSpec, votes: int, known: EarlierVerdicts | None, precedent: Precedent | None, examples: int
) -> Range | None:
    """Milliseconds of a verdict on average, one vote after another."""
    each = None if known is None else _each(known.latency_ms, examples)
    if each is not None:
        return each
    of_model = None if precedent is None else precedent.each(precedent.answers.latency_ms, examples=examples)
    if of_model is None and is_offline(spec):
        of_model = EMBEDDED_MS
    return None if of_model is None else of_model.scaled(votes)


def _each(spread: Spread | None, examples: int) -> Range | None:
    if spread is None:
        return None
    if spread.examples >= LEAST:
        return total_of_same(spread, count=1, examples=examples)
    return total_of_kin(spread, count=1)
