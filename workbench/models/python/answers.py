"""What code of the user's own returned, read strictly: an answer, or an error that says what is wrong with it."""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile
from numbers import Real
from typing import Any

from workbench.domain.model import MOST_TOKENS, ToolCall, Usage
from workbench.errors import BadResponseError, UnusableAnswerError

_TEXT_KEYS = ("text", "content", "output", "answer")
_PROMPT_KEYS = ("prompt_tokens", "input_tokens")
_COMPLETION_KEYS = ("completion_tokens", "output_tokens")
_CACHED_KEYS = ("cached_tokens", "cache_read")
_DETAILS_KEYS = ("input_token_details", "prompt_tokens_details")
_UNCOUNTED = Usage()
_LONGEST_SHOWN = 60
_HINT = "Return a text, a mapping with `text`, or a LangChain message."


@dataclass(frozen=True)
class Answer:
    """What the code said, and what it said about it."""

    text: str
    usage: Usage = _UNCOUNTED
    cost_usd: float | None = None
    sources: tuple[str, ...] | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    model: str | None = None
    finish_reason: str | None = None
    notes: tuple[str, ...] = ()


def read(value: Any) -> Answer:
    """The answer in what was returned.

    Raises UnusableAnswerError for what is no answer or has parts of a wrong kind, BadResponseError for an answer
    that is empty.
    """
    answer = _answer(value)
    if not answer.text.strip() and not answer.tool_calls:
        raise BadResponseError("Your own code returned an empty answer.", hint=_HINT)
    return answer


def joined(pieces: Sequence[Any]) -> Any:
    """What a generator's pieces amount to: their text, with what a mapping at their end says about it."""
    if pieces and isinstance(pieces[-1], Mapping):
        *texts, last = pieces
        return last if _text_keys(last) else {**last, "text": "".join(texts)}
    return "".join(pieces)


def check_piece(piece: Any) -> str | None:
    """The piece of text that a generator yielded; None for the mapping at its end. Raises UnusableAnswerError."""
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Mapping):
        return None
    raise _unusable(
        f"a piece of type {_type(piece)}", "Yield texts, and at the end a mapping with `usage` if you like."
    )


def _answer(value: Any) -> Answer:
    if isinstance(value, str):
        return Answer(value)
    if isinstance(value, Mapping):
        return _from_mapping(value)
    if _is_model_message(value):
        return _from_message(value)
    raise _unusable(f"a value of type {_type(value)}")


def _from_mapping(given: Mapping[str, Any]) -> Answer:
    keys = _text_keys(given)
    if len(keys) > 1:
        raise _unusable(f"a mapping with both {keys[0]!r} and {keys[1]!r}", "Keep one: the answer.")
    if keys:
        said = _content(given[keys[0]], keys[0])
    elif given.get("messages") is not None:
        said = _from_conversation(_items(given["messages"], "messages"))
    elif given.get("tool_calls"):
        said = Answer("")
    else:
        raise _unusable(f"a mapping without an answer; it has {', '.join(map(repr, given)) or 'nothing'}")
    usage = _usage(given)
    return replace(
        said,
        usage=said.usage if usage == _UNCOUNTED else usage,
        cost_usd=_dollars(given.get("cost_usd")),
        sources=_sources(given.get("sources")),
        tool_calls=_tool_calls(given.get("tool_calls")) or said.tool_calls,
        model=_text(given.get("model"), "model") or said.model,
        finish_reason=_text(given.get("finish_reason"), "finish_reason") or said.finish_reason,
        notes=tuple(_required_text(note, "notes") for note in _items(given.get("notes"), "notes")),
    )


def _content(value: Any, key: str) -> Answer:
    if _is_model_message(value):
        return _from_message(value)
    return Answer(_text_of_blocks(value, key))


def _from_message(message: Any) -> Answer:
    """A LangChain message of a model."""
    about = getattr(message, "response_metadata", None)
    about = about if isinstance(about, Mapping) else {}
    return Answer(
        text=_text_of_blocks(message.content, "content"),
        usage=_usage({"usage": message.usage_metadata}),
        tool_calls=_tool_calls(getattr(message, "tool_calls", None)),
        model=_first_text(about, "model_name", "model"),
        finish_reason=_first_text(about, "finish_reason", "stop_reason", "done_reason"),
    )


def _from_conversation(messages: Sequence[Any]) -> Answer:
    """The state of an agent: the last message answers, and all that a model wrote since the question count."""
    since = list(takewhile(lambda one: getattr(one, "type", None) != "human", reversed(messages)))[::-1]
    written = [_from_message(one) for one in since if _is_model_message(one)]
    if not written or not _is_model_message(messages[-1]):
        raise _unusable("`messages` that do not end with a message of a model")
    return replace(
        written[-1],
        usage=Usage(*(_sum(counts) for counts in zip(*(_counts(one.usage) for one in written), strict=True))),
        tool_calls=tuple(call for one in written for call in one.tool_calls),
    )


