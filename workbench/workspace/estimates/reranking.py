"""What reranking the sources of a run would ask and cost, before it is started.

Counted as if nothing was reranked before: what was is not asked again, which only a search of every question could tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench import pricing
from workbench.ceiling import asked_answer_tokens
from workbench.domain.model import ModelSpec
from workbench.domain.run import Arm, RunPlan
from workbench.judging.relevance import INSTRUCTIONS
from workbench.models.litellm_reranker import is_reranker
from workbench.retrieval.reranking import CANDIDATES
from workbench.runner.requests import search_text
from workbench.stats.forecast import Range, exactly
from workbench.stats.numbers import money_range
from workbench.text import tokens
from workbench.workspace.estimates.prompt_sizes import ArmPrompts
from workbench.workspace.models import Models

_MILLION = 1_000_000


@dataclass(frozen=True)
class RerankEstimate:
    """One reranker."""

    model: str
    """Alias of the model it is."""
    questions: int
    calls: int
    """At most: one for a question, or one for each of the candidates."""
    cost_usd: Range | None
    """None when unknown."""
    price_known: bool

    def note(self) -> str:
        """What it asks and costs, in a sentence."""
        cost = "at a cost that is not known"
        if self.cost_usd is not None:
            free = self.cost_usd.high == 0
            cost = "for nothing" if free else f"for {money_range(self.cost_usd.low, self.cost_usd.high)}"
        questions = f"{self.questions:,} question{'' if self.questions == 1 else 's'}"
        calls = f"{self.calls:,} call{'' if self.calls == 1 else 's'}"
        return (
            f"{self.model} reranks the sources of {questions} first: up to {calls} {cost}. "
            "What it reranked before is not asked again."
        )


def estimate_rerankers(plan: RunPlan, prompts: Mapping[str, ArmPrompts], models: Models) -> Sequence[RerankEstimate]:
    """The rerankers of a plan's arms. `prompts` show, by arm, some of the sources that are going to be reranked."""
    by_name: dict[str, list[Arm]] = {}
    for arm in plan.arms:
        if arm.retrieval is not None and arm.retrieval.rerank is not None and arm.borrowed is None:
            by_name.setdefault(arm.retrieval.rerank, []).append(arm)
    return [_estimate(plan, models.resolve(name), arms, prompts, models) for name, arms in by_name.items()]


def _estimate(
    plan: RunPlan, spec: ModelSpec, arms: Sequence[Arm], prompts: Mapping[str, ArmPrompts], models: Models
) -> RerankEstimate:
    asked = {
        (arm.index_fingerprint, search_text(example.inputs))
        for arm in arms
        for example in plan.examples
        if example.context is None
    }
    texts = [hit.chunk.text for arm in arms for _, sources in prompts[arm.label].shown for hit in sources.chunks]
    per_text = sum(map(tokens.count, texts)) / len(texts) if texts else 0.0
    return estimate_reranker(spec, models, [question for _, question in asked], per_text)


def estimate_reranker(spec: ModelSpec, models: Models, asked: Sequence[str], per_text: float) -> RerankEstimate:
    """What reranking the sources of these questions would take; `per_text` is how many tokens a source has."""
    one_call = is_reranker(spec.model)
    calls = len(asked) * (1 if one_call else CANDIDATES)
    price, per_query = models.price(spec), pricing.query_usd(spec.model)
    if price is None:
        cost = None if per_query is None else exactly(len(asked) * per_query)
        return RerankEstimate(spec.alias, len(asked), calls, cost, per_query is not None)
    per_question = sum(map(tokens.count, asked)) / max(1, len(asked))
    # A model's own tokenizer makes up to half as much again of the same text.
    each = per_text + per_question + (0 if one_call else tokens.count(INSTRUCTIONS))
    read = Range(each, 1.25 * each, 1.5 * each).scaled(len(asked) * CANDIDATES * price.input_per_million / _MILLION)
    most = 0 if one_call or not price.output_per_million else asked_answer_tokens(spec.parameters)
    if most is None:
        return RerankEstimate(spec.alias, len(asked), calls, None, price_known=True)
    written = Range(0.0, most / 2, float(most)).scaled(calls * price.output_per_million / _MILLION)
    return RerankEstimate(spec.alias, len(asked), calls, read + written, price_known=True)
