"""Whether the sources that hold the answer were found."""

from __future__ import annotations

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.rule import RuleMetric
from workbench.metrics.spans import parse_span


def _gold_found(given: ScoreInput) -> ScoreResult:
    if not given.example.relevant:
        return Unscored("the row does not say which sources hold the answer")
    if given.example.context is not None:
        return Unscored("the row brings its own sources, so nothing was searched for")
    if given.prompt.retrieval is None:
        return Unscored("the prompt searches no index")
    wanted = {span: parse_span(span) for span in given.example.relevant}
    missing = [text for text, span in wanted.items() if not any(span.holds(found.chunk) for found in given.sources)]
    if missing:
        return Scored(1 - len(missing) / len(wanted), f"not among the {len(given.sources)} found: {', '.join(missing)}")
    return Scored(1.0, "all found")


GOLD_FOUND = RuleMetric(
    MetricInfo(
        name="gold_found",
        version="1",
        kind="share",
        direction="higher",
        title="Right sources found",
        meaning="Share of the source spans that hold the answer, as the row names them, of which a chunk was shown to "
        "the model: same document and, where named, same heading or page. Unscored when the row names none or no index "
        "was searched.",
    ),
    _gold_found,
)
