"""A text cut into its marked and unmarked stretches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The text in order, each stretch with whether it is marked: from a span's start to its exclusive end.

    Overlaps are joined to what came before; no stretch is empty.
    """
    at = 0
    for start, end in sorted(spans):
        fresh = max(start, at)
        if fresh >= end:
            continue
        if at < fresh:
            yield text[at:fresh], False
        yield text[fresh:end], True
        at = end
    if at < len(text):
        yield text[at:], False
