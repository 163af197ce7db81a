"""The table `[metrics.NAME]` of a metric that is a Python function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from workbench.domain.score import Direction, Kind
from workbench.errors import InputError
from workbench.own_code.target import Target, parse

KIND = "python"
KEYS = ("kind", "function", "scale", "direction", "title", "unit", "meaning", "timeout_s")
TIMEOUT_S = 10.0


@dataclass(frozen=True)
class OwnTable:
    """What the table says."""

    target: Target
    scale: Kind
    direction: Direction
    title: str
    unit: str
    meaning: str
    timeout_s: float
    """How long one call may take."""


def read_table(name: str, options: Mapping[str, Any]) -> OwnTable:
    """Read a table of the kind `python`, importing nothing. Raises InputError, which names the table and the key."""
    unknown = sorted(options.keys() - set(KEYS))
    if unknown:
        raise InputError(
            f"[metrics.{name}] has the unknown key {unknown[0]!r}.", hint=f"It may have {', '.join(KEYS[1:])}."
        )
    scale: Kind = _choice(name, options, "scale", get_args(Kind)) or "pass_fail"
    direction: Direction = _choice(name, options, "direction", get_args(Direction)) or "higher"
    title = _text(name, options, "title") or name.replace("_", " ").capitalize()
    function = _text(name, options, "function")
    if function is None:
        raise InputError(
            f"[metrics.{name}] is of kind python and needs 'function'.",
            hint='Write function = "MODULE:NAME", such as "my_metrics:polite", for my_metrics.py beside workbench.toml.',
        )
    try:
        target = parse(f"python:{function.removeprefix('python:')}")
    except InputError as error:
        raise InputError(
            f"[metrics.{name}] function: {function!r} does not name Python code.",
            hint='Write MODULE:NAME, such as "my_metrics:polite".',
        ) from error
    return OwnTable(
        target=target,
        scale=scale,
        direction=direction,
        title=title,
        unit=_text(name, options, "unit") or "",
        meaning=_text(name, options, "meaning") or f"What {target.module}:{target.attribute} of this project returns.",
        timeout_s=_seconds(name, options),
    )


def _text(name: str, options: Mapping[str, Any], key: str) -> str | None:
    value = options.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise InputError(
            f"[metrics.{name}] {key}: this is not a text that says something.", hint="Write one in quotes."
        )
    return value.strip()


def _choice(name: str, options: Mapping[str, Any], key: str, known: tuple[Any, ...]) -> Any:
    value = options.get(key)
    if value is None:
        return None
    found = next((one for one in known if one == value), None)
    if found is None:
        raise InputError(
            f"[metrics.{name}] {key}: {value!r} is not known.", hint=f"It is one of {', '.join(map(str, known))}."
        )
    return found


def _seconds(name: str, options: Mapping[str, Any]) -> float:
    value = options.get("timeout_s", TIMEOUT_S)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise InputError(
            f"[metrics.{name}] timeout_s: this is not a number of seconds above 0.",
            hint="Write such as timeout_s = 10.",
        )
    return float(value)
