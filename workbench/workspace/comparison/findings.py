"""What a comparison says, in sentences short enough to stand at the top of a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.run import VARIANT, parts_of
from workbench.stats.verdict import PairVerdict
from workbench.stats.wording import coverage_sentence, pair_sentence
from workbench.workspace.comparison.comparison import ArmFigure, Comparison, PairFigure

COST, TIME = "cost", "latency"
"""The metrics that a finding is told beside."""


@dataclass(frozen=True)
class Finding:
    """One arm against the baseline by one metric."""

    arm: str
    verdict: PairVerdict
    sentence: str
    aside: Sequence[str]
    """Cost and time against the baseline's, in words."""
    coverage: str
    """Which examples are left out because one arm has no score; empty when none is."""


@dataclass(frozen=True)
class ArmName:
    """What an arm is called, from its label alone."""

    label: str

    @property
    def prompt(self) -> str:
        """The prompt's name."""
        return parts_of(self.label)[0].rpartition("@")[0]

    @property
    def version(self) -> int:
        """The number of the prompt's version."""
        return int(parts_of(self.label)[0].rpartition("@")[2])

    @property
    def model(self) -> str:
        """The model's alias."""
        return parts_of(self.label)[1]

    @property
    def variant(self) -> str:
        """What tells it from arms of the same version and model."""
        return parts_of(self.label)[2]


def short_names(arms: Sequence[ArmFigure] | Sequence[ArmName]) -> Mapping[str, str]:
    """By arm label the shortest name that tells a run's arms apart: `v2`, `v2 · gpt-4o-mini`, `v2 with handbook`."""
    prompts, versions, models = (
        {arm.prompt for arm in arms},
        {(arm.prompt, arm.version) for arm in arms},
        {arm.model for arm in arms},
    )
    names = {}
    for arm in arms:
        version = f"v{arm.version}" if len(prompts) == 1 else f"{arm.prompt} v{arm.version}"
        parts = [version] if len(versions) > 1 or len(models) == 1 else []
        name = " · ".join([*parts, arm.model] if len(models) > 1 else parts)
        names[arm.label] = f"{name}{VARIANT}{_short_variant(arm, prompts, models)}" if arm.variant else name
    return names


def _short_variant(arm: ArmFigure | ArmName, prompts: Collection[str], models: Collection[str]) -> str:
    """A variant may name an arm itself, whose chunks are shown; its name is shortened as others are."""
    variant = arm.variant
    if len(models) == 1:
        variant = variant.replace(f":{arm.model}", "")
    return variant.replace(f" {arm.prompt}@", " v") if len(prompts) == 1 else variant


def findings(comparison: Comparison, metric: str) -> list[Finding]:
    """What the comparison says of each arm by a metric, in the order of the arms."""
    names = short_names(comparison.arms)
    found = []
    for arm in comparison.arms:
        pair = comparison.pair(arm.label, metric)
        if pair is None:
            continue
        found.append(
            Finding(
                arm=arm.label,
                verdict=pair.result.verdict,
                sentence=_sentence(comparison, pair, names),
                aside=_asides(comparison, arm, metric, names),
                coverage=coverage_sentence(pair.result, names[arm.label], names[comparison.baseline]),
            )
        )
    return found


def _sentence(comparison: Comparison, pair: PairFigure, names: Mapping[str, str]) -> str:
    info = comparison.info(pair.metric)
    return pair_sentence(
        pair.result,
        info.title,
        names[pair.arm],
        names[pair.baseline],
        kind=info.kind,
        unit=info.unit,
        neutral=info.neutral,
    )


def _asides(comparison: Comparison, arm: ArmFigure, metric: str, names: Mapping[str, str]) -> list[str]:
    """Cost and time, unless the finding is about one of them itself."""
    cost = [] if metric == COST else _cost(comparison, arm, names)
    return cost if metric == TIME else [*cost, *_aside(comparison, arm, TIME, names)]


def _aside(comparison: Comparison, arm: ArmFigure, metric: str, names: Mapping[str, str]) -> list[str]:
    pair = comparison.pair(arm.label, metric)
    if pair is None or pair.result.verdict == "too few":
        return []
    if pair.result.verdict == "cannot tell yet":
        differs = "is dearer or cheaper" if metric == COST else "takes longer or shorter"
        return [f"Whether {names[arm.label]} {differs} than {names[comparison.baseline]} cannot be told yet."]
    return [_sentence(comparison, pair, names)]


def _cost(comparison: Comparison, arm: ArmFigure, names: Mapping[str, str]) -> list[str]:
    baseline = comparison.arm(comparison.baseline)
    for one in (baseline, arm):
        if one.cost_usd is None:
            return [f"What {names[one.label]} costs is unknown: for some answers no price or no token count is known."]
    if baseline.cost_usd == arm.cost_usd == 0:
        return ["Neither costs anything."]
    return _aside(comparison, arm, COST, names)
