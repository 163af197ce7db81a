"""A text cut short, where there is no room for all of it."""

from __future__ import annotations


def shortened(text: str, most: int) -> str:
    """The text, or its beginning with `…` behind it; never more than `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
