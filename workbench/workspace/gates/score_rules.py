"""Rules on scores: a limit on the mean, on a quantile, or on the difference from the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.domain.evidence import MeasuredArm, MeasuredBaseline
from workbench.domain.gate import GateRule, GateVerdict
from workbench.domain.score import MetricInfo
from workbench.errors import InputError
from workbench.stats.intervals import WILSON
from workbench.stats.numbers import (
    change,
    counted,
    number,
    of_kind,
    percent,
    percent_with_interval,
    points,
    signed_points,
)
from workbench.stats.order import quantile_with_interval
from workbench.stats.paired import compare
from workbench.stats.summary import FEWEST_EXAMPLES, mean_with_interval
from workbench.stats.wording import TIME_UNITS, replayed_sentence
from workbench.workspace.gates.judge_rates import rate_by_people
from workbench.workspace.gates.result import RuleResult
from workbench.workspace.gates.settling import more_rows, more_until_beyond, more_until_share
from workbench.workspace.measures import HUMAN

if TYPE_CHECKING:
    from workbench.workspace.gates.samples import Sampled, Samples


@dataclass(frozen=True)
class _Limit:
    """A limit on an interval: which side of it is right."""

    value: float
    at_least: bool

    def verdict(self, estimate: float, low: float, high: float, *, on_mean: bool) -> GateVerdict:
        """Pass where all of the interval is on the right side, fail where none of it is."""
        if on_mean:
            low = high = estimate
        near, far = (low, high) if self.at_least else (-high, -low)
        limit = self.value if self.at_least else -self.value
        if near >= limit:
            return "pass"
        return "fail" if far < limit else "cannot tell yet"

    def settling(self, estimate: float, low: float, high: float, n: int) -> str:
        """How an open verdict could be settled."""
        right = estimate >= self.value if self.at_least else estimate <= self.value
        end = low if right == self.at_least else high
        return more_rows(more_until_beyond(estimate, end, self.value, n))


@dataclass(frozen=True)
class _Case:
    """A rule that has scores to look at."""

    samples: Samples
    rule: GateRule
    arm: MeasuredArm
    info: MetricInfo
    sampled: Sampled
    blank: RuleResult
    judged: bool
    """Whether a judge gave the scores."""


def on_score(samples: Samples, rule: GateRule, arm: MeasuredArm, baseline: MeasuredBaseline | None) -> RuleResult:
    """A rule with a metric and a limit. Raises InputError for a limit that the metric can never meet or miss."""
    name = rule.metric or ""
    known = samples.known.get(name)
    title = score_title(rule, None if known is None else known.info, baseline)
    blank = RuleResult("score", title, arm.label, "cannot tell yet", "", metric=name, slice=rule.slice)
    if known is None:
        found = f"No answer has a score by {name}."
        return replace(blank, found=found, settle=_how_to_score(samples, name, judge=False))
    info = known.info
    _require_sense(rule, info)
    sampled = samples.of(arm, info, samples.chosen(rule.slice))
    if not sampled.scores:
        found, settle = _nothing(samples, rule, arm, info, judge=known.source == "judge")
        return replace(blank, found=found, settle=settle)
    case = _Case(samples, rule, arm, info, sampled, blank, judged=known.source == "judge")
    if rule.not_worse_by is not None:
        return _not_worse(case, baseline)
    if rule.quantile is not None:
        return _quantile(case, rule.quantile)
    return _by_people(case) or _mean(case)


def score_title(rule: GateRule, info: MetricInfo | None, baseline: MeasuredBaseline | None) -> str:
    """The rule in words."""
    name = rule.metric or ""
    what = name if info is None else info.title
    if rule.quantile is not None:
        what = f"{what}: {percent(rule.quantile)} of answers"
    if rule.not_worse_by is not None:
        than = "the baseline" if baseline is None else baseline.title
        text = f"{what} not worse than {than} by more than {_size(rule.not_worse_by, info)}"
    elif rule.at_least is not None:
        text = f"{what} at least {_value(rule.at_least, info)}"
    else:
        text = f"{what} at most {_value(rule.at_most, info)}"
    return text + (" on the mean" if rule.on == "mean" else "") + tagged(rule.slice)


def tagged(tag: str | None) -> str:
    """How a title says which rows it is about."""
    return "" if tag is None else f", rows tagged {tag}"


def _limit(rule: GateRule) -> _Limit:
    if rule.at_least is not None:
        return _Limit(rule.at_least, at_least=True)
    return _Limit(rule.at_most or 0.0, at_least=False)


def _require_sense(rule: GateRule, info: MetricInfo) -> None:
    values = [one for one in (rule.at_least, rule.at_most, rule.not_worse_by) if one is not None]
    if info.kind != "number" and any(not 0 <= one <= 1 for one in values):
        raise InputError(
            f"A rule limits {info.name} by {values[0]:g}, and it is a share from 0 to 1.", hint="0.8 stands for 80%."
        )
    if rule.quantile is not None and info.kind != "number":
        raise InputError(f"A rule limits a quantile of {info.name}, which is no amount.", hint="Leave quantile out.")


def _by_people(case: _Case) -> RuleResult | None:
    """A judge's pass rate as people would give it; None for other scores, and where there are too few labels."""
    rule, info = case.rule, case.info
    rows = case.samples.chosen(rule.slice)
    rate = rate_by_people(case.samples, case.arm, info.name, rows) if case.judged and info.kind != "number" else None
    if rate is None:
        return None
    limit, alone = _limit(rule), mean_with_interval(case.sampled.scores, kind=info.kind).mean
    verdict = limit.verdict(rate.estimate, rate.low, rate.high, on_mean=rule.on == "mean")
    shown = _interval(rate.estimate, rate.low, rate.high, info)
    return replace(
        case.blank,
        verdict=verdict,
        found=f"{shown}, corrected by {rate.n} labels of people; the judge alone says {percent(alone)}"
        + _about(case.sampled),
        settle="Have people review more answers of the run." if verdict == "cannot tell yet" else "",
        limit=limit.value,
        estimate=rate.estimate,
        low=rate.low,
        high=rate.high,
        n=len(case.sampled.scores),
    )


