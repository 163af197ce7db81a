"""The headline: whether an answer is right, as far as rules can tell."""

from __future__ import annotations

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.errors import InputError
from workbench.metrics.checks import failed_checks
from workbench.metrics.reference import compared, expected_share, is_contained, not_comparable
from workbench.metrics.refusal import how_refused
from workbench.metrics.rule import RuleMetric
from workbench.metrics.text import numbers

MIN_EXPECTED_SHARE = 0.6
"""Share of the expected answer's words that an answer must hold, unless it contains them as they stand.

Not F1: a right answer that says more than the expected one must not fail for it. On 200 real answers of a RAG system,
nearly all rated right, this passes 7 in 10 and F1 of 0.5 fewer than half; answers to other questions pass 2 in 100.
"""

_FORBIDDING = frozenset(("not_contains", "max_words", "min_words", "format"))
"""Checks that a wrong answer or a refusal may meet too."""


def _correct(given: ScoreInput) -> ScoreResult:
    example = given.example
    if example.expect == "ignore":
        return Unscored("the row says that its answer is not to be scored")
    try:
        failed = failed_checks(given)
    except InputError as error:
        return Unscored(f"a check of the row cannot be used: {error}")
    if failed:
        return Scored(0.0, f"the answer {'; '.join(failed)}")
    if example.expect == "refuse":
        how = how_refused(given.completion.text, given.prompt.policy)
        if how is None:
            return Scored(0.0, "answered, although the row expects it to decline")
        return Scored(1.0, f"declined, as it should ({how})")
    if any(check.type not in _FORBIDDING for check in example.checks):
        return Scored(1.0, "meets the row's checks")
    if not_comparable(given) is None:
        return _as_expected(given)
    if not example.checks:
        return Unscored("the row has neither checks nor an expected answer")
    return _not_forbidden(given)


def _as_expected(given: ScoreInput) -> ScoreResult:
    text, expected = compared(given)
    if is_contained(text, expected):
        return Scored(1.0, "contains the expected answer")
    missing = numbers(expected) - numbers(text)
    if missing:
        return Scored(0.0, f"lacks {', '.join(sorted(missing))} of the expected answer")
    share = expected_share(text, expected)
    if share >= MIN_EXPECTED_SHARE:
        return Scored(1.0, f"holds {share:.0%} of the expected words")
    return Scored(0.0, f"holds {share:.0%} of the expected words, needs {MIN_EXPECTED_SHARE:.0%}")


def _not_forbidden(given: ScoreInput) -> ScoreResult:
    if not given.completion.text.strip():
        return Scored(0.0, "the answer is empty")
    how = how_refused(given.completion.text, given.prompt.policy)
    if how is not None:
        return Scored(0.0, f"declined ({how}), although the row expects an answer")
    return Scored(1.0, "answers, and holds nothing the row's checks forbid")


CORRECT = RuleMetric(
    MetricInfo(
        name="correct",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Correct",
        meaning="Whether the answer meets its row's checks and, where the row expects it to decline, declines. Without "
        "checks that ask for something, it must contain the expected answer, or hold all its numbers and 60% of its "
        "words. Unscored when the row has neither checks nor an expected answer, or is to be ignored.",
    ),
    _correct,
)
