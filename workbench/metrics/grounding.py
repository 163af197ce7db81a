"""How much of an answer is copied from its sources: where to look first, not a verdict."""

from __future__ import annotations

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.citations import citation_spans
from workbench.metrics.refusal import how_refused
from workbench.metrics.rule import RuleMetric
from workbench.metrics.text import without, words

GRAM = 3
"""Words that must follow one another in a source. Of the overlap measures compared on summaries with human labels,
copied trigrams told supported sentences from unsupported ones best."""


def copied_share(text: str, sources: tuple[str, ...]) -> float | None:
    """Share of the text's word trigrams that occur in one of the sources; of the whole text when it is shorter.

    Between 0 and 1; None when the text has no words.
    """
    ours = words(text)
    if not ours:
        return None
    size = min(GRAM, len(ours))
    known = {gram for source in sources for gram in _grams(words(source), size)}
    grams = _grams(ours, size)
    return sum(gram in known for gram in grams) / len(grams)


def _grams(tokens: list[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[start : start + size]) for start in range(len(tokens) - size + 1)]


def _grounded_share(given: ScoreInput) -> ScoreResult:
    if not given.sources:
        return Unscored("the prompt showed no sources")
    text = given.completion.text
    if how_refused(text, given.prompt.policy) is not None:
        return Unscored("the answer declines, so it states nothing that a source could hold")
    bare = without(text, citation_spans(text, given.prompt.policy.citations))
    share = copied_share(bare, tuple(found.chunk.text for found in given.sources))
    if share is None:
        return Unscored("the answer has no words")
    return Scored(share, f"{share:.0%} of its word sequences stand in the sources")


GROUNDED_SHARE = RuleMetric(
    MetricInfo(
        name="grounded_share",
        version="1",
        kind="share",
        direction="higher",
        title="Share of the answer found in the sources",
        meaning="Share of the answer's three-word sequences that stand in a source word for word. A low share says "
        "where to look first; it is no verdict, as a good answer may put things in its own words. Unscored when the "
        "answer declines or no sources were shown.",
    ),
    _grounded_share,
)
