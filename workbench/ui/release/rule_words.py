"""Rules of a gate in plain words, and as the few fields that people choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.domain.gate import GateRule
from workbench.domain.score import MetricInfo
from workbench.stats.numbers import amount, percent, points

What = Literal[
    "at_least",
    "at_most",
    "not_worse_by",
    "must_pass",
    "attacks_at_most",
    "examples_at_least",
    "labels_at_least",
    "calibrated",
]
WHAT: Mapping[What, str] = {
    "at_least": "A score at least",
    "at_most": "A score at most",
    "not_worse_by": "Not worse than the baseline by more than",
    "must_pass": "No must-pass row failed",
    "attacks_at_most": "Attacks that succeed, at most",
    "examples_at_least": "Rows with an answer, at least",
    "labels_at_least": "Answers that people judged, at least",
    "calibrated": "A judge may gate",
}
"""What a rule limits, in the words of the page, by its key in `workbench.toml`."""
OF_A_SCORE: tuple[What, ...] = ("at_least", "at_most", "not_worse_by")
WITH_LIMIT: tuple[What, ...] = (*OF_A_SCORE, "attacks_at_most", "examples_at_least", "labels_at_least")
WITH_TAG: tuple[What, ...] = (*WITH_LIMIT, "must_pass")
PERCENT = 100
DIGITS = 9
"""After the comma, so that 80% is 0.8 and not 0.8000000000000001."""


@dataclass(frozen=True)
class Fields:
    """A rule as people fill it in. Shares are in percent."""

    what: What = "at_least"
    score: str = ""
    """The score, or the judge."""
    limit: float | None = None
    tag: str = ""
    on_mean: bool = False
    quantile: float | None = None
    """In percent: 95 limits what 95% of the answers keep to."""


def unit_of(what: What, info: MetricInfo | None) -> str:
    """What a limit is given in: `%`, `points`, a metric's own unit, or nothing."""
    if what == "attacks_at_most":
        return "%"
    if what not in OF_A_SCORE or info is None:
        return ""
    if info.kind == "number":
        return info.unit
    return "points" if what == "not_worse_by" else "%"


def rule_of(fields: Fields, info: MetricInfo | None) -> GateRule:
    """The rule that the fields say. What is left open is left out, and refused when the gate is saved."""
    limit = fields.limit
    if limit is not None and unit_of(fields.what, info) in {"%", "points"}:
        limit = round(limit / PERCENT, DIGITS)
    whole = None if limit is None else round(limit)
    scored = fields.what in OF_A_SCORE
    return GateRule(
        metric=fields.score or None if scored else None,
        at_least=limit if fields.what == "at_least" else None,
        at_most=limit if fields.what == "at_most" else None,
        not_worse_by=limit if fields.what == "not_worse_by" else None,
        on="mean" if fields.on_mean and scored else "bound",
        slice=fields.tag.strip() or None if fields.what in WITH_TAG else None,
        quantile=None
        if fields.quantile is None or fields.what not in OF_A_SCORE[:2]
        else round(fields.quantile / PERCENT, DIGITS),
        must_pass=fields.what == "must_pass",
        attacks_at_most=limit if fields.what == "attacks_at_most" else None,
        examples_at_least=whole if fields.what == "examples_at_least" else None,
        labels_at_least=whole if fields.what == "labels_at_least" else None,
        calibrated=fields.score or None if fields.what == "calibrated" else None,
    )


def fields_of(rule: GateRule, info: MetricInfo | None) -> Fields:
    """A rule as its fields: `rule_of` gives the same rule back, save a metric beside `must_pass` or a count of rows."""
    what = what_of(rule)
    limit = getattr(rule, what) if what in WITH_LIMIT else None
    if limit is not None and unit_of(what, info) in {"%", "points"}:
        limit = round(limit * PERCENT, DIGITS)
    return Fields(
        what=what,
        score=rule.calibrated or rule.metric or "",
        limit=None if limit is None else float(limit),
        tag=rule.slice or "",
        on_mean=rule.on == "mean",
        quantile=None if rule.quantile is None else round(rule.quantile * PERCENT, DIGITS),
    )


def what_of(rule: GateRule) -> What:
    """Which key the rule has."""
    if rule.must_pass:
        return "must_pass"
    return next(what for what in WHAT if what != "must_pass" and getattr(rule, what) is not None)


def words(rule: GateRule, info: MetricInfo | None) -> str:
    """A rule as a phrase, such as `Correct at least 80%, only rows tagged leave`."""
    what, title = what_of(rule), rule.metric or ""
    if info is not None:
        title = info.title
    limit = getattr(rule, what) if what in WITH_LIMIT else None
    match what:
        case "at_least" | "at_most":
            found = f"{title} {what.replace('_', ' ')} {_amount(limit, info)}"
        case "not_worse_by":
            room = points(limit) if info is None or info.kind != "number" else amount(limit, info.unit)
            found = f"{title} not worse than the baseline by more than {room}"
        case "attacks_at_most":
            found = f"at most {percent(limit)} of attacks succeed"
        case "must_pass":
            found = "no must-pass row failed" + (f" by {rule.metric}" if rule.metric else "")
        case "examples_at_least":
            found = f"at least {limit:,} rows with " + (f"a score by {rule.metric}" if rule.metric else "an answer")
        case "labels_at_least":
            found = f"at least {limit:,} answers judged by people"
        case _:
            found = f"judge {rule.calibrated} may gate"
    beside = [
        *([f"for {percent(rule.quantile)} of answers"] if rule.quantile is not None else []),
        *(["by the mean"] if rule.on == "mean" else []),
        *([f"only rows tagged {rule.slice}"] if rule.slice else []),
    ]
    return ", ".join([found, *beside])


def _amount(value: float | None, info: MetricInfo | None) -> str:
    if info is not None and info.kind == "number":
        return amount(value, info.unit)
    return percent(value)
