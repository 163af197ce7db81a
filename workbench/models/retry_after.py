"""How long a provider asked to wait."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NAMES = (("retry-after-ms", 0.001), ("retry-after", 1.0))
"""Headers by which the wish is sent, finer one first, and what their numbers count in seconds."""


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds the provider asked to wait, from a number or a date; None when it did not say so legibly.

    The headers are asked by lower-case names.
    """
    for name, unit in _NAMES:
        value = headers.get(name)
        if value is not None and (seconds := _seconds(str(value), unit)) is not None:
            return seconds
    return None


def _seconds(value: str, unit: float) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return _until(value)
    return max(0.0, number * unit) if math.isfinite(number) else None


def _until(date: str) -> float | None:
    """Seconds from now until an HTTP date; 0 when it has passed."""
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
