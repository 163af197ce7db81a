"""Having a judge compare the stored answers of a run's arms, pair by pair and in both orders."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import combinations

from workbench.domain.run import RunPlan, TrialOutput
from workbench.domain.score import Unscored
from workbench.errors import InputError
from workbench.judging.judge import Juror, total_usage
from workbench.judging.pairwise import Pair, PairJudge, PairVerdict
from workbench.runner.asking import LaneCompleter
from workbench.store import judge_versions, pair_verdicts, spend, trials
from workbench.store.pair_verdicts import StoredPairVerdict
from workbench.store.session import Session
from workbench.store.spend import Apart
from workbench.workspace.context import Context
from workbench.workspace.judges.consistency import in_pairs_name
from workbench.workspace.judges.judged import register_judge
from workbench.workspace.judges.lanes import JudgingLanes, judging_lanes
from workbench.workspace.judges.preferences import Preferences, preferences
from workbench.workspace.runs.names import find_arm
from workbench.workspace.runs.scoring import JudgeSeat, Scorer, seats

PAIRS_AT_ONCE = 200
WHAT = "pairwise verdict"
"""What spending on pairs is called."""


@dataclass(frozen=True)
class Wanted:
    """Two answers to the same row and repeat, to be compared by some of a judge's models."""

    first: str
    """The trial of the earlier arm."""
    second: str
    jurors: tuple[Juror, ...]


@dataclass(frozen=True)
class _Told:
    """A verdict, and the reserved spend that it settles."""

    verdict: StoredPairVerdict
    reservations: Sequence[str]


@dataclass(frozen=True)
class _Asking:
    """What is needed to ask about any pair."""

    scorer: Scorer
    judge: PairJudge
    seat: JudgeSeat
    asked: JudgingLanes