def _mean(case: _Case) -> RuleResult:
    rule, info, sampled, blank = case.rule, case.info, case.sampled, case.blank
    mean = mean_with_interval(sampled.scores, kind=info.kind, clusters=case.samples.clusters)
    limit = _limit(rule)
    found = replace(blank, limit=limit.value, estimate=mean.mean, low=mean.low, high=mean.high, n=mean.n)
    if mean.mean is None or mean.low is None or mean.high is None:
        return _too_few(found, _value(mean.mean, info))
    verdict = limit.verdict(mean.mean, mean.low, mean.high, on_mean=rule.on == "mean")
    shown = _interval(mean.mean, mean.low, mean.high, info)
    settle = ""
    if verdict == "cannot tell yet":
        # One answer a row and no clusters: the number can be found, and is smaller near 0% and 100%.
        exact = mean.method == WILSON
        counted = more_until_share(mean.mean, limit.value, mean.n) if exact else None
        settle = more_rows(counted) if exact else limit.settling(mean.mean, mean.low, mean.high, mean.n)
    return replace(found, verdict=verdict, found=shown + _about(sampled), settle=settle)


def _quantile(case: _Case, share: float) -> RuleResult:
    rule, info, sampled, blank = case.rule, case.info, case.sampled, case.blank
    limit = _limit(rule)
    values = [value for one in sampled.scores.values() for value in one]
    found = quantile_with_interval(values, share, examples=len(sampled.scores))
    low = -math.inf if found.low is None else found.low
    high = math.inf if found.high is None else found.high
    made = replace(
        blank, limit=limit.value, estimate=found.estimate, low=found.low, high=found.high, n=len(sampled.scores)
    )
    if len(sampled.scores) < FEWEST_EXAMPLES:
        return _too_few(made, _value(found.estimate, info))
    verdict = limit.verdict(found.estimate, low, high, on_mean=rule.on == "mean")
    ends = _ends(found.low, found.high, info)
    settle = ""
    if verdict == "cannot tell yet":
        fewest = found.examples_for_bounds
        short = fewest - made.n
        settle = more_rows(short) if short > 0 else "More rows would settle it: it lies near the limit."
    return replace(
        made, verdict=verdict, found=f"{_value(found.estimate, info)} ({ends})" + _about(sampled), settle=settle
    )


