"""Runs: plan, start, resume, cancel, look at, score again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.run import (
    RunInfo,
    RunPlan,
    RunStatus,
    RunSummary,
    StopReason,
    TrialFailure,
    TrialOutput,
    model_of,
)
from workbench.errors import InputError, StoreError
from workbench.store import runs, trials
from workbench.store.session import Session
from workbench.workspace import background, jobs
from workbench.workspace.context import Context
from workbench.workspace.elsewhere.importing import ImportedRun, ResultsImporter
from workbench.workspace.elsewhere.importing import Options as ImportOptions
from workbench.workspace.gates.fixing import fix_gates
from workbench.workspace.jobs import Job
from workbench.workspace.judges.judged import register_judges
from workbench.workspace.knowledge.reranking import rerankers_of
from workbench.workspace.runs import rescoring_jobs
from workbench.workspace.runs.claims import Claim
from workbench.workspace.runs.early_stopping import stages_of
from workbench.workspace.runs.execution import Execution
from workbench.workspace.runs.fitting import require_fit
from workbench.workspace.runs.names import find_run, new_run_id
from workbench.workspace.runs.planning import Planner, RunOptions
from workbench.workspace.runs.progress import Progress
from workbench.workspace.runs.questions import require_embedders
from workbench.workspace.runs.rescoring import Rescoring
from workbench.workspace.runs.rescoring_jobs import ScoringJob
from workbench.workspace.runs.scaling.executors import executor_named, require_executor
from workbench.workspace.runs.stored_trials import stored_trials
from workbench.workspace.spending.caps import Caps, caps_in_force, judges_asked, require_bounds

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RunLine:
    """A run as lists show it."""

    info: RunInfo
    summary: RunSummary
    status: RunStatus


@dataclass(frozen=True)
class LostTrials:
    """Trials that ended without an answer for the same reason."""

    model: str
    """Its alias."""
    error: str
    """The error's class name."""
    message: str
    count: int


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
        require_fit(plan)
        self._require_ready(plan)
        caps = self._caps(plan)
        run = new_run_id()
        lock = Claim(self.context, run).take()

        def change(session: Session) -> None:
            now = ctx.clock.now()
            fix_gates(ctx, session, now)
            runs.add(session, run=run, plan=plan, created_at=now, created_by=ctx.actor.name)
            runs.add_event(session, run, "started", now)
            arms = [arm.label for arm in plan.arms]
            ctx.record(session, "run started", run, arms=arms, dataset=f"{plan.dataset}@{plan.dataset_version}")

        try:
            ctx.write(change)
            return self._begin(run, plan, lock.release, caps=caps, retry_failed=False)
        except BaseException:
            lock.release()
            raise

    def import_results(
        self,
        paths: Sequence[Path | str],
        format: str | None = None,  # noqa: A002 (as the command line calls it)
        name: str | None = None,
        columns: Mapping[str, str] | None = None,
        *,
        scores: Sequence[str] = (),
    ) -> ImportedRun:
        """Make a run of results that another tool produced, or of plain CSV and JSON.

        Read are those of promptfoo, Langfuse, Ragas, DeepEval and InspectorRAGet.

        `format` overrules what the content looks like; `name` is that of the golden set which the rows become;
        `columns` says what a plain file's columns are, as in `{"Ideal answer": "expected"}`; `scores` what scores mean,
        such as `relevance>=4` (a pass/fail score beside it) or `toxicity=lower`. Raises FormatError with the line for
        what cannot be read; then nothing is stored.
        """
        options = ImportOptions(format, name, columns, tuple(scores))
        return ResultsImporter(self.context).files([Path(path) for path in paths], options)

    def import_contents(self, files: Sequence[tuple[str, bytes]], options: ImportOptions) -> ImportedRun:
        """As `import_results`, for files given as names and bytes, such as uploads."""
        return ResultsImporter(self.context).contents(files, options)

    def resume(
        self,
        run: str,
        *,
        retry_failed: bool = False,
        ask_all: bool = False,
        max_cost_usd: float | None = None,
        executor: str | None = None,
    ) -> Job:
        """Carry out what a run still lacks: planned minus stored.

        `retry_failed` also asks trials again that failed for good; `ask_all` asks the rest of a run that stopped early,
        or may stop early, without a further look; `max_cost_usd` stands in place of the plan's cap,
        `executor` in place of its executor, where `local` is this process.
        Raises RunBusyError when another process, or this one, is carrying the run out.
        """
        ctx = self.context
        ctx.require("engineer", "resume a run")
        run = self.find(run)
        self._require_own(run)
        lock = Claim(self.context, run).take()
        try:
            plan = ctx.read(lambda s: runs.plan(s, run))
            if executor is not None:
                plan = replace(plan, executor=executor_named(executor))
            if plan.executor is not None:
                self._require_ready(plan)
            caps = self._caps(plan, max_cost_usd)
            kind: runs.EventKind = "reopened" if ask_all and plan.stop_early is not None else "resumed"

            def change(session: Session) -> None:
                runs.add_event(session, run, kind, ctx.clock.now())
                ctx.record(session, f"run {kind}", run, retry_failed=retry_failed)

            ctx.write(change)
            return self._begin(run, plan, lock.release, caps=caps, retry_failed=retry_failed)
        except BaseException:
            lock.release()
            raise

    def cancel(self, run: str) -> str:
        """Ask the run to stop, in whatever process it goes on, and return its id. Results are kept."""
        self.context.require("engineer", "stop a run")
        run = self.find(run)
        if self.status(run) != "running":
            raise InputError(f"The run {run} is not going on.", hint=f"Its state: {self.status(run)}.")
        Claim(self.context, run).ask_to_stop()
        now = self.context.clock.now()

        def change(session: Session) -> None:
            runs.add_event(session, run, "cancelled", now)
            self.context.record(session, "run cancelled", run)

        self.context.write(change)
        return run

    def go_on(self, run: str, model: str) -> None:
        """Let the lane of a model that paused take calls again. Only the process that carries the run out can."""
        self.context.require("engineer", "let a run go on")
        job = self.job(self.find(run))
        if job is None or job.done:
            raise InputError(f"The run {run} does not go on in this process.", hint=f"`workbench resume {run}`.")
        job.go_on(model)

    def job(self, run: str) -> Job | None:
        """The job of a run in this process, finished or not."""
        return jobs.find(str(self.context.root), run)

    def running(self) -> Sequence[Job]:
        """The jobs that go on in this process."""
        return jobs.running(str(self.context.root))

    def find(self, text: str) -> str:
        """The id of a run by its id or the beginning of it; `latest` is the newest run."""
        return self.context.read(lambda s: find_run(s, text))

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

    def line(self, run: str) -> RunLine:
        """A run as lists show it, with its counts and its state."""
        run = self.find(run)

        def query(session: Session) -> tuple[RunInfo, RunSummary, Sequence[runs.RunEvent]]:
            return runs.info(session, run), runs.summary(session, run), runs.events(session, run)

        info, summary, events = self.context.read(query)
        return RunLine(info, summary, self._status(run, events))

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

    def lost(self, run: str) -> Sequence[LostTrials]:
        """Why trials of a run have no answer, the most frequent reason first."""
        frame = self.frame(run)
        failed = frame[frame["status"] == "failed"]
        models = failed["arm"].map(model_of)
        counted = Counter(zip(models, failed["error"], failed["error_message"], strict=True))
        return [LostTrials(*reason, count) for reason, count in counted.most_common()]

    def unasked(self, run: str) -> Mapping[str, int]:
        """How many trials of each model are still to be carried out, for those models that have any."""
        info, over = self.info(run), Counter(self.frame(run)["arm"])
        per_arm, left = info.planned // len(info.arms), Counter[str]()
        for arm in info.arms:
            left[model_of(arm)] += per_arm - over[arm]
        return {model: count for model, count in left.items() if count}

    def score(self, run: str, *, metrics: Sequence[str] = (), judges: Sequence[str] = ()) -> int:
        """Score stored outputs again, without asking for new answers. Returns how many scores were added."""
        self.context.require("engineer", "score answers")
        run = self.find(run)
        return Rescoring(self.context, run, self.stored_plan(run), metrics, judges).carry_out()

    def score_stale(self, run: str) -> int:
        """Score again what older versions of metrics and judges scored. Returns how many scores were added."""
        self.context.require("engineer", "score answers")
        run = self.find(run)
        return Rescoring.of_stale(self.context, run, self.stored_plan(run)).carry_out()

    def start_scoring_stale(self, run: str) -> ScoringJob:
        """As `score_stale`, in the background; `scoring` finds it again."""
        self.context.require("engineer", "score answers")
        run = self.find(run)
        stale = Rescoring.of_stale(self.context, run, self.stored_plan(run))
        job = ScoringJob(f"workbench-score-{run}", stale.carry_out)
        return rescoring_jobs.under_way.start(str(self.context.root), run, job)

    def scoring(self, run: str) -> ScoringJob | None:
        """This process's scoring of a run's answers again, ended or not."""
        return rescoring_jobs.under_way.find(str(self.context.root), run)

    def put_away_scoring(self, run: str) -> None:
        """Forget a scoring whose end was seen."""
        rescoring_jobs.under_way.put_away(str(self.context.root), run)

    def _require_own(self, run: str) -> None:
        """Raise InputError for a run that another tool carried out."""
        tool = self.info(run).imported_from
        if tool is not None:
            raise InputError(
                f"The run {run} was imported from {tool}: only that tool can ask its questions again.",
                hint=f"Its answers can be scored: `workbench score {run} --metric length`. To ask its rows here, run a "
                "prompt of this project over its golden set.",
            )

    def _require_ready(self, plan: RunPlan) -> None:
        """Raise UnavailableError where a model cannot be asked: here, or where the plan's calls are made."""
        require_embedders(self.context, plan)
        models = [arm.model for arm in plan.arms]
        self.planner.models.require_ready(asked.model for asked in rerankers_of(plan, self.planner.models))
        if plan.executor is None:
            self.planner.models.require_ready(models)
            return
        for model in models:
            self.planner.models.require_named(model)
        background.wait_for(require_executor(plan.executor, models))

    def _caps(self, plan: RunPlan, max_cost_usd: float | None = None) -> Caps:
        """The caps in force. Raises InputError when one is, and a price that it needs is unknown."""
        settings, models = self.context.settings, self.planner.models
        caps = caps_in_force(plan, settings, max_cost_usd)
        asked = [*judges_asked(plan.judges, settings, models), *rerankers_of(plan, models)]
        require_bounds(caps, plan, asked)
        return caps

    def _begin(self, run: str, plan: RunPlan, release: Callable[[], None], *, caps: Caps, retry_failed: bool) -> Job:
        ctx = self.context
        stored = ctx.read(lambda s: stored_trials(s, run, plan.judges))
        if plan.judges:
            ctx.write(lambda session: register_judges(ctx, session, plan.judges))
        skip, counts = stored.answered | stored.failed, stored.counts
        if retry_failed:
            skip, counts = stored.answered, replace(counts, failed_by_arm={})
        stages = stages_of(ctx, run, plan)
        cells = [cell for cell in stages.wanted if cell.place not in skip]
        execution = Execution(ctx, run, plan, cells, caps=caps, earlier=counts, unjudged=stored.unjudged, stages=stages)

        def finish(progress: Progress, stopped_by: StopReason | None) -> RunSummary:
            kind: runs.EventKind = "finished" if stopped_by is None else "stopped"

            def change(session: Session) -> RunSummary:
                now = ctx.clock.now()
                if stopped_by is None:
                    stages.record(session, now)
                runs.add_event(session, run, kind, now, seconds=progress.elapsed_s, stopped_by=stopped_by)
                ctx.record(session, f"run {kind}", run, done=progress.done, failed=progress.failed)
                return runs.summary(session, run)

            summary = ctx.write_patiently(change)
            with suppress(StoreError):  # everything is stored: a checkpoint only makes the next opening faster
                ctx.store.checkpoint()
            return summary

        return jobs.start(str(ctx.root), Job(run, execution, finish=finish, release=release))

    def _status(self, run: str, events: Sequence[runs.RunEvent]) -> RunStatus:
        job = self.job(run)
        if (job is not None and not job.done) or self._goes_on_elsewhere(run, events):
            return "running"
        # A cancel that came after the end changed nothing.
        last = next((event for event in reversed(events) if event.kind != "cancelled"), None)
        if last is not None and last.kind == "finished":
            return "done"
        asked = bool(events) and events[-1].kind == "cancelled"
        return "cancelled" if asked or (last is not None and last.stopped_by == "cancel") else "interrupted"

    def _goes_on_elsewhere(self, run: str, events: Sequence[runs.RunEvent]) -> bool:
        """Whether another process has the run. The events spare a look at runs that have ended."""
        ended = bool(events) and events[-1].kind in {"finished", "stopped"}
        return not ended and Claim(self.context, run).taken()
