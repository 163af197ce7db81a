"""What became of a cell, as the record that is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workbench.domain.model import Completion
from workbench.domain.run import Cell, Outcome, Replayed, TrialFailure, TrialOutput
from workbench.domain.score import Score
from workbench.errors import ProviderError, WorkbenchError
from workbench.pricing import answer_cost_usd
from workbench.runner.asking import Numbered
from workbench.runner.preparing import Prepared, Unprepared
from workbench.runner.requests import given_sources


@dataclass(frozen=True)
class Arrived:
    """What an engine hands out: an outcome, and what came with it from where its model was asked."""

    outcome: Outcome
    scores: Sequence[Score] | None = None
    """The rules' scores of an answer; None where they have to be computed yet."""
    released: Mapping[str, float | None] = field(default_factory=dict)
    """How much of reserved spend to let go of once the outcome is stored, beside its own; None is all of it."""


def answered(run: str, prepared: Prepared, completion: Completion, made: Numbered) -> TrialOutput:
    """The output of an attempt that was answered."""
    cell, attempt = prepared.cell, made.attempt
    cost = answer_cost_usd(completion, cell.arm.price)
    found = prepared.sources.chunks if completion.sources is None else given_sources(completion.sources)
    return TrialOutput(
        trial_id=cell.trial_id(run),
        run=run,
        arm=cell.arm.label,
        example_id=cell.example.id,
        repeat=cell.repeat,
        cell_hash=cell.hash,
        request_key=prepared.request_key,
        completion=completion,
        retrieved=found,
        retrieval_ms=prepared.sources.retrieval_ms,
        cost_usd=cost,
        attempts=made.number,
        started_at=attempt.started_at,
        spent_usd=cost,
        price=cell.arm.price,
        cold_start=attempt.cold_start,
        reservation=attempt.reservation,
    )


def replayed(run: str, prepared: Prepared, earlier: Replayed, now: datetime) -> TrialOutput:
    """The output of a cell whose answer an earlier run got: measured then, and paid then."""
    cell = prepared.cell
    return TrialOutput(
        trial_id=cell.trial_id(run),
        run=run,
        arm=cell.arm.label,
        example_id=cell.example.id,
        repeat=cell.repeat,
        cell_hash=cell.hash,
        request_key=prepared.request_key,
        completion=earlier.completion,
        retrieved=prepared.sources.chunks,
        retrieval_ms=prepared.sources.retrieval_ms,
        cost_usd=earlier.cost_usd,
        attempts=0,
        started_at=now,
        cache_hit=True,
        spent_usd=0.0,
        price=earlier.price,
        cold_start=earlier.cold_start,
    )


def failed(run: str, cell: Cell, error: ProviderError, made: Numbered) -> TrialFailure:
    """The failure of an attempt."""
    attempt = made.attempt
    return _failure(
        run,
        cell,
        error,
        retryable=error.retryable,
        final=made.final,
        attempt=made.number,
        started_at=attempt.started_at,
        elapsed_ms=attempt.elapsed_ms,
        reservation=attempt.reservation,
    )


def not_asked(run: str, unprepared: Unprepared, now: datetime) -> TrialFailure:
    """The failure of a cell for which nothing could be sent."""
    return _failure(
        run,
        unprepared.cell,
        unprepared.error,
        retryable=False,
        final=True,
        attempt=1,
        started_at=now,
        elapsed_ms=0.0,
        reservation=None,
    )


def _failure(
    run: str,
    cell: Cell,
    error: WorkbenchError,
    *,
    retryable: bool,
    final: bool,
    attempt: int,
    started_at: datetime,
    elapsed_ms: float,
    reservation: str | None,
) -> TrialFailure:
    return TrialFailure(
        trial_id=cell.trial_id(run),
        run=run,
        arm=cell.arm.label,
        example_id=cell.example.id,
        repeat=cell.repeat,
        cell_hash=cell.hash,
        error=type(error).__name__,
        message=str(error),
        retryable=retryable,
        final=final,
        attempt=attempt,
        started_at=started_at,
        elapsed_ms=elapsed_ms,
        reservation=reservation,
    )
