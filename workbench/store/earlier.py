"""What earlier answers tell of answers to come: how long they were, how long they took, what verdicts cost.

Answers that were replayed are left out: they are counted where they were given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from workbench.stats.forecast import Spread
from workbench.store.session import Session

RUNS_READ = 100
"""Plans of so many runs are looked at, the newest ones: what models did long ago says little of what they do now."""


@dataclass(frozen=True)
class EarlierArm:
    """An arm of an earlier run with answers."""

    run: str
    label: str
    dataset: str
    """Name of the golden set."""
    prompt: str
    """Name of the prompt."""
    prompt_hash: str
    model: str
    api_base: str | None
    at_once: int
    """How many calls to its model were in flight at most."""
    answers: int
    """Answers that were asked for, not replayed."""
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class EarlierAnswers:
    """Answers of some arms together. A spread is None where no answer has the figure."""

    completion_tokens: Spread | None
    latency_ms: Spread | None
    """Without answers for which a local model was loaded first."""
    cost_usd: Spread | None
    cached_share: float
    """Of the prompt tokens, those that the provider had cached."""
    ms_per_answer: float | None
    """From one answer to the next on average, pauses cut out, with as many in flight as their runs allowed."""


@dataclass(frozen=True)
class EarlierVerdicts:
    """Verdicts of a judge, each with all its votes."""

    n: int
    cost_usd: Spread | None
    latency_ms: Spread | None
    asked_share: float
    """Of its verdicts, those for which its model was asked: some answers leave nothing to judge."""


def arms(s: Session) -> list[EarlierArm]:
    """The arms of the newest runs that have answers, newest first."""
    names = [field.name for field in fields(EarlierArm)]
    named = [dict(zip(names, row, strict=True)) for row in s.rows(_ARMS, {"runs": RUNS_READ})]
    return [EarlierArm(**{**row, "parameters": json.loads(row["parameters"])}) for row in named]


def answers(s: Session, groups: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, EarlierAnswers]:
    """What the answers of some arms were like, by the names of the groups; an arm is a run's id and a label."""
    members = [(group, run, arm) for group, of_group in groups.items() for run, arm in of_group]
    if not members:
        return {}
    names, runs, labels = (list(column) for column in zip(*members, strict=True))
    rows = s.rows(_ANSWERS, {"groups": names, "runs": runs, "arms": labels})
    return {
        row[0]: EarlierAnswers(
            completion_tokens=_spread(row[1:7]),
            latency_ms=_spread(row[7:13]),
            cost_usd=_spread(row[13:19]),
            cached_share=row[19] or 0.0,
            ms_per_answer=row[20],
        )
        for row in rows
    }


def prompt_tokens(s: Session, cells: Sequence[str]) -> dict[str, int | None]:
    """Which of these cells, by hash, were answered before, and how many tokens their providers counted in the prompt."""
    rows = s.rows(
        "SELECT cell_hash, any_value(prompt_tokens) FROM trial_outputs "
        "WHERE cell_hash IN (SELECT unnest(?::VARCHAR[])) AND NOT cache_hit GROUP BY cell_hash",
        [list(cells)],
    )
    return dict(rows)


def verdicts(s: Session, judges: Sequence[tuple[str, str]], dataset: str) -> dict[str, EarlierVerdicts]:
    """What the verdicts of judges were like, by name; a judge is a name and a version.

    Those on answers to the golden set of this name count, where there are any; else those on all.
    """
    if not judges:
        return {}
    names, versions = (list(column) for column in zip(*judges, strict=True))
    rows = s.rows(_VERDICTS, {"names": names, "versions": versions, "dataset": dataset})
    return {row[0]: EarlierVerdicts(row[1], _spread(row[2:8]), _spread(row[8:14]), row[14]) for row in rows}


def revision(s: Session) -> str:
    """Changes whenever an answer or a verdict is stored."""
    row = s.row("SELECT (SELECT count(*) FROM trial_outputs), (SELECT count(*) FROM scores)")
    return "" if row is None else f"{row[0]}/{row[1]}"


def _spread(row: Sequence[Any]) -> Spread | None:
    n, examples, mean, sd, p5, p95 = row
    return Spread(n, examples, mean, sd or 0.0, p5, p95) if n else None


