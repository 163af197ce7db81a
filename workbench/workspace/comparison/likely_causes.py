"""Why an answer is probably wrong: a source that holds the answer was not among those that its model was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from workbench.domain.gold import Gold
from workbench.domain.index import RetrievedChunk
from workbench.metrics.checks import CHECKS
from workbench.metrics.correctness import CORRECT
from workbench.metrics.gold import chunks_of, found_rank, lies_in
from workbench.metrics.retrieval import GOLD_FOUND
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.measures import HUMAN

RIGHTNESS = (CORRECT.info.name, CHECKS.info.name, HUMAN.name)
"""The scores that say whether an answer is right."""


@dataclass(frozen=True)
class GoldSource:
    """A source that holds the answer, as the row names it, and where a model was shown it."""

    text: str
    rank: int | None
    """From 1: with which source half of it or more was shown. None: it was not."""


@dataclass(frozen=True)
class GoldShown:
    """Which of the sources that hold the answer a model was shown."""

    sources: Sequence[GoldSource]
    shown: int
    """How many sources it was shown, right or not."""
    right: frozenset[int] = frozenset()
    """The ranks of the right ones."""
    not_in_index: Sequence[str] = ()
    """Sources that the row names and the index does not have, each with the reason."""

    @property
    def lost(self) -> Sequence[GoldSource]:
        """Those that were not among what was shown."""
        return [source for source in self.sources if source.rank is None]


def gold_shown(gold: Gold, retrieved: Sequence[RetrievedChunk]) -> GoldShown:
    """Look the sources that hold the answer up among what was shown."""
    chunks = chunks_of(retrieved)
    return GoldShown(
        [GoldSource(span.text, found_rank(span, chunks)) for span in gold.spans],
        len(chunks),
        frozenset(rank for rank, chunk in enumerate(chunks, 1) if lies_in(chunk, gold.spans)),
        [str(missing) for missing in gold.missing],
    )


def is_wrong(scores: Mapping[str, float | None]) -> bool:
    """Whether a score that says if an answer is right says that it is not."""
    return any(scores.get(name) == 0 for name in RIGHTNESS)


def likely_cause(scores: Mapping[str, float | None], gold: GoldShown | None, baseline: GoldShown | None = None) -> str:
    """Names the lost sources behind a wrong answer, in a sentence; empty where it is right or none was lost.

    `baseline` is what the baseline's model was shown for the same question.
    """
    if gold is None or not gold.lost or not is_wrong(scores):
        return ""
    ranks = {} if baseline is None else {source.text: source.rank for source in baseline.sources}
    named = [_named(source.text, ranks.get(source.text)) for source in gold.lost]
    found = _not_found(gold.shown)
    if len(named) == 1:
        return f"Likely cause: the source {named[0]} {found}."
    return f"Likely cause: the sources {', '.join(named[:-1])} and {named[-1]} {found.replace('was', 'were', 1)}."


def lost_sources(comparison: Comparison, arm: str, metric: str) -> str:
    """How many of the examples that got worse had lost a right source, in a sentence; empty where none is known to."""
    info, found = comparison.info(metric), GOLD_FOUND.info.name
    if info.kind == "number" or metric == found:
        return ""
    before, after = (comparison.values.get((label, found), {}) for label in (comparison.baseline, arm))
    worse = [flip.example_id for flip in comparison.flips(arm, metric) if flip.gain < 0]
    known = [example for example in worse if example in before and example in after]
    lost = sum(fmean(after[example]) < fmean(before[example]) for example in known)
    if not lost:
        return ""
    if len(worse) == 1:
        return "The example that got worse had lost the right source."
    return f"Of {len(worse):,} worse examples, {lost:,} had lost the right source."


def _not_found(shown: int) -> str:
    if shown < 2:
        return "was not the one found" if shown else "was not found: nothing was"
    return f"was not among the {shown} found"


def _named(text: str, rank: int | None) -> str:
    return text if rank is None else f"{text}, which the baseline found at rank {rank},"
