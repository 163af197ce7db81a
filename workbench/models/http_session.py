"""HTTP connections to one address, kept open between requests.

aiohttp is imported when the first session is opened: it takes a moment, and many commands never ask a model.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from workbench.models.proxies import proxy_for

if TYPE_CHECKING:
    import aiohttp

CONNECT_S = 10.0
"""A server that accepts no connection within this time is not there."""
_IDLE_S = 4.0
"""Servers close idle connections after five seconds and more; one closed while a request is on its way loses it."""


def warm_up() -> None:
    """Read from the disk in a background thread what most sessions need."""
    threading.Thread(target=load, args=("https:",), name="http-import", daemon=True).start()


def load(url: str) -> None:
    """Read from the disk what a session for this address needs. Blocking; once read, it costs nothing."""
    import aiohttp  # noqa: F401 - the import is the point

    if url.startswith("https:"):
        _trusted()


def new_session(url: str, environ: Mapping[str, str]) -> aiohttp.ClientSession:
    """A session for requests to this address, on the running event loop. Call `load` before, off the loop.

    How many requests are under way at once is the runner's business. Cookies are neither kept nor sent. Proxies come
    from the given environment, and nothing else does: no password from a `.netrc` takes the place of a key.
    """
    import aiohttp

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=0, keepalive_timeout=_IDLE_S, ssl=_trusted() if url.startswith("https:") else True
        ),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        proxy=proxy_for(url, environ),
        trust_env=False,
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Whom to believe: the system's certificates, and Mozilla's for Pythons that find no system's."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
