"""Verdicts of judges on pairs of answers, each asked in both orders. Of several on the same pair the newest counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from workbench.domain.pairs import Said
from workbench.store.session import Session


@dataclass(frozen=True)
class StoredPairVerdict:
    """What one model said of the answers that two arms of a run gave to the same row."""

    run: str
    judge: str
    judge_version: str
    first_arm: str
    second_arm: str
    example_id: str
    repeat: int
    model: str
    """The juror's alias."""
    said: Said | None
    """Which is better with the first arm's answer shown first; None when it could not be read."""
    said_swapped: Said | None
    """With the second arm's answer shown first."""
    reason: str
    raw: str
    """What could not be read, as it was written."""
    created_at: datetime
    cost_usd: float | None = None
    """Of both orders; None when unknown or nobody was asked."""
    latency_ms: float | None = None

    @property
    def place(self) -> tuple[str, str, str, int, str]:
        """What it is about, and whose it is."""
        return self.first_arm, self.second_arm, self.example_id, self.repeat, self.model


_COLUMNS = tuple(field.name for field in fields(StoredPairVerdict))


def append(s: Session, verdicts: Sequence[StoredPairVerdict]) -> None:
    """Store verdicts in one batch."""
    s.insert("pair_verdicts", _COLUMNS, [tuple(getattr(one, name) for name in _COLUMNS) for one in verdicts])


def of_version(s: Session, run: str, version: str) -> list[StoredPairVerdict]:
    """The verdicts on a run's pairs that all judges gave at this version, in the order in which they were stored."""
    rows = s.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM pair_verdicts WHERE run = ? AND judge_version = ? ORDER BY rowid",  # noqa: S608
        [run, version],
    )
    return [StoredPairVerdict(*row) for row in rows]


def of_run(s: Session, run: str, judge: str) -> list[StoredPairVerdict]:
    """A judge's verdicts on a run's pairs, by arms, example, repeat and model: those of all its versions."""
    rows = s.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM pair_verdicts WHERE run = ? AND judge = ? "  # noqa: S608 (names of fields)
        "QUALIFY row_number() OVER (PARTITION BY judge_version, first_arm, second_arm, example_id, repeat, model "
        "ORDER BY created_at DESC, rowid DESC) = 1 "
        "ORDER BY first_arm, second_arm, example_id, repeat, model",
        [run, judge],
    )
    return [StoredPairVerdict(*row) for row in rows]


def judges(s: Session, run: str) -> list[tuple[str, str]]:
    """Who compared answers of a run in pairs, by name and version."""
    return [
        (judge, version)
        for judge, version in s.rows("SELECT DISTINCT judge, judge_version FROM pair_verdicts WHERE run = ?", [run])
    ]
