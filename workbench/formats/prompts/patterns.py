"""Rules of other tools that we have as regular expressions, and back: starts with, ends with, contains one of, contains not."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def starts(text: str, *, any_case: bool = True) -> str:
    """What an answer that starts with the text matches."""
    return f"{'(?i)' if any_case else ''}\\A(?:{re.escape(text)})"


def ends(text: str) -> str:
    """What an answer that ends with the text matches, whatever the case."""
    return f"(?i)(?:{re.escape(text)})\\Z"


def any_of(texts: Sequence[str]) -> str:
    """What an answer that contains one of the texts matches, whatever the case."""
    return f"(?i)(?:{'|'.join(map(re.escape, texts))})"


def none(text: str) -> str:
    """What an answer matches that does not contain the text, whatever the case."""
    return f"(?is)\\A(?!.*(?:{re.escape(text)}))"


def started(pattern: str, *, any_case: bool = True) -> str | None:
    """The text of `starts`; None for another pattern."""
    return _between(pattern, f"{'(?i)' if any_case else ''}\\A(?:", ")")


def ended(pattern: str) -> str | None:
    """The text of `ends`."""
    return _between(pattern, "(?i)(?:", ")\\Z")


def any_of_texts(pattern: str) -> list[str] | None:
    """The texts of `any_of`."""
    if not (pattern.startswith("(?i)(?:") and pattern.endswith(")")):
        return None
    # A bar within a text is escaped, and stands behind an odd number of backslashes.
    parts = re.findall(r"(?:\\.|[^|\\])+", pattern[len("(?i)(?:") : -1], re.DOTALL)
    texts = [_ESCAPED.sub(r"\1", part) for part in parts]
    return texts if texts and any_of(texts) == pattern else None


def none_of(pattern: str) -> str | None:
    """The text of `none`."""
    return _between(pattern, "(?is)\\A(?!.*(?:", "))")


def _between(pattern: str, before: str, after: str) -> str | None:
    if not (pattern.startswith(before) and pattern.endswith(after) and len(pattern) > len(before) + len(after)):
        return None
    inside = pattern[len(before) : len(pattern) - len(after)]
    text = _ESCAPED.sub(r"\1", inside)
    return text if re.escape(text) == inside else None
