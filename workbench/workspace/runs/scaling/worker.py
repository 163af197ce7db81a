"""What a worker does: it asks models with the keys of its own environment, and scores answers by rules.

All of it happens on the worker's event loop. Lanes stay open from one shard of a run to the next, so that connections
are used again and limits per minute are kept. A worker needs no store and no index.
"""

from __future__ import annotations

import asyncio
import logging
import os
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

from workbench import __version__
from workbench.domain.clock import SystemClock
from workbench.domain.model import ModelSpec, Price
from workbench.domain.protocols import Completer
from workbench.domain.run import Cell, TrialOutput
from workbench.domain.score import Score, ScoreInput
from workbench.errors import WorkbenchError, WorkerLostError
from workbench.models import registry
from workbench.pricing import price_of
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane
from workbench.runner.retry import RetryPolicy
from workbench.runner.sharded.allowance import ShardBudget
from workbench.runner.sharded.shard import Shard, Worked, Worker
from workbench.runner.sharded.shares import Share
from workbench.scale import cluster
from workbench.settings import Settings
from workbench.workspace.evaluations.gold import GoldByIndex, gold_at
from workbench.workspace.measures import Measures
from workbench.workspace.runs.lanes import LaneMaker
from workbench.workspace.runs.scoring import rule_scores, score_input

TELL_S = 0.5
"""How often a worker says how its calls go."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Commission:
    """What a worker is told of a run before its first shard."""

    session: str
    run: str
    models: tuple[ModelSpec, ...]
    timeout_s: float
    metrics: tuple[str, ...]
    settings: Settings
    """Of the project, as far as its own metrics need it."""
    budgeted: bool
    """Whether shards come with an allowance that must not be passed."""
    gold: GoldByIndex = field(default_factory=dict)
    """Where the rows' source spans lie, for the metrics that ask for it: a worker has no documents."""


@dataclass(frozen=True)
class _Models:
    """Models in the environment of this process."""

    def completer(self, spec: ModelSpec) -> Completer:
        """See `ModelSource`."""
        return registry.completer_for(spec, os.environ, Path.cwd())

    def price(self, spec: ModelSpec) -> Price | None:
        """See `ModelSource`."""
        return spec.price or price_of(spec.model)


@dataclass
class _Session:
    """One run at this worker."""

    commission: Commission
    worker: Worker
    maker: LaneMaker
    lanes: dict[str, Lane] = field(default_factory=dict)
    shards: int = 0
    """How many are being worked on."""
    telling: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Stop, and release connections."""
        self.worker.brake.pull("cancel")
        for lane in self.lanes.values():
            with suppress(Exception):
                await lane.completer.aclose()


_sessions: dict[str, _Session] = {}


def versions() -> Mapping[str, str]:
    """What must be the same on the driver and all workers: answers, prices, and what travels depend on it."""
    python = ".".join(platform.python_version_tuple()[:2])
    others = {name: metadata.version(name) for name in ("litellm", "distributed")}
    return {"workbench": __version__, "Python": python, **others}


def unready(models: Sequence[ModelSpec]) -> list[str]:
    """Why models cannot be asked from here: a key that is missing, or code that is."""
    found = []
    for spec in models:
        try:
            _Models().completer(spec)
        except WorkbenchError as error:
            found.append(str(error))
    return found


async def open_session(commission: Commission, shares: Mapping[str, Share], *, late: bool) -> None:
    """Get ready for a run. A worker that comes `late` begins slowly: others used the limits until now.

    A run has one driver: where it was resumed, what an earlier one left here is stopped.
    """
    if commission.session in _sessions:
        change_shares(commission.session, shares)
        return
    for session, earlier in list(_sessions.items()):
        if earlier.commission.run == commission.run:
            await close_session(session)
    clock, brake = SystemClock(), Brake()
    budget = ShardBudget() if commission.budgeted else None
    worker = Worker(commission.run, clock, brake, commission.timeout_s, budget, RetryPolicy())
    opened = _Session(commission, worker, LaneMaker(_Models(), clock, brake, 1, budget))
    _sessions[commission.session] = opened
    change_shares(commission.session, shares, late=late)


def change_shares(session: str, shares: Mapping[str, Share], *, late: bool = False) -> None:
    """Ask each model as hard as these shares say; one that has none is not asked from here any more."""
    opened = _found(session)
    for spec in opened.commission.models:
        share, lane = shares.get(spec.alias), opened.lanes.get(spec.alias)
        if share is None:
            continue
        if lane is None:
            limited = replace(spec, limits=replace(share.limits, concurrency=share.concurrency))
            lane = opened.lanes[spec.alias] = opened.maker.lane(limited)
            if late:
                lane.join_late()
        else:
            lane.change_limits(share.concurrency, share.limits)


def stop(session: str) -> None:
    """Start no further call, and hand over what is there. A session that is not open is stopped already."""
    if session in _sessions:
        _sessions[session].worker.brake.pull("cancel")


async def close_session(session: str) -> None:
    """Stop, and forget the run."""
    opened = _sessions.pop(session, None)
    if opened is not None:
        await opened.close()


async def carry_out(shard: Shard) -> Worked:
    """Ask and score a shard. Raises WorkerLostError where the session is not open: the process was started anew."""
    opened = _found(shard.session)
    opened.shards += 1
    if opened.telling is None or opened.telling.done():
        opened.telling = asyncio.create_task(_tell(opened))
    try:
        worked = await opened.worker.work(shard, opened.lanes[shard.model])
        scores = await asyncio.to_thread(_scores, opened.commission, shard, worked)
        return replace(worked, scores=scores)
    finally:
        opened.shards -= 1


def _scores(commission: Commission, shard: Shard, worked: Worked) -> tuple[Score, ...] | None:
    """The rules' scores of the answers; None where the driver has to compute them.

    It has the code of the project's own metrics, and sees a rule that fails without losing answers.
    """
    cells = {asked.prepared.cell.trial_id(commission.run): asked.prepared.cell for asked in shard.to_ask}
    try:
        measures = Measures(commission.settings)
        if measures.has_own_code(commission.metrics):
            return None
        chosen = [measures.metric(name) for name in commission.metrics]
        answers = [outcome for outcome in worked.outcomes if isinstance(outcome, TrialOutput)]
        given = [(answer, _seen(answer, cells[answer.trial_id], commission.gold)) for answer in answers]
        return tuple(rule_scores(given, chosen, SystemClock().now()))
    except Exception:
        _logger.exception("the answers could not be scored here")
        return None


def _seen(answer: TrialOutput, cell: Cell, gold: GoldByIndex) -> ScoreInput:
    known = gold_at(gold, cell.arm.index_fingerprint, cell.example.id)
    return score_input(answer, cell.example, cell.arm.content, known)


async def _tell(opened: _Session) -> None:
    """Say how the calls go, as long as there are any, and once more at the end."""
    session, last = opened.commission.session, False
    while not last:
        last = not opened.shards
        lanes = {name: (lane.in_flight, lane.at_once, *lane.waiting()) for name, lane in opened.lanes.items()}
        cluster.send(topic(session), {"lanes": lanes})
        if not last:
            await asyncio.sleep(TELL_S)


def topic(session: str) -> str:
    """Under which name a worker says how its calls go."""
    return f"workbench-{session}"


def _found(session: str) -> _Session:
    if session not in _sessions:
        raise WorkerLostError("The worker was started anew.")
    return _sessions[session]
