"""What another tool's scores mean, as far as their names and values show it; people may say otherwise."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.domain.imported import IMPORTED_VERSION, ImportedAnswer, ImportedResults, ImportedScore
from workbench.domain.score import Direction, Kind, MetricInfo
from workbench.errors import InputError, suggestion
from workbench.formats.results.columns import plain_name

_LOWER = frozenset(
    {
        *("cost", "latency", "duration", "seconds", "ms", "toxicity", "toxic", "bias", "biased", "hallucination"),
        *("hallucinations", "hallucinated", "error", "errors", "perplexity", "distance", "levenshtein"),
        *("harm", "harmful", "harmfulness", "leak", "leakage", "violation", "violations", "misuse", "wer"),
    }
)
_NEUTRAL = frozenset({"length", "tokens", "words", "characters", "count"})
_PASSED = "passed"
"""A verdict on a score counts up, whatever the score does."""
_DIRECTIONS: Mapping[str, Direction] = {"lower": "lower", "higher": "higher"}
_KINDS: Mapping[str, Kind] = {"pass_fail": "pass_fail", "share": "share", "number": "number"}
_CHANGES = (*_DIRECTIONS, *_KINDS, "skip")
_THRESHOLD = re.compile(r"(.+?)\s*(>=|<=)\s*([+-]?\d+(?:\.\d+)?)\Z", re.DOTALL)


@dataclass(frozen=True)
class _Threshold:
    name: str
    """Of the score that is made."""
    of: str
    least: bool
    bound: float

    def met(self, value: float) -> bool:
        return value >= self.bound if self.least else value <= self.bound


@dataclass(frozen=True)
class Wishes:
    """What people say of a tool's scores: which value passes, which way is better, of which kind they are."""

    thresholds: tuple[_Threshold, ...] = ()
    changes: Mapping[str, tuple[str, ...]] | None = None

    @staticmethod
    def of(texts: Sequence[str], known: Collection[str]) -> Wishes:
        """Read wishes such as `relevance>=4` (a pass/fail score beside it) and `toxicity=lower`.

        Raises InputError for a score that is not there and for what is no wish.
        """
        thresholds: list[_Threshold] = []
        changes: dict[str, tuple[str, ...]] = {}
        for text in texts:
            if bound := _THRESHOLD.fullmatch(text):
                _require(bound[1], known)
                thresholds.append(_Threshold(text, bound[1], bound[2] == ">=", float(bound[3])))
                continue
            name, equals, change = text.rpartition("=")
            if not equals or change not in _CHANGES:
                hint = f"Write NAME>=4, NAME<=0.5, or NAME={'|'.join(_CHANGES)}."
                raise InputError(f"{text!r} says nothing of a score.", hint=hint)
            _require(name, known)
            changes[name] = (*changes.get(name, ()), change)
        return Wishes(tuple(thresholds), changes)


def score_names(results: ImportedResults) -> list[str]:
    """The names of all scores, in order of appearance."""
    answers = (answer for arm in results.arms for answer in arm.answers)
    return list(dict.fromkeys(score.name for answer in answers for score in answer.scores))


def as_wished(results: ImportedResults, wishes: Wishes) -> ImportedResults:
    """The results with the pass/fail scores that thresholds make, and without those that are to be skipped."""
    skipped = {name for name, changes in (wishes.changes or {}).items() if "skip" in changes}
    arms = tuple(
        replace(arm, answers=tuple(_changed(answer, wishes.thresholds, skipped) for answer in arm.answers))
        for arm in results.arms
    )
    return replace(results, arms=arms)


def renamed(results: ImportedResults, taken: Collection[str]) -> ImportedResults:
    """The results with every score called so that it is told apart from the project's own measures."""
    new = {name: f"{name} ({results.tool})" for name in score_names(results) if name in taken}
    if not new:
        return results
    arms = tuple(
        replace(
            arm,
            answers=tuple(
                replace(answer, scores=tuple(replace(s, name=new.get(s.name, s.name)) for s in answer.scores))
                for answer in arm.answers
            ),
        )
        for arm in results.arms
    )
    notes = (
        f"The file's score `{name}` is shown as `{shown}`, since this project computes one of that name itself."
        for name, shown in new.items()
    )
    return replace(results, arms=arms, notes=(*results.notes, *notes))


def infer(results: ImportedResults, wishes: Wishes | None = None) -> tuple[MetricInfo, ...]:
    """Kind and direction of every score, those that thresholds made first."""
    wishes = wishes or Wishes()
    seen: dict[str, list[float]] = {name: [] for name in score_names(results)}
    for arm in results.arms:
        for answer in arm.answers:
            for score in answer.scores:
                if score.value is not None:
                    seen[score.name].append(score.value)
    made = [threshold.name for threshold in wishes.thresholds]
    names = [*(name for name in made if name in seen), *(name for name in seen if name not in made)]
    return tuple(_info(name, seen[name], results.tool, (wishes.changes or {}).get(name, ())) for name in names)


def _require(name: str, known: Collection[str]) -> None:
    if name not in known:
        raise InputError(f"There is no score {name!r} in these results.", hint=suggestion(name, known))


def _changed(answer: ImportedAnswer, thresholds: Sequence[_Threshold], skipped: Collection[str]) -> ImportedAnswer:
    given = {score.name: score for score in answer.scores}
    made = []
    for threshold in thresholds:
        if (score := given.get(threshold.of)) is not None:
            value = None if score.value is None else float(threshold.met(score.value))
            made.append(ImportedScore(threshold.name, value, score.reason))
    kept = [score for score in answer.scores if score.name not in skipped]
    return replace(answer, scores=(*made, *kept))


def _info(name: str, seen: Sequence[float], tool: str, changes: Sequence[str]) -> MetricInfo:
    kind = _kind(seen)
    direction: Direction = "lower" if _is_lower(name) else "higher"
    for change in changes:
        direction, kind = _DIRECTIONS.get(change, direction), _KINDS.get(change, kind)
    if (kind == "pass_fail" and not set(seen) <= {0.0, 1.0}) or (kind == "share" and not _are_shares(seen)):
        raise InputError(f"The score {name!r} has values that are no {kind}.", hint="Leave it a number.")
    meaning = f"As {tool} gave it. Unscored where the file has no value."
    neutral = kind == "number" and not changes and not _NEUTRAL.isdisjoint(plain_name(name).split("_"))
    return MetricInfo(name, IMPORTED_VERSION, kind, direction, name, meaning, neutral=neutral)


def _kind(seen: Sequence[float]) -> Kind:
    if set(seen) <= {0.0, 1.0}:
        return "pass_fail"
    return "share" if _are_shares(seen) else "number"


def _are_shares(seen: Sequence[float]) -> bool:
    return all(0 <= value <= 1 for value in seen)


def _is_lower(name: str) -> bool:
    words = plain_name(name).split("_")
    return words[-1] != _PASSED and not _LOWER.isdisjoint(words)
