"""The end of a queue: what the verdicts say, how well a reviewer agrees with the others and with themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from workbench.domain.review import PairReview, Review
from workbench.domain.review_queue import Relabel, ReviewQueue
from workbench.stats.intervals import Interval, wilson
from workbench.stats.numbers import counted, duration
from workbench.store import pair_reviews, review_queues, reviews, runs, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.reviews.agreement import Agreement, agreement_in, interval_json, share_text
from workbench.workspace.reviews.guidelines import older
from workbench.workspace.reviews.pair_result import PairsResult, pairs_result
from workbench.workspace.reviews.queue import QueueItem

IDLE_S = 300.0
"""Longer on one item is a pause, and no part of anybody's pace."""
HASTY_S = 2.0
"""Nobody reads a long answer in less."""
LONG_ANSWER = 400
"""Characters from which an answer is long."""


@dataclass(frozen=True)
class Consistency:
    """What a reviewer said when shown the same items once more, unannounced."""

    same: Interval


@dataclass(frozen=True)
class Kept:
    """How older verdicts held when their answers were judged again under today's guidelines."""

    same: int
    n: int


@dataclass(frozen=True)
class QueueResult:
    """What was said in a queue, as one reviewer may read it."""

    queue: ReviewQueue
    passed: int
    failed: int
    unsure: int
    compared: int
    """Pairs on which this reviewer made a choice."""
    left: int
    """Items that this reviewer has not judged."""
    passed_over: int
    """Those of them that stand before one that they have judged: leaving these out is no matter of chance."""
    agreement: Agreement | None
    """How all reviewers of the queue agree; None for pairs."""
    with_others: Interval | None
    """The share of this reviewer's verdicts that another reviewer of the same answer shares; None without any."""
    consistency: Consistency | None
    """None where nothing came back yet."""
    pairs: PairsResult | None
    """None for single answers, and while this reviewer has begun and is not through: it says who wrote what."""
    kept: Kept | None
    """Of a queue of answers judged before; None for others."""
    pace_s: float | None
    """Median seconds an item; None where no time is known."""
    hasty: int
    """Long answers that were judged faster than anybody reads."""

    @property
    def sentences(self) -> list[str]:
        """All of it in plain English."""
        return [sentence for sentence in (*self._own, *self._others, *self._pairs) if sentence]

    @property
    def _own(self) -> Sequence[str]:
        if self.queue.form == "pair":
            said = f"You compared {counted(self.compared, 'pair')}."
        else:
            judged = self.passed + self.failed + self.unsure
            decided = self.passed + self.failed
            rate = (
                f" You passed {share_text(wilson(self.passed, decided))} of those you decided."
                if decided and self.queue.purpose == "estimate"
                else ""
            )
            said = (
                f"You judged {counted(judged, 'answer')}: {self.passed:,} passed, {self.failed:,} failed, "
                f"{self.unsure:,} unsure.{rate}"
            )
        pace = "" if self.pace_s is None else f"You took about {duration(1000 * self.pace_s)} each."
        hasty = (
            f"{counted(self.hasty, 'long answer')} had less than {HASTY_S:.0f} seconds: look again whether you read them."
            if self.hasty
            else ""
        )
        return [said, pace, hasty, self._passed_over, self._purpose, self._consistency, self._kept]

    @property
    def _purpose(self) -> str:
        if self.queue.purpose == "learn":
            return (
                "These were chosen to learn from, so they count in no pass rate; they serve to find what goes wrong "
                "and to improve judges."
            )
        return ""

    @property
    def _passed_over(self) -> str:
        if not self.passed_over or self.queue.purpose == "learn":
            return ""
        return (
            f"You passed over {counted(self.passed_over, 'item')}. If these are the hard ones, the rate says too much: "
            "judge them too, or mark them unsure."
        )

    @property
    def _consistency(self) -> str:
        if self.consistency is None:
            return ""
        same = self.consistency.same
        return f"{counted(same.n, 'item')} came back unannounced: you said the same on {share_text(same)}."

    @property
    def _kept(self) -> str:
        if self.kept is None or not self.kept.n:
            return ""
        advice = (
            "they still hold" if self.kept.same == self.kept.n else "judge the others again before you rely on them"
        )
        return (
            f"{self.kept.same:,} of {self.kept.n:,} older verdicts stayed the same under today's guidelines: {advice}."
        )

    @property
    def _others(self) -> Sequence[str]:
        own = "" if self.with_others is None else f"You agree with other reviewers on {share_text(self.with_others)}."
        return [own, *(() if self.agreement is None else self.agreement.sentences)]

    @property
    def _pairs(self) -> Sequence[str]:
        if self.queue.form != "pair":
            return ()
        identical = (
            f"{counted(self.queue.identical, 'pair')} left out: both answers are the same text."
            if self.queue.identical
            else ""
        )
        if self.pairs is None:
            return [identical, "Which arm was preferred is told once you have compared all pairs."]
        return [*self.pairs.sentences, identical]

    def as_json(self) -> dict[str, Any]:
        """The same as one JSON document."""
        return {
            "queue": self.queue.id,
            "run": self.queue.run,
            "form": self.queue.form,
            "purpose": self.queue.purpose,
            "passed": self.passed,
            "failed": self.failed,
            "unsure": self.unsure,
            "compared": self.compared,
            "left": self.left,
            "passed_over": self.passed_over,
            "with_others": interval_json(self.with_others),
            "consistency": None if self.consistency is None else interval_json(self.consistency.same),
            "agreement": None if self.agreement is None else self.agreement.as_json(),
            "pairs": None if self.pairs is None else self.pairs.as_json(),
            "sentences": self.sentences,
        }