@dataclass(frozen=True)
class Pairing:
    """A judge, the arms of a run, and their answers to the same rows."""

    context: Context
    run: str
    plan: RunPlan
    judge: str
    arms: Sequence[str] = ()
    """Labels or beginnings of them; without any, all arms. The order is that of the run."""

    def carry_out(self) -> int:
        """Ask about every pair that this version of the judge has said nothing about. Returns how many verdicts came.

        Raises InputError for a judge without a model and for fewer than two arms; WorkbenchError when a model fails
        again and again, or the budget is reached: what was said until then is stored and is not asked again.
        """
        self.context.require("engineer", "have answers compared")
        seat = seats(self.context, [self.judge])[self.judge]
        judge = PairJudge(seat.judge)
        if not seat.jurors:
            raise InputError(
                seat.unavailable or f"The judge {self.judge} has no model to ask.",
                hint=f"Name one in workbench.toml, under [judges.{self.judge}].",
            )
        self.context.write(
            lambda s: register_judge(self.context, s, in_pairs_name(self.judge), judge.version, judge.content)
        )
        wanted = self.context.read(lambda s: self._wanted(s, judge, seat))
        return asyncio.run(self._ask_all(wanted, judge, seat))

    def result(self) -> Preferences:
        """What the stored verdicts of the newest version of the judge come to."""

        def query(session: Session) -> tuple[list[StoredPairVerdict], Mapping[tuple[str, str], int]]:
            return pair_verdicts.of_run(session, self.run, self.judge), judge_versions.numbers(session)

        told, numbers = self.context.read(query)
        if not told:
            raise InputError(
                f"{self.judge} has compared no answers of the run {self.run} in pairs.",
                hint=f"`workbench score {self.run} --judge {self.judge} --pairwise`.",
            )
        newest = max(told, key=lambda one: one.created_at).judge_version
        labels = self._labels()
        of_arms = [one for one in told if one.first_arm in labels and one.second_arm in labels]
        counted = [one for one in of_arms if one.judge_version == newest]
        number = numbers.get((in_pairs_name(self.judge), newest))
        name = in_pairs_name(self.judge) if number is None else f"{in_pairs_name(self.judge)} v{number}"
        clusters = {e.id: e.cluster for e in self.plan.examples if e.cluster is not None}
        return preferences(self.run, name, labels, counted, clusters, left_out=len(of_arms) - len(counted))

    def _labels(self) -> list[str]:
        labels = [arm.label for arm in self.plan.arms]
        chosen = {find_arm(labels, arm) for arm in self.arms} if self.arms else set(labels)
        if len(chosen) < 2:
            raise InputError("One arm has nothing to be compared with.", hint="Name two arms of the run.")
        return [label for label in labels if label in chosen]

    def _now(self) -> datetime:
        return self.context.clock.now()

    def _wanted(self, session: Session, judge: PairJudge, seat: JudgeSeat) -> list[Wanted]:
        """The pairs of answers that there are, without what was said of them already."""
        frame = trials.frame(session, self.run)
        done = frame[frame["status"] == "done"]
        places = zip(done["arm"], done["example_id"], done["repeat"], done["trial_id"], strict=True)
        answered = {(arm, example, int(repeat)): trial for arm, example, repeat, trial in places}
        told = pair_verdicts.of_run(session, self.run, self.judge)
        known = {one.place for one in told if one.judge_version == judge.version}
        able = {spec.alias for spec in seat.specs}
        found = []
        for first, second in combinations(self._labels(), 2):
            for (arm, example, repeat), trial in answered.items():
                other = answered.get((second, example, repeat))
                if arm != first or other is None:
                    continue
                place = (first, second, example, repeat)
                lacking = [j for j in judge.judge.jurors if j.alias in able and (*place, j.alias) not in known]
                if lacking:
                    found.append(Wanted(trial, other, tuple(lacking)))
        return found

    async def _ask_all(self, wanted: Sequence[Wanted], judge: PairJudge, seat: JudgeSeat) -> int:
        stored = 0
        async with judging_lanes(self.context, self.plan, {self.judge: seat}) as asked:
            asking = _Asking(Scorer(self.context, self.plan), judge, seat, asked)
            for start in range(0, len(wanted), PAIRS_AT_ONCE):
                batch = wanted[start : start + PAIRS_AT_ONCE]
                ids = sorted({trial for one in batch for trial in (one.first, one.second)})
                found = await asyncio.to_thread(self.context.read, partial(trials.outputs_of, trial_ids=ids))
                outputs = {output.trial_id: output for output in found}
                tasks = [
                    self._ask(asking, (outputs[one.first], outputs[one.second]), juror)
                    for one in batch
                    for juror in one.jurors
                ]
                answers = await asyncio.gather(*tasks, return_exceptions=True)
                told = [answer for answer in answers if isinstance(answer, _Told)]
                await asyncio.to_thread(self._store, told)
                stored += len(told)
                _raise_first(answers, asked)
        return stored

    async def _ask(self, asking: _Asking, answers: tuple[TrialOutput, TrialOutput], juror: Juror) -> _Told | None:
        first, second = answers
        pair = Pair(asking.scorer.given(first), asking.scorer.given(second))
        rubric = asking.judge.judge.rubric
        if all(isinstance(rubric.without_asking(given), Unscored) for given in (pair.first, pair.second)):
            return None
        completer = LaneCompleter(asking.asked.lanes[juror.alias], asking.asked.brake)
        verdict = await asking.judge.compare(pair, juror, completer)
        stored = StoredPairVerdict(
            run=self.run,
            judge=self.judge,
            judge_version=asking.judge.version,
            first_arm=first.arm,
            second_arm=second.arm,
            example_id=first.example_id,
            repeat=first.repeat,
            model=juror.alias,
            said=verdict.said,
            said_swapped=verdict.said_swapped,
            reason=verdict.reason,
            raw=verdict.raw,
            created_at=self._now(),
            cost_usd=_cost(verdict, asking.seat),
            latency_ms=sum(one.latency_ms or 0.0 for one in verdict.completions) if verdict.completions else None,
        )
        return _Told(stored, completer.reservations)

    def _store(self, told: Sequence[_Told]) -> None:
        if not told:
            return
        prompts = {arm.label: arm.prompt for arm in self.plan.arms}

        def change(session: Session) -> None:
            now = self._now()
            pair_verdicts.append(session, [one.verdict for one in told])
            for one in told:
                if one.verdict.latency_ms is not None:
                    prompt = prompts[one.verdict.second_arm]
                    usd = one.verdict.cost_usd
                    spent = Apart(now, WHAT, prompt.name, prompt.use_case, one.verdict.model, usd, self.run)
                    spend.add_apart(session, spent)
            spend.release(session, [reserved for one in told for reserved in one.reservations], now)
            self.context.record(session, "pairs judged", self.run, by=self.judge, verdicts=len(told))

        self.context.write_patiently(change)


def _cost(verdict: PairVerdict, seat: JudgeSeat) -> float | None:
    return seat.cost_usd({verdict.model: total_usage(verdict.completions)}) if verdict.completions else None


def _raise_first(answers: Sequence[object], asked: JudgingLanes) -> None:
    """Raise what broke asking: a defect, or why a lane or the budget let no more be asked."""
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, asyncio.CancelledError):
            raise answer
    left_out = any(isinstance(answer, asyncio.CancelledError) for answer in answers)
    stopped = asked.why_stopped(left_out=left_out)
    if stopped is not None:
        raise stopped
