"""What servers say when they refuse, in any of the forms that they use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_SAID = ("message", "detail")

Codes = tuple[object, ...]
"""An error's code and type as they were sent."""


def read_text(text: str) -> tuple[str, Codes]:
    """What was said, and the codes with it. All of the text where it is no JSON, or says nothing that is known."""
    text = text.strip()
    if text[:1] not in {"{", "["}:
        return text, ()
    try:
        said, codes = read_json(json.loads(text))
    except (ValueError, RecursionError):
        return text, ()
    return said or text, codes


def read_json(sent: Any) -> tuple[str, Codes]:
    """What was said, empty where nothing was, and the codes with it."""
    if isinstance(sent, list) and sent:
        sent = sent[0]
    if not isinstance(sent, Mapping):
        return "", ()
    error = sent.get("error", sent)
    if isinstance(error, str):
        return error, (sent.get("code"), sent.get("type"))
    if not isinstance(error, Mapping):
        return "", ()
    said = next((text for name in _SAID if isinstance(text := error.get(name), str)), "")
    return said, (error.get("code"), error.get("type"))
