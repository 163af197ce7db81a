"""Recognising keys and secrets in files where they must not be. What is recognised is never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from workbench.formats.fields import Path
from workbench.text.key_shapes import KEY_SHAPES, PRIVATE_KEY_BEGINS

_SECRET_NAME = re.compile(
    r"(.*_)?(api_?key|secret(_?key)?|password|passwd|authorization|private_key|credentials?"
    r"|(api|access|auth|bearer|refresh|session|secret)_?token)|token",
    re.IGNORECASE,
)


@cache
def _secret_text() -> re.Pattern[str]:
    """Compiled when a text is looked at: programs that load a prompt wait for what is done before."""
    return re.compile(rf"{'|'.join(KEY_SHAPES)}|Bearer\s+\S{{8,}}|{PRIVATE_KEY_BEGINS}[\s\S]*")


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
    elif isinstance(value, str) and _secret_text().match(value.strip()):
        return path
    return None


def _can_hold(value: object) -> bool:
    """Whether a value could be a secret. A table of that name is not one."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)
