"""Regular expressions from outside, used so that a hostile one cannot hang the program.

Python's engine backtracks: `(a+)+b` takes longer than a lifetime on forty letters, and nothing can interrupt it. What
makes time explode is that the same text can be matched in many ways, so a pattern is refused when there are too many:
when an open repeat holds another repeat or an alternative, when open repeats follow one another more than
`MAX_OPEN_REPEATS` times, or when small repeats and alternatives multiply to more than `MAX_CHOICES`. Only the first
`MAX_TEXT` characters of a text are searched. What remains is polynomial, which real patterns and answers keep within
milliseconds; it is a guard against accidents and malice in imported files, not a proof.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache

# The parser of `re` is the only thing that reads a pattern as `re` does; `re` offers no public way to its result.
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from workbench.errors import InputError

MAX_TEXT = 20_000
"""Characters of a text that are searched."""
MAX_PATTERN = 1_000
"""Characters a pattern may have."""
MAX_OPEN_REPEATS = 4
"""Repeats without a small upper bound that a pattern may have one after another: the degree of the polynomial."""
MAX_CHOICES = 4_096
"""Ways in which the small repeats and alternatives of a pattern may combine."""
SMALL_REPEAT = 8
"""A repeat up to this many times is small: it multiplies choices; any other is open."""

_REPEATS = frozenset(("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"))


def compile_pattern(pattern: object) -> re.Pattern[str]:
    """The compiled pattern; InputError when it is not one, or could take very long."""
    if not isinstance(pattern, str):
        raise InputError(f"A regular expression must be text, not {type(pattern).__name__}.")
    if len(pattern) > MAX_PATTERN:
        raise InputError(
            f"The regular expression has {len(pattern)} characters; at most {MAX_PATTERN} are allowed.",
            hint="Split it into several checks.",
        )
    return _compiled(pattern)


def searched(text: str) -> str:
    """The part of a text that patterns are applied to."""
    return text[:MAX_TEXT]


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        degree, choices = _cost(_parser.parse(pattern))
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise InputError(
            f"The regular expression {pattern!r} cannot be read: {error}.",
            hint=r"A sign that is meant as it stands needs a backslash, such as \( or \[.",
        ) from error
    if degree > MAX_OPEN_REPEATS or choices > math.log2(MAX_CHOICES):
        raise InputError(
            f"The regular expression {pattern!r} can match the same text in so many ways that it could take very long.",
            hint="Let a repeated part match in one way only, such as [^.]+ or [ab]*, bound repeats, such as {0,5}, "
            "or split it into several checks.",
        )
    return compiled


def _cost(sequence: Any) -> tuple[float, float]:
    """Of a parsed sequence: its open repeats one after another, and the binary logarithm of its choices."""
    degree = choices = 0.0
    for name, argument in ((str(operation), argument) for operation, argument in sequence):
        if name in _REPEATS:
            more = _repeat_cost(*argument)
        elif name == "BRANCH":
            costs = [_cost(alternative) for alternative in argument[1]]
            # Choices are logarithms that may be infinite: the largest alternative times their number bounds the sum.
            more = max(cost[0] for cost in costs), max(cost[1] for cost in costs) + math.log2(len(costs))
        else:
            inner = [_cost(part) for part in _parts(argument)]
            more = sum(cost[0] for cost in inner), sum(cost[1] for cost in inner)
        degree, choices = degree + more[0], choices + more[1]
    return degree, choices


def _repeat_cost(least: int, most: int, body: Any) -> tuple[float, float]:
    if most == 0:
        return 0.0, 0.0
    degree, choices = _cost(body)
    if most <= SMALL_REPEAT:
        return degree * most, choices * most + math.log2(most - least + 1)
    if degree or choices:
        return math.inf, math.inf
    return (1.0 if most != least else 0.0), 0.0


def _parts(argument: Any) -> Iterator[Any]:
    """The sequences within an operation's argument: of a group, a look-around, a condition."""
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple):
        for item in argument:
            yield from _parts(item)
