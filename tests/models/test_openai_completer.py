"""What is the direct completer's own: its connections, and answers that LiteLLM cannot read."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import openai_server as serve
from tests.support.openai_server import OpenAIServer
from tests.support.server_faults import FAULTS, HELLO, STOP, events
from workbench.domain.model import Usage
from workbench.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    ProviderError,
    UnknownModelError,
)
from workbench.models import http_session, openai_completer


@pytest.fixture
def ask(ask_directly):
    return ask_directly


@pytest.fixture
def other_server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as other:
        yield other


def body(**fields: Any) -> serve.Reply:
    return serve.raw(json.dumps(fields).encode())


def connections(ask, count: int, reply: serve.Reply | None = None) -> set[Any]:
    """The client's ports in so many requests, one after the other."""
    ports: list[Any] = []

    async def note(asked: serve.Asked, http: Any) -> Any:
        ports.append(http.transport.get_extra_info("peername"))
        return await (reply or serve.ok())(asked, http)

    ask.server.script(*[note] * count)
    completer = ask.completer()

    async def in_turn() -> None:
        for _ in range(count):
            try:
                await completer.complete(ask.request())
            except ProviderError:
                continue
        await completer.aclose()

    ask.run(in_turn())
    assert len(ports) == count
    return set(ports)


def test_a_server_that_does_not_stream_is_understood(ask) -> None:
    message = {"role": "assistant", "content": "Yes."}
    usage = {"prompt_tokens": 5, "completion_tokens": 1}
    ask.server.script(body(model="tiny-7", choices=[{"message": message, "finish_reason": "stop"}], usage=usage))
    heard: list[str] = []
    answer = ask(on_token=heard.append)
    assert (answer.text, answer.model, answer.finish_reason) == ("Yes.", "tiny-7", "stop")
    assert answer.usage == Usage(5, 1, None)
    assert answer.ttft_ms is None
    assert heard == ["Yes."]


def test_an_error_with_a_good_status_is_an_error(ask) -> None:
    ask.server.script(body(error={"message": "No such model.", "code": "model_not_found"}))
    with pytest.raises(UnknownModelError, match="No such model"):
        ask()


def test_one_connection_serves_many_requests(ask) -> None:
    assert len(connections(ask, 5)) == 1


def test_a_refused_request_costs_no_connection(ask) -> None:
    assert len(connections(ask, 3, FAULTS["rate limit"].reply)) == 1


