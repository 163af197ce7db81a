"""When examples share a document, a user or a template, and what that does to an interval."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.stats.intervals import FEWEST_CLUSTERS, Interval, cluster_interval


@dataclass(frozen=True)
class Grouping:
    """Which cluster each example is in, as far as it matters."""

    labels: tuple[Hashable, ...] | None
    """One label per example; None when examples count as independent."""
    too_few: bool = False
    """Examples share clusters, but there are fewer than 5: nothing can be said of their spread."""

    def widen(self, interval: Interval, values: Sequence[float]) -> Interval:
        """The cluster interval of `values`, unless `interval`, which takes them as independent, is wider.

        With few clusters the robust standard error is by chance too small about as often as it is too large, and
        zero where all examples agree; taking the larger one is the advice of Angrist and Pischke 2009, section 8.2.
        """
        if self.labels is None:
            note = f", as if independent: fewer than {FEWEST_CLUSTERS} clusters" if self.too_few else ""
            return replace(interval, method=interval.method + note)
        robust = cluster_interval(values, self.labels)
        return replace(robust, low=min(robust.low, interval.low), high=max(robust.high, interval.high))


def grouping(examples: Sequence[str], clusters: Mapping[str, str] | None) -> Grouping:
    """How `examples` fall into `clusters` (example id to cluster name; an example without one stands alone)."""
    if not clusters:
        return Grouping(None)
    labels = tuple(
        ("cluster", clusters[example]) if clusters.get(example) is not None else ("alone", example)
        for example in examples
    )
    groups = len(set(labels))
    if groups == len(labels):
        return Grouping(None)
    if groups < FEWEST_CLUSTERS:
        return Grouping(None, too_few=True)
    return Grouping(labels)
