"""Trials: the answers and failures of runs, as narrow frames for tables and as full records for details."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.model import Completion, Price, ToolCall, Usage
from workbench.domain.run import Outcome, TrialFailure, TrialOutput
from workbench.errors import IntegrityError, NotFoundError
from workbench.hashing import TAG, content_hash
from workbench.store import content
from workbench.store.codec import decode, encode
from workbench.store.kept_copies import RESTORE_IT
from workbench.store.session import Session

if TYPE_CHECKING:
    import pandas as pd

_OUTPUT_COLUMNS = (
    "trial_id",
    "run",
    "arm",
    "example_id",
    "repeat",
    "cell_hash",
    "request_key",
    "text",
    "model",
    "finish_reason",
    "prompt_tokens",
    "completion_tokens",
    "cached_tokens",
    "latency_ms",
    "ttft_ms",
    "tool_calls",
    "notes",
    "retrieved",
    "retrieval_ms",
    "cost_usd",
    "attempts",
    "started_at",
    "cache_hit",
    "spent_usd",
    "input_per_million",
    "cached_input_per_million",
    "output_per_million",
    "cold_start",
)
_FAILURE_COLUMNS = (
    "trial_id",
    "run",
    "arm",
    "example_id",
    "repeat",
    "cell_hash",
    "error",
    "message",
    "retryable",
    "final",
    "attempt",
    "started_at",
    "elapsed_ms",
)
_Reference = tuple[str, int, float]
"""A retrieved chunk within an output: the chunk's content hash, rank and score."""


def append(s: Session, outcomes: Sequence[Outcome]) -> None:
    """Store answers and failures in one batch. Retrieved chunks are stored once, however many answers show them."""
    outputs = [outcome for outcome in outcomes if isinstance(outcome, TrialOutput)]
    failures = [outcome for outcome in outcomes if isinstance(outcome, TrialFailure)]
    hashes = {found.chunk: "" for output in outputs for found in output.retrieved}
    for chunk in hashes:
        hashes[chunk] = content_hash(chunk)
    content.add_once(s, "chunks", {digest: encode(chunk) for chunk, digest in hashes.items()})
    s.insert("trial_outputs", _OUTPUT_COLUMNS, [_output_row(output, hashes) for output in outputs])
    s.insert(
        "trial_failures",
        _FAILURE_COLUMNS,
        [tuple(getattr(failure, column) for column in _FAILURE_COLUMNS) for failure in failures],
    )


def answered(s: Session, run: str) -> set[str]:
    """Ids of the run's trials that have an output: what resuming need not ask again."""
    return {trial_id for (trial_id,) in s.rows("SELECT DISTINCT trial_id FROM trial_outputs WHERE run = ?", [run])}


def frame(s: Session, run: str) -> pd.DataFrame:
    """One row per trial that was answered or whose attempts are over, without texts, by arm, example and repeat.

    Columns: trial_id, arm, example_id, repeat, status (`done` or `failed`), finish_reason, prompt_tokens,
    completion_tokens (Int64), cost_usd, latency_ms, ttft_ms, retrieval_ms (float64), attempts, cache_hit, spent_usd,
    cold_start, error, error_message. What is not known is missing (NaN or NA). An answer counts more than a failure
    before it, of several rows of a trial the newest.
    """
    # Which columns are missing must not decide what type they have.
    return s.frame(_FRAME, {"run": run}).astype({"prompt_tokens": "Int64", "completion_tokens": "Int64"})


def output(s: Session, trial_id: str) -> TrialOutput | None:
    """A trial's answer in full; None when it has none."""
    return next(iter(_outputs(s, s.rows(_OUTPUT + "WHERE trial_id = ? ORDER BY rowid DESC LIMIT 1", [trial_id]))), None)


