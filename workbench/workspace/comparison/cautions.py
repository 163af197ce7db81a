"""What keeps a comparison from being taken for more than it is, a sentence each, said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.domain.score import MetricInfo
from workbench.stats.wording import pair_sentence, replayed_sentence
from workbench.workspace.runs.confirming import winner

if TYPE_CHECKING:
    from workbench.workspace.comparison.comparison import Comparison, PairFigure


def cautions(comparison: Comparison, metric: str, names: Mapping[str, str] | None = None) -> list[str]:
    """What holds for all verdicts by a metric: stopped early, corrected, a lead that is not confirmed yet.

    `names` are what to call the arms; else their labels.
    """
    said: list[str] = []
    settled, examples = comparison.settled_at, comparison.dataset_examples
    if settled is not None:
        said.append(
            f"Stopped early at {settled.examples:,} of {examples:,} examples: the difference is likely a little smaller "
            "than shown."
        )
    pairs = [pair for pair in comparison.pairs if pair.metric == metric]
    corrected = max((pair.result.comparisons for pair in pairs), default=1)
    if corrected > 1:
        said.append(f"The verdicts are corrected for {corrected} comparisons with one baseline.")
    lead = winner(comparison, metric)
    if lead is not None:
        said.append(_of_lead(comparison, lead, names or {}))
    if comparison.confirms is not None:
        said.append(f"This run asks the winner of run {comparison.confirms} and its baseline again.")
    return said


def pair_cautions(pair: PairFigure, info: MetricInfo, names: Mapping[str, str] | None = None) -> list[str]:
    """What holds for one arm: failures that are left out, and whether repeats would settle it."""
    said = [] if pair.with_fails is None else [_of_failures(pair, info, names or {})]
    return said if pair.more_repeats is None else [*said, pair.more_repeats.sentence]


def all_cautions(comparison: Comparison, metric: str, names: Mapping[str, str] | None = None) -> Sequence[str]:
    """What holds for the verdicts by a metric, then for each arm; several arms' sentences on repeats name the arm."""
    said = cautions(comparison, metric, names)
    pairs = [pair for pair in comparison.pairs if pair.metric == metric]
    for pair in pairs:
        prefix = f"{(names or {}).get(pair.arm, pair.arm)}: " if len(pairs) > 1 else ""
        said += [f"{prefix}{sentence}" for sentence in pair_cautions(pair, comparison.info(metric), names)]
    return said


def about_times(comparison: Comparison, names: Mapping[str, str] | None = None) -> Sequence[str]:
    """What a reader of the times must know: what is left out of them, and which are not compared."""
    called, baseline = names or {}, comparison.arm(comparison.baseline)
    apart = [
        replayed_sentence(
            called.get(arm.label, arm.label),
            arm.replayed,
            called.get(baseline.label, baseline.label),
            baseline.replayed,
        )
        for arm in comparison.arms
        if arm.label != baseline.label and (arm.replayed or baseline.replayed)
    ]
    left_out = [comparison.left_out_of_times] if comparison.left_out_of_times else []
    return list(dict.fromkeys([*left_out, *apart]))


def _of_lead(comparison: Comparison, lead: PairFigure, names: Mapping[str, str]) -> str:
    told, name = comparison.confirmations.get(lead.metric), names.get(lead.arm, lead.arm)
    if told is not None:
        return told.sentence(name)
    why = f"it is the best of {len(comparison.arms)}" if len(comparison.arms) > 2 else "the run stopped early"
    return f"The lead of {name} is optimistic, because {why}, until a fresh run confirms it."


def _of_failures(pair: PairFigure, info: MetricInfo, names: Mapping[str, str]) -> str:
    """That one arm failed more often than the other, and what that would make of the verdict."""
    arm, baseline = (names.get(label, label) for label in (pair.arm, pair.baseline))
    counts = f"{arm} failed on {pair.failed:,} {'answer' if pair.failed == 1 else 'answers'}, {baseline} on "
    counts += f"{pair.failed_baseline:,}; they are left out."
    if pair.with_fails is None:
        return counts
    counted = pair_sentence(
        pair.with_fails, info.title, arm, baseline, kind=info.kind, unit=info.unit, neutral=info.neutral
    )
    return f"{counts} Counted as fails: {counted}"
