"""What both kinds of file need: their text, no secrets, and tables with free keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.formats.fields import Complain, Fields
from workbench.formats.secrets import find_secret
from workbench.formats.utf8 import decode
from workbench.hashing import plain

KEY_HINT = 'Keep it in the environment, and name the variable in workbench.toml: api_key_env = "NAME".'


def read_text(path: Path) -> str:
    """The text of a file. Raises InputError when it cannot be read, FormatError when it is not UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}.", hint="Check that it is there and may be read."
        ) from error
    return decode(data, str(path))


def free_values(table: Fields | None) -> Mapping[str, Any]:
    """A table with free keys: what JSON knows, so that it can be stored and hashed. Without a table, nothing."""
    if table is None:
        return {}
    for key, value in table.values.items():
        try:
            plain(value)
        except TypeError as error:
            raise table.error(key, f"this has no place here: {error}", "Put it in quotes.") from error
    return table.values


def refuse_secrets(data: object, complain: Complain) -> None:
    """Raise the FormatError of the first key or secret. It names the place and does not repeat the value."""
    secret = find_secret(data)
    if secret is not None:
        raise complain(secret, "a key or secret must not stand in this file", KEY_HINT)
