"""Spend: what calls cost, and what is set aside for calls under way.

A reservation is a row of its own, written before its call is sent. What the call did not cost is given back by
release rows, the rest when the call's outcome is stored, in the same transaction: from then on the outcome's own cost
counts. A call whose process was killed never gives anything back, so what it may have cost stays counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workbench.domain.run import Outcome, TrialFailure
from workbench.store.session import Session

if TYPE_CHECKING:
    import pandas as pd

CARRY = timedelta(hours=1)
"""A call that was reserved so shortly before a month began may be answered in it: such reservations count for both."""
_NOTHING = 1e-12
"""Less than this is what rounding leaves of a reservation that was given back in parts, in US dollars."""


@dataclass(frozen=True)
class Reservation:
    """Money set aside for one call."""

    id: str
    run: str | None
    """None outside a run, as when a prompt is tried."""
    model: str
    usd: float
    reserved_at: datetime


@dataclass(frozen=True)
class Apart:
    """A call that was answered and is no answer or verdict of a run."""

    happened_at: datetime
    what: str
    """Such as `try`."""
    prompt: str | None
    use_case: str | None
    model: str
    usd: float | None
    """None when unknown."""
    run: str | None = None
    """The run it was made for, to whose budget it counts, such as when sources are reranked; None outside a run."""


@dataclass(frozen=True)
class Spent:
    """What was spent, in US dollars, as far as it is known."""

    known_usd: float
    reserved_usd: float
    """Set aside and not given back: for calls under way, and for calls that were lost after they were sent."""
    unknown: int
    """How many answers and verdicts have an unknown cost. With any, the sums say the least that was spent."""

    @property
    def usd(self) -> float:
        """What counts against a budget."""
        return self.known_usd + self.reserved_usd


@dataclass(frozen=True)
class Marks:
    """How far the tables were read: the last row of each. Rows are only ever appended."""

    outputs: int = -1
    scores: int = -1
    apart: int = -1
    reservations: int = -1
    releases: int = -1


@dataclass(frozen=True)
class Reading:
    """What the rows behind some marks add to a budget, in US dollars, and the marks behind them."""

    run_usd: float
    month_usd: float
    marks: Marks
    given_back: frozenset[str]
    """Of which of the reservations that were asked about something was given back."""


def add_reservations(s: Session, reservations: Sequence[Reservation]) -> None:
    """Set money aside."""
    columns = tuple(field.name for field in fields(Reservation))
    s.insert("spend_reservations", columns, [tuple(getattr(one, name) for name in columns) for one in reservations])


def add_apart(s: Session, spent: Apart) -> None:
    """Record what a call cost that is no answer or verdict of a run."""
    columns = tuple(field.name for field in fields(Apart))
    s.insert("spend_apart", columns, [tuple(getattr(spent, name) for name in columns)])


def give_back(s: Session, amounts: Mapping[str, float | None], at: datetime) -> None:
    """Give back so much of each reservation, at most what is still set aside under it; None gives back all of that.

    Ids that were never reserved, or of which nothing is left, do nothing.
    """
    if amounts:
        s.execute(_GIVE_BACK, {"ids": list(amounts), "amounts": list(amounts.values()), "at": at, "nothing": _NOTHING})


def release(s: Session, ids: Iterable[str], at: datetime) -> None:
    """Give back all that is still set aside under these ids, in the transaction that stores what their calls cost."""
    give_back(s, dict.fromkeys(ids), at)


def settled(outcomes: Iterable[Outcome]) -> list[str]:
    """The reservations that storing these outcomes settles; of an answer of unknown cost it stays counted."""
    return [
        outcome.reservation
        for outcome in outcomes
        if outcome.reservation is not None and (isinstance(outcome, TrialFailure) or outcome.spent_usd is not None)
    ]


def read_on(s: Session, after: Marks, *, run: str | None, month: datetime, own: Collection[str] = ()) -> Reading:
    """What was stored behind the marks: for a run, and for the month that begins at `month`, the newest there is.

    `own` are reservations to find out of whether anything was given back.
    """
    return _read(s, after, tuple(_READ_ON), {"run": run, "carried": month - CARRY, "month": month}, own)


def read_on_reserved(s: Session, after: Marks, *, run: str | None, month: datetime) -> Reading:
    """As `read_on`, of reservations alone: cheaper, and for those who reserve too much rather than too little."""
    return _read(s, after, ("reservations",), {"run": run, "carried": month - CARRY}, ())


def of_run(s: Session, run: str) -> Spent:
    """What a run has spent on answers, verdicts and sources."""
    return _spent(s, "run = $run", "run = $run", "run = $run", apart="run = $run", values={"run": run})


def between(s: Session, start: datetime, end: datetime) -> Spent:
    """What was spent from `start` up to, not including, `end`, by the time of each call."""
    during = "{0} >= $start AND {0} < $end".format
    return _spent(
        s,
        during("started_at"),
        during("created_at"),
        during("reserved_at"),
        apart=during("happened_at"),
        values={"start": start, "end": end},
    )


def daily(s: Session, since: datetime) -> pd.DataFrame:
    """What was spent since then, one row per day, prompt, use case and model.

    Columns: day (a date), prompt, use_case, model (missing where there is none), calls, unknown (calls of unknown
    cost), usd (of the others; float64, NaN when there are none). Verdicts are calls to the judge's model, for the
    prompt they judge.
    """
    return s.frame(_DAILY, {"since": since})


def revision(s: Session) -> str:
    """Changes whenever something is stored that sums of spend, or the names they are told by, rest on. Cheap."""
    tables = ("trial_outputs", "scores", "spend_apart", "prompt_versions", "runs")
    counts = [row for table in tables for row in s.rows(f"SELECT count(*) FROM {table}")]  # noqa: S608 (named above)
    return "-".join(str(count) for (count,) in counts)


def arm_costs(s: Session, runs: Sequence[str]) -> list[tuple[str, str, int, int, float | None]]:
    """What answers of these runs' arms cost: run, arm, answers of known and of unknown cost, mean of the known ones."""
    return s.rows(
        "SELECT run, arm, count(cost_usd), count(*) - count(cost_usd), avg(cost_usd) FROM trial_outputs "
        "WHERE run IN (SELECT unnest(?::VARCHAR[])) GROUP BY run, arm",
        [list(runs)],
    )


