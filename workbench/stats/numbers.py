"""Numbers as people read them: one spelling for pages, tables, sentences and the command line.

- Unknown (None) is the word "unknown", never 0.
- Shares are whole percents; only near the ends, where rounding would claim 0% or 100%, there is a decimal.
- Money is US dollars: cents from 10 cents up, below that two significant digits.
- Durations are given in milliseconds, as answers are timed, and choose ms, s, min or h.
- Other numbers have three significant digits, and commas from 1,000 up.
"""

from __future__ import annotations

import math

from workbench.domain.score import Kind

UNKNOWN = "unknown"
SPELLED_UNITS = ("USD", "ms", "s")
"""Units that `amount` writes in their own way; any other stands behind its number."""
SMALLEST_MONEY = 0.000001
"""Anything cheaper is shown as less than this."""
_LONG_UNITS = ((1_000.0, "s"), (60_000.0, "min"), (3_600_000.0, "h"))
"""Units of a range of times, in milliseconds: the smallest in which it has two digits."""


def percent(share: float | None) -> str:
    """A share as percent: 0.714 is `71%`, 0.997 is `99.7%`, 0.9999 is `>99.9%`; 0% and 100% only when exact."""
    if share is None:
        return UNKNOWN
    if share < 0:
        return f"-{percent(-share)}"
    whole = round(100 * share)
    if whole not in (0, 100) or share in (0, 1):
        return f"{whole}%"
    tenths = round(100 * share, 1)
    if tenths == 0:
        return "<0.1%"
    if tenths == 100:
        return ">99.9%" if share < 1 else "100%"
    return f"{tenths}%"


def percent_with_interval(share: float | None, low: float | None, high: float | None) -> str:
    """A share with its interval, as tables show it: `71% (62–79)`; without an interval just `71%`."""
    if share is None or low is None or high is None:
        return percent(share)
    return f"{percent(share)} ({percent(low).removesuffix('%')}–{percent(high).removesuffix('%')})"


def points(difference: float | None) -> str:
    """A difference of two shares, unsigned, with its unit: 0.12 is `12 points`, 0.004 is `0.4 points`."""
    if difference is None:
        return UNKNOWN
    count = point_count(abs(difference))
    return f"{count} point" if count == "1" else f"{count} points"


def point_count(difference: float) -> str:
    """A difference of two shares in points, with a minus sign where it falls: 0.12 is `12`, -0.004 is `-0.4`."""
    whole = round(100 * difference)
    if whole == 0:
        tenths = round(100 * difference, 1)
        return f"{tenths}" if tenths else "0"
    return f"{whole}"


def signed_points(difference: float) -> str:
    """As `point_count`, with a plus sign where it rises: 0.12 is `+12`, 0.0001 is `0`."""
    count = point_count(difference)
    return f"+{count}" if difference > 0 and count != "0" else count


def change(difference: float) -> str:
    """A difference of two shares with its sign and unit: 0.12 is `+12 points`, -0.01 is `-1 point`."""
    count = signed_points(difference)
    return f"{count} point" if count in {"+1", "-1"} else f"{count} points"


def counted(count: int, noun: str) -> str:
    """A count with its noun, which takes an s: `1 answer`, `1,200 answers`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def money(usd: float | None) -> str:
    """US dollars: `$1,234`, `$1.10`, `$0.13`, `$0.0004`; 0 is `$0`, None is `unknown`."""
    if usd is None:
        return UNKNOWN
    if usd < 0:
        return f"-{money(-usd)}"
    if usd == 0:
        return "$0"
    if usd < SMALLEST_MONEY:
        return f"<${SMALLEST_MONEY:.6f}"
    if usd >= 999.995:
        return f"${usd:,.0f}"
    if usd >= 0.0995:
        return f"${usd:.2f}"
    return f"${_significant(usd, 2)}"


def duration(ms: float | None) -> str:
    """A time in milliseconds: `45 ms`, `1.2 s`, `12 s`, `3 min 20 s`, `2 h 5 min`; None is `unknown`."""
    if ms is None:
        return UNKNOWN
    if ms < 0:
        return f"-{duration(-ms)}"
    if ms < 99.5:
        return f"{_significant(ms, 2)} ms"
    if ms < 9_950:
        return f"{ms / 1000:.1f} s"
    if ms < 59_500:
        return f"{ms / 1000:.0f} s"
    if ms < 3_599_500:
        return _two_units(round(ms / 1000), 60, "min", "s")
    return _two_units(round(ms / 60_000), 60, "h", "min")


def money_range(low: float, high: float) -> str:
    """Between two amounts in US dollars: `$1.10 to $1.60`, `up to $1.60`, or one amount where both read alike."""
    if low == 0 < high:
        return f"up to {money(high)}"
    return money(high) if money(low) == money(high) else f"{money(low)} to {money(high)}"


def duration_range(low_ms: float, high_ms: float) -> str:
    """Between two times in milliseconds, rounded outwards in one unit: `2 to 6 s`, `4 to 6 min`, `up to 3 h`."""
    size, unit = next(((size, unit) for size, unit in _LONG_UNITS if high_ms < 90 * size), _LONG_UNITS[-1])
    low, high = math.floor(low_ms / size), math.ceil(high_ms / size)
    if low == 0:
        return f"up to {max(high, 1):,} {unit}"
    return f"{high:,} {unit}" if low == high else f"{low:,} to {high:,} {unit}"


def times(ratio: float | None) -> str:
    """A ratio: 1.4 is `1.4 times`; two decimals near 1, where they matter."""
    if ratio is None:
        return UNKNOWN
    return f"{ratio_count(ratio)} times"


def ratio_count(ratio: float) -> str:
    """A ratio's figure alone: `1.04`, `1.4`, `12`, `0.31`."""
    if ratio >= 9.95:
        return f"{ratio:,.0f}"
    if ratio >= 1.15:
        return f"{ratio:.1f}"
    return f"{ratio:.2f}" if ratio >= 0.1 else _significant(ratio, 2)


def number(value: float | None) -> str:
    """Any other number, to three significant digits: `0.512`, `4.9`, `318`, `12,345`."""
    if value is None:
        return UNKNOWN
    if value < 0:
        return f"-{number(-value)}"
    return f"{value:,.0f}" if value >= 999.5 else _significant(value, 3)


def amount(value: float | None, unit: str) -> str:
    """A number in a metric's unit: `USD`, `ms` and `s` in their own spelling, other units behind the number."""
    if value is None:
        return UNKNOWN
    if unit == "USD":
        return money(value)
    if unit == "ms":
        return duration(value)
    if unit == "s":
        return duration(1000 * value)
    return f"{number(value)} {unit}".rstrip()


def of_kind(value: float | None, kind: Kind, unit: str) -> str:
    """A score, or a mean of scores, as its metric is read: a number in its unit, anything else as a share."""
    return amount(value, unit) if kind == "number" else percent(value)


def _significant(value: float, digits: int) -> str:
    """Plain decimals, never an exponent, to so many significant digits, without trailing zeros."""
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(value)))
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _two_units(small: int, per_large: int, large_name: str, small_name: str) -> str:
    large, rest = divmod(small, per_large)
    return f"{large:,} {large_name}" + (f" {rest} {small_name}" if rest else "")
