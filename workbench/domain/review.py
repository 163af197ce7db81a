"""Reviews: what a person says of an output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["pass", "fail", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "unsure")


@dataclass(frozen=True)
class Review:
    """One verdict. Append-only: the newest of a reviewer on a trial counts, earlier ones stay."""

    trial_id: str
    run: str
    reviewer: str
    verdict: Verdict | None
    """None withdraws the reviewer's earlier verdict (undo)."""
    note: str
    created_at: datetime
    seconds: float | None = None
    """Time the item was on the screen."""
