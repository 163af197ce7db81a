"""Grids of retrieval settings, and what evaluating them would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import get_args

from workbench.domain.dataset import Example
from workbench.domain.evaluation import EvaluationInfo, Setting, Way
from workbench.domain.index import IndexInfo, IndexSettings
from workbench.domain.prompt import RetrievalSettings, SearchMode
from workbench.errors import InputError, NotFoundError
from workbench.stats.numbers import money

MOST_SETTINGS = 120
"""More can neither be read in a table nor told apart by any golden set."""
LARGEST_K = 100
DEPTH = 100
"""How deep every search goes, so that it can be said where a missed source stood; enough for every k."""
_DEFAULT = RetrievalSettings(index="")


NO_GOLD = (
    "Fill in `relevant`, such as handbook.md#leave, in rows whose answer stands in the documents; or let a model judge what "
    "a run was shown: `workbench run ... --judge context_precision --judge context_recall`."
)
"""The way out where no row says which sources hold its answer."""


@dataclass(frozen=True)
class Grid:
    """Which settings to try: every combination of what is given. What is left empty stays as the index has it."""

    chunkers: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    """Tokens per chunk, at most."""
    overlaps: tuple[int, ...] = ()
    embedders: tuple[str, ...] = ()
    searches: tuple[SearchMode, ...] = (_DEFAULT.search,)
    ks: tuple[int, ...] = (_DEFAULT.k,)
    rerankers: tuple[str | None, ...] = (_DEFAULT.rerank,)
    min_score: float | None = _DEFAULT.min_score

    def settings(self, base: IndexSettings) -> tuple[Setting, ...]:
        """All settings, the baseline first: the index as it is, searched as the first of each list says.

        Raises InputError for a grid that is too large, and for sizes, overlaps and numbers of chunks that cannot be.
        """
        self._check(base)
        cuts = [
            replace(base, chunker=chunker, chunk_size=size, chunk_overlap=overlap, embedder=embedder)
            for chunker, size, overlap, embedder in product(
                self.chunkers or (base.chunker,),
                self.sizes or (base.chunk_size,),
                self.overlaps or (base.chunk_overlap,),
                self.embedders or (base.embedder,),
            )
        ]
        baseline = Setting(Way(base, self.searches[0], self.rerankers[0], self.min_score), self.ks[0])
        cells = [
            Setting(Way(cut, search, reranker, self.min_score), k)
            for cut, search, reranker, k in product(cuts, self.searches, self.rerankers, self.ks)
        ]
        settings = tuple(dict.fromkeys([baseline, *cells]))
        if len(settings) > MOST_SETTINGS:
            raise InputError(
                f"The grid has {len(settings):,} settings; at most {MOST_SETTINGS} can be compared at once.",
                hint="Try fewer values at a time.",
            )
        return settings

    def _check(self, base: IndexSettings) -> None:
        if not (self.searches and self.ks and self.rerankers):
            raise InputError("A grid needs at least one search and one number of chunks.")
        for search in self.searches:
            if search not in get_args(SearchMode):
                raise NotFoundError("search mode", search, get_args(SearchMode))
        for k in self.ks:
            if not 1 <= k <= LARGEST_K:
                raise InputError(f"k is {k}; it must be between 1 and {LARGEST_K}.")
        impossible = [
            f"{overlap} of {size}"
            for size, overlap in product(self.sizes or (base.chunk_size,), self.overlaps or (base.chunk_overlap,))
            if not 0 <= overlap < size
        ]
        if impossible:
            raise InputError(
                f"Chunks cannot repeat as many tokens as they have, or more: {', '.join(impossible)}.",
                hint="Leave out the small sizes or name a smaller overlap.",
            )


@dataclass(frozen=True)
class EvaluationPlan:
    """What would be measured. Nothing is stored yet."""

    info: EvaluationInfo
    index: IndexInfo
    examples: tuple[Example, ...]
    """The rows that are searched for: those that name their sources."""
    to_build: tuple[IndexSettings, ...]
    """Chunkings and embeddings of which no index is there yet."""
    cost_usd: float | None
    """What it costs at most, in US dollars; 0 where all is done on this machine, None: unknown."""

    @property
    def settings(self) -> Sequence[Setting]:
        """The grid's cells, the baseline first."""
        return self.info.settings

    @property
    def searches(self) -> int:
        """How many searches are carried out."""
        return len(self.info.ways) * len(self.examples)

    @property
    def words(self) -> str:
        """What it takes, before it is started: settings, indexes to build, searches, cost."""
        count, builds = len(self.settings), len(self.to_build)
        size = f"{count:,} settings" if count > 1 else "1 setting"
        built = f", {builds} {'index' if builds == 1 else 'indexes'} to build" if builds else ""
        cost = "free of charge" if self.cost_usd == 0 else f"cost: {money(self.cost_usd)}"
        return f"{size}{built}, {self.searches:,} searches for {len(self.examples):,} questions; {cost}."

    @property
    def notes(self) -> Sequence[str]:
        """Which rows and sources have no part in it."""
        return left_out_words(self.info)


def left_out_words(info: EvaluationInfo) -> list[str]:
    """Which rows and sources have no part in the figures."""
    left_out = {
        "naming no source": info.without_gold,
        "bringing sources of their own": info.with_own_sources,
        "naming only sources that are not in the index": info.not_in_index,
    }
    said = [f"{_rows(count)} left out for {why}." for why, count in left_out.items() if count]
    if info.unknown_spans:
        count = len(info.unknown_spans)
        named = "1 source is" if count == 1 else f"{count:,} sources are"
        said.append(f"{named} named that the index does not have, neither found nor missed.")
    return said


def _rows(count: int) -> str:
    return f"{count:,} row is" if count == 1 else f"{count:,} rows are"
