"""Recognising keys and secrets in files where they must not be. What is recognised is never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench.formats.fields import Path

_SECRET_NAME = re.compile(
    r"(.*_)?(api_?key|secret(_?key)?|password|passwd|authorization|private_key|credentials?"
    r"|(api|access|auth|bearer|refresh|session|secret)_?token)|token",
    re.IGNORECASE,
)
KEY_SHAPES = (
    r"(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}",  # OpenAI and those that follow it
    r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    r"gh[opsu]_[A-Za-z0-9]{20,}",
    r"github_pat_\w{20,}",
    r"glpat-[\w-]{20,}",
    r"hf_[A-Za-z0-9]{20,}",
    r"A[KS]IA[A-Z0-9]{16}",  # Amazon
    r"AIza[\w-]{30,}",  # Google
    r"xox[abprs]-[\w-]{10,}",  # Slack
    r"gsk_\w{20,}",
    r"SG\.[\w-]{20,}\.[\w-]{30,}",  # SendGrid
    r"npm_[A-Za-z0-9]{30,}",
    r"pypi-[\w-]{50,}",
    r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",  # a signed token (JWT)
)
"""Keys and tokens whose issuers gave them a beginning to be recognised by; each starts with letters."""

PRIVATE_KEY_BEGINS = r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----"

_SECRET_TEXT = re.compile(rf"{'|'.join(KEY_SHAPES)}|Bearer\s+\S{{8,}}|{PRIVATE_KEY_BEGINS}[\s\S]*")


def is_secret_name(name: str) -> bool:
    """Whether what has this name is a secret: `api_key`, `DB-PASSWORD`."""
    return _SECRET_NAME.fullmatch(name.replace("-", "_")) is not None


def find_secret(value: object, path: Path = ()) -> Path | None:
    """The path of the first thing that looks like a secret: by the name of its key, or by its text."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            here = (*path, str(key))
            if is_secret_name(str(key)) and _can_hold(item):
                return here
            if found := find_secret(item, here):
                return found
    elif isinstance(value, list):
        for position, item in enumerate(value):
            if found := find_secret(item, (*path, position)):
                return found
    elif isinstance(value, str) and _SECRET_TEXT.match(value.strip()):
        return path
    return None


def _can_hold(value: object) -> bool:
    """Whether a value could be a secret. A table of that name is not one."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)