def outputs(s: Session, run: str, *, after: str | None = None, limit: int | None = None) -> list[TrialOutput]:
    """A run's answers in full, by arm, example and repeat: at most `limit`, beginning behind the trial `after`.

    Raises NotFoundError when `after` has no answer in the run.
    """
    start: tuple[Any, ...] | None = None
    if after is not None:
        start = s.row("SELECT arm, example_id, repeat FROM trial_outputs WHERE run = ? AND trial_id = ?", [run, after])
        if start is None:
            raise NotFoundError("answered trial", after)
    arm, example_id, repeat = start or (None, None, None)
    rows = s.rows(
        _OUTPUT
        + """WHERE run = $run AND ($arm IS NULL OR (arm, example_id, repeat) > ($arm, $example_id, $repeat))
        QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY rowid DESC) = 1
        ORDER BY arm, example_id, repeat LIMIT $limit""",
        {"run": run, "arm": arm, "example_id": example_id, "repeat": repeat, "limit": limit},
    )
    return _outputs(s, rows)


def outputs_of(s: Session, trial_ids: Sequence[str]) -> list[TrialOutput]:
    """The answers of these trials in full, in no particular order; of several of a trial the newest."""
    rows = s.rows(
        _OUTPUT
        + """WHERE trial_id IN (SELECT unnest(?::VARCHAR[]))
        QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY rowid DESC) = 1""",
        [list(trial_ids)],
    )
    return _outputs(s, rows)


def shown(
    s: Session, run: str, arm: str, example_ids: Sequence[str]
) -> dict[tuple[str, int], tuple[RetrievedChunk, ...]]:
    """The chunks that an arm was shown for these examples, by example and repeat; without what was not answered."""
    rows = s.rows(
        "SELECT trial_id, example_id, repeat, retrieved FROM trial_outputs "
        "WHERE run = ? AND arm = ? AND example_id IN (SELECT unnest(?::VARCHAR[])) "
        "QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY rowid DESC) = 1",
        [run, arm, list(example_ids)],
    )
    references = [decode(tuple[_Reference, ...], retrieved) for *_, retrieved in rows]
    chunks = _chunks(s, references)
    return {
        (example_id, repeat): _retrieved(trial_id, retrieved, chunks)
        for (trial_id, example_id, repeat, _), retrieved in zip(rows, references, strict=True)
    }


def shown_alike(s: Session, run: str, baseline: str) -> dict[str, tuple[int, int]]:
    """How far each other arm was shown what the baseline was, by label.

    Of the examples and repeats that both answered: those with sources in one of them, and those with other sources.
    """
    rows = s.rows(_SHOWN_ALIKE, {"run": run, "baseline": baseline})
    return {arm: (answers, others) for arm, answers, others in rows}


def answered_alike(s: Session, run: str, baseline: str) -> frozenset[str]:
    """The labels of arms that answered the same examples and repeats as the baseline, each with the very same text.

    An answer with calls of tools is not among those: its text is not all of it.
    """
    return frozenset(arm for (arm,) in s.rows(_ANSWERED_ALIKE, {"run": run, "baseline": baseline}))


def texts(s: Session, run: str, example_id: str) -> dict[str, list[tuple[int, str, str]]]:
    """What each arm answered to one example: arm label to (repeat, trial id, text), by repeat."""
    rows = s.rows(
        "SELECT arm, repeat, trial_id, text FROM trial_outputs WHERE run = ? AND example_id = ? "
        "QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY rowid DESC) = 1 ORDER BY arm, repeat",
        [run, example_id],
    )
    by_arm: dict[str, list[tuple[int, str, str]]] = {}
    for arm, repeat, trial_id, text in rows:
        by_arm.setdefault(arm, []).append((repeat, trial_id, text))
    return by_arm


def lengths(s: Session, run: str) -> dict[str, int]:
    """Characters of a run's answers, by trial."""
    return dict(s.rows("SELECT trial_id, length(text) FROM trial_outputs WHERE run = ?", [run]))