_ARMS = """
WITH newest AS (
    SELECT id, dataset, created_at, plan FROM runs WHERE imported_from IS NULL ORDER BY created_at DESC LIMIT $runs
), planned AS (
    SELECT id AS run, dataset, created_at, unnest(json_extract(plan, '$.arms[*]')) AS arm,
           json_extract(plan, '$.concurrency')::INTEGER AS at_once
    FROM newest
), answered AS (
    SELECT run, arm AS label, count(*) FILTER (NOT cache_hit) AS answers
    FROM trial_outputs WHERE run IN (SELECT id FROM newest) GROUP BY ALL
), named AS (
    SELECT *, json_extract_string(arm, '$.prompt.name') AS prompt,
           format('{}@{}:{}', prompt, json_extract_string(arm, '$.prompt.number'),
                  json_extract_string(arm, '$.model.alias'))
           || coalesce(' with ' || nullif(json_extract_string(arm, '$.variant'), ''), '') AS label
    FROM planned
)
SELECT run, label, dataset, prompt, json_extract_string(arm, '$.prompt.hash'),
       json_extract_string(arm, '$.model.model'), json_extract_string(arm, '$.model.api_base'),
       coalesce(json_extract(arm, '$.model.limits.concurrency')::INTEGER, at_once), answers,
       json_extract(arm, '$.parameters')::VARCHAR
FROM named JOIN answered USING (run, label) WHERE answers > 0
ORDER BY created_at DESC, run, label
"""

_SPREAD = """
    count({0}), count(DISTINCT example_id) FILTER ({0} IS NOT NULL), avg({0}), stddev_samp({0}),
    quantile_cont({0}, 0.05), quantile_cont({0}, 0.95)
"""

_ANSWERS = f"""
WITH members AS (
    SELECT unnest($groups::VARCHAR[]) AS name, unnest($runs::VARCHAR[]) AS run, unnest($arms::VARCHAR[]) AS arm
), given AS (
    SELECT name, run, example_id, completion_tokens, prompt_tokens, cached_tokens, cost_usd, started_at,
           CASE WHEN NOT cold_start THEN latency_ms END AS latency
    FROM trial_outputs JOIN members USING (run, arm) WHERE NOT cache_hit
), waits AS (
    SELECT name, run, date_diff('us', lag(started_at) OVER (PARTITION BY name, run ORDER BY started_at), started_at)
           / 1000.0 AS gap_ms
    FROM given
), busy AS (
    -- The first has no gap before it; its own time stands for the last, which has none after it.
    SELECT name, count(*) AS answers, sum(least(coalesce(gap_ms, longest), longest)) AS ms
    FROM waits JOIN (SELECT name, run, max(latency) AS longest FROM given GROUP BY ALL) USING (name, run)
    GROUP BY name, run
), pace AS (
    SELECT name, sum(ms) / sum(answers) AS ms_per_answer FROM busy WHERE ms IS NOT NULL GROUP BY name
)
SELECT name, {_SPREAD.format("completion_tokens")}, {_SPREAD.format("latency")}, {_SPREAD.format("cost_usd")},
       sum(coalesce(cached_tokens, 0)) / nullif(sum(prompt_tokens), 0), any_value(ms_per_answer)
FROM given LEFT JOIN pace USING (name) GROUP BY name
"""  # noqa: S608

_VERDICTS = f"""
WITH wanted AS (
    SELECT unnest($names::VARCHAR[]) AS metric, unnest($versions::VARCHAR[]) AS metric_version
), trials AS (
    SELECT DISTINCT trial_id, run, example_id FROM trial_outputs
    WHERE trial_id IN (SELECT trial_id FROM scores SEMI JOIN wanted USING (metric, metric_version))
), given AS (
    SELECT metric, example_id, cost_usd, latency_ms, runs.dataset = $dataset AS here
    FROM scores JOIN wanted USING (metric, metric_version) JOIN trials USING (trial_id) JOIN runs ON runs.id = trials.run
), chosen AS (
    SELECT * FROM given QUALIFY here OR NOT max(here) OVER (PARTITION BY metric)
)
SELECT metric, count(*), {_SPREAD.format("cost_usd")}, {_SPREAD.format("latency_ms")},
       greatest(count(latency_ms), count(cost_usd)) / count(*) FROM chosen GROUP BY metric
"""  # noqa: S608
