"""Rerankers of a project: the models that `retrieval.rerank` names, asked within limits and budgets, paid for once.

A relevance is kept in the store under what it is of (the model, the query, the text), so that repeats, resumed runs,
other arms and later runs do not ask for it again.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.domain.index import RetrievedChunk
from workbench.domain.model import Completion, CompletionRequest, ModelSpec, Price
from workbench.domain.protocols import Reranker
from workbench.domain.run import RunPlan
from workbench.errors import BadResponseError, BudgetReachedError, CancelledError, ProviderError
from workbench.hashing import content_hash
from workbench.judging import relevance
from workbench.models.litellm_reranker import is_reranker, relevances, rerank_request
from workbench.models.providers import is_local
from workbench.pricing import answer_cost_usd
from workbench.retrieval.chunking import searchable
from workbench.retrieval.reranking import by_relevance
from workbench.runner.asking import LaneCompleter
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane
from workbench.store import relevances as kept
from workbench.store import spend
from workbench.store.session import Session
from workbench.store.spend import Apart
from workbench.workspace import background
from workbench.workspace.context import Context
from workbench.workspace.knowledge.embedding_desks import limits_of
from workbench.workspace.models import Models
from workbench.workspace.runs.lanes import spend_of
from workbench.workspace.spending.budget import RunBudget, open_budget
from workbench.workspace.spending.caps import Asked, month_caps

WHAT = "rerank"
"""What spend on reranking is told as."""
TIMEOUT_S = 60.0
_AT_ONCE = 64
"""Locks that searches share: two that ask the same at once ask one after the other, and the second asks nothing."""
_locks = tuple(threading.Lock() for _ in range(_AT_ONCE))


@dataclass(frozen=True)
class Answered:
    """What became of one request."""

    result: Completion | ProviderError | None
    """None: it was not sent, because what it was asked for stopped."""
    reservations: Sequence[str]
    """Reserved spend to let go of once its cost is stored."""


class Asker(Protocol):
    """Sends requests to a model, within its limits and what may be spent."""

    def ask(self, spec: ModelSpec, requests: Sequence[CompletionRequest]) -> Sequence[Answered]:
        """What became of each. Blocking; raises CancelledError or BudgetReachedError where none could be sent."""
        ...


@dataclass(frozen=True)
class AsksApart:
    """Outside a run: within the month's budget, and within the model's limits together with all who ask so."""

    context: Context

    def ask(self, spec: ModelSpec, requests: Sequence[CompletionRequest]) -> Sequence[Answered]:
        """See `Asker`. Not to be called on the background loop."""
        return background.wait_for(self._ask(spec, requests))

    async def _ask(self, spec: ModelSpec, requests: Sequence[CompletionRequest]) -> Sequence[Answered]:
        brake, caps = Brake(), month_caps(self.context.settings.budget)
        budget = await asyncio.to_thread(open_budget, self.context, caps, None)
        lane = self._lane(spec, brake, budget)
        try:
            answers = await ask_all(lane, brake, requests)
        finally:
            await lane.completer.aclose()
            if budget is not None:
                await budget.aclose()
        if brake.reason == "budget" and not any(answered.result for answered in answers):
            raise BudgetReachedError(
                "The budget of the month is reached: nothing was reranked.",
                hint="Raise month_usd in workbench.toml, or search without a reranker.",
            )
        return answers

    def _lane(self, spec: ModelSpec, brake: Brake, budget: RunBudget | None) -> Lane:
        models, clock = Models(self.context), self.context.clock
        slots, pace = limits_of(spec, clock, id(asyncio.get_running_loop()))
        lane = Lane(
            spec.alias,
            models.completer(spec),
            slots.most,
            clock=clock,
            brake=brake,
            pace=pace,
            spend=None if budget is None else spend_of(spec, models.price(spec), budget),
            local=is_local(spec),
        )
        lane.slots = slots
        return lane


@dataclass(frozen=True)
class AsksInLanes:
    """In a run: in the lanes of its models, on its event loop, from the threads that search."""

    loop: asyncio.AbstractEventLoop
    lanes: Mapping[str, Lane]
    """By model alias."""
    brake: Brake

    def ask(self, spec: ModelSpec, requests: Sequence[CompletionRequest]) -> Sequence[Answered]:
        """See `Asker`. Never call it on the run's event loop."""
        asking = ask_all(self.lanes[spec.alias], self.brake, requests)
        try:
            return asyncio.run_coroutine_threadsafe(asking, self.loop).result()
        except concurrent.futures.CancelledError as error:
            raise _stopped() from error


@dataclass(frozen=True)
class Rerankers:
    """Finds rerankers by name."""

    context: Context
    asker: Asker
    run: str | None = None
    """The run that pays; None outside a run."""

    def named(self, name: str) -> Reranker:
        """The reranker that a model's name, or an alias, stands for. Raises NotFoundError."""
        models = Models(self.context)
        spec = models.resolve(name)
        return ModelReranker(self.context, spec, models.price(spec), self.asker, self.run)


