"""Runs: plan, start, resume, cancel, look at, score again."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from workbench.domain.run import RunInfo, RunPlan, RunStatus, RunSummary, StopReason, TrialFailure, TrialOutput
from workbench.domain.score import Score
from workbench.errors import InputError, RunBusyError
from workbench.store import runs, scores, trials
from workbench.store.session import Session
from workbench.workspace import jobs
from workbench.workspace.context import Context
from workbench.workspace.execution import Counts, Execution
from workbench.workspace.jobs import Job
from workbench.workspace.planning import Planner, RunOptions
from workbench.workspace.progress import Progress
from workbench.workspace.scoring import JudgeSeat, Scorer, seats

if TYPE_CHECKING:
    import pandas as pd

RUN_ID_BYTES = 5
SCORED_AT_ONCE = 500
JUDGED_AT_ONCE = 8


@dataclass(frozen=True)
class RunLine:
    """A run as lists show it."""

    info: RunInfo
    summary: RunSummary
    status: RunStatus


@dataclass(frozen=True)
class Runs:
    """The project's runs."""

    context: Context
    planner: Planner

    def plan(self, options: RunOptions) -> RunPlan:
        """Resolve options into a plan, storing nothing."""
        return self.planner.plan(options)

    def start(self, plan: RunPlan) -> Job:
        """Store a plan as a new run and begin to carry it out in the background."""
        ctx = self.context
        ctx.require("engineer", "start a run")
        run = f"r{secrets.token_hex(RUN_ID_BYTES)}"
        lock = self._lock(run)

        def change(session: Session) -> None:
            now = ctx.clock.now()
            runs.add(session, run=run, plan=plan, created_at=now, created_by=ctx.actor.name)
            runs.add_event(session, run, "started", now)
            arms = [arm.label for arm in plan.arms]
            ctx.record(session, "run started", run, arms=arms, dataset=f"{plan.dataset}@{plan.dataset_version}")

        try:
            ctx.write(change)
            return self._begin(run, plan, lock, retry_failed=False)
        except BaseException:
            lock.release()
            raise

    def resume(self, run: str, *, retry_failed: bool = False) -> Job:
        """Carry out what a run still lacks: planned minus stored.

        `retry_failed` also asks trials again that failed for good. Raises RunBusyError when another process, or
        this one, is carrying the run out.
        """
        ctx = self.context
        ctx.require("engineer", "resume a run")
        run = self.find(run)
        lock = self._lock(run)
        try:
            plan = ctx.read(lambda s: runs.plan(s, run))
            ctx.write(lambda s: runs.add_event(s, run, "resumed", ctx.clock.now()))
            return self._begin(run, plan, lock, retry_failed=retry_failed)
        except BaseException:
            lock.release()
            raise

    def cancel(self, run: str) -> str:
        """Ask the run to stop, in whatever process it goes on, and return its id. Results are kept."""
        run = self.find(run)
        if self.status(run) != "running":
            raise InputError(f"The run {run} is not going on.", hint=f"Its state: {self.status(run)}.")
        job = self.job(run)
        if job is not None and not job.done:
            job.cancel()
        now = self.context.clock.now()

        def change(session: Session) -> None:
            runs.add_event(session, run, "cancelled", now)
            self.context.record(session, "run cancelled", run)

        self.context.write(change)
        return run

    def job(self, run: str) -> Job | None:
        """The job of a run in this process, finished or not."""
        return jobs.find(str(self.context.root), run)

    def running(self) -> Sequence[Job]:
        """The jobs that go on in this process."""
        return jobs.running(str(self.context.root))

    def find(self, text: str) -> str:
        """The id of a run by its id or the beginning of it; `latest` is the newest run."""
        if text == "latest":
            newest = self.context.read(lambda s: runs.latest(s, 1))
            if not newest:
                raise InputError("There is no run yet.", hint="Start one with `workbench run`.")
            return newest[0].id
        return self.context.read(lambda s: runs.resolve(s, text))

    def info(self, run: str) -> RunInfo:
        """A run as lists show it."""
        run = self.find(run)
        return self.context.read(lambda s: runs.info(s, run))

    def stored_plan(self, run: str) -> RunPlan:
        """The whole plan of a stored run."""
        run = self.find(run)
        return self.context.read(lambda s: runs.plan(s, run))

    def summary(self, run: str) -> RunSummary:
        """The counts of a run as they are stored."""
        run = self.find(run)
        return self.context.read(lambda s: runs.summary(s, run))

    def status(self, run: str) -> RunStatus:
        """Whether a run goes on, in whatever process, or how it ended."""
        return self._status(run, self.context.read(lambda s: runs.events(s, run)))

    def list(self, limit: int = 50) -> Sequence[RunLine]:
        """The newest runs first."""

        def query(session: Session) -> list[tuple[RunInfo, RunSummary, Sequence[runs.RunEvent]]]:
            infos = runs.latest(session, limit)
            counted = runs.summaries(session, [info.id for info in infos])
            return [(info, counted[info.id], runs.events(session, info.id)) for info in infos]

        return [
            RunLine(info, summary, self._status(info.id, events)) for info, summary, events in self.context.read(query)
        ]

    def frame(self, run: str) -> pd.DataFrame:
        """One row per trial, without texts."""
        run = self.find(run)
        return self.context.read(lambda s: trials.frame(s, run))

    def output(self, trial_id: str) -> TrialOutput | None:
        """The full record of one answered trial."""
        return self.context.read(lambda s: trials.output(s, trial_id))

    def outputs(self, run: str) -> Sequence[TrialOutput]:
        """The full records of a run."""
        run = self.find(run)
        return self.context.read(lambda s: trials.outputs(s, run))

    def failures(self, run: str) -> Sequence[TrialFailure]:
        """Every failed attempt of a run."""
        run = self.find(run)
        return self.context.read(lambda s: trials.failures(s, run))

    def score(self, run: str, *, metrics: Sequence[str] = (), judges: Sequence[str] = ()) -> int:
        """Score stored outputs again, without asking for new answers. Returns how many scores were added."""
        run = self.find(run)
        plan = self.stored_plan(run)
        scorer, chosen = Scorer(self.context, plan), seats(self.context, judges)
        added, after = 0, None
        while True:
            start = after
            batch = self.context.read(lambda s, start=start: trials.outputs(s, run, after=start, limit=SCORED_AT_ONCE))  # type: ignore[misc]
            if not batch:
                break
            new = scorer.by_rules(batch, metrics)
            if chosen:
                new += asyncio.run(_judge_all(scorer, batch, list(chosen.values())))
            self.context.write(lambda s, new=new: scores.append(s, new))  # type: ignore[misc]
            added, after = added + len(new), batch[-1].trial_id
        names = [*metrics, *judges]
        self.context.write(lambda s: self.context.record(s, "outputs scored", run, by=names, scores=added))
        return added

    def _begin(self, run: str, plan: RunPlan, lock: FileLock, *, retry_failed: bool) -> Job:
        ctx = self.context
        answered, failed, counts = ctx.read(lambda s: _stored(s, run))
        skip = answered if retry_failed else answered | failed
        if retry_failed:
            counts = Counts(counts.done_by_arm, {}, counts.cost_usd)
        cells = [cell for cell in plan.cells() if cell.trial_id(run) not in skip]
        execution = Execution(ctx, run, plan, cells, counts)

        def finish(progress: Progress, stopped_by: StopReason | None) -> RunSummary:
            kind: runs.EventKind = "finished" if stopped_by is None else "stopped"

            def change(session: Session) -> RunSummary:
                now = ctx.clock.now()
                runs.add_event(session, run, kind, now, seconds=progress.elapsed_s, stopped_by=stopped_by)
                ctx.record(session, f"run {kind}", run, done=progress.done, failed=progress.failed)
                return runs.summary(session, run)

            summary = ctx.write(change)
            ctx.store.checkpoint()
            return summary

        return jobs.start(str(ctx.root), Job(run, execution, finish=finish, release=lock.release))

    def _lock(self, run: str) -> FileLock:
        """Take the run's OS lock, which a killed process loses by itself."""
        path = self._lock_path(run)
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise RunBusyError(
                f"The run {run} is being carried out by another process.", hint="Wait for it, or cancel it."
            ) from error
        return lock

    def _lock_path(self, run: str) -> Path:
        return self.context.state / "runs" / f"{run}.lock"

    def _status(self, run: str, events: Sequence[runs.RunEvent]) -> RunStatus:
        job = self.job(run)
        if (job is not None and not job.done) or self._held_elsewhere(run):
            return "running"
        last = events[-1] if events else None
        if last is None or last.kind in {"started", "resumed"}:
            return "interrupted"
        if last.kind == "finished":
            return "done"
        return "cancelled" if last.kind == "cancelled" or last.stopped_by == "cancel" else "interrupted"

    def _held_elsewhere(self, run: str) -> bool:
        path = self._lock_path(run)
        if not path.exists():
            return False
        lock = FileLock(path, thread_local=False)
        with suppress(Timeout):
            lock.acquire(timeout=0)
            lock.release()
            return False
        return True


def _stored(session: Session, run: str) -> tuple[set[str], set[str], Counts]:
    frame = trials.frame(session, run)
    done, failed = frame[frame["status"] == "done"], frame[frame["status"] == "failed"]
    costs = done["cost_usd"].dropna()
    counts = Counts(
        done_by_arm=dict(Counter(done["arm"])),
        failed_by_arm=dict(Counter(failed["arm"])),
        cost_usd=float(costs.sum()) if len(costs) else None,
    )
    return set(done["trial_id"]), set(failed["trial_id"]), counts


async def _judge_all(scorer: Scorer, outputs: Sequence[TrialOutput], chosen: Sequence[JudgeSeat]) -> list[Score]:
    slots = asyncio.Semaphore(JUDGED_AT_ONCE)

    async def one(output: TrialOutput, seat: JudgeSeat) -> Score:
        async with slots:
            return await scorer.by_judge(output, seat)

    return list(await asyncio.gather(*(one(output, seat) for output in outputs for seat in chosen)))
