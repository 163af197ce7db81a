"""How far a judge can be trusted: its verdicts on the answers of a run against what people said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from workbench.stats.agreement import cohen_kappa, gwet_ac1, table_of
from workbench.stats.intervals import Interval, wilson
from workbench.stats.judge_corrected import CorrectedRate, Stratum, corrected_rate
from workbench.stats.judge_rates import judge_rates
from workbench.stats.more_labels import after_more, half_width, more_labels
from workbench.workspace.judges.consistency import Consistency
from workbench.workspace.judges.judged import Judged

BAR = 0.85
"""The share of passes, and of failures, that a judge has to catch before it may gate."""
THRESHOLD = 0.5
"""From this score on, a judge that gives shares passes an answer."""
WITHIN = 0.05
"""To how many points either side a corrected pass rate is usually wanted."""
STEP = 20
"""As many further labels are a sitting; what they bring is told."""

MayGate = Literal["yes", "no", "not known yet"]


@dataclass(frozen=True)
class JudgedAnswer:
    """An answer that a judge looked at, with what people said of it."""

    trial_id: str
    example_id: str
    arm: str
    tags: tuple[str, ...]
    passed: bool | None
    """The judge's verdict at the threshold; None where it gave none."""
    good: bool | None
    """What most people said; None where nobody decided, or as many passed it as failed it."""
    value: float | None = None
    """The judge's score; None where it gave none."""
    reason: str = ""
    """The judge's reason for it, or why there is none."""


@dataclass(frozen=True)
class Rates:
    """What a judge catches on some answers."""

    n: int
    """Answers with a verdict of the judge and of people."""
    passes: Interval | None
    """Of the answers that people pass, the share that the judge passes (true positive rate), re-weighted where its
    verdicts were labelled at different rates; None where people pass none, or a verdict of the judge has no label."""
    failures: Interval | None
    """Of the answers that people fail, the share that the judge fails (true negative rate), likewise."""


@dataclass(frozen=True)
class PassRate:
    """How many answers pass: as the judge says, and as people would say."""

    answers: int
    """Answers with a verdict of the judge."""
    judge: float | None
    corrected: CorrectedRate | None
    """None without a label."""


@dataclass(frozen=True)
class VersionLine:
    """One version of a judge on the same labels."""

    label: str
    current: bool
    """Whether it is the one whose scores count in this run."""
    rates: Rates
    cost_per_verdict: float | None
    """Mean US dollars; None where it is not known."""


