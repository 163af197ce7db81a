"""What all requests of this process to one embedding model share: its connections, and how hard it may be asked.

Questions are embedded one by one, from many threads: without this, each would bring its own connection and its own
limits. All of it is used on the background loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from workbench.domain.model import ModelSpec
from workbench.domain.protocols import Clock, Completer
from workbench.errors import AuthenticationError, UnavailableError
from workbench.hashing import content_hash
from workbench.models import embedders
from workbench.models.providers import is_local
from workbench.runner.concurrency import AdaptiveLimit
from workbench.runner.pace import Pace

CONCURRENCY = 4
"""Requests under way at once where nothing was configured; a server on this machine gets one after the other."""


@dataclass
class Desk:
    """Where a model is asked."""

    completer: Completer
    slots: AdaptiveLimit
    pace: Pace
    users: int = 0


_desks: dict[tuple[str, int, int], Desk] = {}
_limits: dict[tuple[str, str | None, str, int], tuple[AdaptiveLimit, Pace]] = {}


@asynccontextmanager
async def desk_of(model: ModelSpec, environ: Mapping[str, str], clock: Clock) -> AsyncIterator[Desk]:
    """The model's desk, which closes its connections when its last user goes.

    Raises UnavailableError when the model's key is missing.
    """
    loop = id(asyncio.get_running_loop())
    key = (content_hash(replace(model, alias="")), id(environ), loop)
    desk = _desks.get(key)
    if desk is None:
        try:
            completer = embedders.embedder_for(model, environ)
        except AuthenticationError as error:
            raise UnavailableError(error.message, hint=error.hint) from error
        desk = _desks[key] = Desk(completer, *limits_of(model, clock, loop))
    desk.users += 1
    try:
        yield desk
    finally:
        desk.users -= 1
        if not desk.users:
            del _desks[key]
            await desk.completer.aclose()


def limits_of(model: ModelSpec, clock: Clock, loop: int) -> tuple[AdaptiveLimit, Pace]:
    """How many requests may be under way and how many a minute may bring; kept for as long as the process lives."""
    key = (model.model, model.api_base, content_hash(model.limits), loop)
    if key not in _limits:
        most = model.limits.concurrency or (1 if is_local(model) else CONCURRENCY)
        _limits[key] = (AdaptiveLimit(most), Pace.of(model.limits, clock))
    return _limits[key]
