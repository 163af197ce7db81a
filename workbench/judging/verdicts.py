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


def last_object(text: str, code: str) -> Mapping[str, Any] | None:
    """The last JSON object in the text whose field `code` is the request's; None when there is none.

    The object may be all of the text or stand in a code fence or amid prose. Objects within it are not looked at.
    """
    found = None
    for value in _objects(text[-MAX_TEXT:]):
        if value.get(CODE_FIELD) == code:
            found = value
    return found


def last_line(text: str, code: str) -> str | None:
    """What follows the colon of the last line `VERDICT code: ...`; None when there is no such line."""
    pattern = re.compile(
        rf"^[ \t>*_#`]*VERDICT[ \t]+<?{re.escape(code)}>?[ \t*_`]*:(.*)$", re.MULTILINE | re.IGNORECASE
    )
    found = pattern.findall(text[-MAX_TEXT:])
    return found[-1].strip(" \t*_`.") if found else None


def counts_of(line: str) -> tuple[int, int] | None:
    """The numbers of a verdict line `2 of 3`; None when it says something else, or more than there are."""
    some, separator, total = line.lower().replace("/", " of ").partition(" of ")
    some, total = some.strip(), total.strip()
    if not separator or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in (some, total)):
        return None
    return (int(some), int(total)) if int(some) <= int(total) else None


def why_unreadable(text: str, reply: Mapping[str, Any] | None, line: str | None) -> str:
    """Why a judge's text gives no verdict, from what was found in it."""
    if not text.strip():
        return "it wrote nothing"
    if reply is not None:
        return "its JSON has not the fields that were asked for"
    if line is not None:
        return f"its last line says {line[:80]!r}"
    return "it gave none that carries the code of the request"


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    """The outermost JSON objects in a text, in order. What begins like one but is none is passed over."""
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
            yield value
        position = text.find("{", end)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
