"""What answers take: time, money and length."""

from __future__ import annotations

from collections.abc import Callable

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.rule import RuleMetric
from workbench.metrics.text import words

LOADED_FIRST = "the model was loaded first, which says nothing about its pace"


def _measured(info: MetricInfo, value: Callable[[ScoreInput], float | None], unknown: str = "") -> RuleMetric:
    def score(given: ScoreInput) -> ScoreResult:
        found = value(given)
        return Unscored(unknown) if found is None else Scored(float(found))

    return RuleMetric(info, score)


def _timed(info: MetricInfo, value: Callable[[ScoreInput], float | None], unknown: str = "") -> RuleMetric:
    measured = _measured(info, value, unknown)
    return RuleMetric(info, lambda given: Unscored(LOADED_FIRST) if given.cold_start else measured.score(given))


def _number(name: str, *, title: str, unit: str, meaning: str, neutral: bool = False) -> MetricInfo:
    return MetricInfo(
        name, version="1", kind="number", direction="lower", title=title, meaning=meaning, unit=unit, neutral=neutral
    )


LATENCY = _timed(
    _number(
        "latency",
        title="Time to answer",
        unit="ms",
        meaning="Milliseconds from asking the model to its complete answer, retrieval not included. "
        "Unscored when a local model was loaded for it first, or the time is not known.",
    ),
    lambda given: given.completion.latency_ms,
    "how long it took is not known",
)

TTFT = _timed(
    _number(
        "ttft",
        title="Time to first word",
        unit="ms",
        meaning="Milliseconds from asking the model to the first piece of its answer. Unscored when it was not streamed, "
        "or a local model was loaded for it first.",
    ),
    lambda given: given.completion.ttft_ms,
    "the answer was not streamed",
)

COST = _measured(
    _number(
        "cost",
        title="Cost",
        unit="USD",
        meaning="US dollars for the answer at the price in force. Unscored when the price, or the number of tokens, is "
        "not known.",
    ),
    lambda given: given.cost_usd,
    "the price of the model, or the number of tokens, is not known",
)

COMPLETION_TOKENS = _measured(
    _number(
        "completion_tokens",
        title="Tokens written",
        unit="tokens",
        meaning="Tokens of the answer as the provider counted them. Unscored when it did not say.",
    ),
    lambda given: given.completion.usage.completion_tokens,
    "the provider did not say how many tokens it wrote",
)

LENGTH = _measured(
    _number(
        "length",
        title="Length",
        unit="words",
        meaning="Words of the answer. Neither more nor fewer is better by itself: read it beside the other scores.",
        neutral=True,
    ),
    lambda given: len(words(given.completion.text)),
)
