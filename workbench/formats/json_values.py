"""JSON read strictly: what is ambiguous or could not be stored is refused."""

from __future__ import annotations

import json
import math
import re
from typing import Any

MAX_DEPTH = 50
MAX_TEXT = 1_048_576
"""Characters of one text, or of one cell of a table."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


class JsonProblem(Exception):  # noqa: N818 - never leaves this package; a FormatError says where it was
    """What is wrong with a JSON text, and at which character of it, from 0."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.position = position


def decode(text: str) -> Any:
    """The one value of a JSON text. Raises JsonProblem."""
    value, end = decode_at(text, skip_blanks(text, 0))
    end = skip_blanks(text, end)
    if end < len(text):
        raise JsonProblem("there is more after the value", end)
    return value


def decode_at(text: str, start: int) -> tuple[Any, int]:
    """The value that starts at a character, and where it ends. Raises JsonProblem.

    Refused besides what is no JSON: keys that are there twice, numbers beyond what can be stored, texts of more than
    a mebibyte, with half a character or a NUL, and nesting beyond all use.
    """
    return _decoded(_DECODER, text, start)


def decode_results(text: str) -> Any:
    """As `decode`, for what evaluation tools write: `NaN`, which Python writes for a missing score, is null."""
    value, end = decode_results_at(text, skip_blanks(text, 0))
    end = skip_blanks(text, end)
    if end < len(text):
        raise JsonProblem("there is more after the value", end)
    return value


def decode_results_at(text: str, start: int) -> tuple[Any, int]:
    """As `decode_at`, with `NaN` and infinities read as null."""
    return _decoded(_RESULTS_DECODER, text, start)


def _decoded(decoder: json.JSONDecoder, text: str, start: int) -> tuple[Any, int]:
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise JsonProblem(f"this is not JSON: {error.msg}", error.pos) from error
    except RecursionError as error:
        raise JsonProblem(_TOO_DEEP, start) from error
    except ValueError as error:  # from the hooks below, or an integer of thousands of digits
        problem = str(error) if isinstance(error, _RefusedError) else "a number is too long"
        raise JsonProblem(problem, start) from error
    unfit = value_problem(value)
    if unfit is not None:
        raise JsonProblem(unfit, start)
    return value, end


def skip_blanks(text: str, position: int) -> int:
    """Where the next character that is no blank stands, or the text ends."""
    blanks = _BLANKS.match(text, position)
    return blanks.end() if blanks else position


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Where a character stands, both from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def value_problem(value: Any, depth: int = 0) -> str | None:
    """What keeps a JSON value from being stored, or None."""
    if depth > MAX_DEPTH:
        return _TOO_DEEP
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            return f"a text has {len(value):,} characters; the limit is {MAX_TEXT:,}"
        if "\0" in value:
            return "a text holds a NUL character"
        return "a text has half a character (a lone surrogate)" if _LONE_SURROGATE.search(value) else None
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list):
        parts = value
    else:
        return None
    return next(filter(None, (value_problem(part, depth + 1) for part in parts)), None)


_TOO_DEEP = f"more than {MAX_DEPTH} levels of nesting"


class _RefusedError(ValueError):
    """Raised within the decoder for what JSON would allow."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RefusedError(f"the key {twice[:40]!r} is there twice")
    return values


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _RefusedError(f"the number {text[:40]} is too large")
    return number


def _constant(text: str) -> Any:
    raise _RefusedError(f"{text} is no JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_constant)
_RESULTS_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=lambda _: None)
