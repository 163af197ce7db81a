"""Single values of results files, read leniently: what is not of the wanted kind is unknown, never 0."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from workbench.domain.prompt import Message, MessageRole
from workbench.formats.json_values import JsonProblem, decode_results

YES = frozenset({"true", "yes", "pass", "passed", "up", "thumbs_up", "thumbs up", "positive", "good", "👍", "like"})
NO = frozenset(
    {"false", "no", "fail", "failed", "down", "thumbs_down", "thumbs down", "negative", "bad", "👎", "dislike"}
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_MOST_WHOLE = 10**12
_ROLES: Mapping[str, MessageRole] = {
    "system": "system",
    "developer": "system",
    "assistant": "assistant",
    "tool": "tool",
}


def number(value: Any) -> float | None:
    """A finite number, also as text; None for everything else, truth values too."""
    if isinstance(value, str):
        value = float(value) if _NUMBER.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= sys.float_info.max else None


def whole(value: Any) -> int | None:
    """A whole number of 0 or more, and of no more digits than a table can keep."""
    found = number(value)
    return None if found is None or not 0 <= found <= _MOST_WHOLE or found != int(found) else int(found)


def amount(value: Any) -> float | None:
    """A number of 0 or more."""
    found = number(value)
    return None if found is None or found < 0 else found


def grade(value: Any) -> float | None:
    """A score: a number, or a truth value or a word such as `pass` or `thumbs_down` as 1 or 0."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value.strip().lower() in YES | NO:
        return float(value.strip().lower() in YES)
    return number(value)


def text(value: Any) -> str | None:
    """A text; other values as JSON; None for null and for blank text."""
    if value is None:
        return None
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return written if written.strip() else None


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts, also written as JSON or as Python writes it; any other text is the only one of its list.

    Objects are read by their `text`, `content` or `page_content`.
    """
    if isinstance(value, str):
        value = _listed(value)
    if value is None:
        return ()
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(found for item in items if (found := text(_inner(item))) is not None)


def _inner(item: Any) -> Any:
    if isinstance(item, Mapping):
        return next((item[key] for key in ("text", "content", "page_content", "chunk") if key in item), item)
    return item


def _listed(value: str) -> Any:
    stripped = value.strip()
    if not (stripped.startswith("[") and stripped.endswith("]")):
        return value
    try:
        return decode_results(stripped)
    except JsonProblem:
        pass
    try:  # pandas writes lists so; only literals are read, nothing is executed
        found = ast.literal_eval(stripped)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else value


def parsed(value: Any) -> Any:
    """What a text of JSON holds, where it is an object or a list; everything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "["}:
        return value
    try:
        return decode_results(value)
    except JsonProblem:
        return value


def mapping(value: Any) -> Mapping[str, Any]:
    """An object, also as JSON; empty for everything else."""
    found = parsed(value)
    return found if isinstance(found, Mapping) else {}


def time(value: Any) -> datetime | None:
    """A time as naive UTC: ISO text, or seconds or milliseconds since 1970."""
    since_1970 = number(value)
    try:
        if since_1970 is not None:
            seconds = since_1970 / 1000 if since_1970 > 1e11 else since_1970
            return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if seconds > 1e8 else None
        found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return found if found is None or found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)


def messages(value: Any) -> tuple[Message, ...]:
    """A prompt as messages: a list of chat messages, also as JSON, or one text."""
    found = parsed(value)
    if isinstance(found, Mapping) and isinstance(found.get("messages"), list):
        found = found["messages"]
    if isinstance(found, list) and found and all(isinstance(m, Mapping) and "content" in m for m in found):
        return tuple(
            Message(_ROLES.get(str(m.get("role", "user")).lower(), "user"), text(m["content"]) or "") for m in found
        )
    written = text(value)
    return () if written is None else (Message("user", written),)


def asked(value: Any) -> dict[str, Any]:
    """The inputs in what an application logged as its input: an object's keys, else one `question`.

    Of a list of chat messages the last one of the user is the question.
    """
    found = parsed(value)
    if isinstance(found, Mapping) and not isinstance(found.get("messages"), list):
        return dict(found)
    chat = messages(found)
    users = [message.content for message in chat if message.role == "user"]
    return {"question": (users or [message.content for message in chat] or [""])[-1]}


def identity(*parts: Any) -> str:
    """What is equal where all parts are: tells rows apart."""
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def first(values: Mapping[str, Any], *names: str) -> Any:
    """The value under the first of these keys that has one: tools rename their keys from version to version."""
    return next((values[name] for name in names if values.get(name) is not None), None)


def items(value: Any) -> Sequence[Any]:
    """A list; empty for everything else."""
    return value if isinstance(value, list) else ()