def answers_digest(s: Session, run: str, arms: Sequence[str]) -> str:
    """The tagged hash of what these arms of a run answered: another one once an answer was added or is not the same."""
    row = s.row(
        "SELECT sha256(coalesce(string_agg(sha256(trial_id || chr(10) || text), chr(10) ORDER BY trial_id), '')) FROM ("
        "SELECT trial_id, text FROM trial_outputs WHERE run = ? AND arm IN (SELECT unnest(?::VARCHAR[])) "
        "QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY rowid DESC) = 1)",
        [run, list(arms)],
    )
    return TAG + str("" if row is None else row[0])


def failures(s: Session, run: str) -> list[TrialFailure]:
    """Every failed attempt of a run, in the order in which they were stored."""
    rows = s.rows(
        "SELECT trial_id, run, arm, example_id, repeat, cell_hash, error, message, retryable, final, attempt, "
        "started_at, elapsed_ms FROM trial_failures WHERE run = ? ORDER BY rowid",
        [run],
    )
    return [TrialFailure(*row) for row in rows]


_FRAME = """
WITH done AS (
    SELECT trial_id, arm, example_id, repeat, finish_reason, prompt_tokens, completion_tokens, cost_usd, latency_ms,
           ttft_ms, retrieval_ms, attempts, cache_hit, spent_usd, cold_start
    FROM trial_outputs WHERE run = $run
    QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY rowid DESC) = 1
), failed AS (
    SELECT trial_id, arm, example_id, repeat, attempt, error, message
    FROM trial_failures ANTI JOIN done USING (trial_id) WHERE run = $run AND final
    QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY trial_failures.rowid DESC) = 1
)
SELECT trial_id, arm, example_id, repeat, 'done' AS status, finish_reason, prompt_tokens, completion_tokens, cost_usd,
       latency_ms, ttft_ms, retrieval_ms, attempts, cache_hit, spent_usd, cold_start, NULL::VARCHAR AS error, NULL::VARCHAR AS error_message
FROM done
UNION ALL
SELECT trial_id, arm, example_id, repeat, 'failed', NULL, NULL, NULL, NULL, NULL, NULL, NULL, attempt, false, NULL, false, error,
       message
FROM failed
ORDER BY arm, example_id, repeat
"""

_SHOWN_ALIKE = """
WITH shown AS (
    -- Scores are left out: another way of searching gives the same chunks others.
    SELECT arm, example_id, repeat, json_extract_string(retrieved, '$[*][0]') AS chunks
    FROM trial_outputs WHERE run = $run
    QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY rowid DESC) = 1
)
SELECT o.arm, count(*) FILTER (len(o.chunks) > 0 OR len(b.chunks) > 0), count(*) FILTER (o.chunks <> b.chunks)
FROM shown o JOIN shown b USING (example_id, repeat) WHERE b.arm = $baseline AND o.arm <> $baseline GROUP BY o.arm
"""

_ANSWERED_ALIKE = """
WITH answers AS (
    SELECT arm, example_id, repeat, CASE WHEN json_array_length(tool_calls) = 0 THEN text END AS text
    FROM trial_outputs WHERE run = $run
    QUALIFY row_number() OVER (PARTITION BY trial_id ORDER BY rowid DESC) = 1
), baseline AS (SELECT * FROM answers WHERE arm = $baseline)
SELECT o.arm FROM answers o LEFT JOIN baseline b USING (example_id, repeat) WHERE o.arm <> $baseline
GROUP BY o.arm HAVING bool_and(coalesce(o.text = b.text, false)) AND count(*) = (SELECT count(*) FROM baseline)
"""

_OUTPUT = """
SELECT trial_id, run, arm, example_id, repeat, cell_hash, request_key, text, model, finish_reason, prompt_tokens,
       completion_tokens, cached_tokens, latency_ms, ttft_ms, tool_calls, notes, retrieved, retrieval_ms, cost_usd,
       attempts, started_at, cache_hit, spent_usd, input_per_million, cached_input_per_million, output_per_million,
       cold_start
FROM trial_outputs
"""