def _read(s: Session, after: Marks, names: Sequence[str], values: dict[str, object], own: Collection[str]) -> Reading:
    query = " UNION ALL ".join(_READ_ON[name] for name in names)
    found = s.rows(query, values | {name: getattr(after, name) for name in names})
    marks = {name: last for name, _, _, last in found if last is not None}
    known: list[tuple[str]] = []
    if own:
        asked = "SELECT DISTINCT id FROM spend_releases WHERE rowid > ? AND id IN (SELECT unnest(?::VARCHAR[]))"
        known = s.rows(asked, [after.releases, list(own)])
    return Reading(
        run_usd=sum(of_run for _, of_run, _, _ in found),
        month_usd=sum(of_month for _, _, of_month, _ in found),
        marks=replace(after, **marks),
        given_back=frozenset(reservation for (reservation,) in known),
    )


def _spent(s: Session, outputs: str, verdicts: str, reserved: str, *, apart: str, values: dict[str, object]) -> Spent:
    """The sums over the rows that the conditions choose."""
    row = s.row(
        f"""
        WITH calls AS (
            SELECT fsum(spent_usd) AS usd, count(*) FILTER (spent_usd IS NULL) AS unknown
            FROM trial_outputs WHERE {outputs}
            UNION ALL
            SELECT fsum(cost_usd), count(*) FILTER (cost_usd IS NULL AND model IS NOT NULL)
            FROM scores WHERE {verdicts}
            UNION ALL
            SELECT fsum(usd), count(*) FILTER (usd IS NULL) FROM spend_apart WHERE {apart}
        ), set_aside AS (
            SELECT fsum(usd) AS usd FROM spend_reservations WHERE {reserved}
            UNION ALL
            SELECT -fsum(usd) FROM spend_releases WHERE {reserved}
        )
        SELECT (SELECT coalesce(fsum(usd), 0) FROM calls), (SELECT coalesce(fsum(usd), 0) FROM set_aside),
               (SELECT sum(unknown) FROM calls)
        """,  # noqa: S608 (the conditions are this module's own)
        values,
    )
    assert row is not None  # noqa: S101 (an aggregate always has a row)
    known, aside, unknown = row
    return Spent(known, round(max(aside, 0.0), 12), int(unknown))


