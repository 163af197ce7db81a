"""Answers against the expected text of their row. Citations are left out of both before comparing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.citations import citation_spans
from workbench.metrics.rule import RuleMetric
from workbench.metrics.text import normalise, without, words

MAX_LCS_WORDS = 4_000
"""Words of either text that ROUGE-L looks at: its time grows with the product of both lengths."""


def is_exact(text: str, expected: str) -> bool:
    """Whether the normal forms are equal."""
    return normalise(text) == normalise(expected)


def is_contained(text: str, expected: str) -> bool:
    """Whether the expected words occur in the text one after another, in normal form."""
    return f" {normalise(expected)} " in f" {normalise(text)} "


def token_f1(text: str, expected: str) -> float:
    """SQuAD's F1: harmonic mean of the shares of common words in either text's normal form.

    1 when both are empty, 0 when one is (Rajpurkar et al. 2016, official evaluation script).
    """
    ours, theirs = normalise(text).split(), normalise(expected).split()
    if not ours or not theirs:
        return float(ours == theirs)
    common = (Counter(ours) & Counter(theirs)).total()
    return 2 * common / (len(ours) + len(theirs))


def expected_share(text: str, expected: str) -> float:
    """Share of the expected text's words that the text holds, in normal form; 1 when nothing is expected."""
    ours, theirs = normalise(text).split(), normalise(expected).split()
    return (Counter(ours) & Counter(theirs)).total() / len(theirs) if theirs else 1.0


def rouge_l(text: str, expected: str) -> float:
    """ROUGE-L: F-measure, with equal weights, of the longest common subsequence of words (Lin 2004).

    Words are those of `text.words`, without stemming; so figures are near, but not equal, to those of tools that stem.
    1 when both are empty, 0 when one is.
    """
    ours, theirs = words(text)[:MAX_LCS_WORDS], words(expected)[:MAX_LCS_WORDS]
    if not ours or not theirs:
        return float(ours == theirs)
    return 2 * longest_common_subsequence(ours, theirs) / (len(ours) + len(theirs))


def longest_common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """How many items a longest common subsequence has.

    By rows of bits in integers (Hyyrö 2004), which needs one step per item of `second`.
    """
    places: dict[str, int] = {}
    for position, item in enumerate(first):
        places[item] = places.get(item, 0) | 1 << position
    every = (1 << len(first)) - 1
    row = every
    for item in second:
        matched = row & places.get(item, 0)
        row = ((row + matched) | (row - matched)) & every
    return len(first) - row.bit_count()


def compared(given: ScoreInput) -> tuple[str, str]:
    """The answer and the expected text without citations. The row must have an expected text."""
    policy = given.prompt.policy.citations
    text, expected = given.completion.text, given.example.expected or ""
    return without(text, citation_spans(text, policy)), without(expected, citation_spans(expected, policy))


def not_comparable(given: ScoreInput) -> Unscored | None:
    """Why there is nothing to compare the answer with; None when there is."""
    if given.example.expect == "ignore":
        return Unscored("the row says that its answer is not to be scored")
    if given.example.expected is None or not given.example.expected.strip():
        return Unscored("the row has no expected answer")
    return None


def _measure(compute: Callable[[str, str], tuple[float, str]]) -> Callable[[ScoreInput], ScoreResult]:
    def score(given: ScoreInput) -> ScoreResult:
        nothing = not_comparable(given)
        return nothing if nothing is not None else Scored(*compute(*compared(given)))

    return score


def _exact_match(text: str, expected: str) -> tuple[float, str]:
    same = is_exact(text, expected)
    return float(same), "equal" if same else "differs from the expected answer"


def _contains(text: str, expected: str) -> tuple[float, str]:
    inside = is_contained(text, expected)
    return float(inside), "contains the expected answer" if inside else "does not contain the expected answer"


EXACT_MATCH = RuleMetric(
    MetricInfo(
        name="exact_match",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Exactly as expected",
        meaning="Whether the answer equals the expected one but for case, punctuation, English articles and citations. "
        "Unscored when the row expects no particular answer.",
    ),
    _measure(_exact_match),
)

CONTAINS = RuleMetric(
    MetricInfo(
        name="contains",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Contains the expected answer",
        meaning="Whether the expected words occur in the answer one after another, but for case, punctuation, English "
        "articles and citations. Unscored when the row expects no particular answer.",
    ),
    _measure(_contains),
)

TOKEN_F1 = RuleMetric(
    MetricInfo(
        name="token_f1",
        version="1",
        kind="share",
        direction="higher",
        title="Words in common",
        meaning="Overlap of the answer's words with the expected ones (SQuAD F1). Unscored when the row expects no "
        "particular answer.",
    ),
    _measure(lambda text, expected: (token_f1(text, expected), "")),
)

ROUGE_L = RuleMetric(
    MetricInfo(
        name="rouge_l",
        version="1",
        kind="share",
        direction="higher",
        title="Words in the same order",
        meaning="Longest common sequence of words with the expected answer (ROUGE-L F-measure). Unscored when the row "
        "expects no particular answer.",
    ),
    _measure(lambda text, expected: (rouge_l(text, expected), "")),
)