def _output_row(output: TrialOutput, hashes: dict[Chunk, str]) -> tuple[Any, ...]:
    completion, usage = output.completion, output.completion.usage
    references = [(hashes[found.chunk], found.rank, found.score) for found in output.retrieved]
    return (
        output.trial_id,
        output.run,
        output.arm,
        output.example_id,
        output.repeat,
        output.cell_hash,
        output.request_key,
        completion.text,
        completion.model,
        completion.finish_reason,
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.cached_tokens,
        completion.latency_ms,
        completion.ttft_ms,
        encode(completion.tool_calls),
        encode(completion.notes),
        encode(references),
        output.retrieval_ms,
        output.cost_usd,
        output.attempts,
        output.started_at,
        output.cache_hit,
        output.spent_usd,
        *_price_columns(output.price),
        output.cold_start,
    )


def _price_columns(price: Price | None) -> tuple[float | None, float | None, float | None]:
    return (
        (None, None, None)
        if price is None
        else (price.input_per_million, price.cached_input_per_million, price.output_per_million)
    )


def _price(row: dict[str, Any]) -> Price | None:
    if row["input_per_million"] is None or row["output_per_million"] is None:
        return None
    return Price(row["input_per_million"], row["output_per_million"], row["cached_input_per_million"])


def _outputs(s: Session, rows: Iterable[tuple[Any, ...]]) -> list[TrialOutput]:
    """Full records, with the chunks of all of them read at once."""
    found = [dict(zip(_OUTPUT_COLUMNS, row, strict=True)) for row in rows]
    references = [decode(tuple[_Reference, ...], row["retrieved"]) for row in found]
    chunks = _chunks(s, references)
    return [_output(row, retrieved, chunks) for row, retrieved in zip(found, references, strict=True)]


def _chunks(s: Session, references: Iterable[Sequence[_Reference]]) -> dict[str, Chunk]:
    """The chunks of some outputs by their content hash, each read once."""
    stored = content.read(s, "chunks", (digest for retrieved in references for digest, _, _ in retrieved))
    return {digest: decode(Chunk, text) for digest, text in stored.items()}


def _retrieved(
    trial_id: str, references: Sequence[_Reference], chunks: Mapping[str, Chunk]
) -> tuple[RetrievedChunk, ...]:
    lost = [digest for digest, _, _ in references if digest not in chunks]
    if lost:
        raise IntegrityError(f"A chunk shown to trial {trial_id} is not in the store: {lost[0]}.", hint=RESTORE_IT)
    return tuple(RetrievedChunk(chunks[digest], rank, score) for digest, rank, score in references)


def _output(row: dict[str, Any], references: Sequence[_Reference], chunks: Mapping[str, Chunk]) -> TrialOutput:
    completion = Completion(
        text=row["text"],
        model=row["model"],
        finish_reason=row["finish_reason"],
        usage=Usage(row["prompt_tokens"], row["completion_tokens"], row["cached_tokens"]),
        latency_ms=row["latency_ms"],
        ttft_ms=row["ttft_ms"],
        tool_calls=decode(tuple[ToolCall, ...], row["tool_calls"]),
        notes=decode(tuple[str, ...], row["notes"]),
    )
    return TrialOutput(
        trial_id=row["trial_id"],
        run=row["run"],
        arm=row["arm"],
        example_id=row["example_id"],
        repeat=row["repeat"],
        cell_hash=row["cell_hash"],
        request_key=row["request_key"],
        completion=completion,
        retrieved=_retrieved(row["trial_id"], references, chunks),
        retrieval_ms=row["retrieval_ms"],
        cost_usd=row["cost_usd"],
        attempts=row["attempts"],
        started_at=row["started_at"],
        cache_hit=row["cache_hit"],
        spent_usd=row["spent_usd"],
        price=_price(row),
        cold_start=row["cold_start"],
    )