def test_a_response_that_does_not_end_after_its_answer_holds_nobody_up(ask, monkeypatch) -> None:
    monkeypatch.setattr(openai_completer, "_LEAVE_S", 0.01)

    async def never_ends(asked: serve.Asked, http: Any) -> Any:
        response = serve.web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(http)
        for sent in (HELLO, STOP):
            await response.write(b"data: " + json.dumps(sent).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        await asyncio.sleep(30)
        return response

    ask.server.script(never_ends)
    assert ask(timeout_s=10).text == "Hello"
    assert ask.server.requests[-1].abandoned.wait(timeout=5), "the connection must be closed"


def test_a_large_prompt_arrives_whole(ask) -> None:
    text = "Grüße " * 400_000
    ask(text)
    assert ask.server.requests[-1].question == text


def test_a_compressed_answer_is_read_although_none_was_asked_for(ask) -> None:
    packed = gzip.compress(b"".join(b"data: " + json.dumps(sent).encode() + b"\n\n" for sent in (HELLO, STOP)))

    async def reply(asked: serve.Asked, http: Any) -> Any:
        return serve.web.Response(
            body=packed, headers={"Content-Encoding": "gzip", "Content-Type": "text/event-stream"}
        )

    ask.server.script(reply)
    assert ask().text == "Hello"
    assert ask.server.requests[-1].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_told_and_not_followed(ask, other_server: OpenAIServer, code: int) -> None:
    ask.server.script(serve.status(code, location=f"{other_server.api_base}/chat/completions"))
    with pytest.raises(BadRequestError) as caught:
        ask(spec=ask.spec(api_key_env="OWN_KEY"))
    assert str(other_server.port) in caught.value.message
    assert "api_base" in str(caught.value)
    assert (caught.value.status, caught.value.may_cost) == (code, False)
    assert other_server.requests == []


def test_a_servers_cookies_are_not_kept(ask) -> None:
    async def reply(asked: serve.Asked, http: Any) -> Any:
        response = await serve.raw(b'{"error": "no"}')(asked, http)
        response.set_cookie("who", "you")
        return response

    ask.server.script(reply)
    completer = ask.completer(ask.spec(api_base=f"http://localhost:{ask.server.port}/v1"))

    async def twice() -> None:
        with pytest.raises(ProviderError):
            await completer.complete(ask.request())
        await completer.complete(ask.request())
        await completer.aclose()

    ask.run(twice())
    assert all("cookie" not in asked.headers for asked in ask.server.requests)


def test_a_proxy_of_the_environment_is_asked_for_others_and_not_for_this_machine(ask) -> None:
    ask.environ["HTTP_PROXY"] = f"http://127.0.0.1:{ask.server.port}"
    assert ask(spec=ask.spec(api_base="http://models.example/v1")).text
    assert ask.server.requests[-1].headers["host"] == "models.example"
    ask.environ["HTTP_PROXY"] = "http://127.0.0.1:9"
    assert ask().text
    with pytest.raises(ConnectionFailedError, match="refused"):
        ask(spec=ask.spec(api_base="http://models.example/v1"))


def test_a_proxy_in_this_process_environment_is_not_this_completers(ask, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{ask.server.port}")
    with pytest.raises(ConnectionFailedError):
        ask(spec=ask.spec(api_base="http://models.invalid/v1"))
    assert ask.server.requests == []


def test_a_password_from_a_netrc_does_not_take_the_place_of_a_key(ask, monkeypatch, tmp_path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password planted-77aa\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    ask(spec=ask.spec(api_key_env="OWN_KEY"))
    assert ask.server.requests[-1].headers["authorization"] == "Bearer own-7a51b3"


def test_a_server_that_accepts_no_connection_got_nothing(ask, monkeypatch) -> None:
    monkeypatch.setattr(http_session, "CONNECT_S", 0.1)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        try:
            with pytest.raises(ConnectionFailedError) as caught:
                ask(spec=ask.spec(api_base=f"http://127.0.0.1:{address[1]}/v1"), timeout_s=20)
        finally:
            for one in waiting:
                one.close()
    assert not caught.value.sent


def test_an_address_that_speaks_no_tls_got_nothing(ask) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        ask(spec=ask.spec(api_base=f"https://127.0.0.1:{ask.server.port}/v1"))
    assert not caught.value.sent
    assert ask.server.requests == []


@pytest.mark.parametrize("key", ["two\nlines", "schlüssel", "tab\tkey"])
def test_a_key_that_no_header_can_hold_is_refused_by_its_variable(ask, key: str) -> None:
    ask.environ["OWN_KEY"] = key
    with pytest.raises(AuthenticationError, match="OWN_KEY") as caught:
        ask(spec=ask.spec(api_key_env="OWN_KEY"))
    assert key not in str(caught.value)
    assert ask.server.requests == []


def test_a_key_echoed_by_what_speaks_no_http_is_hidden(ask) -> None:
    async def asked() -> str:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"own-7a51b3 is what you sent\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(echo, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            completer = ask.completer(ask.spec(api_base=f"http://127.0.0.1:{port}/v1", api_key_env="OWN_KEY"))
            with pytest.raises(ProviderError) as caught:
                await completer.complete(ask.request())
            await completer.aclose()
            return "".join(traceback.format_exception(caught.value))

    shown = ask.run(asked())
    assert "[key]" in shown
    assert "own-7a51b3" not in shown


def test_ollama_is_asked_at_its_openai_compatible_address(ask) -> None:
    spec = ask.spec("ollama_chat/tiny", api_base=f"http://127.0.0.1:{ask.server.port}")
    assert ask(spec=spec, parameters={"temperature": 0}).text
    assert ask.server.requests[-1].path == "/v1/chat/completions"


def test_each_of_64_streams_at_once_is_read_apart_from_the_others(ask) -> None:
    completer = ask.completer()
    replies = [events({**HELLO, "choices": [{"delta": {"content": str(n)}}]}, STOP) for n in range(64)]
    for n, reply in enumerate(replies):
        ask.server.when(f"number {n}.", reply)

    async def together() -> list[str]:
        answers = await asyncio.gather(*(completer.complete(ask.request(f"number {n}.")) for n in range(64)))
        await completer.aclose()
        return [answer.text for answer in answers]

    assert ask.run(together()) == [str(n) for n in range(64)]
