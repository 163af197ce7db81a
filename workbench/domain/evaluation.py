"""Evaluations of retrieval: how well settings of an index find the sources that rows of a golden set name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings, SearchMode


@dataclass(frozen=True)
class Way:
    """How documents are cut, embedded and searched. One search of a question serves every k."""

    index: IndexSettings
    search: SearchMode = "hybrid"
    rerank: str | None = None
    min_score: float | None = None

    @property
    def label(self) -> str:
        """Such as `headings 200/30 · offline/lexical · hybrid`."""
        cut = f"{self.index.chunker} {self.index.chunk_size}/{self.index.chunk_overlap}"
        parts = [cut, self.index.embedder, self.search]
        if self.rerank is not None:
            parts.append(f"reranked by {self.rerank}")
        if self.min_score is not None:
            parts.append(f"from {self.min_score:g}")
        return " · ".join(parts)


@dataclass(frozen=True)
class Setting:
    """One cell of a grid: a way, and how many chunks are taken."""

    way: Way
    k: int

    @property
    def label(self) -> str:
        """Names the setting within an evaluation: `headings 200/30 · offline/lexical · hybrid · k=4`."""
        return f"{self.way.label} · k={self.k}"

    def retrieval(self, index: str) -> RetrievalSettings:
        """What a prompt version holds that searches the index of this name in this way."""
        return RetrievalSettings(index, self.k, self.way.search, self.way.rerank, self.way.min_score)


@dataclass(frozen=True)
class EvaluationInfo:
    """What was to be measured, on what, by whom."""

    id: str
    index: str
    fingerprint: str
    """The index as it was then: its documents are what every setting cuts and searches."""
    dataset: str
    dataset_version: int
    settings: tuple[Setting, ...]
    """The first is the baseline: the index as it was."""
    rows: int
    without_gold: int
    """Rows that do not say which sources hold the answer; they are left out."""
    with_own_sources: int
    """Rows that bring their own sources, for which nothing is searched; they are left out."""
    not_in_index: int
    """Rows of which every source is unknown to the index; they are left out."""
    unknown_spans: tuple[tuple[str, str], ...]
    """Example id and span, with the reason, of every source that is not in the index: neither found nor missed."""
    created_at: datetime
    created_by: str

    @property
    def asked(self) -> int:
        """Rows that name sources of the index, and so are searched for."""
        return self.rows - self.without_gold - self.with_own_sources - self.not_in_index

    @property
    def ways(self) -> tuple[Way, ...]:
        """The searches that are needed, in order of the settings."""
        return tuple(dict.fromkeys(setting.way for setting in self.settings))


@dataclass(frozen=True)
class RankedChunk:
    """A found chunk by its place. Its text is `document.text[start:end]`."""

    document: str
    start: int
    end: int
    where: str
    """As a person reads it: `handbook.md › Leave`."""
    score: float
    tokens: int
    relevant: bool
    """Whether it holds part of a gold source."""


@dataclass(frozen=True)
class GoldRank:
    """How far down a gold source was found."""

    span: str
    """As the row names it."""
    rank: int | None
    """The first rank by which half of it was found; None when it was not among all that were searched."""
    fewest: int | None = None
    """How many chunks of the index it takes at least to hold half of it: with a smaller k it cannot be found. None when
    all of them together do not."""


@dataclass(frozen=True)
class QuestionRanking:
    """What a way found for one question."""

    example: str
    gold: tuple[GoldRank, ...]
    front: tuple[RankedChunk, ...]
    """The first chunks, as many as the largest k."""
    scores: Mapping[str, float]
    """By metric and k, such as `recall@4`."""
    ms: float
    """How long the search took."""


@dataclass(frozen=True)
class WayResult:
    """Everything one way found."""

    way: Way
    fingerprint: str
    """Of the index that was built for it, or was there."""
    chunks: int
    depth: int
    """How many chunks were looked through for each question."""
    questions: tuple[QuestionRanking, ...]