def queue_result(context: Context, queue: ReviewQueue, items: Sequence[QueueItem]) -> QueueResult:
    """What was said in a queue, for the one who acts; `items` are theirs in their order."""
    judged = [at for at, item in enumerate(items) if item.judged]
    left, reached = len(items) - len(judged), max(judged, default=-1)

    def query(session: Session) -> _Said:
        given: list[Review | PairReview] = [*reviews.of_queue(session, queue.id)]
        given += pair_reviews.of_queue(session, queue.id)
        places = review_queues.places(session, queue.id)
        frame = trials.frame(session, queue.run)
        plan = runs.plan(session, queue.run)
        return _Said(
            given=given,
            before=[one for place in places for one in reviews.history(session, place.first_trial)]
            if queue.kind == Relabel.kind
            else [],
            arm_of=dict(zip(frame["trial_id"], frame["arm"], strict=True)),
            arms=[arm.label for arm in plan.arms],
            clusters={example.id: example.cluster for example in plan.examples if example.cluster is not None},
            lengths={one.trial_id: len(one.completion.text) for one in trials.outputs_of(session, _timed(given))},
        )

    said, me = context.read(query), context.actor.name
    mine = [one for one in said.given if one.reviewer == me]
    first = [one for one in mine if not one.hidden_repeat]
    verdicts = [one.verdict for one in first if isinstance(one, Review)]
    through = not left or not first
    times = [one.seconds for one in mine if one.seconds is not None and one.seconds <= IDLE_S]
    return QueueResult(
        queue=queue,
        passed=verdicts.count("pass"),
        failed=verdicts.count("fail"),
        unsure=verdicts.count("unsure"),
        compared=sum(isinstance(one, PairReview) for one in first),
        left=left,
        passed_over=sum(not item.judged for item in items[:reached]),
        agreement=agreement_in(context, queue.id) if queue.form == "verdict" else None,
        with_others=_with_others(said.given, me),
        consistency=_consistency(mine),
        pairs=pairs_result(
            [one for one in said.given if isinstance(one, PairReview)], said.arm_of, said.arms, said.clusters
        )
        if queue.form == "pair" and through
        else None,
        kept=_kept(said, first) if queue.kind == Relabel.kind else None,
        pace_s=median(times) if times else None,
        hasty=sum(
            one.seconds is not None and one.seconds < HASTY_S and said.lengths.get(_about(one)[0], 0) >= LONG_ANSWER
            for one in mine
        ),
    )


@dataclass(frozen=True)
class _Said:
    given: Sequence[Review | PairReview]
    before: Sequence[Review]
    arm_of: Mapping[str, str]
    arms: Sequence[str]
    clusters: Mapping[str, str]
    lengths: Mapping[str, int]


def _timed(given: Sequence[Review | PairReview]) -> list[str]:
    """Answers that were judged so fast that their length matters."""
    return sorted({_about(one)[0] for one in given if one.seconds is not None and one.seconds < HASTY_S})


def _about(one: Review | PairReview) -> tuple[str, str]:
    return (one.trial_id, "") if isinstance(one, Review) else (one.first_trial, one.second_trial)


def _decision(one: Review | PairReview) -> str | None:
    """What was said; None where it decides nothing."""
    if isinstance(one, PairReview):
        return one.choice
    return one.verdict if one.verdict != "unsure" else None


def _with_others(given: Sequence[Review | PairReview], me: str) -> Interval | None:
    first = [one for one in given if not one.hidden_repeat and _decision(one) is not None]
    own = {_about(one): _decision(one) for one in first if one.reviewer == me}
    same: dict[tuple[str, str], list[bool]] = {}
    for one in first:
        if one.reviewer != me and _about(one) in own:
            same.setdefault(_about(one), []).append(_decision(one) == own[_about(one)])
    agreed = sum(2 * sum(each) > len(each) for each in same.values())
    return wilson(agreed, len(same)) if same else None


def _consistency(mine: Sequence[Review | PairReview]) -> Consistency | None:
    said = {(_about(one), one.hidden_repeat): one for one in mine}
    both = [(said[about, False], one) for (about, repeat), one in said.items() if repeat and (about, False) in said]
    same = sum(_said_alike(first, again) for first, again in both)
    return Consistency(wilson(same, len(both))) if both else None


def _said_alike(first: Review | PairReview, again: Review | PairReview) -> bool:
    if isinstance(first, PairReview) and isinstance(again, PairReview):
        return first.choice == again.choice
    return isinstance(first, Review) and isinstance(again, Review) and first.verdict == again.verdict


def _kept(said: _Said, mine: Sequence[Review | PairReview]) -> Kept:
    """This reviewer's verdicts now against the newest before on the same answer, their own where there is one."""
    same = n = 0
    for now in mine:
        if not isinstance(now, Review) or now.rubric is None:
            continue
        earlier = [
            one
            for one in older(said.before, now.rubric)
            if one.trial_id == now.trial_id and one.verdict is not None and not one.hidden_repeat
        ]
        before = [one for one in earlier if one.reviewer == now.reviewer] or earlier
        if before:
            n += 1
            same += before[-1].verdict == now.verdict
    return Kept(same, n)
