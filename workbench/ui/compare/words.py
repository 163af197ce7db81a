"""Figures of a comparison as a table or a line shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.domain.score import MetricInfo
from workbench.stats.numbers import UNKNOWN, amount, percent, percent_with_interval, point_count
from workbench.stats.summary import MeanResult
from workbench.stats.verdict import PairVerdict
from workbench.stats.wording import verdict_word
from workbench.workspace.comparison.comparison import MetricFigure

SIGNS: Mapping[PairVerdict, tuple[str, str, str]] = {
    "better": ("▲", ":material/arrow_circle_up:", "green"),
    "worse": ("▼", ":material/arrow_circle_down:", "red"),
    "same": ("=", ":material/equal:", "gray"),
    "cannot tell yet": ("?", ":material/help:", "orange"),
    "too few": ("?", ":material/help:", "orange"),
    "unknown": ("–", ":material/timer_off:", "gray"),
}
"""Sign in tables, icon and colour in headings; the word always stands beside them."""
DIFFERS = ("≠", ":material/swap_vert:", "gray")
"""Where neither more nor less is better, nothing is coloured as if it were."""


@dataclass(frozen=True)
class Sign:
    """A verdict as it is shown."""

    text: str
    icon: str
    colour: str
    word: str


def sign(verdict: PairVerdict, info: MetricInfo) -> Sign:
    """How to show a verdict by a metric."""
    word = verdict_word(verdict, neutral=info.neutral)
    return Sign(*(DIFFERS if word == "differs" else SIGNS[verdict]), word)


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
    return f"{text} · n\N{NO-BREAK SPACE}{result.n:,}"


def rate(figure: MetricFigure, *, naive: bool = False) -> str:
    """What an arm scores: corrected by people where they judged enough, with the judge's own rate beside it if wanted."""
    if figure.corrected is None:
        return mean(figure.mean, figure.info)
    text = f"{mean(figure.shown, figure.info)} · corrected"
    return f"{text} · judge alone {percent(figure.mean.mean)}" if naive else text


def difference(size: float, info: MetricInfo) -> str:
    """A signed difference: in points of shares, else in the unit."""
    text = amount(size, info.unit) if info.kind == "number" else point_count(size)
    return f"+{text}" if size > 0 and text != "0" else text
