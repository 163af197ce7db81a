"""What a metric of the user's own returned, as a score. What is no score is unscored, and says why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from workbench.domain.score import Kind, Scored, ScoreResult, Unscored
from workbench.text.shortening import shortened

LONGEST_REASON = 500
_KEYS = {"score", "reason"}
_MAY = "True, False, a number, None, (value, reason) or {'score': ..., 'reason': ...}"


def read_result(returned: Any, scale: Kind) -> ScoreResult:
    """The score that a returned value means on a scale.

    `True`, `False` or a number; `None` for unscored; either with a reason, as a pair or a mapping with `score` and
    `reason`. On the scale pass_fail a value is True, False, 1 or 0; on share it lies between 0 and 1; on number it is
    finite.
    """
    value: Any = returned
    reason: Any = ""
    if isinstance(returned, Mapping):
        if "score" not in returned or set(returned) - _KEYS:
            return Unscored(f"it returned a mapping with {_shown(sorted(map(str, returned)))}; a metric returns {_MAY}")
        value, reason = returned["score"], returned.get("reason", "")
    elif isinstance(returned, tuple):
        if len(returned) != 2:
            return Unscored(f"it returned {len(returned)} values; a metric returns {_MAY}")
        value, reason = returned
    reason = "" if reason is None else " ".join(str(reason).split())[:LONGEST_REASON]
    if value is None:
        return Unscored(reason or "it returned None")
    number = _number(value)
    if number is None:
        return Unscored(f"it returned {_shown(value)}, a {type(value).__name__}; a metric returns {_MAY}")
    problem = _out_of_scale(number, scale)
    return Scored(number, reason) if problem is None else Unscored(f"it returned {value!r}, and {problem}")


def _number(value: Any) -> float | None:
    """The number that it is; those of numerical libraries are asked for Python's own."""
    item = getattr(value, "item", None)
    if callable(item) and not isinstance(value, (str, bytes)):
        value = item()
    if not isinstance(value, (bool, int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _out_of_scale(number: float, scale: Kind) -> str | None:
    if not math.isfinite(number):
        return "that is no finite number"
    if scale == "pass_fail" and number not in {0.0, 1.0}:
        return 'the scale pass_fail has True and False; say scale = "share" or scale = "number" in workbench.toml'
    if scale == "share" and not 0 <= number <= 1:
        return 'a share lies between 0 and 1; say scale = "number" in workbench.toml'
    return None


def _shown(value: Any) -> str:
    return shortened(repr(value), 80)
