"""Asking a model for a verdict on an output, once or several times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from workbench.domain.model import Completion, Usage
from workbench.domain.protocols import Completer
from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.errors import InputError, ProviderError
from workbench.hashing import content_hash, short
from workbench.judging.rubric import Rubric

NO_JUDGE_MODEL = Unscored("no judge model")
DEFAULT_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class JudgeResult:
    """A verdict and what it took to get it."""

    result: ScoreResult
    usage: Usage | None = None
    """Tokens of all votes together; None when no model answered."""
    latency_ms: float = 0.0
    """Time the answered votes took, one after another."""
    completions: tuple[Completion, ...] = ()
    """The judge's own words, one per answered vote."""


@dataclass(frozen=True)
class Judge:
    """A rubric and how a model is asked by it."""

    name: str
    """What people call it, and the metric its scores are stored under."""
    rubric: Rubric
    model: str | None = None
    """Label of the model it asks; None when none is set."""
    votes: int = 1
    """How often the model is asked; the mean of the readable votes counts."""
    reasons_first: bool = True
    """Whether the model gives its reasons before it decides. Neither is better for every model: measure it."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Parameters of the request. Temperature is left to the model: several votes need it to vary."""
    timeout_s: float = DEFAULT_TIMEOUT_S

    def __post_init__(self) -> None:
        if self.votes < 1:
            raise InputError(f"The judge {self.name!r} needs at least 1 vote, not {self.votes}.")

    @property
    def version(self) -> str:
        """Hash of everything that can change a verdict, so that scores of different judges are never mixed."""
        content = {
            "rubric": self.rubric.content(reasons_first=self.reasons_first),
            "model": self.model,
            "votes": self.votes,
            "parameters": self.parameters,
        }
        return short(content_hash(content))

    @property
    def info(self) -> MetricInfo:
        """What its scores mean."""
        rubric = self.rubric
        return MetricInfo(self.name, self.version, rubric.kind, "higher", title=rubric.title, meaning=rubric.meaning)

    async def judge(self, given: ScoreInput, completer: Completer | None) -> JudgeResult:
        """Judge one output.

        Retrying is the completer's business; a vote whose call failed in the end does not count. When not more than
        half of the votes can be read, the output is unscored and the texts are kept. Votes are asked one after
        another, so a caller's limit on calls in flight holds.
        """
        known = self.rubric.without_asking(given)
        if known is not None:
            return JudgeResult(known)
        if completer is None:
            return JudgeResult(NO_JUDGE_MODEL)
        request = self.rubric.request(
            given, reasons_first=self.reasons_first, parameters=self.parameters, timeout_s=self.timeout_s
        )
        completions: list[Completion] = []
        results: list[ScoreResult] = []
        for _ in range(self.votes):
            try:
                completion = await completer.complete(request)
            except ProviderError as error:
                results.append(Unscored(f"the judge did not answer: {error}"))
                continue
            completions.append(completion)
            results.append(_read(self.rubric, completion, given))
        return JudgeResult(
            result=_combined(results),
            usage=_total_usage(completions) if completions else None,
            latency_ms=sum(completion.latency_ms or 0.0 for completion in completions),
            completions=tuple(completions),
        )


def _read(rubric: Rubric, completion: Completion, given: ScoreInput) -> ScoreResult:
    result = rubric.read(completion.text, given)
    if isinstance(result, Unscored) and result.raw and completion.finish_reason == "length":
        return Unscored(f"{result.reason}; its answer was cut off at the token limit", raw=result.raw)
    return result


def _combined(results: list[ScoreResult]) -> ScoreResult:
    """The votes' mean when more than half of them have a value, else why not."""
    if len(results) == 1:
        return results[0]
    scored = [result for result in results if isinstance(result, Scored)]
    unscored = [result for result in results if isinstance(result, Unscored)]
    if 2 * len(scored) > len(results):
        # The vote nearest the mean speaks for all: reasons of several votes repeat one another.
        mean = fmean(result.value for result in scored)
        spokesman = min(scored, key=lambda result: abs(result.value - mean))
        values = ", ".join(f"{result.value:.2f}" for result in scored)
        return Scored(mean, f"mean of {len(scored)} of {len(results)} votes ({values}); {spokesman.reason}")
    reasons = "; ".join(dict.fromkeys(result.reason for result in unscored))
    raw = "\n\n".join(result.raw for result in unscored if result.raw)
    return Unscored(f"{len(unscored)} of {len(results)} votes have no value: {reasons}", raw=raw)


def _total_usage(completions: list[Completion]) -> Usage:
    """Tokens of all votes; unknown when one is unknown, as a part of a sum would pass for the whole."""
    usages = [completion.usage for completion in completions]
    return Usage(
        prompt_tokens=_total([usage.prompt_tokens for usage in usages]),
        completion_tokens=_total([usage.completion_tokens for usage in usages]),
        cached_tokens=_total([usage.cached_tokens for usage in usages]),
    )


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
