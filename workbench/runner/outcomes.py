"""What became of a cell, as the record that is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.domain.model import Completion
from workbench.domain.run import Cell, Outcome, Replayed, TrialFailure, TrialOutput
from workbench.domain.score import Score
from workbench.errors import ProviderError
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
    attempt, price = made.attempt, prepared.cell.arm.price
    cost = answer_cost_usd(completion, price)
    return TrialOutput(
        **_identity(run, prepared.cell),
        request_key=prepared.request_key,
        completion=completion,
        retrieved=prepared.sources.chunks if completion.sources is None else given_sources(completion.sources),
        retrieval_ms=prepared.sources.retrieval_ms,
        cost_usd=cost,
        attempts=made.number,
        started_at=attempt.started_at,
        spent_usd=cost,
        price=price,
        cold_start=attempt.cold_start,
        reservation=attempt.reservation,
    )


def replayed(run: str, prepared: Prepared, earlier: Replayed, now: datetime) -> TrialOutput:
    """The output of a cell whose answer an earlier run got: measured then, and paid then."""
    return TrialOutput(
        **_identity(run, prepared.cell),
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
    return TrialFailure(
        **_identity(run, cell),
        error=type(error).__name__,
        message=str(error),
        retryable=error.retryable,
        final=made.final,
        attempt=made.number,
        started_at=attempt.started_at,
        elapsed_ms=attempt.elapsed_ms,
        reservation=attempt.reservation,
    )


def not_asked(run: str, unprepared: Unprepared, now: datetime) -> TrialFailure:
    """The failure of a cell for which nothing could be sent."""
    return TrialFailure(
        **_identity(run, unprepared.cell),
        error=type(unprepared.error).__name__,
        message=str(unprepared.error),
        retryable=False,
        final=True,
        attempt=1,
        started_at=now,
        elapsed_ms=0.0,
    )


def _identity(run: str, cell: Cell) -> dict[str, Any]:
    """The fields by which every outcome of a cell is known."""
    return {
        "trial_id": cell.trial_id(run),
        "run": run,
        "arm": cell.arm.label,
        "example_id": cell.example.id,
        "repeat": cell.repeat,
        "cell_hash": cell.hash,
    }
