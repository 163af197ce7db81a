"""Better judges from critiques: rules in experts' words, answers as they judged them, and a check on labels kept apart."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from workbench.domain.lessons import Lessons, LessonsVersion
from workbench.domain.model import Completion
from workbench.domain.run import RunPlan
from workbench.errors import InputError, NotFoundError, WorkbenchError
from workbench.judging.distilling import distilling_request, read_rules, tidy_rules
from workbench.judging.judge import DEFAULT_TIMEOUT_S
from workbench.pricing import cost_usd
from workbench.runner.asking import LaneCompleter
from workbench.store import judge_lessons, runs, spend
from workbench.store.session import Session
from workbench.store.spend import Apart
from workbench.workspace.context import Context
from workbench.workspace.job_book import OnProgress
from workbench.workspace.judges.lanes import judging_lanes
from workbench.workspace.judges.lesson_checks import CheckCost, LessonsChecking, Outcome, outcome
from workbench.workspace.judges.lesson_jobs import LessonsJob, under_way
from workbench.workspace.judges.lesson_material import FRESH, Material, material
from workbench.workspace.measures import Measures, taught_judge
from workbench.workspace.runs.names import find_run
from workbench.workspace.runs.scoring import JudgeSeat, JurorSeat, seat_of

WHAT = "rules for a judge"
"""What spending on rules is called."""
BY_HAND = "by hand"


@dataclass
class _Heard:
    """An answer of a model, and the reserved spend that it settles."""

    completion: Completion | None = None
    reservations: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Teaching:
    """What judges are taught."""

    context: Context

    def material(self, judge: str, run: str) -> Material:
        """What there is in a run to teach a judge by, and to check it by."""
        return self.context.read(lambda s: material(self.context, s, find_run(s, run), judge))

    def all(self, judge: str) -> Sequence[LessonsVersion]:
        """All lessons of a judge, the newest first."""
        return self.context.read(lambda s: judge_lessons.of_judge(s, judge))

    def in_force(self, judge: str) -> LessonsVersion | None:
        """The lessons that count; None for a judge without any."""
        now = self.context.read(judge_lessons.in_force).get(judge)
        return next((one for one in self.all(judge) if one.lessons == now), None)

    def outcomes(self, judge: str) -> Sequence[Outcome]:
        """How all lessons of a judge did on the labels kept apart, the newest check first."""
        return [outcome(check) for check in self.context.read(lambda s: judge_lessons.checks(s, judge))]

    def suggest(self, judge: str, run: str) -> tuple[str, ...]:
        """Rules that the judge's first model reads out of the critiques: one call, within the budget. Nothing is kept.

        Raises InputError without a model or a critique, and when the model's reply cannot be read.
        """
        self.context.require("engineer", "improve a judge")
        found = self.material(judge, run)
        if not found.critiques:
            raise InputError(
                "No verdict that teaches has a note yet.",
                hint="Say in a few words why answers fail while reviewing, or type the rules yourself.",
            )
        seat = self._seat(judge, Lessons())
        if not seat.jurors:
            raise InputError(
                seat.unavailable or f"The judge {judge} has no model to ask.",
                hint=f"Type the rules yourself, or name a model in workbench.toml, under [judges.{judge}].",
            )
        juror = seat.jurors[0]
        heard, plan = _Heard(), self.context.read(lambda s: runs.plan(s, found.run))
        try:
            asyncio.run(self._ask(found, juror, plan, heard))
        finally:
            self._keep_spend(heard, juror, found.run)
        rules = None if heard.completion is None else read_rules(heard.completion.text, found.critiques)
        if not rules:
            raise InputError(
                f"What {juror.spec.alias} wrote holds no rules that can be read.",
                hint="Ask again, or type the rules yourself.",
            )
        return rules

    def keep(self, judge: str, run: str, rules: Sequence[str], *, source: str = BY_HAND) -> LessonsVersion:
        """Keep lessons: these rules, and the run's labelled answers that teach. The same again stays the same.

        `source` says who put the rules into words. Raises InputError where there is neither a rule nor an example.
        """
        self.context.require("engineer", "improve a judge")
        found, tidy = self.material(judge, run), tidy_rules(rules)
        lessons = Lessons(tidy, found.teaching)
        if not (lessons.rules or lessons.examples):
            raise InputError("There is nothing to teach yet.", hint="Type a rule, or review some answers first.")
        version = self._seat(judge, lessons).judge.version
        known = self.all(judge)
        same = next((one for one in known if one.version == version and one.run == found.run), None)
        if same is not None:
            return same
        number = 1 + max((one.number for one in known), default=0)
        actor, now = self.context.actor.name, self.context.clock.now()
        kept = LessonsVersion(judge, number, lessons, version, found.run, found.taught, source, now, actor)

        def change(session: Session) -> None:
            judge_lessons.add(session, kept)
            self.context.record(
                session, "judge taught", judge, run=found.run, lessons=number, rules=len(tidy), source=source
            )

        self.context.write(change)
        return kept

    def cost(self, kept: LessonsVersion) -> CheckCost:
        """What checking lessons would ask and cost. Nothing is asked."""
        return self._checking(kept).cost()

    def start_check(self, kept: LessonsVersion) -> LessonsJob:
        """As `check`, in the background; `checking` finds it again."""
        self.context.require("engineer", "improve a judge")
        return under_way.start(self._project, kept.judge, LessonsJob(kept, partial(self.check, kept)))

    def checking(self, judge: str) -> LessonsJob | None:
        """This process's check of a judge, ended or not."""
        return under_way.find(self._project, judge)

    def put_away(self, judge: str) -> None:
        """Forget a check that has ended."""
        under_way.put_away(self._project, judge)

    def check(
        self, kept: LessonsVersion, on_progress: OnProgress | None = None, stop: threading.Event | None = None
    ) -> Outcome:
        """Have the judge with lessons judge the labels kept apart. A use of them is counted.

        Raises InputError when they are used up or none is there; see also `LessonsChecking.carry_out`.
        """
        self.context.require("engineer", "improve a judge")
        checking = self._checking(kept)
        if not checking.material.kept:
            raise InputError(
                "No label is kept apart to check by.",
                hint="Review more answers: 4 of 10 rows are kept apart.",
            )
        if checking.material.used_up:
            raise InputError(
                f"The labels kept apart have been used {checking.material.uses} times: another check would say more about "
                "luck than about the judge.",
                hint=f"Label about {FRESH * 10 // 4} more answers, of which {FRESH} are kept apart.",
            )
        return checking.carry_out(on_progress, stop)

    def use(self, judge: str, number: int) -> None:
        """Put lessons in force: from now on the judge is the one with them, and older scores are stale.

        Raises InputError unless a check accepted them.
        """
        self.context.require("engineer", "improve a judge")
        checks = [one for one in self.outcomes(judge) if one.check.lessons == number]
        if not any(one.accepted for one in checks):
            raise InputError(
                f"The lessons {number} of {judge} were not accepted by a check.",
                hint="A judge is changed only when it is not worse on labels kept apart and reaches its bar there.",
            )
        self._put_in_force(judge, number)

    def forget(self, judge: str) -> None:
        """The judge without lessons counts again. What it was taught is kept."""
        self.context.require("engineer", "improve a judge")
        self._put_in_force(judge, None)

    def find(self, judge: str, number: int) -> LessonsVersion:
        """Lessons by number. Raises NotFoundError."""
        known = {one.number: one for one in self.all(judge)}
        if number not in known:
            raise NotFoundError("lessons", str(number), [str(one) for one in known])
        return known[number]

    @property
    def _project(self) -> str:
        return str(self.context.root)

    def _put_in_force(self, judge: str, number: int | None) -> None:
        def change(session: Session) -> None:
            now = self.context.clock.now()
            judge_lessons.put_in_force(session, judge, number, at=now, by=self.context.actor.name)
            self.context.record(session, "judge changed", judge, lessons=number)

        self.context.write(change)

    def _seat(self, judge: str, lessons: Lessons) -> JudgeSeat:
        plain = Measures(self.context.settings, self.context.root).untaught_judge(judge)
        return seat_of(self.context, taught_judge(plain, lessons))

    def _checking(self, kept: LessonsVersion) -> LessonsChecking:
        found = self.material(kept.judge, kept.run)
        return LessonsChecking(self.context, found, kept, self._seat(kept.judge, kept.lessons))

    async def _ask(self, found: Material, juror: JurorSeat, plan: RunPlan, heard: _Heard) -> None:
        request = distilling_request(found.critiques, parameters=juror.spec.parameters, timeout_s=DEFAULT_TIMEOUT_S)
        seat = self._seat(found.judge, Lessons())
        async with judging_lanes(self.context, plan, {found.judge: seat}) as asked:
            completer = LaneCompleter(asked.lanes[juror.spec.alias], asked.brake)
            heard.reservations = completer.reservations
            try:
                heard.completion = await completer.complete(request)
            except asyncio.CancelledError:
                stopped = asked.why_stopped(left_out=True)
                raise stopped or WorkbenchError(f"{juror.spec.alias} was not asked.") from None

    def _keep_spend(self, heard: _Heard, juror: JurorSeat, run: str) -> None:
        def change(session: Session) -> None:
            now = self.context.clock.now()
            if heard.completion is not None:
                usd = cost_usd(heard.completion.usage, juror.price)
                spend.add_apart(session, Apart(now, WHAT, None, None, juror.spec.alias, usd, run))
            spend.release(session, heard.reservations, now)

        self.context.write_patiently(change)
