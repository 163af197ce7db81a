"""When to ask again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from workbench.errors import ModelTimeoutError, ProviderError


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential back-off with full jitter, overruled by the provider's Retry-After."""

    attempts: int = 5
    """Attempts per trial, the first included."""
    timeout_attempts: int = 2
    """Attempts when the answer did not come in time: each costs the whole time-out."""
    base_s: float = 0.5
    cap_s: float = 30.0
    retry_after_cap_s: float = 120.0
    """A provider that asks for a longer wait fails the trial instead of holding up the run."""
    random: random.Random = field(default_factory=random.Random)

    def delay_s(self, error: ProviderError, attempt: int) -> float | None:
        """Seconds to wait after this failed attempt (from 1); None when another attempt makes no sense."""
        most = self.timeout_attempts if isinstance(error, ModelTimeoutError) else self.attempts
        if not error.retryable or attempt >= most:
            return None
        if error.retry_after_s is not None:
            return error.retry_after_s if error.retry_after_s <= self.retry_after_cap_s else None
        return self.random.uniform(0, min(self.cap_s, self.base_s * 2 ** (attempt - 1)))
