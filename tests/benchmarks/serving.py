"""The local server that benchmarks ask, in a process of its own, so that its work is not counted as the client's."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection

from tests.support.openai_server import OpenAIServer

STOP_S = 10.0


class Server:
    """The server's address, from `with` to the end of the block."""

    def __init__(self, latency_s: float) -> None:
        """`latency_s` is how long it takes for every answer."""
        self._latency_s = latency_s

    def __enter__(self) -> str:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._pipe = ours
        self._process = context.Process(target=_serve, args=(theirs, self._latency_s), daemon=True)
        self._process.start()
        return ours.recv()

    def first_request_s(self) -> float:
        """When the first request came, in monotonic seconds."""
        self._pipe.send("first")
        return self._pipe.recv()

    def __exit__(self, *_: object) -> None:
        self._pipe.send("stop")
        self._process.join(STOP_S)


def _serve(pipe: Connection, latency_s: float) -> None:
    with OpenAIServer(latency_s=latency_s) as server:
        pipe.send(server.api_base)
        while pipe.recv() != "stop":
            pipe.send(server.requests[0].arrived_s)
