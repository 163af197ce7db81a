"""The seams at which layers meet without knowing each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from workbench.domain.index import RetrievedChunk
from workbench.domain.model import Completion, CompletionRequest
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.run import Replayed
from workbench.domain.score import MetricInfo, ScoreInput, ScoreResult

OnToken = Callable[[str], None]
"""Called with each piece of text as it arrives."""


class Completer(Protocol):
    """A model that answers. Retries are not its business: it asks once and raises a ProviderError."""

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Answer one request. Cancelling the task closes the connection."""
        ...

    async def aclose(self) -> None:
        """Release connections. The completer is not used afterwards."""
        ...


class Budget(Protocol):
    """Money that calls may spend. Used on one event loop."""

    async def reserve(self, model: str, usd: float) -> str | None:
        """Set money aside for a call that is about to be sent, and return the reservation's id.

        Waits while calls under way may still give back enough. None when it would not fit even then: the budget is
        reached. What was reserved survives the process until `settle` and, with the outcome stored, its release.
        """
        ...

    def settle(self, reservation: str, usd: float | None) -> None:
        """The call is over and cost this much; None leaves all that was reserved counted as spent."""
        ...


class AnswerCache(Protocol):
    """Answers of earlier runs, by request key."""

    def find(self, request_keys: Sequence[str]) -> Mapping[str, Replayed]:
        """Those of the keys that were answered before. Blocking: call it off the event loop."""
        ...


class Retriever(Protocol):
    """An opened index. Safe to call from several threads."""

    @property
    def fingerprint(self) -> str:
        """Identity of the index."""
        ...

    def retrieve(self, query: str, settings: RetrievalSettings) -> tuple[RetrievedChunk, ...]:
        """The nearest chunks, best first. Blocking: call it off the event loop."""
        ...


class ShownChunks(Protocol):
    """The chunks that an arm of an earlier run was shown. Safe to call from several threads."""

    def find(self, asked: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], tuple[RetrievedChunk, ...]]:
        """The chunks by example id and repeat, without those that were not answered. Blocking."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors of one length."""

    @property
    def name(self) -> str:
        """Such as `offline/lexical`."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever equal text could give another vector."""
        ...

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Any:
        """A float32 array of shape (len(texts), dimension), rows of length 1.

        `query` says that the texts are questions, which some models embed in another way than documents.
        """
        ...


class Reranker(Protocol):
    """Puts found chunks into a better order."""

    def rerank(self, query: str, chunks: Sequence[RetrievedChunk]) -> tuple[RetrievedChunk, ...]:
        """The same chunks, best first, with new ranks and scores."""
        ...


class Metric(Protocol):
    """Computes a score from an output. Pure: same input, same result."""

    @property
    def info(self) -> MetricInfo:
        """Name, version and meaning."""
        ...

    def score(self, given: ScoreInput) -> ScoreResult:
        """A value, or the reason why there is none."""
        ...


class Clock(Protocol):
    """Time, so that tests can hold it still."""

    def now(self) -> datetime:
        """Naive UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...
