"""Who may talk to the app's server at all, before any page is drawn.

A page elsewhere that somebody's browser has open could otherwise reach a server on their machine: under a name of its
own that it points here (DNS rebinding), or from its own origin by WebSocket, which the same-origin rule of browsers does
not cover.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN_PATHS = ("/_stcore/health", "/api/")
"""What a load balancer may ask under any name, and what asks for its own token or name."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY_VIOLATION = 1008


class Doorkeeper:
    """Answers requests under the known names only, and what changes something only to the app's own pages."""

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str], origins: Collection[str] = (), encrypted: bool = False
    ) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._origins = frozenset(origins)
        self._encrypted = encrypted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or turn it away."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        refused = self._refused(scope, Headers(scope=scope))
        if refused is None:
            await self._app(scope, receive, self._marking_cookies(send) if self._encrypted else send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await PlainTextResponse(refused, status_code=403)(scope, receive, send)

    def _refused(self, scope: Scope, headers: Headers) -> str | None:
        if scope["path"].startswith(OPEN_PATHS):
            return None
        host, origin = headers.get("host", ""), headers.get("origin")
        if _name(host) not in self._hosts:
            return "This server does not answer by that name."
        if scope["type"] == "http" and scope["method"] in READING:
            return None
        if origin is None or origin in self._origins or urlsplit(origin).netloc == host:
            return None
        return "This server does not answer to pages of others."

    @staticmethod
    def _marking_cookies(send: Send) -> Send:
        """Have browsers send cookies over encrypted lines only."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                cookies = headers.getlist("set-cookie")
                del headers["set-cookie"]
                for cookie in cookies:
                    safe = "; secure" in cookie.lower()
                    headers.append("set-cookie", cookie if safe else f"{cookie}; Secure")
            await send(message)

        return marked


def _name(host: str) -> str | None:
    """The name in a Host header, without its port; None for what is none."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return None if parts.username is not None or parts.path else parts.hostname
