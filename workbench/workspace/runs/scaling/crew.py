"""The driver's crew: which workers take part in a run, what each may ask, and what they say of it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from workbench.domain.model import ModelSpec
from workbench.domain.run import DEFAULT_CONCURRENCY
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane
from workbench.runner.sharded.crew import Seat, Told
from workbench.runner.sharded.shard import Shard, Worked
from workbench.runner.sharded.shares import Share, shares
from workbench.scale.cluster import Cluster
from workbench.workspace.runs.scaling import worker as far
from workbench.workspace.runs.scaling.worker import Commission

ANSWER_S = 15.0
"""How long a worker may take to answer the driver; the first answer waits for imports."""
STOP_S = 1.0
LOOK_AGAIN_S = 2.0
DRIVER = ""
"""The driver's name among those who ask a model: its judges do."""


@dataclass
class _Member:
    """A worker that takes part."""

    threads: int
    told: dict[str, Told] = field(default_factory=dict)
    """What it last said, by model."""


class DaskCrew:
    """See `Crew`. Open it with `async with`; within, workers are taken on as they come."""

    def __init__(self, cluster: Cluster, commission: Commission, brake: Brake, judging: Mapping[str, Lane]) -> None:
        """`judging` are the driver's own lanes, by model alias, which share limits with the workers'."""
        self.missing = ""
        self._cluster = cluster
        self._commission = commission
        self._brake = brake
        self._judging = judging
        self._members: dict[str, _Member] = {}
        self._refused: dict[str, str] = {}
        self._shares: Mapping[str, Mapping[str, Share]] = {}
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._defect: Exception | None = None

    async def __aenter__(self) -> Self:
        self._cluster.listen(far.topic(self._commission.session), self._take_told)
        await self._take_on()
        self._begin(self._keep_up())
        self._begin(self._pass_cancel_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not self._cluster.lost:
            await self._call(far.close_session, self._commission.session, within_s=STOP_S)

    def seats(self, model: str) -> Sequence[Seat]:
        """See `Crew.seats`."""
        shared = self._shares.get(model, {})
        lanes = len(self._commission.models)
        return [
            Seat(name, max(1, min(member.threads // lanes, shared[name].concurrency)), shared[name].concurrency)
            for name, member in self._members.items()
            if name in shared and self._cluster.has(name)
        ]

    def told(self, model: str) -> Mapping[str, Told]:
        """See `Crew.told`."""
        return {name: member.told[model] for name, member in list(self._members.items()) if model in member.told}

    async def changed(self) -> None:
        """See `Crew.changed`. Raises UnavailableError when the scheduler is gone."""
        if self._defect is None:
            await self._changed.wait()
        if self._defect is not None:
            raise self._defect

    async def work(self, worker: str, shard: Shard) -> Worked:
        """See `Crew.work`."""
        return await self._cluster.carry_out(worker, far.carry_out, shard, name=f"workbench-{self._commission.run}")

    async def _keep_up(self) -> None:
        """Take workers on as they come, forget those that are gone, and share anew among those who are there."""
        try:
            while True:
                await self._cluster.changed.wait()
                self._cluster.changed.clear()
                self._cluster.require()
                await self._take_on()
        except Exception as error:  # noqa: BLE001 (raised where changes are waited for)
            self._defect = error
            self._changed.set()

    async def _take_on(self) -> None:
        present = dict(self._cluster.workers)
        self._members = {name: member for name, member in self._members.items() if name in present}
        self._refused = {name: reason for name, reason in self._refused.items() if name in present}
        coming = [name for name in present if name not in self._members and name not in self._refused]
        looked = await look_at(self._cluster, self._commission.models, coming)
        self._refused |= {name: reason for name, reason in looked.items() if reason}
        joining = [name for name, reason in looked.items() if not reason]
        joined = await self._share([*self._members, *joining], joining)
        self._members |= {name: _Member(present[name]) for name in joined}
        if len(self._refused) + len(self._members) < len(present):
            # Somebody did not answer: busy, or on the way out.
            asyncio.get_running_loop().call_later(LOOK_AGAIN_S, self._cluster.changed.set)
        self.missing = "" if self._members else _missing(self._refused)
        self._tell_all()

    async def _share(self, names: Sequence[str], joining: Sequence[str]) -> Sequence[str]:
        """Share the limits anew, and return who has joined. Those who stay get less before others get anything."""
        session, late = self._commission.session, bool(self._members)
        self._shares = {spec.alias: self._shares_in(spec, names) for spec in self._commission.models}
        for alias, lane in self._judging.items():
            own = self._shares.get(alias, {}).get(DRIVER)
            if own is not None:
                lane.change_limits(own.concurrency, own.limits)
        changes = [
            self._call(far.change_shares, session, self._shares_of(name), workers=[name]) for name in self._members
        ]
        await asyncio.gather(*changes)
        begin = functools.partial(far.open_session, late=late)
        openings = [self._call(begin, self._commission, self._shares_of(name), workers=[name]) for name in joining]
        answers = [answer for opened in await asyncio.gather(*openings) for answer in opened.items()]
        return [name for name, answer in answers if not isinstance(answer, Exception)]

    def _shares_in(self, spec: ModelSpec, names: Sequence[str]) -> Mapping[str, Share]:
        concurrency = spec.limits.concurrency or DEFAULT_CONCURRENCY
        if spec.alias in self._judging:
            return shares(spec.limits, concurrency, [DRIVER, *names], at_least=2)
        return shares(spec.limits, concurrency, names)

    def _shares_of(self, name: str) -> dict[str, Share]:
        return {model: shared[name] for model, shared in self._shares.items() if name in shared}

    async def _pass_cancel_on(self) -> None:
        await self._brake.wait_for_cancel()
        await self._call(far.stop, self._commission.session, within_s=STOP_S)

    async def _call(
        self, function: Any, *given: Any, workers: Sequence[str] | None = None, within_s: float = ANSWER_S
    ) -> Mapping[str, Any]:
        """Call a function on some workers, by default all. One that is gone meanwhile is found out elsewhere."""
        chosen = list(self._members) if workers is None else workers
        return await self._cluster.call(function, *given, workers=chosen, within_s=within_s)

    def _take_told(self, worker: str, message: Mapping[str, Any]) -> None:
        member = self._members.get(worker)
        if member is not None:
            member.told = {model: Told(*told) for model, told in message["lanes"].items()}

    def _tell_all(self) -> None:
        """Wake up everybody who waits for a change."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def look_at(cluster: Cluster, models: Sequence[ModelSpec], workers: Sequence[str]) -> dict[str, str]:
    """Why workers cannot take part, by worker, empty for those who can; without those who did not answer."""
    own = far.versions()
    found = {}
    for name, told in (await cluster.call(far.versions, workers=workers, within_s=ANSWER_S)).items():
        if isinstance(told, OSError):
            continue
        found[name] = f"the worker {name} {_difference(own, told)}" if told != own else ""
    alike = [name for name, reason in found.items() if not reason]
    for name, lacking in (await cluster.call(far.unready, models, workers=alike, within_s=ANSWER_S)).items():
        if isinstance(lacking, Exception):
            del found[name]
        elif lacking:
            found[name] = f"the worker {name} is not ready: {' '.join(lacking)}"
    return found


def _difference(own: Mapping[str, str], told: Mapping[str, str] | Exception) -> str:
    """In what a worker differs; completes a sentence."""
    if isinstance(told, Exception):
        return f"does not have this version of the workbench ({type(told).__name__}: {told})"
    parts = [
        f"{name} {told.get(name)} instead of {version}" for name, version in own.items() if told.get(name) != version
    ]
    return f"has {', '.join(parts)}"


def _missing(refused: Mapping[str, str]) -> str:
    """What is waited for while nobody works."""
    return f"waiting for workers: {'; '.join(refused.values()) or 'the scheduler has none'}"
