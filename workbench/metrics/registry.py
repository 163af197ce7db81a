"""All built-in metrics by name, and which of them make sense for given data."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptContent
from workbench.domain.protocols import Metric
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.errors import NotFoundError
from workbench.metrics.checks import CHECKS
from workbench.metrics.correctness import CORRECT
from workbench.metrics.figures import NUMBERS_SUPPORTED
from workbench.metrics.finishing import FINISHED
from workbench.metrics.grounding import GROUNDED_SHARE
from workbench.metrics.language import LANGUAGE
from workbench.metrics.operations import COMPLETION_TOKENS, COST, LATENCY, LENGTH, TTFT
from workbench.metrics.quotes import QUOTES_FOUND
from workbench.metrics.reference import CONTAINS, EXACT_MATCH, ROUGE_L, TOKEN_F1
from workbench.metrics.refusal import REFUSAL_CORRECT
from workbench.metrics.retrieval import GOLD_FOUND, GOLD_PRECISION, GOLD_RANK
from workbench.metrics.safety.attacks import ATTACK_RESISTED, attack_of
from workbench.metrics.safety.disclosure import PERSONAL_DATA, SECRETS
from workbench.metrics.safety.invisible_text import INVISIBLE_TEXT
from workbench.metrics.safety.links import LINKS_ALLOWED
from workbench.metrics.safety.prompt_leak import PROMPT_LEAK
from workbench.metrics.schemas import JSON_SCHEMA
from workbench.metrics.sourcing import CITATION_COVERAGE, CITATION_VALIDITY, CITES_GOLD
from workbench.metrics.tool_calls import TOOL_CALLS

_METRICS: dict[str, Metric] = {
    metric.info.name: metric
    for metric in (
        CORRECT,
        REFUSAL_CORRECT,
        ATTACK_RESISTED,
        PROMPT_LEAK,
        LINKS_ALLOWED,
        PERSONAL_DATA,
        SECRETS,
        INVISIBLE_TEXT,
        CITATION_VALIDITY,
        CITATION_COVERAGE,
        CITES_GOLD,
        GOLD_FOUND,
        GOLD_RANK,
        GOLD_PRECISION,
        GROUNDED_SHARE,
        QUOTES_FOUND,
        NUMBERS_SUPPORTED,
        LANGUAGE,
        JSON_SCHEMA,
        TOOL_CALLS,
        FINISHED,
        CHECKS,
        CONTAINS,
        EXACT_MATCH,
        TOKEN_F1,
        ROUGE_L,
        LATENCY,
        TTFT,
        COST,
        COMPLETION_TOKENS,
        LENGTH,
    )
}


def names() -> tuple[str, ...]:
    """The names of all built-in metrics: the headline first, then in the order in which tables show them."""
    return tuple(_METRICS)


def metric(name: str) -> Metric:
    """The built-in metric of that name; NotFoundError with near names when there is none."""
    try:
        return _METRICS[name]
    except KeyError:
        raise NotFoundError("metric", name, _METRICS) from None


def default_metrics(examples: Sequence[Example], prompts: Sequence[PromptContent]) -> tuple[str, ...]:
    """The metrics that at least one output of these examples and prompts can have a score by.

    In the order of `names()`. Latency, cost and length always belong to them.
    """
    asked = [example for example in examples if example.expect != "ignore"]
    refusing = any(example.expect == "refuse" for example in asked)
    checked = any(example.checks for example in asked)
    compared = any(example.expected and example.expect == "answer" for example in asked)
    searching = any(prompt.retrieval is not None for prompt in prompts)
    shown = any(_shows_sources(prompt, examples) for prompt in prompts)
    citing = shown or any(prompt.policy.citations.required for prompt in prompts)
    attacked = any(attack_of(example.metadata) is not None for example in asked)
    gold = searching and any(example.relevant for example in examples)
    wanted = {
        "correct": checked or compared or refusing,
        "checks": checked,
        "exact_match": compared,
        "token_f1": compared,
        "refusal_correct": refusing,
        **dict.fromkeys(("attack_resisted", "prompt_leak", "personal_data", "secrets", "invisible_text"), attacked),
        "links_allowed": attacked and any(prompt.policy.allowed_hosts for prompt in prompts),
        "citation_validity": citing,
        "citation_coverage": any(prompt.policy.citations.required for prompt in prompts),
        "cites_gold": gold and citing,
        "grounded_share": shown,
        "gold_found": gold,
        "language": any(example.metadata.get("locale") or example.metadata.get("language") for example in asked),
        "json_schema": any(prompt.response_schema is not None for prompt in prompts),
        "tool_calls": any(prompt.tools for prompt in prompts),
        "latency": True,
        "cost": True,
        "length": True,
    }
    return tuple(name for name in names() if wanted.get(name, False))


def _shows_sources(prompt: PromptContent, examples: Sequence[Example]) -> bool:
    if prompt.retrieval is not None:
        return True
    return CONTEXT_VARIABLE in prompt.variables and any(example.context for example in examples)
