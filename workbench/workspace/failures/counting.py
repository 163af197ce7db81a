"""How often each failure mode was seen in each arm, how arms differ in it, and whether reading on brings anything new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.domain.failure_mode import FailureMode
from workbench.stats.corrections import benjamini_hochberg
from workbench.stats.numbers import change, counted, point_count, points, signed_points
from workbench.stats.paired import PairResult, compare, judged_at
from workbench.stats.samples import ScoresByExample
from workbench.stats.summary import FEWEST_EXAMPLES, MeanResult, mean_with_interval
from workbench.stats.wording import needed_phrase
from workbench.workspace.failures.notes import Material

ENOUGH_IN_A_ROW = 20
"""So many answers in a row without a new failure mode, and reading on tells little; by custom, not by proof."""


@dataclass(frozen=True)
class ModeCount:
    """How often a mode was seen in an arm."""

    mode: str
    arm: str
    answers: int
    """Reviewed answers that show it."""
    reviewed: int
    """Reviewed answers of the arm that count."""
    share: MeanResult
    """Of examples, the repeats of each averaged first."""


@dataclass(frozen=True)
class ModeDifference:
    """How an arm differs from the baseline in a mode, on the examples that were reviewed in both."""

    mode: str
    arm: str
    baseline: str
    result: PairResult
    """Corrected for the number of such comparisons, so that looking at many does not find what is not there."""

    def sentence(self, name: str, arm: str, baseline: str) -> str:
        """In plain words, with the names to call things by."""
        found = self.result
        if found.verdict == "too few" or found.difference is None or found.low is None or found.high is None:
            return f"{name}: {found.n} examples are reviewed in both, {FEWEST_EXAMPLES} are needed to compare."
        if found.verdict == "same":
            return f"{name}: as often in {arm} as in {baseline}, within {points(found.margin)}."
        if found.verdict in ("better", "worse"):
            near, far = sorted((abs(found.low), abs(found.high)))
            how = "less" if found.verdict == "better" else "more"
            likely = f"(likely {point_count(near)} to {point_count(far)})"
            return f"{name}: {how} often in {arm} than in {baseline}, by {points(found.difference)} {likely}."
        likely = f"{change(found.difference)}, likely {signed_points(found.low)} to {signed_points(found.high)}"
        needed = needed_phrase(found)
        return f"{name}: cannot tell yet whether {arm} and {baseline} differ ({likely}){needed and f': {needed}'}."


@dataclass(frozen=True)
class Saturation:
    """Whether the last answers that were reviewed brought a new failure mode."""

    since_new: int
    """Answers reviewed since the last one that brought a mode nobody had seen before."""
    unsorted: int
    """Notes among them that are in no mode yet: one of these may be new."""
    reviewed: int

    @property
    def reached(self) -> bool:
        """Whether reading on would tell little."""
        return self.since_new >= ENOUGH_IN_A_ROW and not self.unsorted

    @property
    def sentence(self) -> str:
        """What it says, and what to do; empty while nothing was reviewed."""
        if not self.reviewed:
            return ""
        last = f"The last {self.since_new:,} reviewed answers" if self.since_new > 1 else "The last reviewed answer"
        if self.reached:
            return f"{last} brought no new failure mode: reading more would tell little that is new."
        if self.unsorted and self.since_new >= ENOUGH_IN_A_ROW:
            return f"{last} brought no new failure mode, but {_notes(self.unsorted)} not sorted yet."
        if not self.since_new:
            return f"The last reviewed answer brought a new failure mode: read on until {ENOUGH_IN_A_ROW} in a row bring none."
        return (
            f"The last new failure mode came {counted(self.since_new, 'answer')} ago: "
            f"read on until {ENOUGH_IN_A_ROW} in a row bring none."
        )


def counts(material: Material, modes: Sequence[FailureMode]) -> list[ModeCount]:
    """Every mode in every arm, over the reviewed answers that count."""
    found = []
    for mode in modes:
        shown = {note.trial_id for note in material.of_mode(mode.id) if note.counts}
        for arm in material.arms:
            counted = [one for one in material.reviewed if one.arm == arm and one.counts]
            values = _by_example(material, arm, shown)
            share = mean_with_interval(values, kind="pass_fail", clusters=material.clusters)
            found.append(ModeCount(mode.id, arm, sum(one.trial_id in shown for one in counted), len(counted), share))
    return found


def differences(material: Material, modes: Sequence[FailureMode], baseline: str) -> list[ModeDifference]:
    """How each other arm differs from the baseline in each mode; less often is better.

    Verdicts are corrected for the number of comparisons after Benjamini and Hochberg: what is worth a look, and never a
    reason to release.
    """
    found = []
    for mode in modes:
        shown = {note.trial_id for note in material.of_mode(mode.id) if note.counts}
        before = _by_example(material, baseline, shown)
        for arm in material.arms:
            if arm != baseline:
                after = _by_example(material, arm, shown)
                result = compare(before, after, kind="pass_fail", direction="lower", clusters=material.clusters)
                found.append(ModeDifference(mode.id, arm, baseline, result))
    tested = [at for at, one in enumerate(found) if one.result.p_value is not None]
    p_values = [p for one in found if (p := one.result.p_value) is not None]
    for at, p_value in zip(tested, benjamini_hochberg(p_values), strict=True):
        found[at] = replace(found[at], result=judged_at(found[at].result, p_value, "lower"))
    return found


def saturation(material: Material) -> Saturation:
    """How long ago an answer brought a mode that none before it had."""
    modes_of: dict[str, set[str]] = {}
    unsorted: dict[str, int] = {}
    for note in material.notes:
        modes_of.setdefault(note.trial_id, set()).update(note.modes)
        unsorted[note.trial_id] = unsorted.get(note.trial_id, 0) + (not note.modes)
    seen: set[str] = set()
    since, waiting = 0, 0
    for one in material.reviewed:
        modes = modes_of.get(one.trial_id, set())
        if modes <= seen:
            since, waiting = since + 1, waiting + unsorted.get(one.trial_id, 0)
        else:
            seen |= modes
            since, waiting = 0, 0
    return Saturation(since, waiting, len(material.reviewed))


def _by_example(material: Material, arm: str, shown: set[str]) -> ScoresByExample:
    """Per example of an arm, 1 for each reviewed answer that shows the mode and 0 for each that does not."""
    values: dict[str, list[float]] = {}
    for one in material.reviewed:
        if one.arm == arm and one.counts:
            values.setdefault(one.example, []).append(1.0 if one.trial_id in shown else 0.0)
    return values


def _notes(count: int) -> str:
    return "1 note among them is" if count == 1 else f"{count:,} notes among them are"
