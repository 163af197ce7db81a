"""An estimate as a table: one row for each arm and judge, the same on the command line, on pages and in notebooks."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

from workbench.stats.forecast import Range
from workbench.stats.numbers import UNKNOWN, duration, money_range
from workbench.workspace.estimates.estimate import ArmEstimate, Estimate, JudgeEstimate

HEADS = ("asked", "calls", "tokens in", "tokens out", "cost", "one call takes", "tokens out are known from")
RIGHT = (1, 2, 3, 4, 5)
"""Columns of figures."""


def estimate_rows(estimate: Estimate) -> list[tuple[str, ...]]:
    """The rows under HEADS. Judges that have no model ask nothing and have none."""
    judges = [judge for judge in estimate.judges if judge.model is not None]
    return [*map(_arm, estimate.arms), *map(_judge, judges)]


def estimate_html(estimate: Estimate) -> str:
    """Totals in words, and the table. All text is escaped: names come from files."""
    first, *others = estimate.words()
    heads = "".join(f"<th>{escape(head)}</th>" for head in HEADS)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in estimate_rows(estimate))
    notes = "".join(f"<li>{escape(note)}</li>" for note in others)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<p><b>{escape(first)}</b></p>{table}<ul>{notes}</ul>"


def _arm(arm: ArmEstimate) -> tuple[str, ...]:
    return (
        arm.arm,
        _count(arm.calls),
        _count(arm.prompt_tokens),
        _count(arm.completion_tokens),
        _money(arm.cost_usd),
        _time(arm.latency_ms),
        arm.completion_from,
    )


def _judge(judge: JudgeEstimate) -> tuple[str, ...]:
    name = f"{judge.judge} ({judge.model})"
    cost, took = _money(judge.cost_usd), _time(judge.latency_ms)
    return (name, _count(judge.calls), "", "", cost, took, judge.cost_from)


def _count(amount: Range | None) -> str:
    if amount is None:
        return UNKNOWN
    low, high = round(amount.low), round(amount.high)
    return f"{high:,}" if low == high else f"{_coarse(low, math.floor):,} to {_coarse(high, math.ceil):,}"


def _coarse(count: int, rounded: Callable[[float], int]) -> int:
    """A count to two digits, which is as exact as an estimate is."""
    size = int(10 ** max(0, len(str(count)) - 2))
    return rounded(count / size) * size


def _money(amount: Range | None) -> str:
    return UNKNOWN if amount is None else money_range(amount.low, amount.high)


def _time(ms: Range | None) -> str:
    return UNKNOWN if ms is None else duration(ms.middle)
