"""Scoring stored answers again, without asking for new ones."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from workbench.domain.run import RunPlan, TrialOutput
from workbench.domain.score import Score
from workbench.errors import CancelledError, WorkbenchError
from workbench.stats.numbers import counted
from workbench.store import scores, spend, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.job_book import OnProgress
from workbench.workspace.judges.judged import how_judged, register_judges
from workbench.workspace.judges.lanes import judging_lanes
from workbench.workspace.measures import Measures
from workbench.workspace.runs.scoring import Scorer, seats
from workbench.workspace.runs.verdicts import Verdicts

SCORED_AT_ONCE = 500


@dataclass
class _Judged:
    """Verdicts on some outputs, and the reserved spend that they settle."""

    tell: Callable[[int], None] = lambda _: None
    """Takes how many verdicts are in."""
    scores: list[Score] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    def take(self, score: Score, reservations: Sequence[str]) -> None:
        self.scores.append(score)
        self.released.extend(reservations)
        self.tell(len(self.scores))


@dataclass
class _Progress:
    """How many answers are scored; of those under way, as many as their share of verdicts that are in."""

    on_progress: OnProgress
    total: int
    done: int = 0

    def part(self, answers: int, verdicts: int, wanted: int) -> None:
        self.on_progress(self.done + answers * verdicts // max(wanted, 1), self.total)

    def whole(self, answers: int) -> None:
        self.done += answers
        self.on_progress(self.done, self.total)


@dataclass(frozen=True)
class Rescoring:
    """Scores the answers of one run by other measures, or once more."""

    context: Context
    run: str
    plan: RunPlan
    metrics: Sequence[str]
    judges: Sequence[str]
    only_stale: bool = False
    """Leave alone what the metrics and judges of today have scored already."""

    @classmethod
    def of_stale(cls, context: Context, run: str, plan: RunPlan) -> Rescoring:
        """Scores by the measures of today what only older versions of them have scored."""
        judged = context.read(lambda s: how_judged(s, plan, scores.frame(s, run), Measures.of(context, s)))
        stale = [one for one in judged if one.stale]
        return cls(
            context,
            run,
            plan,
            metrics=[one.name for one in stale if not one.is_judge],
            judges=[one.name for one in stale if one.is_judge],
            only_stale=True,
        )

    def carry_out(self, on_progress: OnProgress | None = None, stop: threading.Event | None = None) -> int:
        """Score all answers, a few hundred at a time. Returns how many scores were added.

        Raises WorkbenchError when a judge's model fails again and again, or its budget is reached, and CancelledError
        once `stop` is set; what was scored until then is stored.
        """
        ctx, scorer = self.context, Scorer(self.context, self.plan)
        if self.judges:
            ctx.write_patiently(lambda session: register_judges(ctx, session, self.judges))
        Measures(ctx.settings, ctx.root).require_ready(self.metrics)
        progress = _Progress(on_progress or _nobody, len(ctx.read(partial(trials.answered, run=self.run))))
        added, after = 0, None
        while batch := ctx.read(partial(trials.outputs, run=self.run, after=after, limit=SCORED_AT_ONCE)):
            due = self._due(batch)
            new = self._by_rules(scorer, batch, due)
            judged, stopped = _Judged(), None
            if self.judges and not (stop is not None and stop.is_set()):
                wanted = sum(name in due[output.trial_id] for output in batch for name in self.judges)
                judged.tell = partial(progress.part, len(batch), wanted=wanted)
                stopped = asyncio.run(self._judge(scorer, batch, due, judged, stop))
            self._store([*new, *judged.scores], judged.released)
            added, after = added + len(new) + len(judged.scores), batch[-1].trial_id
            if stop is not None and stop.is_set():
                raise CancelledError(f"Scoring was stopped. {counted(added, 'score')} stored until then are kept.")
            if stopped is not None:
                raise stopped
            progress.whole(len(batch))
        return added

    def _due(self, batch: Sequence[TrialOutput]) -> Mapping[str, set[str]]:
        """What is to score each answer, by trial id."""
        names = {*self.metrics, *self.judges}
        if not self.only_stale:
            return dict.fromkeys((output.trial_id for output in batch), names)
        measures = self.context.read(partial(Measures.of, self.context))
        now = {(name, measures.metric(name).info.version) for name in self.metrics}
        now |= {(name, measures.judge(name).version) for name in self.judges}
        ids = [output.trial_id for output in batch]
        known = self.context.read(partial(scores.of_trials, trial_ids=ids))
        scored = {one: {(score.metric, score.metric_version) for score in known.get(one, [])} for one in ids}
        return {one: {name for name, version in now if (name, version) not in scored[one]} for one in ids}

    def _by_rules(self, scorer: Scorer, batch: Sequence[TrialOutput], due: Mapping[str, set[str]]) -> list[Score]:
        together: dict[tuple[str, ...], list[TrialOutput]] = {}
        for output in batch:
            names = tuple(name for name in self.metrics if name in due[output.trial_id])
            together.setdefault(names, []).append(output)
        return [score for names, outputs in together.items() for score in scorer.by_rules(outputs, names)]

    def _store(self, new: Sequence[Score], released: Sequence[str]) -> None:
        ctx = self.context

        def change(session: Session) -> None:
            scores.append(session, new)
            spend.release(session, released, ctx.clock.now())
            ctx.record(session, "outputs scored", self.run, by=[*self.metrics, *self.judges], scores=len(new))

        ctx.write_patiently(change)

    async def _judge(
        self,
        scorer: Scorer,
        outputs: Sequence[TrialOutput],
        due: Mapping[str, set[str]],
        judged: _Judged,
        stop: threading.Event | None,
    ) -> WorkbenchError | None:
        """Fill `judged`. Returns what left something out, if anything did."""
        chosen = seats(self.context, self.judges)
        async with judging_lanes(self.context, self.plan, chosen) as asked:
            verdicts = Verdicts(scorer, chosen, asked.lanes, asked.brake, judged.take)
            for output in outputs:
                verdicts.begin(output, [name for name in self.judges if name in due[output.trial_id]])
            await verdicts.all_in(stop)
        verdicts.raise_defect()
        return asked.why_stopped(left_out=verdicts.left_out)


def _nobody(done: int, total: int) -> None:
    """Nobody looks on."""
