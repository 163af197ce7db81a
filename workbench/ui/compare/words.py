"""Figures of a comparison as a table or a line shows them."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.domain.score import MetricInfo
from workbench.stats.numbers import UNKNOWN, amount, percent, percent_with_interval
from workbench.stats.summary import MeanResult
from workbench.stats.verdict import PairVerdict

SIGNS: Mapping[PairVerdict, tuple[str, str, str]] = {
    "better": ("▲", ":material/arrow_circle_up:", "green"),
    "worse": ("▼", ":material/arrow_circle_down:", "red"),
    "same": ("=", ":material/equal:", "gray"),
    "cannot tell yet": ("?", ":material/help:", "orange"),
    "too few": ("?", ":material/help:", "orange"),
}
"""Sign in tables, icon and colour in headings; the word always stands beside them."""


def value(score: float | None, info: MetricInfo) -> str:
    """One score: pass or fail in a word, shares in percent, numbers in their unit."""
    if score is None:
        return UNKNOWN
    if info.kind == "number":
        return amount(score, info.unit)
    if info.kind == "pass_fail" and score in (0, 1):
        return "✓ pass" if score else "✗ fail"
    return percent(score)


def mean(result: MeanResult, info: MetricInfo) -> str:
    """A mean with its likely range and the number of examples behind it."""
    if result.mean is None:
        return "no score"
    if info.kind != "number":
        text = percent_with_interval(result.mean, result.low, result.high)
    elif result.low is None or result.high is None:
        text = amount(result.mean, info.unit)
    else:
        text = f"{amount(result.mean, info.unit)} ({amount(result.low, info.unit)}–{amount(result.high, info.unit)})"
    return f"{text} · n {result.n:,}"
