"""Finding a judge's verdict in what it wrote.

Strict on purpose: what cannot be read is unscored, never a pass or a fail. The answer under judgement may hold a
planted verdict, and a judge may quote it. So a verdict counts only when it carries the code of its request, which is
derived from everything the judge was shown and which nobody could know while writing the answer; and of several that
carry it the last one counts, since a judge may quote, or think aloud, before it decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.domain.score import Unscored
from workbench.hashing import content_hash, short

CODE_FIELD = "code"
CODE_DIGITS = 10

MAX_TEXT = 100_000
"""Characters of a judge's text that are read, counted from its end, where the verdict stands."""
MAX_OPENINGS = 500
"""Places at which a JSON object is looked for: bounds the time spent on a text full of braces."""


def request_code(*shown: object) -> str:
    """The code of a request: hex digits that depend on all that the judge is shown.

    Not random, so that an equal request is equal in every run and can be cached. A text cannot hold the code of a
    request that shows it, as it would have to hold a part of its own hash.
    """
    return short(content_hash(shown), CODE_DIGITS)


def last_verdict(text: str, code: str) -> Mapping[str, Any] | str | None:
    """The last verdict with the request's code: a JSON object whose field `code` it is, or what a verdict line says.

    An object may be all of the text or stand in a code fence or amid prose. Objects within it are not looked at.
    """
    text = text[-MAX_TEXT:]
    (place, reply), (line_place, line) = _last_object(text, code), _last_line(text, code)
    return reply if place > line_place else line


def last_line(text: str, code: str) -> str | None:
    """What follows the colon of the last line `VERDICT code: ...`; None when there is no such line."""
    return _last_line(text[-MAX_TEXT:], code)[1]


def counts_of(line: str) -> tuple[int, int] | None:
    """The numbers of a verdict line `2 of 3`; None when it says something else, or more than there are."""
    some, separator, total = line.lower().replace("/", " of ").partition(" of ")
    some, total = some.strip(), total.strip()
    if not separator or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in (some, total)):
        return None
    return (int(some), int(total)) if int(some) <= int(total) else None


def unreadable(text: str, verdict: Mapping[str, Any] | str | None) -> Unscored:
    """No score, from a text whose last verdict is missing or not what was asked for; the text is kept."""
    return Unscored(f"the judge's verdict could not be read: {_why(text, verdict)}", raw=text)


def _why(text: str, verdict: Mapping[str, Any] | str | None) -> str:
    if not text.strip():
        return "it wrote nothing"
    if verdict is None:
        return "it gave none that carries the code of the request"
    if isinstance(verdict, str):
        return f"its last line says {verdict[:80]!r}"
    return "its JSON has not the fields that were asked for"


def _last_object(text: str, code: str) -> tuple[int, Mapping[str, Any] | None]:
    """The last object with the code and where it begins; -1 when there is none."""
    found: tuple[int, Mapping[str, Any] | None] = (-1, None)
    for place, value in _objects(text):
        if value.get(CODE_FIELD) == code:
            found = place, value
    return found


def _last_line(text: str, code: str) -> tuple[int, str | None]:
    """What the last verdict line says and where it begins; -1 when there is none."""
    pattern = re.compile(
        rf"^[ \t>*_#`]*VERDICT[ \t]+<?{re.escape(code)}>?[ \t*_`]*:(.*)$", re.MULTILINE | re.IGNORECASE
    )
    found = list(pattern.finditer(text))
    return (found[-1].start(), found[-1][1].strip(" \t*_`.")) if found else (-1, None)


def _objects(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The outermost JSON objects in a text and where they begin, in order. What begins like one but is none is passed over."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    position = text.find("{")
    for _ in range(MAX_OPENINGS):
        if position < 0:
            return
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            yield position, value
        position = text.find("{", end)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
