"""How people sign in: the file that Streamlit reads it from, checked before the app starts.

Its values are secrets. None of them stands in an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from workbench.errors import InputError
from workbench.settings.text import read_text

SIGN_IN_FILE = "secrets.toml"
"""In the project's state directory, which git leaves alone."""
SIGNED_IN_ONLY = "WORKBENCH_SIGNED_IN_ONLY"
"""Set for the pages where people sign in: without a proven name they show nothing, whatever becomes of the file."""
CALLBACK = "/oauth2callback"
SHORTEST_COOKIE_SECRET = 32
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
HINT = "The chapter on teams in the guide has a file to copy: workbench/guide/team.md."

_OF_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_OF_ALL = ("redirect_uri", "cookie_secret")


@dataclass(frozen=True)
class SignIn:
    """That people sign in, and where the app is reached then."""

    file: Path
    redirect: SplitResult
    """Where the identity provider sends people back to."""

    @property
    def host(self) -> str:
        """The name under which browsers reach the app."""
        return self.redirect.hostname or ""

    @property
    def origin(self) -> str:
        """Scheme, name and port of the app as browsers see it."""
        return f"{self.redirect.scheme}://{self.redirect.netloc}"

    @property
    def port(self) -> int | None:
        """The port in that address; None where it is the usual one of its scheme."""
        return self.redirect.port

    @property
    def encrypted(self) -> bool:
        """Whether browsers reach it by HTTPS."""
        return self.redirect.scheme == "https"


def read_sign_in(file: Path) -> SignIn | None:
    """What a file says of signing in; None where there is no such file.

    Raises InputError for a file that is no TOML, that lacks something, or that would send people back over an
    unencrypted line.
    """
    if not file.is_file():
        return None
    try:
        auth = tomllib.loads(read_text(file)).get("auth")
    except (ValueError, RecursionError):  # its message may quote a secret
        raise InputError(f"{file} is not TOML.", hint=HINT) from None
    if not isinstance(auth, dict):
        raise InputError(f"{file} has no table [auth].", hint=HINT)
    _require(file, "[auth]", auth, _OF_ALL)
    for table, provider in _providers(auth):
        _require(file, table, provider, _OF_PROVIDER)
    if len(auth["cookie_secret"]) < SHORTEST_COOKIE_SECRET:
        raise InputError(
            f"{file}: [auth] cookie_secret is shorter than {SHORTEST_COOKIE_SECRET} characters.",
            hint='Make one: python -c "import secrets; print(secrets.token_hex(32))"',
        )
    return SignIn(file, _redirect(file, auth["redirect_uri"]))


def provider_names(auth: Mapping[str, Any]) -> list[str]:
    """The names of the providers in a table `[auth]`; empty where it is a single one without a name."""
    return [name for name, table in auth.items() if isinstance(table, Mapping) and name != "client_kwargs"]


def _providers(auth: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The single provider in `[auth]`, or those in `[auth.NAME]`."""
    return [(f"[auth.{name}]", auth[name]) for name in provider_names(auth)] or [("[auth]", auth)]


def _require(file: Path, table: str, values: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        if not isinstance(values.get(key), str) or not values[key].strip():
            raise InputError(f"{file}: {table} lacks {key}.", hint=HINT)


def _redirect(file: Path, address: str) -> SplitResult:
    wrong = InputError(
        f"{file}: [auth] redirect_uri is not the address of the app, with {CALLBACK} at its end.",
        hint=f"Such as https://prompts.example.org{CALLBACK}, or http://localhost:8501{CALLBACK} on one machine.",
    )
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path != CALLBACK or parts.username:
        raise wrong
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        raise InputError(
            f"{file}: [auth] redirect_uri begins with http://, so whoever listens on the way could take over a session.",
            hint="Put a proxy with a certificate before the app, and write https://.",
        )
    return parts
