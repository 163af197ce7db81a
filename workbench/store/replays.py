"""Answers that earlier runs got, found by the request that was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.domain.run import Replayed
from workbench.store import trials
from workbench.store.session import Session

if TYPE_CHECKING:
    import numpy as np

_DIGITS = 15
"""Hex digits of a fingerprint: 60 bits fit an int64, and rule out nearly every key that was never asked."""
_FROM = 8
"""Where the digits of `sha256:...` begin, as SQL counts."""


def fingerprint(request_key: str) -> int:
    """The first bits of a request key as a number."""
    return int(request_key[_FROM - 1 : _FROM - 1 + _DIGITS], 16)


def fingerprints(s: Session, *, but_of: str) -> np.ndarray[Any, Any]:
    """The fingerprints of all requests that were answered outside the run `but_of`: int64, sorted."""
    found = s.frame(
        f"SELECT ('0x' || substr(request_key, {_FROM}, {_DIGITS}))::BIGINT AS fingerprint FROM trial_outputs "  # noqa: S608
        "WHERE run <> $run AND NOT cache_hit AND starts_with(request_key, 'sha256:') ORDER BY 1",
        {"run": but_of},
    )
    return found["fingerprint"].to_numpy(dtype="int64")


def answers(s: Session, request_keys: Sequence[str], *, but_of: str) -> dict[str, Replayed]:
    """The newest answer outside the run `but_of` to each of these requests that has one."""
    rows = s.rows(
        "SELECT request_key, trial_id FROM trial_outputs "
        "WHERE request_key IN (SELECT unnest($keys::VARCHAR[])) AND run <> $run AND NOT cache_hit "
        "QUALIFY row_number() OVER (PARTITION BY request_key ORDER BY rowid DESC) = 1",
        {"keys": list(request_keys), "run": but_of},
    )
    key_of = {trial_id: key for key, trial_id in rows}
    return {
        key_of[output.trial_id]: Replayed(output.completion, output.cost_usd, output.price, output.cold_start)
        for output in trials.outputs_of(s, list(key_of))
    }
