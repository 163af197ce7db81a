"""The proxy that the environment names for an address."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from workbench.errors import ConnectionFailedError


def proxy_for(url: str, environ: Mapping[str, str]) -> str | None:
    """The proxy by HTTPS_PROXY, HTTP_PROXY and NO_PROXY; None where the address is to be asked directly.

    An address on this machine never goes through a proxy, which would look for it on its own. Raises
    ConnectionFailedError for a proxy that does not speak HTTP.
    """
    parts = urlsplit(url)
    proxy = _read(environ, f"{parts.scheme}_proxy")
    host = parts.hostname or ""
    if not proxy or _is_this_machine(host):
        return None
    without = {"no": _read(environ, "no_proxy")}
    if urllib.request.proxy_bypass_environment(parts.netloc, without):  # type: ignore[attr-defined]
        return None
    address = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(address).scheme not in {"http", "https"}:
        raise ConnectionFailedError(
            f"The environment names a proxy for {host} that does not speak HTTP.",
            hint=f"Set {parts.scheme.upper()}_PROXY to an HTTP proxy, or name the host in NO_PROXY.",
            sent=False,
        )
    return address


def _read(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.upper()) or ""


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