@dataclass(frozen=True)
class Calibration:
    """A judge, in one version, against people on the answers of one run."""

    run: str
    judge: str
    about: Judged
    """By which version the scores are, and what a reader must know of them."""
    pass_means: str
    """When a score counts as passing, in plain English."""
    bar: float
    answers: tuple[JudgedAnswer, ...]
    split: int
    """Answers left out, because as many people passed as failed them."""
    versions: tuple[VersionLine, ...]
    consistency: Consistency = field(default_factory=Consistency)
    with_length: Interval | None = None
    """How its scores go with the answers' length in characters (Spearman); None where either never changes."""
    to_learn: int = 0
    """Answers that people judged to learn from only; they count in no figure here."""
    taught: int = 0
    """Labels left out, because this version of the judge was taught by them."""
    version: str = ""
    """Hash of the version whose scores count."""

    @cached_property
    def labelled(self) -> Sequence[JudgedAnswer]:
        """The answers that the judge and people both decided."""
        return [one for one in self.answers if one.passed is not None and one.good is not None]

    @cached_property
    def rates(self) -> Rates:
        """What the judge catches."""
        return rates(self.answers)

    @cached_property
    def table(self) -> Sequence[Sequence[int]]:
        """Counts: a row for what the judge says, a column for what people say, passing first."""
        return table_of([bool(one.passed) for one in self.labelled], [bool(one.good) for one in self.labelled], ORDER)

    @cached_property
    def raw(self) -> Interval | None:
        """The share of answers on which judge and people say the same; None without a label."""
        n = len(self.labelled)
        return wilson(self.table[0][0] + self.table[1][1], n) if n else None

    @cached_property
    def kappa(self) -> Interval | None:
        """Cohen's kappa; None where it is undefined."""
        return cohen_kappa(self.table) if self.labelled else None

    @cached_property
    def ac1(self) -> Interval | None:
        """Gwet's AC1; None without a label."""
        return gwet_ac1(self.table) if self.labelled else None

    @cached_property
    def pass_rate(self) -> PassRate:
        """Over all arms of the run."""
        return pass_rate(self.answers)

    @property
    def by_arm(self) -> Sequence[tuple[str, PassRate]]:
        """The pass rate of every arm, corrected by the labels of its own answers."""
        return [(arm, pass_rate(group)) for arm, group in _grouped(self.answers, lambda one: [one.arm])]

    @property
    def by_tag(self) -> Sequence[tuple[str, Rates]]:
        """What the judge catches on the rows of every tag that has a label, those with most labels first."""
        found = [(tag, rates(group)) for tag, group in _grouped(self.answers, lambda one: one.tags)]
        return sorted((part for part in found if part[1].n), key=lambda part: (-part[1].n, part[0]))

    @property
    def unscored(self) -> int:
        """Labelled answers on which the judge said nothing that counts."""
        return sum(one.good is not None and one.passed is None for one in self.answers)

    @property
    def cost_per_verdict(self) -> float | None:
        """Mean US dollars a verdict; None where it is not known."""
        return next((line.cost_per_verdict for line in self.versions if line.current), None)

    @property
    def may_gate(self) -> MayGate:
        """Whether the judge is good enough to decide, by the ends of the intervals and not by their middles."""
        known = [self.rates.passes, self.rates.failures]
        if any(rate is not None and rate.high < self.bar for rate in known):
            return "no"
        return "yes" if all(rate is not None and rate.low >= self.bar for rate in known) else "not known yet"

    @property
    def half_width(self) -> float | None:
        """Half the width of the corrected pass rate's interval; None without a label."""
        return half_width(strata(self.answers))

    @property
    def waiting(self) -> int:
        """Answers with a verdict of the judge, but none of people."""
        return sum(one.passed is not None and one.good is None for one in self.answers)

    def half_width_after(self, more: int) -> float | None:
        """Half the width of that interval when so many more answers are labelled, if they are like those so far."""
        return half_width(after_more(strata(self.answers), more))

    @property
    def labels_to_within(self) -> int:
        """About how many more labels bring the corrected pass rate to 5 points either side."""
        return more_labels(strata(self.answers), WITHIN)

    def cell(self, *, judge: bool, people: bool) -> Sequence[JudgedAnswer]:
        """The answers behind one cell of the table."""
        return [one for one in self.labelled if one.passed is judge and one.good is people]


ORDER = (True, False)
"""Passing before failing, in tables."""


def rates(answers: Sequence[JudgedAnswer]) -> Rates:
    """What a judge catches on these answers."""
    failed, passed = strata(answers)
    return Rates(failed.labelled + passed.labelled, *judge_rates(failed, passed))


def pass_rate(answers: Sequence[JudgedAnswer]) -> PassRate:
    """The share of answers that pass, as the judge says, and corrected by people's labels."""
    verdicts = [one.passed for one in answers if one.passed is not None]
    judge = sum(verdicts) / len(verdicts) if verdicts else None
    return PassRate(len(verdicts), judge, corrected_rate(strata(answers)))


def strata(answers: Sequence[JudgedAnswer]) -> list[Stratum]:
    """The answers that the judge failed, and those it passed, with how many people labelled and passed."""
    found = []
    for verdict in (False, True):
        group = [one for one in answers if one.passed is verdict]
        labels = [one.good for one in group if one.good is not None]
        found.append(Stratum(len(group), len(labels), sum(labels)))
    return found


def _grouped(
    answers: Sequence[JudgedAnswer], names: Callable[[JudgedAnswer], Iterable[str]]
) -> list[tuple[str, list[JudgedAnswer]]]:
    groups: dict[str, list[JudgedAnswer]] = {}
    for one in answers:
        for name in names(one):
            groups.setdefault(name, []).append(one)
    return list(groups.items())
