"""Asking a model, or a jury of several, for a verdict on an output, once or several times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from workbench.domain.model import Completion, Usage
from workbench.domain.protocols import Completer
from workbench.domain.score import Kind, MetricInfo, Scored, ScoreInput, ScoreResult, Unscored, Vote
from workbench.errors import InputError, ProviderError
from workbench.hashing import content_hash, short
from workbench.judging.rubric import Rubric

NO_JUDGE_MODEL = Unscored("no judge model")
DEFAULT_TIMEOUT_S = 120.0
_HALF = 0.5


@dataclass(frozen=True)
class Juror:
    """A model that a judge asks."""

    alias: str
    model: str = ""
    """What the alias stands for, such as `openai/gpt-4o-mini`."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Parameters of the request. Temperature is left to the model: several votes need it to vary."""


@dataclass(frozen=True)
class JudgeResult:
    """A verdict and what it took to get it."""

    result: ScoreResult
    usages: Mapping[str, Usage] = field(default_factory=dict)
    """Tokens of all votes of a juror together, by alias; a juror that did not answer is left out."""
    latency_ms: float = 0.0
    """Time the answered votes took, one after another."""
    completions: tuple[Completion, ...] = ()
    """The judge's own words, one per answered vote."""
    votes: tuple[Vote, ...] = ()
    """What each said, when several votes were asked for."""


@dataclass(frozen=True)
class Judge:
    """A rubric and the models that are asked by it."""

    name: str
    """What people call it, and the metric its scores are stored under."""
    rubric: Rubric
    jurors: tuple[Juror, ...] = ()
    """One model, or a jury of several, each with an equal say. Empty when no model is set."""
    votes: int = 1
    """How often each model is asked; the mean of its readable votes counts."""
    reasons_first: bool = True
    """Whether the model gives its reasons before it decides. Neither is better for every model: measure it."""
    timeout_s: float = DEFAULT_TIMEOUT_S

    def __post_init__(self) -> None:
        if self.votes < 1:
            raise InputError(f"The judge {self.name!r} needs at least 1 vote, not {self.votes}.")
        if len({juror.alias for juror in self.jurors}) < len(self.jurors):
            raise InputError(
                f"The judge {self.name!r} names a model twice.", hint="`votes` asks every model several times."
            )

    @property
    def content(self) -> Mapping[str, Any]:
        """Everything that can change a verdict."""
        return {
            "rubric": self.rubric.content(reasons_first=self.reasons_first),
            "models": [[juror.alias, juror.model, juror.parameters] for juror in self.jurors],
            "votes": self.votes,
        }

    @property
    def version(self) -> str:
        """Hash of everything that can change a verdict, so that scores of different judges are never mixed."""
        return short(content_hash(self.content))

    @property
    def info(self) -> MetricInfo:
        """What its scores mean."""
        rubric = self.rubric
        return MetricInfo(self.name, self.version, self.kind, "higher", title=rubric.title, meaning=rubric.meaning)

    @property
    def kind(self) -> Kind:
        """The rubric's; of several votes on pass or fail, the share that say pass."""
        several = self.votes > 1 or len(self.jurors) > 1
        return "share" if several and self.rubric.kind == "pass_fail" else self.rubric.kind

    async def judge(self, given: ScoreInput, completers: Mapping[str, Completer]) -> JudgeResult:
        """Judge one output by asking the jurors' models, which `completers` has by alias.

        Retrying is the completer's business; a vote whose call failed in the end does not count. When not more than
        half of a juror's votes can be read, the juror has none; when not more than half of the jurors have one, the
        output is unscored and the texts are kept. Votes are asked one after another, so a caller's limit on calls in
        flight holds.
        """
        known = self.rubric.without_asking(given)
        if known is not None:
            return JudgeResult(known)
        if not self.jurors or not completers:
            return JudgeResult(NO_JUDGE_MODEL)
        asked = [await self._ask(juror, given, completers.get(juror.alias)) for juror in self.jurors]
        votes = tuple(vote for one in asked for vote in one.votes)
        return JudgeResult(
            result=_combined_jury(asked, pass_or_fail=self.rubric.kind == "pass_fail"),
            usages={one.alias: total_usage(one.completions) for one in asked if one.completions},
            latency_ms=sum(completion.latency_ms or 0.0 for one in asked for completion in one.completions),
            completions=tuple(completion for one in asked for completion in one.completions),
            votes=votes if len(votes) > 1 else (),
        )

    async def _ask(self, juror: Juror, given: ScoreInput, completer: Completer | None) -> _Asked:
        if completer is None:
            return _Asked(juror.alias, (Unscored(f"{juror.alias} cannot be asked"),))
        request = self.rubric.request(
            given, reasons_first=self.reasons_first, parameters=juror.parameters, timeout_s=self.timeout_s
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
        return _Asked(juror.alias, tuple(results), tuple(completions))


@dataclass(frozen=True)
class _Asked:
    """What one juror said."""

    alias: str
    results: tuple[ScoreResult, ...]
    completions: tuple[Completion, ...] = ()

    @property
    def votes(self) -> list[Vote]:
        return [Vote(self.alias, one.value if isinstance(one, Scored) else None, one.reason) for one in self.results]


def _read(rubric: Rubric, completion: Completion, given: ScoreInput) -> ScoreResult:
    result = rubric.read(completion.text, given)
    if isinstance(result, Unscored) and result.raw and completion.finish_reason == "length":
        return Unscored(f"{result.reason}; its answer was cut off at the token limit", raw=result.raw)
    return result


def _combined_jury(asked: Sequence[_Asked], *, pass_or_fail: bool) -> ScoreResult:
    """The mean of the jurors' verdicts when more than half of them have one, else why not."""
    results = [(one.alias, _combined(one.results)) for one in asked]
    if len(results) == 1:
        return results[0][1]
    scored = [(alias, result) for alias, result in results if isinstance(result, Scored)]
    lost = [(alias, result) for alias, result in results if isinstance(result, Unscored)]
    silent = [f"{alias} has no verdict: {result.reason}" for alias, result in lost]
    if 2 * len(scored) <= len(results):
        raw = "\n\n".join(result.raw for _, result in lost if result.raw)
        return Unscored(f"{len(lost)} of {len(results)} jurors have no verdict: {'; '.join(silent)}", raw=raw)
    values = [result.value for _, result in scored]
    passed = sum(value > _HALF for value in values)
    each = ", ".join(f"{alias} {result.value:.2f}" for alias, result in scored)
    said = f"{passed} of {len(values)} jurors say pass" if pass_or_fail else f"mean of {len(values)} jurors ({each})"
    reasons = [f"{alias}: {result.reason}" for alias, result in scored if result.reason]
    return Scored(fmean(values), "; ".join([said, *reasons, *silent]))


def _combined(results: Sequence[ScoreResult]) -> ScoreResult:
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


def total_usage(completions: Sequence[Completion]) -> Usage:
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