def _counts(usage: Usage) -> tuple[int | None, int | None, int | None]:
    return usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _is_model_message(value: Any) -> bool:
    return hasattr(value, "content") and hasattr(value, "usage_metadata") and not isinstance(value, type)


def _text_keys(given: Mapping[str, Any]) -> list[str]:
    return [key for key in _TEXT_KEYS if given.get(key) is not None]


def _text_of_blocks(value: Any, key: str) -> str:
    """A text, or the texts among a message's blocks; reasoning, calls and images are left out."""
    if isinstance(value, str):
        return value
    texts = []
    for block in _items(value, key):
        if isinstance(block, str):
            texts.append(block)
        elif not isinstance(block, Mapping):
            raise _unusable(f"a block of type {_type(block)} in `{key}`")
        elif block.get("type") == "text":
            texts.append(_required_text(block.get("text"), key))
    return "".join(texts)


def _usage(given: Mapping[str, Any]) -> Usage:
    """Counts in `usage` or beside the text, by OpenAI's names or LangChain's."""
    nested = given.get("usage")
    if nested is not None and not isinstance(nested, Mapping):
        raise _unusable(f"a `usage` of type {_type(nested)}", "It is a mapping, such as {'prompt_tokens': 12}.")
    counted = given if nested is None else nested
    prompt = _count(counted, _PROMPT_KEYS)
    cached = _count(counted, _CACHED_KEYS)
    details = next((counted[key] for key in _DETAILS_KEYS if isinstance(counted.get(key), Mapping)), None)
    if cached is None and details is not None:
        cached = _count(details, _CACHED_KEYS)
    if prompt is not None and cached is not None and cached > prompt:
        raise _unusable(f"{cached} cached tokens of {prompt} prompt tokens", "Cached tokens are part of the others.")
    return Usage(prompt, _count(counted, _COMPLETION_KEYS), cached)


def _count(given: Mapping[str, Any], keys: Sequence[str]) -> int | None:
    key = next((key for key in keys if given.get(key) is not None), None)
    if key is None:
        return None
    value = given[key]
    try:
        count = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        count = -1
    if not 0 <= count <= MOST_TOKENS:
        hint = f"A count is a whole number from 0 to {MOST_TOKENS:,}; leave out what is unknown."
        raise _unusable(f"{_shown(value)} as `{key}`", hint)
    return count


def _dollars(value: Any) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, (Real, Decimal)) and not isinstance(value, bool)
    try:
        dollars = float(value) if is_number else math.nan
    except (OverflowError, ValueError):  # beyond every float, or a signalling NaN
        dollars = math.nan
    if not math.isfinite(dollars) or dollars < 0:
        raise _unusable(f"{_shown(value)} as `cost_usd`", "It is a number of US dollars; leave it out when unknown.")
    return dollars


def _sources(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(_required_text(_page(source), "sources") for source in _items(value, "sources"))


def _page(source: Any) -> Any:
    """The text of a LangChain document, as an object or a mapping; a text as it is."""
    return source.get("page_content") if isinstance(source, Mapping) else getattr(source, "page_content", source)


def _tool_calls(value: Any) -> tuple[ToolCall, ...]:
    return tuple(_tool_call(call) for call in _items(value, "tool_calls"))


def _tool_call(call: Any) -> ToolCall:
    """A call in LangChain's form (`name`, `args`) or OpenAI's (`function` with `name`, `arguments`)."""
    if isinstance(call, ToolCall):
        return call
    if not isinstance(call, Mapping):
        raise _unusable(f"a tool call of type {_type(call)}", "A call is a mapping with `name` and `args`.")
    body = call["function"] if isinstance(call.get("function"), Mapping) else call
    arguments = body["args"] if "args" in body else body.get("arguments", "")
    if not isinstance(arguments, str):
        try:
            arguments = json.dumps(arguments, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise _unusable(f"arguments of a tool call that are no JSON: {error}") from error
    return ToolCall(_text(call.get("id"), "id") or "", _required_text(body.get("name"), "tool_calls"), arguments)


def _items(value: Any, key: str) -> Sequence[Any]:
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return value
    raise _unusable(f"`{key}` of type {_type(value)}", "It is a list.")


def _text(value: Any, key: str) -> str | None:
    return None if value is None else _required_text(value, key)


def _required_text(value: Any, key: str) -> str:
    if isinstance(value, str):
        return value
    raise _unusable(f"a {_type(value)} where `{key}` has a text")


def _first_text(given: Mapping[str, Any], *keys: str) -> str | None:
    return next((value for key in keys if isinstance(value := given.get(key), str)), None)


def _shown(value: Any) -> str:
    """The value as Python writes it, where that is short."""
    try:
        written = repr(value)
    except Exception:  # noqa: BLE001 (a class of the user's own, or a number of thousands of digits)
        written = ""
    return written if 0 < len(written) <= _LONGEST_SHOWN else f"a value of type {_type(value)}"


def _type(value: Any) -> str:
    return type(value).__name__


def _unusable(what: str, hint: str = _HINT) -> UnusableAnswerError:
    return UnusableAnswerError(f"Your own code returned {what}.", hint=hint)
