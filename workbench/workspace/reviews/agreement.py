"""How far people agree with each other on the answers of a run: what a judge can at best be expected to reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from workbench.domain.review import Review
from workbench.stats.agreement import cohen_kappa, gwet_ac1, table_of
from workbench.stats.intervals import Interval, stabilised_t, wilson
from workbench.stats.krippendorff import krippendorff_alpha
from workbench.stats.numbers import number, percent_with_interval
from workbench.store import review_queues, reviews, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.measures import for_estimates, passed_by_trial
from workbench.workspace.runs.names import find_run

UNSURE = "Answers marked unsure count as not judged, neither as agreement nor as disagreement."
DECIDED = ("pass", "fail")
CLEAR_ALPHA = 0.6
"""Below this, people who read the same guidelines understand different things by them."""
UNCLEAR = (
    "That is low: the guidelines are unclear. Look at the disagreements and rewrite the question before judging more."
)


@dataclass(frozen=True)
class PairAgreement:
    """Two people on the answers that both decided."""

    first: str
    second: str
    raw: Interval
    """The share of answers on which both said the same."""
    kappa: Interval | None
    """Cohen's kappa; None where it is undefined, because both always said the same one thing."""
    ac1: Interval | None
    """Gwet's AC1, which does not collapse when nearly everything passes."""


@dataclass(frozen=True)
class Disagreement:
    """An answer that one person passed and another failed."""

    trial_id: str
    example_id: str
    reviews: tuple[Review, ...]
    """All verdicts on it with their notes, unsure ones too."""
    settled: Review | None = None
    """The verdict that counts in place of theirs, once somebody settled it."""

    def as_json(self) -> dict[str, Any]:
        """The same as one JSON object."""
        return {
            "trial_id": self.trial_id,
            "example_id": self.example_id,
            "reviews": [
                {"reviewer": review.reviewer, "verdict": review.verdict, "note": review.note} for review in self.reviews
            ],
            "settled": None if self.settled is None else self.settled.verdict,
        }


@dataclass(frozen=True)
class Agreement:
    """How far the reviewers of a run agree."""

    run: str
    reviewers: tuple[str, ...]
    answers: int
    """Answers that somebody passed or failed."""
    shared: int
    """Answers that two people or more passed or failed: all figures rest on these."""
    unsure: int
    """Verdicts `unsure`, which count as missing."""
    raw: Interval | None
    """The share of pairs of verdicts on one answer that are the same, averaged over answers; None without a pair."""
    alpha: Interval | None
    """Krippendorff's alpha over all reviewers; None where it is undefined."""
    pairs: tuple[PairAgreement, ...]
    """Every two people who judged an answer both, in the order of their names."""
    disagreements: tuple[Disagreement, ...]

    @property
    def sentences(self) -> list[str]:
        """What there is to say, in plain English."""
        if self.raw is None:
            return [
                "No answer was passed or failed by two people yet: agreement needs a second reviewer on the same answers."
            ]
        said = [
            f"Of {self.shared:,} answers that two people or more judged, they agree on {share_text(self.raw)}.",
            f"They disagree on {len(self.disagreements):,}{self._settled}.",
        ]
        if self.alpha is None:
            said.append("Beyond chance, agreement is not defined here: everybody said the same of every answer.")
        else:
            said.append(f"Beyond what chance would give (Krippendorff's alpha): {interval_text(self.alpha)}.")
            said += [UNCLEAR] if self.unclear else []
        return said + ([f"{self.unsure:,} verdicts are unsure. {UNSURE}"] if self.unsure else [])

    @property
    def unclear(self) -> bool:
        """Whether people agree so little that the guidelines need work before more is judged."""
        return self.alpha is not None and self.alpha.estimate < CLEAR_ALPHA

    @property
    def _settled(self) -> str:
        settled = sum(one.settled is not None for one in self.disagreements)
        return f", {settled:,} of which {'is' if settled == 1 else 'are'} settled" if settled else ""

    def as_json(self) -> dict[str, Any]:
        """The same as one JSON document."""
        return {
            "run": self.run,
            "reviewers": list(self.reviewers),
            "answers": self.answers,
            "shared": self.shared,
            "unsure": self.unsure,
            "raw": interval_json(self.raw),
            "alpha": interval_json(self.alpha),
            "pairs": [
                {
                    "reviewers": [pair.first, pair.second],
                    "raw": interval_json(pair.raw),
                    "kappa": interval_json(pair.kappa),
                    "ac1": interval_json(pair.ac1),
                }
                for pair in self.pairs
            ],
            "disagreements": [one.as_json() for one in self.disagreements],
        }


def agreement_on(context: Context, run: str) -> Agreement:
    """How far the reviewers of a stored run agree with each other, and on which answers they do not."""

    def query(session: Session) -> tuple[str, Sequence[Review], Mapping[str, str]]:
        found = find_run(session, run)
        frame = trials.frame(session, found)
        return found, reviews.of_run(session, found), dict(zip(frame["trial_id"], frame["example_id"], strict=True))

    return agreement(*context.read(query))


