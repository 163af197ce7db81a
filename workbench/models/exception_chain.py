"""An exception with everything below it."""

from __future__ import annotations


def chain(error: BaseException) -> tuple[BaseException, ...]:
    """The exception and everything below it, each once: what it wraps, its cause, what it was raised in."""
    waiting, found = [error], list[BaseException]()
    while waiting:
        current = waiting.pop(0)
        if any(current is one for one in found):
            continue
        found.append(current)
        below = (getattr(current, "original_exception", None), current.__cause__, current.__context__)
        waiting.extend(one for one in below if isinstance(one, BaseException))
    return tuple(found)
