"""An OpenID provider of its own, over HTTP: discovery, authorisation with PKCE, tokens signed by RS256, keys.

Who signs in is whom the test named last; there is no page to type into. `fault` makes the next tokens wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "workbench", "not-a-secret-of-anybody"
Fault = Literal["forged", "expired", "for somebody else", "of another issuer", "replayed nonce"]
LASTS_S = 300


@dataclass
class Provider:
    """The running provider."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    """The claims about who signs in next."""
    fault: Fault | None = None
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    _forger: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def sits(self, who: str, **claims: Any) -> None:
        """Say who sits at the browser."""
        email = f"{who}@example.org"
        self.person = {"sub": f"id-{who}", "name": who, "email": email, "email_verified": True, **claims}

    def discovery(self) -> dict[str, Any]:
        at = self.address
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "end_session_endpoint": f"{at}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code, once; None where something does not fit."""
        began = self._codes.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if began is None or began["code_challenge"] != challenge or began["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {
            **self.person,
            "iss": self.address if self.fault != "of another issuer" else "https://elsewhere.example.org",
            "aud": CLIENT if self.fault != "for somebody else" else "another-app",
            "iat": now if self.fault != "expired" else now - 3600,
            "exp": now + LASTS_S if self.fault != "expired" else now - 1800,
            "nonce": began["nonce"] if self.fault != "replayed nonce" else "of-an-earlier-time",
        }
        key = self._forger if self.fault == "forged" else self._key
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return {
            "access_token": secrets.token_urlsafe(),
            "token_type": "Bearer",
            "expires_in": LASTS_S,
            "id_token": signed,
        }


def write_secrets(project: Path, provider: Provider, app: str) -> None:
    """The file that the app's people would write by hand."""
    (project / ".workbench").mkdir(exist_ok=True)
    (project / ".workbench" / "secrets.toml").write_text(
        f"""\
[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "{secrets.token_hex(32)}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{provider.address}/.well-known/openid-configuration"
"""
    )


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    """Start it on a free port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            if parts.path == "/.well-known/openid-configuration":
                self._answer(provider.discovery())
            elif parts.path == "/keys":
                self._answer(provider.keys())
            elif parts.path == "/authorize":
                self._redirect(provider.authorize(asked))
            elif parts.path == "/end":
                self._redirect(asked["post_logout_redirect_uri"])
            else:
                self.send_error(HTTPStatus.NOT_FOUND)

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            tokens = provider.token({key: values[0] for key, values in parse_qs(body).items()})
            if tokens is None:
                self._answer({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
            else:
                self._answer(tokens)

        def _answer(self, document: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _redirect(self, address: str) -> None:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
