"""Scores: what metrics and judges said. A later score of the same trial and metric counts, the earlier stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.domain.score import Score, Scored, Unscored, Vote
from workbench.errors import NotFoundError
from workbench.store.codec import decode, encode
from workbench.store.session import Session

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    "trial_id",
    "run",
    "metric",
    "metric_version",
    "value",
    "reason",
    "raw",
    "created_at",
    "cost_usd",
    "model",
    "latency_ms",
    "arm",
    "votes",
)


def append(s: Session, scores: Sequence[Score]) -> None:
    """Store scores in one batch. Raises NotFoundError when a trial has no answer, ValueError when a value is NaN."""
    rows = s.rows(
        "SELECT trial_id, run, arm FROM trial_outputs WHERE trial_id IN (SELECT unnest(?::VARCHAR[]))",
        [list({score.trial_id for score in scores})],
    )
    places: dict[str, tuple[str, str]] = {trial_id: (run, arm) for trial_id, run, arm in rows}
    for score in scores:
        if score.trial_id not in places:
            raise NotFoundError("answered trial", score.trial_id)
    s.insert("scores", _COLUMNS, [_row(score, *places[score.trial_id]) for score in scores])


def frame(s: Session, run: str, *, metric: str | None = None) -> pd.DataFrame:
    """The run's scores that count, one row per trial and metric, by metric, arm, example and repeat.

    Columns: trial_id, arm, example_id, repeat, metric, metric_version, value (float64, NaN when unscored), unscored
    (why there is no value; missing when there is one), reason (why this value; missing when unscored), cost_usd, model
    (that answered a judge; missing where none did), stale (whether another version of the metric scored an answer of
    the run later: values of two versions say nothing together). With `metric`, of that one alone.
    """
    return s.frame(_FRAME, {"run": run, "metric": metric})


def by_version(s: Session, run: str, metric: str) -> pd.DataFrame:
    """What every version of a metric said of a run's answers: one row per version and trial, the newest of each.

    Columns: trial_id, metric_version, value (float64, NaN when unscored), reason, cost_usd, model.
    """
    return s.frame(
        "SELECT trial_id, metric_version, value, reason, cost_usd, model FROM scores WHERE run = ? AND metric = ? "
        "QUALIFY row_number() OVER (PARTITION BY trial_id, metric_version ORDER BY created_at DESC, rowid DESC) = 1 "
        "ORDER BY metric_version, trial_id",
        [run, metric],
    )


def given(s: Session, run: str, metric: str, version: str) -> list[tuple[str, float, tuple[Vote, ...]]]:
    """Every value that a version of a metric gave to answers of a run, superseded ones too: trial, value, votes."""
    rows = s.rows(
        "SELECT trial_id, value, votes FROM scores WHERE run = ? AND metric = ? AND metric_version = ? "
        "AND value IS NOT NULL ORDER BY trial_id, rowid",
        [run, metric, version],
    )
    return [(trial, value, () if votes is None else decode(tuple[Vote, ...], votes)) for trial, value, votes in rows]


def of_trials(s: Session, trial_ids: Sequence[str]) -> dict[str, list[Score]]:
    """The scores that count of several trials, by trial id and metric; a trial without any is left out."""
    rows = s.rows(
        "SELECT trial_id, metric, metric_version, value, reason, raw, created_at, cost_usd, model, latency_ms, votes "
        "FROM scores "
        "WHERE trial_id IN (SELECT unnest(?::VARCHAR[])) "
        "QUALIFY row_number() OVER (PARTITION BY trial_id, metric ORDER BY created_at DESC, rowid DESC) = 1 "
        "ORDER BY trial_id, metric",
        [list(trial_ids)],
    )
    found: dict[str, list[Score]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(_score(row))
    return found


def judging_costs(s: Session, run: str) -> dict[str, float | None]:
    """US dollars that judging cost by arm, superseded verdicts too; None where a part is unknown."""
    rows = s.rows(
        "SELECT arm, fsum(cost_usd), count(*) FILTER (cost_usd IS NULL) FROM scores "
        "WHERE run = ? AND model IS NOT NULL GROUP BY arm",
        [run],
    )
    return {arm: None if unknown else usd for arm, usd, unknown in rows}


_FRAME = """
WITH counted AS (
    SELECT trial_id, metric, metric_version, value, reason, cost_usd, model, rowid AS place
    FROM scores WHERE run = $run AND ($metric IS NULL OR metric = $metric)
    QUALIFY row_number() OVER (PARTITION BY trial_id, metric ORDER BY created_at DESC, rowid DESC) = 1
), versions AS (
    -- Rows are only appended, so the last one is the newest.
    SELECT metric, arg_max(metric_version, place) AS newest FROM counted GROUP BY metric
), trials AS (
    SELECT DISTINCT trial_id, arm, example_id, repeat FROM trial_outputs WHERE run = $run
)
SELECT trial_id, arm, example_id, repeat, metric, metric_version, value,
       CASE WHEN value IS NULL THEN reason END AS unscored, CASE WHEN value IS NOT NULL THEN reason END AS reason,
       cost_usd, model,
       metric_version <> newest AS stale
FROM counted JOIN trials USING (trial_id) JOIN versions USING (metric)
ORDER BY metric, arm, example_id, repeat
"""


def _row(score: Score, run: str, arm: str) -> tuple[Any, ...]:
    match score.result:
        case Scored(value, reason):
            result: tuple[float | None, str, str] = (value, reason, "")
        case Unscored(reason, raw):
            result = (None, reason, raw)
    head = (score.trial_id, run, score.metric, score.metric_version)
    votes = encode(score.votes) if score.votes else None
    return (*head, *result, score.created_at, score.cost_usd, score.model, score.latency_ms, arm, votes)


def _score(row: tuple[Any, ...]) -> Score:
    trial_id, metric, metric_version, value, reason, raw, created_at, cost_usd, model, latency_ms, votes = row
    result = Unscored(reason, raw) if value is None else Scored(value, reason)
    said = () if votes is None else decode(tuple[Vote, ...], votes)
    return Score(trial_id, metric, metric_version, result, created_at, cost_usd, model, latency_ms, said)