def _not_worse(case: _Case, baseline: MeasuredBaseline | None) -> RuleResult:
    rule, arm, info, sampled, blank = case.rule, case.arm, case.info, case.sampled, case.blank
    if baseline is None or baseline.missing:
        why = "The evidence has no baseline." if baseline is None else baseline.missing
        return replace(blank, found="Nothing to compare with.", settle=why)
    if baseline.nothing_yet:
        return replace(
            blank, verdict="pass", found="Nothing is released before it, so there is nothing to be worse than."
        )
    other = next(one for one in baseline.arms if one.label == baseline.pairs[arm.label])
    if info.name != HUMAN.name and other.versions.get(info.name, info.version) != arm.versions.get(info.name):
        return replace(
            blank,
            found=f"{info.title} of {other.label} is by another version of {info.name}: the two cannot be compared.",
            settle=f"Score it again: workbench score {other.run} --stale",
        )
    if info.unit in TIME_UNITS and (apart := _measured_apart(arm, other)):
        rows = case.samples.measured.run.dataset_label
        versions = " ".join(f"--prompt {one.prompt}@{one.number}" for one in (other, arm))
        again = f"Measure both side by side: workbench run {versions} --dataset {rows} --no-cache"
        return replace(blank, found=apart, settle=again)
    before = case.samples.of(other, info, case.samples.chosen(rule.slice))
    pair = compare(
        before.scores, sampled.scores, kind=info.kind, direction=info.direction, clusters=case.samples.clusters
    )
    margin = rule.not_worse_by or 0.0
    made = replace(blank, limit=margin, estimate=pair.difference, low=pair.low, high=pair.high, n=pair.n)
    if pair.difference is None or pair.low is None or pair.high is None:
        return _too_few(made, f"{pair.n} rows have a score in both")
    limit = _Limit(-margin, at_least=True) if info.direction == "higher" else _Limit(margin, at_least=False)
    verdict = limit.verdict(pair.difference, pair.low, pair.high, on_mean=rule.on == "mean")
    shown = f"{_change(pair.difference, info)} ({_change(pair.low, info, bare=True)} to {_change(pair.high, info, bare=True)})"
    left_out = pair.missing_arm + pair.missing_baseline
    aside = f"; {left_out} rows have a score in one of the two only" if left_out else ""
    aside += f"; compared with {other.label}, another model" if other.model != arm.model else ""
    settle = ""
    if verdict == "cannot tell yet":
        settle = limit.settling(pair.difference, pair.low, pair.high, pair.n)
    return replace(made, verdict=verdict, found=shown + aside + _about(sampled), settle=settle)


def _measured_apart(arm: MeasuredArm, other: MeasuredArm) -> str:
    """Why times of two arms are not compared; empty where one run took both."""
    if arm.run != other.run:
        return f"Times are not compared: {other.label} was asked in another run."
    if arm.replayed or other.replayed:
        return replayed_sentence(arm.label, arm.replayed, other.label, other.replayed)
    return ""


def _nothing(samples: Samples, rule: GateRule, arm: MeasuredArm, info: MetricInfo, *, judge: bool) -> tuple[str, str]:
    """Why there is no score, and what to do."""
    if not samples.chosen(rule.slice):
        return f"No row has the tag {rule.slice}.", "Tag rows of the golden set, or mend the rule."
    if all(trial.failed for trial in arm.trials):
        return "No answer came.", f"workbench resume {arm.run} --retry-failed"
    how = _how_to_score(samples, info.name, judge=judge)
    return f"No answer has a score by {info.name}{tagged(rule.slice)}.", how


def _how_to_score(samples: Samples, name: str, *, judge: bool) -> str:
    if name == HUMAN.name:
        return "Have people review answers of the run."
    option = "judge" if judge else "metric"
    return f"Score the run with it: workbench score {samples.measured.run.id} --{option} {name}"


def _too_few(result: RuleResult, shown: str) -> RuleResult:
    more = FEWEST_EXAMPLES - result.n
    return replace(
        result,
        found=f"{shown}, on {counted(result.n, 'row')}",
        settle=f"At least {FEWEST_EXAMPLES} rows are needed: {more} more.",
    )


def _about(sampled: Sampled) -> str:
    """What the number counts as fails."""
    return f"; {counted(sampled.failed, 'answer')} did not come" if sampled.failed else ""


def _value(value: float | None, info: MetricInfo | None) -> str:
    if info is None:
        return number(value)
    return of_kind(value, info.kind, info.unit)


def _size(value: float, info: MetricInfo | None) -> str:
    return points(value) if info is not None and info.kind != "number" else _value(value, info)


def _interval(mean: float, low: float, high: float, info: MetricInfo) -> str:
    if info.kind == "number":
        return f"{_value(mean, info)} ({_value(low, info)} to {_value(high, info)})"
    return percent_with_interval(mean, low, high)


def _ends(low: float | None, high: float | None, info: MetricInfo) -> str:
    """An interval of which an end may not be known."""
    if low is None and high is None:
        return "could be anything"
    if high is None:
        return f"{_value(low, info)} or more"
    return f"{_value(high, info)} or less" if low is None else f"{_value(low, info)} to {_value(high, info)}"


def _change(value: float, info: MetricInfo, *, bare: bool = False) -> str:
    """A difference with its sign."""
    if info.kind == "number":
        return f"{'+' if value > 0 else ''}{_value(value, info)}"
    return signed_points(value) if bare else change(value)
