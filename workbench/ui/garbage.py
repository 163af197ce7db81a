"""Looking for garbage now and then. After each drawing, as Streamlit would, it takes longer than the drawing itself."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

EVERY_S = 30.0
"""What a page leaves behind in cycles, such as large tables, stays in memory no longer while pages are drawn."""


class Broom:
    """Sweeps at most once in `EVERY_S` seconds, whoever asks for it."""

    def __init__(self, collect: Callable[[], object] = gc.collect, clock: Callable[[], float] = time.monotonic) -> None:
        self._collect, self._clock = collect, clock
        self._swept_at = clock()

    def sweep(self) -> None:
        """Search all objects for garbage, unless that was done lately."""
        now = self._clock()
        if now - self._swept_at < EVERY_S:
            return
        self._swept_at = now
        self._collect()


sweep = Broom().sweep
