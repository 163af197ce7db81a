"""Whether the sources that hold the answer were found, how early, and how much else was shown with them."""

from __future__ import annotations

from collections.abc import Callable

from workbench.domain.gold import Gold, GoldSpan
from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.gold import HALF, chunks_of, covered, filled, found_rank, lies_in
from workbench.metrics.rule import RuleMetric

Compute = Callable[[ScoreInput, Gold], ScoreResult]


def _on_gold(compute: Compute) -> Callable[[ScoreInput], ScoreResult]:
    """A score that needs gold spans and a search."""

    def score(given: ScoreInput) -> ScoreResult:
        if not given.example.relevant:
            return Unscored("the row does not say which sources hold the answer")
        if given.example.context is not None:
            return Unscored("the row brings its own sources, so nothing was searched for")
        if given.prompt.retrieval is None:
            return Unscored("the prompt searches no index")
        if given.gold is None:
            return Unscored("the documents of the index that was searched are not known")
        if not given.gold.spans:
            return Unscored(_not_in_index(given.gold))
        result = compute(given, given.gold)
        if not given.gold.missing:
            return result
        reason = f"{result.reason}; {_not_in_index(given.gold)}"
        return Scored(result.value, reason) if isinstance(result, Scored) else Unscored(reason)

    return score


def _gold_found(given: ScoreInput, gold: Gold) -> ScoreResult:
    missed = [span for span, rank in _ranked(given, gold) if rank is None]
    share = 1 - len(missed) / len(gold.spans)
    if not missed:
        return Scored(share, "all found")
    named = ", ".join(_missed(span, given) for span in missed)
    return Scored(share, f"not among the {len(given.sources)} found: {named}")


def _gold_rank(given: ScoreInput, gold: Gold) -> ScoreResult:
    found = [(rank, span.text) for span, rank in _ranked(given, gold) if rank is not None]
    if not found:
        return Scored(0.0, f"none of them is among the {len(given.sources)} found")
    rank, first = min(found, key=lambda span: span[0])
    return Scored(1 / rank, f"at rank {rank}: {first}")


def _gold_precision(given: ScoreInput, gold: Gold) -> ScoreResult:
    if not given.sources:
        return Unscored("nothing was found, so nothing beside the point was shown")
    right = sum(lies_in(chunk, gold.spans) for chunk in chunks_of(given.sources))
    return Scored(right / len(given.sources), f"{right} of the {len(given.sources)} shown hold gold")


def _ranked(given: ScoreInput, gold: Gold) -> list[tuple[GoldSpan, int | None]]:
    """Each span with the rank from which on it is found."""
    chunks = chunks_of(given.sources)
    return [(span, found_rank(span, chunks)) for span in gold.spans]


GOLD_FOUND = RuleMetric(
    MetricInfo(
        name="gold_found",
        version="2",
        kind="share",
        direction="higher",
        title="Right sources found",
        meaning="Share of the source spans that hold the answer, as the row names them, of which the chunks shown to "
        "the model cover half or more. Unscored when the row names none that is in the index, or no index was searched.",
    ),
    _on_gold(_gold_found),
)

GOLD_RANK = RuleMetric(
    MetricInfo(
        name="gold_rank",
        version="1",
        kind="share",
        direction="higher",
        title="How early a right source came",
        meaning="1 / rank of the chunk with which the first of the row's source spans was found: 1 at the top, 0.5 at "
        "rank 2, 0 when none was found. Its mean is MRR. Unscored like right sources found.",
    ),
    _on_gold(_gold_rank),
)

GOLD_PRECISION = RuleMetric(
    MetricInfo(
        name="gold_precision",
        version="1",
        kind="share",
        direction="higher",
        title="Sources that were right",
        meaning="Share of the chunks shown to the model that lie in one of the row's source spans: half of the chunk or "
        "more, or it holds half of a span. Unscored like right sources found, and when nothing was found.",
    ),
    _on_gold(_gold_precision),
)

GOLD_METRICS = (GOLD_FOUND, GOLD_RANK, GOLD_PRECISION)
"""The metrics that need to know where a row's source spans lie in the index."""


def _not_in_index(gold: Gold) -> str:
    return f"not in the index, so not counted: {', '.join(map(str, gold.missing))}"


def _missed(span: GoldSpan, given: ScoreInput) -> str:
    """A missed span, with how much of it was found, and with a word where so few chunks could not hold half of it."""
    chunks = chunks_of(given.sources)
    share, shown = covered(span, chunks), sum(filled(chunk.text) for chunk in chunks)
    if chunks and shown < HALF * span.size:
        return f"{span.text} (the chunks shown have {shown:,} characters, it has {span.size:,}: name a part of it)"
    return f"{span.text} ({share:.0%} of it)" if share else span.text