def agreement_in(context: Context, queue: str) -> Agreement:
    """How far the reviewers of a queue agree with each other on its answers."""

    def query(session: Session) -> tuple[str, Sequence[Review], Mapping[str, str]]:
        found = review_queues.queue(session, queue)
        given = [review for review in reviews.of_queue(session, found.id) if not review.hidden_repeat]
        shown = {place.first_trial: place.example_id for place in review_queues.places(session, found.id)}
        settled = [review for review in reviews.of_run(session, found.run) if review.gold and review.trial_id in shown]
        return found.run, [*given, *settled], shown

    return agreement(*context.read(query), learnt=True)


def agreement(run: str, verdicts: Sequence[Review], examples: Mapping[str, str], *, learnt: bool = False) -> Agreement:
    """Agreement from the verdicts that count, `examples` naming the example of each trial.

    Not everybody need have judged everything. Figures rest on verdicts for estimates, unless `learnt`: people who are
    shown what is hard to judge agree less. Disagreements are told of all.
    """
    given = [review for review in verdicts if not review.gold]
    settled = {review.trial_id: review for review in verdicts if review.gold}
    by_trial = _by_trial(given)
    counted = by_trial if learnt else _by_trial(for_estimates(given))
    decided = {
        trial: {who: review.verdict == "pass" for who, review in said.items() if review.verdict in DECIDED}
        for trial, said in counted.items()
    }
    people = sorted({review.reviewer for review in given})
    shared = {trial: said for trial, said in decided.items() if len(said) > 1}
    latest = [review for said in by_trial.values() for review in said.values()]
    split = [trial for trial, share in passed_by_trial(latest).items() if 0 < share < 1]
    return Agreement(
        run=run,
        reviewers=tuple(people),
        answers=sum(bool(said) for said in decided.values()),
        shared=len(shared),
        unsure=sum(review.verdict == "unsure" for said in counted.values() for review in said.values()),
        raw=_raw([list(said.values()) for said in shared.values()]),
        alpha=krippendorff_alpha([[float(passed) for passed in said.values()] for said in shared.values()]),
        pairs=tuple(
            pair
            for first, second in combinations(people, 2)
            if (pair := _pair(first, second, shared.values())) is not None
        ),
        disagreements=tuple(
            Disagreement(
                trial,
                examples.get(trial, ""),
                tuple(by_trial[trial][who] for who in sorted(by_trial[trial])),
                settled.get(trial),
            )
            for trial in sorted(split, key=lambda trial: (examples.get(trial, ""), trial))
        ),
    )


def share_text(interval: Interval | None, nothing: str = "nothing to tell by yet") -> str:
    """A share with its interval: `91% (78–97)`."""
    return nothing if interval is None else percent_with_interval(interval.estimate, interval.low, interval.high)


def interval_text(interval: Interval | None) -> str:
    """A coefficient with its interval: `0.61 (0.42 to 0.77)`; `n/a` where it is undefined."""
    if interval is None:
        return "n/a"
    return f"{number(interval.estimate)} ({number(interval.low)} to {number(interval.high)})"


def interval_json(interval: Interval | None) -> dict[str, Any] | None:
    """An interval as JSON; None where there is none."""
    return None if interval is None else asdict(interval)


def _by_trial(verdicts: Iterable[Review]) -> dict[str, dict[str, Review]]:
    """What each person said last of each trial; the verdicts come oldest first."""
    found: dict[str, dict[str, Review]] = {}
    for review in verdicts:
        found.setdefault(review.trial_id, {})[review.reviewer] = review
    return found


def _raw(shared: Sequence[Sequence[bool]]) -> Interval | None:
    """Wilson's interval where every answer has two verdicts; else one over the answers' own shares."""
    shares = []
    for given in shared:
        passed, n = sum(given), len(given)
        shares.append((passed * (passed - 1) + (n - passed) * (n - passed - 1)) / (n * (n - 1)))
    if not shares:
        return None
    if all(len(given) == 2 for given in shared):
        return wilson(round(sum(shares)), len(shares))
    if len(shares) == 1:  # one answer says nothing of others
        return Interval(shares[0], 0.0, 1.0, 1, "one answer")
    return stabilised_t(shares, 1).within(0.0, 1.0)


def _pair(first: str, second: str, shared: Iterable[Mapping[str, bool]]) -> PairAgreement | None:
    both = [(given[first], given[second]) for given in shared if first in given and second in given]
    if not both:
        return None
    table = table_of([one for one, _ in both], [other for _, other in both], (True, False))
    raw = wilson(table[0][0] + table[1][1], len(both))
    return PairAgreement(first, second, raw, cohen_kappa(table), gwet_ac1(table))
