"""Secrets: keys and tokens of known shapes, private keys, and passwords where they are assigned."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.formats.secrets import is_secret_name
from workbench.scanning.places import Place, Rule
from workbench.text.key_shapes import KEY_SHAPES, PRIVATE_KEY_BEGINS

_KEY = re.compile(rf"(?<![\w-])(?:{'|'.join(KEY_SHAPES)})")
_HINTS = (
    "sk-", "pk-", "rk-", "k_live_", "k_test_", "gh", "glpat-", "hf_", "IA", "AIza", "xox", "gsk_", "SG.", "npm_", "pypi-",
    "eyJ",
)  # fmt: skip
"""One of these stands in every text that has a key of a known shape."""

_PRIVATE_KEY = re.compile(PRIVATE_KEY_BEGINS)
_KEY_BODY = re.compile(r"[\s\\n]{0,8}(?:[A-Za-z0-9+/=]{16,200}[\s\\n]{0,8}){2,200}")
_PRIVATE_KEY_ENDS = re.compile(r"-----END [A-Z ]{0,40}-----")

_ASSIGNED = re.compile(
    r"""(?<![\w-])(?P<name>[A-Za-z][\w-]{1,60})["']?[ \t]{0,3}(?::=|=>|[:=])[ \t]{0,3}["'`]?"""
    r"""(?P<value>[^\s"'`,;<>{}()\[\]$]{6,200})"""
)
_URL = re.compile(r"(?<=://)[^\s/:@]{1,64}:(?P<value>[^\s/:@]{3,64})@(?=[A-Za-z0-9])")

_PLACEHOLDER = re.compile(
    r"your|example|sample|placeholder|redacted|dummy|changeme|insert|replace|secret-?(?:key|here)|x{4}|\*{3}|\.{3}|…|abc123"
    r"|123456|environ|getenv|process\.env",
    re.IGNORECASE,
)
_FEWEST_CHARACTERS = 5
"""Different ones in a secret; fewer are a placeholder such as `xxxx-xxxx`."""
_SHOWN = 4


def keys(text: str) -> Iterator[Place]:
    """Keys and tokens that begin as their issuer lets them begin."""
    if not any(hint in text for hint in _HINTS):
        return
    for found in _KEY.finditer(text):
        if _may_be_real(found[0]):
            yield Place(*found.span(), f"{found[0][:_SHOWN]}…")


def private_keys(text: str) -> Iterator[Place]:
    """Blocks of a private key with something in them."""
    for found in _PRIVATE_KEY.finditer(text):
        body = _KEY_BODY.match(text, found.end())
        if body is not None:
            ends = _PRIVATE_KEY_ENDS.match(text, body.end())
            yield Place(found.start(), ends.end() if ends else body.end(), f"{found[0]}…")


def assigned(text: str) -> Iterator[Place]:
    """Values of names such as `password` and `api_key`, as in settings and code."""
    for found in _ASSIGNED.finditer(text):
        value = found["value"].rstrip(".")
        if is_secret_name(found["name"]) and _is_password(value):
            yield Place(found.start(), found.start("value") + len(value), f"{found['name']}: …")


def in_addresses(text: str) -> Iterator[Place]:
    """Passwords in addresses: `postgres://user:password@host`."""
    for found in _URL.finditer(text):
        if not _PLACEHOLDER.search(found["value"]) and found["value"].lower() not in {"password", "pass", "pwd"}:
            yield Place(*found.span("value"), "…")


def _may_be_real(value: str) -> bool:
    return (
        len(set(value)) > _FEWEST_CHARACTERS
        and not _PLACEHOLDER.search(value)
        and any(character.isdigit() for character in value)
    )


def _is_password(value: str) -> bool:
    """Whether a value is more than a word: prose says `password: required`."""
    return _may_be_real(value) and not value.isdigit() and not value.startswith(("http", "/", "./"))


RULES = (
    Rule("secret", "private key", "high", private_keys),
    Rule("secret", "key or token", "high", keys),
    Rule("secret", "password in an address", "high", in_addresses),
    Rule("secret", "password or key in a setting", "medium", assigned),
)
