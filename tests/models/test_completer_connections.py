"""Connections of completers, directly and through LiteLLM: given up, cancelled, many at once, on any loop."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from tests.support import openai_server as serve
from workbench.errors import ConnectionFailedError, ModelTimeoutError


@pytest.fixture
def ask(ask_either_way):
    return ask_either_way


def test_an_answer_that_takes_too_long_is_given_up(ask) -> None:
    ask.server.script(serve.slow(30))
    with pytest.raises(ModelTimeoutError) as caught:
        ask(timeout_s=0.2)
    assert "0.2 s" in caught.value.message
    assert caught.value.may_cost
    assert ask.server.requests[-1].abandoned.wait(timeout=5), "the connection must be closed"


@pytest.mark.parametrize("model", ["openai/tiny", "hosted_vllm/tiny"])
@pytest.mark.parametrize(
    ("address", "why"), [("http://127.0.0.1:9/v1", "refused"), ("http://nowhere.invalid/v1", "no host of this name")]
)
def test_a_server_that_is_not_there_got_nothing(ask, model: str, address: str, why: str) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        ask(spec=ask.spec(model, api_base=address))
    assert why in caught.value.message
    assert not caught.value.sent
    assert not caught.value.may_cost


def test_cancelling_closes_the_connection(ask) -> None:
    arrived = threading.Event()

    async def hang(asked: serve.Asked, http: Any) -> Any:
        arrived.set()
        await asyncio.sleep(30)

    ask.server.script(hang)
    completer = ask.completer()

    async def cancel_once_asked() -> None:
        task = asyncio.ensure_future(completer.complete(ask.request()))
        assert await asyncio.to_thread(arrived.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await completer.aclose()

    ask.run(cancel_once_asked())
    assert ask.server.requests[-1].abandoned.wait(timeout=5)


def test_cancelling_in_mid_stream_closes_the_connection(ask) -> None:
    ask.server.script(trickle)
    completer = ask.completer()

    async def cancel_at_the_first_word() -> None:
        heard = asyncio.Event()
        task = asyncio.ensure_future(completer.complete(ask.request(), lambda _: heard.set()))
        await asyncio.wait_for(heard.wait(), timeout=10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await completer.aclose()

    ask.run(cancel_at_the_first_word())
    assert ask.server.requests[-1].abandoned.wait(timeout=5)


async def trickle(asked: serve.Asked, http: Any) -> Any:
    """One word, and then nothing for a long time."""
    response = serve.web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(http)
    await response.write(
        b'data: {"id":"1","object":"chat.completion.chunk","created":0,"model":"tiny","choices":'
        b'[{"index":0,"delta":{"content":"word"},"finish_reason":null}]}\n\n'
    )
    await asyncio.sleep(30)
    return response


def test_32_requests_at_once_each_get_their_own_answer(ask) -> None:
    ask.server.latency_s = 0.1
    completer = ask.completer()

    async def together() -> list[str]:
        answers = await asyncio.gather(*(completer.complete(ask.request(f"number {n}")) for n in range(32)))
        await completer.aclose()
        return [answer.text for answer in answers]

    assert ask.run(together()) == [f"You asked: number {n}" for n in range(32)]
    assert ask.server.peak > 16


def test_closing_one_completer_leaves_the_others_working(ask) -> None:
    first, second = (ask.completer() for _ in range(2))

    async def in_turn() -> list[str]:
        texts = [(await one.complete(ask.request("a"))).text for one in (first, second)]
        await first.aclose()
        texts.append((await second.complete(ask.request("b"))).text)
        await second.aclose()
        third = ask.completer()
        texts.append((await third.complete(ask.request("c"))).text)
        await third.aclose()
        return texts

    assert ask.run(in_turn()) == ["You asked: a", "You asked: a", "You asked: b", "You asked: c"]


def test_a_completer_works_on_a_loop_of_its_own(ask) -> None:
    async def short_lived() -> str:
        completer = ask.completer()
        answer = await completer.complete(ask.request("elsewhere"))
        await completer.aclose()
        return answer.text

    assert [asyncio.run(short_lived()) for _ in range(2)] == ["You asked: elsewhere"] * 2
