"""Asking an index the questions of a golden set in one way, and noting how far down their sources were found."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate

from workbench.domain.dataset import Example
from workbench.domain.evaluation import GoldRank, QuestionRanking, RankedChunk, Way
from workbench.domain.gold import Gold, GoldSpan
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.protocols import Retriever
from workbench.errors import CancelledError
from workbench.metrics.gold import HALF, covered, found_rank, lies_in
from workbench.metrics.span_ranking import SpanRanking
from workbench.runner.preparing import SEARCHES_AT_ONCE
from workbench.runner.requests import search_text
from workbench.text.tokens import count


@dataclass(frozen=True)
class Question:
    """A row that says which sources hold its answer, and where those are in the documents."""

    example: Example
    gold: Gold


Fewest = Mapping[GoldSpan, int | None]
"""By gold span how many chunks of an index it takes at least to hold half of it."""


@dataclass(frozen=True)
class Depths:
    """How many chunks are looked at for what."""

    ks: tuple[int, ...]
    searched: int
    """Chunks that are searched for, to say where a missed source stood."""

    @property
    def front(self) -> int:
        """Chunks that are kept by their places."""
        return max(self.ks)


def ask_all(
    retriever: Retriever,
    way: Way,
    questions: Sequence[Question],
    depths: Depths,
    *,
    fewest: Fewest,
    stop: threading.Event,
    on_done: Callable[[int], None],
) -> Iterator[QuestionRanking]:
    """What each question finds, in order; several are asked at once. `on_done` is told how many are done.

    Raises CancelledError once `stop` is set, and what a search raises.
    """
    settings = RetrievalSettings("", depths.searched, way.search, way.rerank, way.min_score)

    def one(question: Question) -> QuestionRanking:
        if stop.is_set():
            raise CancelledError("The evaluation was stopped.", hint="What was measured is kept: resume it to go on.")
        return _ask(retriever, settings, question, depths, fewest)

    with ThreadPoolExecutor(SEARCHES_AT_ONCE, thread_name_prefix="workbench-evaluate") as threads:
        for done, ranking in enumerate(threads.map(one, questions), start=1):
            on_done(done)
            yield ranking


def _ask(
    retriever: Retriever, settings: RetrievalSettings, question: Question, depths: Depths, fewest: Fewest
) -> QuestionRanking:
    started = time.perf_counter()
    # As a run asks, so that what is measured is what its models will see.
    hits = retriever.retrieve(search_text(question.example.inputs), settings)
    ms = (time.perf_counter() - started) * 1000
    chunks = [hit.chunk for hit in hits]
    spans = question.gold.spans
    ranks = [found_rank(span, chunks) for span in spans]
    front = hits[: depths.front]
    right = [lies_in(hit.chunk, spans) for hit in front]
    return QuestionRanking(
        example=question.example.id,
        gold=tuple(GoldRank(span.text, rank, fewest.get(span)) for span, rank in zip(spans, ranks, strict=True)),
        front=tuple(_placed(hit, relevant=relevant) for hit, relevant in zip(front, right, strict=True)),
        scores=scores_at(SpanRanking(tuple(ranks), tuple(right)), depths.ks),
        ms=ms,
    )


def fewest_chunks(questions: Sequence[Question], documents: Mapping[str, Sequence[Chunk]]) -> Fewest:
    """For each gold span how many chunks it takes at least. `documents` holds the chunks of those that spans lie in."""
    spans = {span for question in questions for span in question.gold.spans}
    return {span: _fewest(span, documents[span.document]) for span in spans}


def _fewest(span: GoldSpan, chunks: Sequence[Chunk]) -> int | None:
    shares = sorted((covered(span, [chunk]) for chunk in chunks), reverse=True)
    # What chunks repeat counts twice here, so it may take more, never fewer.
    return next((count for count, share in enumerate(accumulate(shares), 1) if share >= HALF), None)


def scores_at(found: SpanRanking, ks: Sequence[int]) -> dict[str, float]:
    """Every measure of the first k chunks, for every k; one that has no value is left out."""
    values: dict[str, float | None] = {}
    for k in ks:
        ranks = tuple(rank if rank is not None and rank <= k else None for rank in found.ranks)
        first = SpanRanking(ranks, found.right[:k])
        values |= {
            f"recall@{k}": first.recall_at(k),
            f"precision@{k}": first.precision_at(k),
            f"hit@{k}": first.hit_at(k),
            f"mrr@{k}": first.reciprocal_rank(),
            f"map@{k}": first.average_precision(k),
            f"ndcg@{k}": first.ndcg(k),
        }
    return {name: value for name, value in values.items() if value is not None}


def _placed(hit: RetrievedChunk, *, relevant: bool) -> RankedChunk:
    chunk = hit.chunk
    return RankedChunk(
        chunk.document, chunk.start, chunk.end, chunk.source, hit.score, count(chunk.text), relevant=relevant
    )