_GIVE_BACK = """
INSERT INTO spend_releases (id, run, usd, reserved_at, released_at)
WITH asked AS (
    SELECT unnest($ids::VARCHAR[]) AS id, unnest($amounts::DOUBLE[]) AS usd
), earlier AS (
    SELECT id, fsum(usd) AS usd FROM spend_releases WHERE id IN (SELECT id FROM asked) GROUP BY id
), held AS (
    SELECT r.id, r.run, r.reserved_at, r.usd - coalesce(e.usd, 0) AS usd
    FROM spend_reservations r LEFT JOIN earlier e USING (id) WHERE r.id IN (SELECT id FROM asked)
)
SELECT id, run, least(coalesce(asked.usd, held.usd), held.usd) AS usd, reserved_at, $at
FROM held JOIN asked USING (id) WHERE least(coalesce(asked.usd, held.usd), held.usd) > $nothing
"""

_READ_ON = {
    "outputs": """
        SELECT 'outputs', coalesce(fsum(spent_usd) FILTER (run = $run), 0),
               coalesce(fsum(spent_usd) FILTER (started_at >= $month), 0), max(rowid)
        FROM trial_outputs WHERE rowid > $outputs""",
    "scores": """
        SELECT 'scores', coalesce(fsum(cost_usd) FILTER (run = $run), 0),
               coalesce(fsum(cost_usd) FILTER (created_at >= $month), 0), max(rowid)
        FROM scores WHERE rowid > $scores""",
    "apart": """
        SELECT 'apart', coalesce(fsum(usd) FILTER (run = $run), 0), coalesce(fsum(usd) FILTER (happened_at >= $month), 0), max(rowid)
        FROM spend_apart WHERE rowid > $apart""",
    "reservations": """
        SELECT 'reservations', coalesce(fsum(usd) FILTER (run = $run), 0),
               coalesce(fsum(usd) FILTER (reserved_at >= $carried), 0), max(rowid)
        FROM spend_reservations WHERE rowid > $reservations""",
    "releases": """
        SELECT 'releases', -coalesce(fsum(usd) FILTER (run = $run), 0),
               -coalesce(fsum(usd) FILTER (reserved_at >= $carried), 0), max(rowid)
        FROM spend_releases WHERE rowid > $releases""",
}
"""By field of `Marks`: its name, sums for a run and for a month, and the last row."""

_DAILY = r"""
WITH calls AS (
    SELECT started_at::DATE AS day, arm, NULL AS model, NULL AS prompt, NULL AS use_case,
           count(*) AS calls, count(spent_usd) AS known, fsum(spent_usd) AS usd
    FROM trial_outputs WHERE started_at >= $since AND run NOT IN (SELECT id FROM runs WHERE imported_from IS NOT NULL)
    GROUP BY ALL
    UNION ALL
    SELECT created_at::DATE, arm, coalesce(model, metric), NULL, NULL, count(*), count(cost_usd), fsum(cost_usd)
    FROM scores WHERE created_at >= $since AND (cost_usd IS NOT NULL OR model IS NOT NULL) GROUP BY ALL
    UNION ALL
    SELECT happened_at::DATE, NULL, model, prompt, use_case, count(*), count(usd), fsum(usd)
    FROM spend_apart WHERE happened_at >= $since GROUP BY ALL
), named AS (
    SELECT *, split_part(arm, ':', 1) AS label, substr(arm, strpos(arm, ':') + 1) AS asked FROM calls
)
SELECT day, coalesce(c.prompt, v.name, regexp_replace(c.label, '@\d+$', '')) AS prompt,
       coalesce(c.use_case, v.use_case) AS use_case, coalesce(c.model, c.asked) AS model,
       sum(calls)::BIGINT AS calls, sum(calls - known)::BIGINT AS unknown, fsum(usd)::DOUBLE AS usd
FROM named c LEFT JOIN prompt_versions v ON c.label = v.name || '@' || v.number
GROUP BY ALL ORDER BY day, prompt, use_case, model
"""
