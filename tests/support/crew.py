"""Workers that live in this process: the engine's side of a crew, without a network between."""

from __future__ import annotations

import asyncio
from collections import Counter

from workbench.domain.clock import SystemClock
from workbench.errors import WorkerLostError
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane, Spend
from workbench.runner.retry import RetryPolicy
from workbench.runner.sharded.allowance import ShardBudget
from workbench.runner.sharded.crew import Seat, Told
from workbench.runner.sharded.shard import Worker


class NearCrew:
    """See `Crew`. Each worker asks the same completers; a request that `kills` names kills its worker."""

    def __init__(self, completers, names=("a", "b"), *, spend=None, kills=None, concurrency=4, shards=2, retry=None):
        self.missing = ""
        self.names = list(names)
        self.shards = []
        self.most_under_way = Counter()
        self.under_way = Counter()
        """Shards, by worker and by model."""
        self._kills = kills or (lambda request: False)
        self._completers = completers
        self._concurrency, self._most_shards = concurrency, shards
        self._spend, self._retry = spend, retry or RetryPolicy(attempts=3, base_s=0.0)
        self._changed = asyncio.Event()
        self._workers = {}

    def seats(self, model):
        return [Seat(name, self._most_shards, self._concurrency) for name in self.names]

    def told(self, model):
        return {name: Told(1, self._concurrency, 0.0, "") for name in self.names}

    async def changed(self):
        await self._changed.wait()

    def change(self, *names):
        self.names = list(names)
        self._changed.set()
        self._changed = asyncio.Event()

    async def work(self, name, shard):
        if name not in self.names:
            raise WorkerLostError(f"{name} is gone.", began=False)
        self.shards.append((name, shard))
        self.under_way[name] += 1
        self.under_way[shard.model] += 1
        self.most_under_way[name] = max(self.most_under_way[name], self.under_way[name])
        try:
            await asyncio.sleep(0)
            if any(self._kills(asked.prepared.request) for asked in shard.to_ask):
                raise WorkerLostError(f"{name} died.")
            worker, lanes = self._workers.get(name) or self._workers.setdefault(name, self._hire())
            return await worker.work(shard, lanes[shard.model])
        finally:
            self.under_way[name] -= 1
            self.under_way[shard.model] -= 1

    def _hire(self):
        clock, brake = SystemClock(), Brake()
        budget = None if self._spend is None else ShardBudget()
        spend = None if budget is None else Spend(budget, self._spend.most_usd, self._spend.cost_usd)
        lanes = {
            model: Lane(model, completer, self._concurrency, clock=clock, brake=brake, spend=spend)
            for model, completer in self._completers.items()
        }
        return Worker("run", clock, brake, 5.0, budget, self._retry), lanes
