"""How OpenAI-compatible servers put an answer on the wire: one body, or a stream of events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiohttp import web


def _calls(tool_calls: Sequence[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [
        {"index": i, "id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
        for i, (id_, name, arguments) in enumerate(tool_calls)
    ]


def whole(
    head: Mapping[str, Any],
    text: str,
    finish_reason: str | None,
    tool_calls: Sequence[tuple[str, str, str]],
    usage: dict[str, Any] | None,
) -> web.Response:
    """The answer as one body."""
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    if tool_calls:
        message["tool_calls"] = _calls(tool_calls)
    body: dict[str, Any] = {
        **head,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    if usage is not None:
        body["usage"] = usage
    return web.json_response(body)


def chunks(
    head: Mapping[str, Any],
    text: str,
    finish_reason: str | None,
    tool_calls: Sequence[tuple[str, str, str]],
    usage: dict[str, Any] | None,
    cut_after: int | None,
) -> Iterator[dict[str, Any]]:
    """The events of a stream: role, text word by word, tool calls in fragments, finish reason, usage."""

    def event(delta: Mapping[str, Any], reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return {**head, "object": "chat.completion.chunk", "choices": [choice]}

    yield event({"role": "assistant", "content": ""})
    pieces = re.findall(r"\s*\S+|\s+$", text)
    for piece in pieces[:cut_after]:
        yield event({"content": piece})
    if cut_after is not None:
        return
    for call in _calls(tool_calls):
        arguments = call["function"]["arguments"]
        middle = len(arguments) // 2
        first = {**call, "function": {"name": call["function"]["name"], "arguments": ""}}
        yield event({"tool_calls": [first]})
        for fragment in (arguments[:middle], arguments[middle:]):
            yield event({"tool_calls": [{"index": call["index"], "function": {"arguments": fragment}}]})
    if finish_reason is not None:
        yield event({}, finish_reason)
    if usage is not None:
        yield {**head, "object": "chat.completion.chunk", "choices": [], "usage": usage}


async def stream(
    http: web.Request, events: Sequence[Mapping[str, Any]], *, slice_bytes: int | None = None, cut: bool = False
) -> web.StreamResponse:
    """Send events as a stream: one write each, or in slices of some bytes; without its end when it is cut."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(http)
    lines = [b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n" for event in events]
    if not cut:
        lines.append(b"data: [DONE]\n\n")
    if slice_bytes is not None:
        whole = b"".join(lines)
        lines = [whole[at : at + slice_bytes] for at in range(0, len(whole), slice_bytes)]
    for line in lines:
        await response.write(line)
    if cut:
        close(http)
    else:
        await response.write_eof()
    return response


def close(http: web.Request) -> None:
    """Close the connection under an answer."""
    if http.transport is not None:
        http.transport.close()
