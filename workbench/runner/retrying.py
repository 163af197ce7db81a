"""A completer that asks again, for callers that are not the engine, such as judges."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from workbench.domain.model import Completion, CompletionRequest
from workbench.domain.protocols import Completer, OnToken
from workbench.errors import ProviderError
from workbench.runner.retry import RetryPolicy


@dataclass(frozen=True)
class Retrying:
    """Wraps a completer; raises the last error when asking again makes no sense."""

    completer: Completer
    policy: RetryPolicy = field(default_factory=RetryPolicy)

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Answer one request, with the policy's attempts."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self.completer.complete(request, on_token)
            except ProviderError as error:
                delay = self.policy.delay_s(error, attempt)
                if delay is None:
                    raise
                await asyncio.sleep(delay)

    async def aclose(self) -> None:
        """Release the wrapped completer."""
        await self.completer.aclose()
