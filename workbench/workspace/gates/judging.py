"""Putting a gate's rules to the evidence. Pure: the same evidence and gate, the same result."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.domain.evidence import Measured, MeasuredArm, MeasuredBaseline
from workbench.domain.gate import GateRule, GateVersion
from workbench.errors import NotFoundError
from workbench.workspace.gates import row_rules
from workbench.workspace.gates.result import ComparedWith, GateResult, RuleResult
from workbench.workspace.gates.samples import Samples
from workbench.workspace.gates.score_rules import on_score


def judge(measured: Measured, gate: str, *, digest: str = "", notes: Sequence[str] = ()) -> GateResult:
    """What a gate says of the evidence.

    `digest` is that of the whole evidence, where it is at hand; notes are told with the result.
    Raises NotFoundError for a gate that is not among the evidence's, InputError for a rule that makes no sense.
    """
    version = measured.gate(gate)
    if version is None:
        raise NotFoundError("gate", gate, [one.name for one in measured.gates])
    samples = Samples(measured)
    baseline = measured.baseline(version.gate.against) if version.gate.compares else None
    results = [
        result
        for arm in measured.arms
        for result in [
            row_rules.complete(samples, arm),
            *(_result(samples, rule, arm, baseline) for rule in version.gate.rules),
            *_judges_below_their_bar(samples, version, arm),
        ]
    ]
    run = measured.run
    return GateResult(
        gate=version.name,
        number=version.number,
        hash=version.hash,
        prompt=measured.label,
        prompt_hash=measured.hash,
        run=run.id,
        dataset=run.dataset_label,
        dataset_hash=run.dataset_hash,
        evidence=digest,
        arms=tuple(arm.label for arm in measured.arms),
        rules=tuple(results),
        baseline=_compared_with(baseline),
        changed=how_changed(version, measured),
        notes=(*notes, *_of_judges(version, samples)),
    )


def how_changed(version: GateVersion, measured: Measured) -> str:
    """That a gate is younger than the run that it judges, and why; empty where it is not."""
    if not version.after(measured.run.created_at):
        return ""
    if version.number == 1:
        said = f"Gate {version.label} was written after the run that it judges had begun"
    else:
        said = f"Gate {version.name} was changed after the run that it judges had begun"
    return f"{said}: {version.reason}" if version.reason else f"{said}."


def _result(samples: Samples, rule: GateRule, arm: MeasuredArm, baseline: MeasuredBaseline | None) -> RuleResult:
    match rule.kind:
        case "must_pass":
            return row_rules.must_pass(samples, rule, arm)
        case "attacks":
            return row_rules.attacks(samples, rule, arm)
        case "examples":
            return row_rules.enough_rows(samples, rule, arm)
        case "labels":
            return row_rules.enough_labels(samples, rule, arm)
        case "calibrated":
            return row_rules.calibrated(samples, rule, arm)
        case _:
            return on_score(samples, rule, arm, baseline)


def _compared_with(baseline: MeasuredBaseline | None) -> ComparedWith | None:
    if baseline is None or not baseline.arms:
        return None
    runs = tuple(dict.fromkeys(arm.run for arm in baseline.arms))
    return ComparedWith(baseline.label, baseline.release, runs)


def _judges_below_their_bar(samples: Samples, version: GateVersion, arm: MeasuredArm) -> list[RuleResult]:
    """A judge that people showed to miss too much informs, and decides nothing, whether a rule asks for it or not."""
    asked = [
        row_rules.calibrated(samples, GateRule(calibrated=name), arm) for name in _unasked_judges(version, samples)
    ]
    return [result for result in asked if result.verdict == "fail"]


def _of_judges(version: GateVersion, samples: Samples) -> list[str]:
    """Which rules trust a judge that the gate does not ask to be calibrated."""
    return [
        f"{name} is a judge's score, and no rule asks whether that judge may gate: "
        f'add {{ calibrated = "{name}" }} to be sure.'
        for name in _unasked_judges(version, samples)
    ]


def _unasked_judges(version: GateVersion, samples: Samples) -> list[str]:
    asked = {rule.calibrated for rule in version.gate.rules}
    metrics = dict.fromkeys(rule.metric for rule in version.gate.rules if rule.metric)
    return [
        name
        for name in metrics
        if (known := samples.known.get(name)) is not None and known.source == "judge" and name not in asked
    ]