@dataclass(frozen=True)
class ModelReranker:
    """A model as a reranker: by its own interface for it where it has one, else asked about each text by itself."""

    context: Context
    spec: ModelSpec
    price: Price | None
    asker: Asker
    run: str | None = None

    def rerank(self, query: str, chunks: Sequence[RetrievedChunk]) -> tuple[RetrievedChunk, ...]:
        """The same chunks, best first, with relevances from 0 to 1, or as the model's interface gives them.

        Blocking. Raises ProviderError where the model does not answer, and for what could not be read of more than
        half of the chunks; BudgetReachedError; and CancelledError where the run stopped.
        """
        texts = [searchable(hit.chunk) for hit in chunks]
        keys = [content_hash([self._identity(), query, text]) for text in texts]
        with _locks[hash((self.spec.alias, query)) % _AT_ONCE]:
            found = self.context.read_patiently(lambda s: kept.find(s, keys))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
            if missing:
                found = found | self._ask(query, missing)
        told = [found.get(key) for key in keys]
        if 2 * told.count(None) > len(told):
            raise BadResponseError(
                f"{self.spec.alias!r} gave no readable relevance for {told.count(None)} of {len(told)} chunks.",
                hint="Name another reranker, or set rerank to null.",
            )
        return by_relevance(chunks, told)

    def _identity(self) -> Mapping[str, object]:
        """What a relevance depends on beside query and text."""
        spec = self.spec
        way = "rerank" if is_reranker(spec.model) else relevance.VERSION
        return {"way": way, "model": spec.model, "api_base": spec.api_base, "parameters": spec.parameters}

    def _ask(self, query: str, missing: Mapping[str, str]) -> dict[str, float]:
        """The relevances of these texts, by key, stored with what they cost; without those that cannot be read."""
        texts = list(missing.values())
        answers = self.asker.ask(self.spec, self._requests(query, texts))
        told = self._read(query, texts, answers)
        found = {key: value for key, value in zip(missing, told, strict=True) if value is not None}
        self._store(found, answers)
        for answered in answers:
            if isinstance(answered.result, ProviderError):
                raise answered.result
        if any(answered.result is None for answered in answers):
            raise _stopped()
        return found

    def _requests(self, query: str, texts: Sequence[str]) -> list[CompletionRequest]:
        if is_reranker(self.spec.model):
            return [rerank_request(query, texts, {}, TIMEOUT_S)]
        parameters = self.spec.parameters
        return [relevance.relevance_request(query, text, parameters=parameters, timeout_s=TIMEOUT_S) for text in texts]

    def _read(self, query: str, texts: Sequence[str], answers: Sequence[Answered]) -> list[float | None]:
        if is_reranker(self.spec.model):
            (answered,) = answers
            whole = answered.result
            return relevances(whole, len(texts)) if isinstance(whole, Completion) else [None] * len(texts)
        return [
            relevance.read_relevance(answered.result.text, query, text)
            if isinstance(answered.result, Completion)
            else None
            for text, answered in zip(texts, answers, strict=True)
        ]

    def _store(self, found: Mapping[str, float], answers: Sequence[Answered]) -> None:
        """Keep relevances and costs in one transaction, which lets go of what was set aside for these calls."""
        now = self.context.clock.now()
        spent: list[Apart] = []
        released: list[str] = []
        for answered in answers:
            cost: float | None = 0.0
            if isinstance(answered.result, Completion):
                cost = answer_cost_usd(answered.result, self.price)
                if cost != 0:
                    spent.append(Apart(now, WHAT, None, None, self.spec.alias, cost, self.run))
            released += answered.reservations
        if not (found or spent or released):
            return

        def change(s: Session) -> None:
            kept.add(s, found)
            for one in spent:
                spend.add_apart(s, one)
            spend.release(s, released, now)

        self.context.write_patiently(change)


async def ask_all(lane: Lane, brake: Brake, requests: Sequence[CompletionRequest]) -> Sequence[Answered]:
    """Send some requests in a lane, with retries, and wait for all of them."""
    completers = [LaneCompleter(lane, brake) for _ in requests]
    asking = (completer.complete(request) for completer, request in zip(completers, requests, strict=True))
    results = await asyncio.gather(*asking, return_exceptions=True)
    answers = []
    for completer, result in zip(completers, results, strict=True):
        if isinstance(result, BaseException) and not isinstance(result, ProviderError | asyncio.CancelledError):
            raise result
        known = result if isinstance(result, Completion | ProviderError) else None
        answers.append(Answered(known, tuple(completer.reservations)))
    return answers


def rerankers_of(plan: RunPlan, models: Models) -> list[Asked]:
    """The models that a plan's arms have sources reranked by. Raises NotFoundError."""
    found: dict[str, Asked] = {}
    for arm in plan.arms:
        if arm.retrieval is not None and arm.retrieval.rerank is not None and arm.borrowed is None:
            spec = models.resolve(arm.retrieval.rerank)
            by = f"reranking for {arm.label}"
            found.setdefault(spec.alias, Asked(by, spec, spec.parameters, models.price(spec)))
    return list(found.values())


def _stopped() -> CancelledError:
    return CancelledError("The run stopped before its sources were reranked.", hint="Resume it to go on.")
