"""Numbers, dates and units: whether those in an answer come from its sources or its question."""

from __future__ import annotations

import re

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.asked import asked
from workbench.metrics.citations import citation_spans
from workbench.metrics.refusal import how_refused
from workbench.metrics.rule import RuleMetric
from workbench.metrics.text import numbers, without

NAMED = 5
_LIST_NUMBER = re.compile(r"^\s*\d{1,3}[.)](?=\s)", re.MULTILINE)
_SPELLED = {
    "0": "zero",
    "1": "one",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
    "10": "ten",
    "11": "eleven",
    "12": "twelve",
}


def figures_of(text: str) -> frozenset[str]:
    """The numbers of a text, without those that number a list."""
    return numbers(_LIST_NUMBER.sub(" ", text))


def _numbers_supported(given: ScoreInput) -> ScoreResult:
    if not given.sources:
        return Unscored("the prompt showed no sources")
    text = given.completion.text
    if how_refused(text, given.prompt.policy) is not None:
        return Unscored("the answer declines, so it states nothing that a source could hold")
    stated = figures_of(without(text, citation_spans(text, given.prompt.policy.citations)))
    if not stated:
        return Unscored("the answer states no number")
    shown = "\n".join([asked(given), *(found.chunk.text for found in given.sources)])
    known, spelled = numbers(shown), set(re.findall(r"[a-z]+", shown.casefold()))
    lost = sorted(number for number in stated if number not in known and _SPELLED.get(number) not in spelled)
    if not lost:
        return Scored(1.0, "every number stands in a source or in the question")
    return Scored(1 - len(lost) / len(stated), f"in no source: {', '.join(lost[:NAMED])}")


NUMBERS_SUPPORTED = RuleMetric(
    MetricInfo(
        name="numbers_supported",
        version="1",
        kind="share",
        direction="higher",
        title="Numbers that are in the sources",
        meaning="Share of the different numbers in the answer, parts of dates among them, that stand in a source that was "
        "shown or in the question; citation marks and list numbers do not count. A number that the answer worked out "
        "itself counts as missing. Unscored when the answer states no number, declines, or no sources were shown.",
    ),
    _numbers_supported,
)
