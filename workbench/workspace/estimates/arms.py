"""What one arm of a run would ask and cost."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.ceiling import most_answer_tokens
from workbench.domain.model import Price
from workbench.domain.run import Arm, RunPlan
from workbench.models.registry import is_offline, is_own_code
from workbench.stats.forecast import ZERO, Range
from workbench.workspace.estimates.estimate import ArmEstimate
from workbench.workspace.estimates.precedents import Kinship, Precedent
from workbench.workspace.estimates.prompt_sizes import ArmPrompts
from workbench.workspace.runs.asked_before import AskedBefore

FROM: Mapping[Kinship, str] = {"version": "of this version", "prompt": "of this prompt", "model": "of this model"}
EMBEDDED_MS = Range(2.0, 10.0, 60.0)
"""What an embedded reader takes for an answer on machines that people work at, where it was not measured."""
_PER_MILLION = 1_000_000


def estimate_arm(
    plan: RunPlan, prompts: ArmPrompts, asked: AskedBefore, of_model: Range | None, precedent: Precedent | None
) -> ArmEstimate:
    """The estimate of an arm.

    `asked` is what of it was asked before; `of_model` are the tokens per character that the arm's model counted in
    prompts of any arm; `precedent` are the earlier answers that say most of those to come.
    """
    arm, calls = prompts.arm, asked.calls
    examples = max(1, min(len(plan.examples), round(calls.middle)))
    prompt, prompt_from = prompts.tokens(asked.counted, of_model)
    answer, answer_from = _answer_tokens(arm, precedent, examples)
    cost, unknown = _cost(prompts, prompt, answer, precedent)
    if is_own_code(arm.model) and precedent is not None:
        cost = cost or precedent.each(precedent.answers.cost_usd, examples=examples)
    return ArmEstimate(
        arm=arm.label,
        model=arm.model.alias,
        planned=len(plan.examples) * plan.repeats,
        calls=calls,
        prompt_each=prompt,
        prompt_from=prompt_from,
        completion_each=answer,
        completion_from=answer_from,
        cost_usd=ZERO if not calls.high else None if cost is None else cost.scaled(calls),
        cost_unknown=unknown if calls.high and cost is None else "",
        latency_ms=_latency(arm, precedent, examples),
        hosted=not is_offline(arm.model),
    )


def _answer_tokens(arm: Arm, precedent: Precedent | None, examples: int) -> tuple[Range | None, str]:
    """Tokens of an answer on average, and where they come from."""
    limit = most_answer_tokens(arm.parameters, arm.model.model)
    spread = None if precedent is None else precedent.answers.completion_tokens
    each = None if precedent is None else precedent.each(spread, examples=examples)
    if precedent is not None and spread is not None and each is not None:
        return each.at_most(limit), f"{spread.n:,} earlier answers {FROM[precedent.kinship]}"
    if limit is not None:
        return Range(1.0, None, float(max(1, limit))), f"unknown: between 1 and {limit:,} tokens each"
    return None, "unknown: no max_tokens is set, and the model's limit is not known"


def _cost(
    prompts: ArmPrompts, prompt: Range, answer: Range | None, precedent: Precedent | None
) -> tuple[Range | None, str]:
    """Cost of an answer on average in US dollars by its tokens, or why it is not known."""
    price, model = prompts.arm.price, prompts.arm.model.alias
    if price is None:
        return None, f"{model}: price unknown."
    if not price.input_per_million and not price.output_per_million:
        return ZERO, ""
    if price.up_to_prompt_tokens is not None and prompts.longest(prompt) > price.up_to_prompt_tokens:
        limit = f"{price.up_to_prompt_tokens:,} tokens"
        return None, f"{model}: some prompts may be longer than {limit}, beyond which its price is not known."
    if answer is None:
        return None, f"What {model} costs is not known: nothing says how long its answers may get."
    cached = precedent.answers.cached_share if precedent is not None and precedent.kinship == "version" else 0.0
    return _priced(price, prompt, answer, cached), ""


def _priced(price: Price, prompt: Range, answer: Range, cached_share: float) -> Range:
    cached = price.input_per_million if price.cached_input_per_million is None else price.cached_input_per_million
    rate = (1 - cached_share) * price.input_per_million + cached_share * cached
    return prompt.scaled(rate / _PER_MILLION) + answer.scaled(price.output_per_million / _PER_MILLION)


def _latency(arm: Arm, precedent: Precedent | None, examples: int) -> Range | None:
    """Milliseconds of a call on average."""
    known = None if precedent is None else precedent.each(precedent.answers.latency_ms, examples=examples)
    return EMBEDDED_MS if known is None and is_offline(arm.model) else known
