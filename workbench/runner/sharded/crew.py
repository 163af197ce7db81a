"""The workers that take part in a run, as the engine sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.runner.sharded.shard import Shard, Worked


@dataclass(frozen=True)
class Seat:
    """A worker that may be asked for answers of one model."""

    worker: str
    shards: int
    """How many of the model's shards it works on at once."""
    concurrency: int
    """How many calls to the model it may have under way."""


@dataclass(frozen=True)
class Told:
    """What a worker last said of its calls to one model."""

    in_flight: int
    at_once: int
    waiting_s: float
    reason: str
    """What its calls wait for; empty while they go on."""


class Crew(Protocol):
    """Workers in other processes; they come and go. Used on one event loop."""

    @property
    def missing(self) -> str:
        """In words, why nobody works at the moment; empty while somebody does."""
        ...

    def seats(self, model: str) -> Sequence[Seat]:
        """Who may be asked for answers of a model now."""
        ...

    def told(self, model: str) -> Mapping[str, Told]:
        """What the workers last said of a model's calls, by worker."""
        ...

    async def changed(self) -> None:
        """Until workers have come or gone."""
        ...

    async def work(self, worker: str, shard: Shard) -> Worked:
        """Have a worker work on a shard. Raises WorkerLostError when it died, or was gone before."""
        ...
