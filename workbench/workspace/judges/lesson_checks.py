"""Having a judge with lessons judge the answers whose labels were kept apart, within the budget, and setting both side by side."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbench.ceiling import most_answer_tokens
from workbench.domain.lessons import LessonsCheck, LessonsVersion
from workbench.domain.run import RunPlan, TrialOutput
from workbench.domain.score import Score, Scored
from workbench.errors import CancelledError, InputError
from workbench.runner.context_window import texts
from workbench.stats.intervals import Interval, wilson
from workbench.stats.numbers import counted, money_range
from workbench.stats.significance import mcnemar_mid_p
from workbench.store import judge_lessons, judge_versions, runs, spend, trials
from workbench.store.session import Session
from workbench.store.spend import Apart
from workbench.text.token_bounds import bounds_of
from workbench.workspace.context import Context
from workbench.workspace.job_book import OnProgress
from workbench.workspace.judges.calibration import THRESHOLD
from workbench.workspace.judges.lanes import judging_lanes
from workbench.workspace.judges.lesson_material import Material
from workbench.workspace.runs.scoring import JudgeSeat, Scorer
from workbench.workspace.runs.verdicts import Verdicts

WHAT = "check of a judge"
"""What spending on checks is called."""
SURELY = 0.05
"""Below this p a judge counts as worse than the one before."""
_PER_MILLION = 1_000_000


@dataclass(frozen=True)
class CheckCost:
    """What a check would ask, and at most cost."""

    verdicts: int
    calls: int
    low_usd: float | None
    """None when unknown."""
    high_usd: float | None

    @property
    def sentence(self) -> str:
        """In plain English."""
        calls = counted(self.calls, "call")
        if self.low_usd is None or self.high_usd is None:
            return f"{self.verdicts:,} verdicts, {calls}; what they cost is not known."
        cost = "free" if not self.high_usd else money_range(self.low_usd, self.high_usd)
        return f"{self.verdicts:,} verdicts, {calls}, {cost}."


@dataclass(frozen=True)
class Outcome:
    """What a check says of lessons."""

    check: LessonsCheck
    p_value: float
    """Of the paired mid-p McNemar test between both judges."""
    passes: Interval | None
    """What it catches of passes; None where the labels kept apart hold none."""
    failures: Interval | None

    @property
    def worse(self) -> bool:
        """Whether it agrees with people less often than the judge before, beyond chance."""
        return self.check.worse > self.check.better and self.p_value < SURELY

    @property
    def meets_bar(self) -> bool:
        """Whether the low ends of both ranges reach the bar."""
        return all(one is not None and one.low >= self.check.bar for one in (self.passes, self.failures))

    @property
    def accepted(self) -> bool:
        """Whether the lessons may be put in force."""
        return not self.worse and self.meets_bar


def outcome(check: LessonsCheck) -> Outcome:
    """What the counts of a check come to."""
    passes, failures = (wilson(*counts) if counts[1] else None for counts in (check.passes, check.failures))
    return Outcome(check, mcnemar_mid_p(check.better, check.worse), passes, failures)


@dataclass
class _Got:
    """Verdicts that came, the reserved spend that they settle, and who is told."""

    wanted: int
    on_progress: OnProgress | None
    scores: dict[str, Score] = field(default_factory=dict)
    reservations: list[str] = field(default_factory=list)

    def take(self, score: Score, reservations: Sequence[str]) -> None:
        self.scores[score.trial_id] = score
        self.reservations.extend(reservations)
        if self.on_progress is not None:
            self.on_progress(len(self.scores), self.wanted)


@dataclass(frozen=True)
class LessonsChecking:
    """A judge with lessons, and the labels to check it by."""

    context: Context
    material: Material
    kept: LessonsVersion
    seat: JudgeSeat
    """The judge with the lessons."""

    def cost(self) -> CheckCost:
        """What the check would ask and cost. Nothing is asked."""
        outputs, plan = self.context.read(self._outputs)
        scorer, judge = Scorer(self.context, plan), self.seat.judge
        low = high = 0.0
        known, asked = True, 0
        for output in outputs:
            given = scorer.given(output)
            if judge.rubric.without_asking(given) is not None:
                continue
            asked += 1
            for juror in self.seat.jurors:
                request = judge.rubric.request(
                    given,
                    reasons_first=judge.reasons_first,
                    parameters=juror.spec.parameters,
                    timeout_s=judge.timeout_s,
                )
                shown, limit = bounds_of(texts(request)), most_answer_tokens(juror.spec.parameters, juror.spec.model)
                if juror.price is None:
                    known = False
                    continue
                free = not juror.price.output_per_million
                known = known and (free or limit is not None)
                low += shown.low * juror.price.input_per_million
                high += shown.high * juror.price.input_per_million + (limit or 0) * juror.price.output_per_million
        scale = judge.votes / _PER_MILLION
        calls = asked * judge.votes * len(self.seat.jurors)
        return CheckCost(asked, calls, low * scale if known else None, high * scale if known else None)

    def carry_out(self, on_progress: OnProgress | None = None, stop: threading.Event | None = None) -> Outcome:
        """Ask about every answer kept apart, and keep what came of it.

        Raises CancelledError once `stop` is set; InputError without a model; WorkbenchError when a model fails again and
        again or the budget is reached: then nothing counts as a use, but what was spent is kept.
        """
        if not self.seat.jurors:
            name = self.material.judge
            raise InputError(
                self.seat.unavailable or f"The judge {name} has no model to ask.",
                hint=f"Name one in workbench.toml, under [judges.{name}].",
            )
        outputs, plan = self.context.read(self._outputs)
        got = _Got(len(outputs), on_progress)
        try:
            asyncio.run(self._ask(outputs, plan, got, stop))
        finally:
            self._keep_spend(got)
        check = self._counted(got.scores)

        def change(session: Session) -> None:
            judge = self.seat.judge
            judge_versions.register(session, judge.name, judge.version, judge.content, check.created_at)
            judge_lessons.add_check(session, check)
            self.context.record(
                session, "judge checked", judge.name, run=check.run, lessons=check.lessons, labels=check.labels
            )

        self.context.write_patiently(change)
        return outcome(check)

    def _outputs(self, session: Session) -> tuple[Sequence[TrialOutput], RunPlan]:
        ids = [label.trial_id for label in self.material.kept]
        return trials.outputs_of(session, ids), runs.plan(session, self.material.run)

    async def _ask(
        self, outputs: Sequence[TrialOutput], plan: RunPlan, got: _Got, stop: threading.Event | None
    ) -> None:
        chosen = {self.material.judge: self.seat}
        async with judging_lanes(self.context, plan, chosen) as asked:
            verdicts = Verdicts(Scorer(self.context, plan), chosen, asked.lanes, asked.brake, got.take)
            for output in outputs:
                verdicts.begin(output)
            await verdicts.all_in(stop)
            verdicts.raise_defect()
            if stop is not None and stop.is_set() and verdicts.left_out:
                raise CancelledError("The check was stopped: nothing counts as a use of the labels kept apart.")
            stopped = asked.why_stopped(left_out=verdicts.left_out)
        if stopped is not None:
            raise stopped

    def _keep_spend(self, got: _Got) -> None:
        """What the verdicts cost, and what was set aside for them."""
        now, run = self.context.clock.now(), self.material.run

        def change(session: Session) -> None:
            for score in got.scores.values():
                if score.model is not None:
                    spend.add_apart(session, Apart(now, WHAT, None, None, score.model, score.cost_usd, run))
            spend.release(session, got.reservations, now)

        if got.scores:
            self.context.write_patiently(change)

    def _counted(self, scores: Mapping[str, Score]) -> LessonsCheck:
        after = {
            trial: score.result.value >= THRESHOLD
            for trial, score in scores.items()
            if isinstance(score.result, Scored)
        }
        labels = self.material.kept
        judged = [(one.good, one.before, after[one.trial_id]) for one in labels if one.trial_id in after]
        both = [(good, before, now) for good, before, now in judged if before is not None]
        asked = [score.cost_usd for score in scores.values() if score.model is not None]
        costs = [cost for cost in asked if cost is not None]
        return LessonsCheck(
            judge=self.material.judge,
            lessons=self.kept.number,
            run=self.material.run,
            version=self.seat.judge.version,
            before=self.material.version,
            labels=len(labels),
            better=sum(now is good and before is not good for good, before, now in both),
            worse=sum(now is not good and before is good for good, before, now in both),
            passes=(sum(now for good, _, now in judged if good), sum(good for good, _, _ in judged)),
            failures=(sum(not now for good, _, now in judged if not good), sum(not good for good, _, _ in judged)),
            unscored=len(labels) - len(judged),
            bar=self.material.bar,
            cost_usd=sum(costs) if len(costs) == len(asked) else None,
            created_at=self.context.clock.now(),
            created_by=self.context.actor.name,
        )
