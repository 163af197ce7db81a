"""Loading in the background what the first comparison needs, so that nobody waits for it."""

from __future__ import annotations

import importlib
import threading

LIBRARIES = ("pandas", "scipy.special", "altair")
"""Together a second or two on a laptop."""
AFTER_S = 3.0
"""By then the first page is drawn; earlier, it would wait for these imports, which it does not need."""


def warm_later(after_s: float = AFTER_S) -> threading.Timer:
    """Import the libraries that comparisons and charts need after a while, in a daemon thread; returns it."""
    timer = threading.Timer(after_s, _load)
    timer.daemon = True
    timer.start()
    return timer


def _load() -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
