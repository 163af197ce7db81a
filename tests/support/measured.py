"""Evidence made by hand, with only what a test is about named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.support.builders import NOON, a_content
from workbench.domain.dataset import Example, examples_hash
from workbench.domain.evidence import (
    JudgeTrust,
    Measured,
    MeasuredArm,
    MeasuredBaseline,
    MeasuredMetric,
    MeasuredRun,
    MeasuredTrial,
)
from workbench.domain.gate import Gate, GateRule, GateVersion
from workbench.metrics import registry
from workbench.workspace.gates.judging import judge
from workbench.workspace.gates.result import GateResult, RuleResult

FAILED = "failed"
Values = Sequence[Sequence[float | str | None]]
"""Row by row the scores of its answers: a number, None for unscored, FAILED for an answer that did not come."""


def an_arm(values: Values, metric: str = "correct", *, label: str = "answer@2:one", repeats: int = 1, **fields):
    number = int(label.partition("@")[2].partition(":")[0])
    trials = [
        MeasuredTrial(
            f"q-{row}",
            repeat,
            failed="RateLimitedError" if value == FAILED else "",
            scores={} if value == FAILED else {metric: value},
        )
        for row, answers in enumerate(values, 1)
        for repeat, value in enumerate(answers, 1)
    ]
    return MeasuredArm(
        label=label,
        prompt="answer",
        number=number,
        hash=a_content().hash,
        run="r1",
        model="one",
        asked="openai/one",
        repeats=repeats,
        versions={metric: "1"},
        trials=tuple(trials),
        **fields,
    )


def measured(
    values: Values,
    *rules: GateRule,
    metric: str = "correct",
    rows: Sequence[Mapping[str, object]] = (),
    before: Values | None = None,
    **fields,
) -> Measured:
    """Evidence of `answer@2` with a gate `release` of these rules; `before` are the scores of `answer@1`."""
    repeats = max((len(answers) for answers in values), default=1)
    arm = an_arm(values, metric, repeats=repeats)
    examples = tuple(
        Example(id=f"q-{n}", inputs={"question": f"{n}?"}, **(rows[n - 1] if n <= len(rows) else {}))
        for n in range(1, len(values) + 1)
    )
    baseline = MeasuredBaseline("released", "answer@1", "1.0.0")
    if before is not None:
        other = an_arm(before, metric, label="answer@1:one", repeats=repeats)
        baseline = replace(baseline, arms=(other,), pairs={arm.label: other.label})
    else:
        baseline = MeasuredBaseline("released", nothing_yet=True)
    run = MeasuredRun(
        id="r1",
        created_at=NOON,
        created_by="ann",
        dataset="golden",
        dataset_version=1,
        dataset_hash=examples_hash(examples),
        examples=tuple(example.id for example in examples),
    )
    info = registry.metric(metric).info
    whole = Measured(
        prompt="answer",
        number=2,
        hash=arm.hash,
        run=run,
        examples=examples,
        arms=(arm,),
        metrics={metric: MeasuredMetric(replace(info, version="1"), "built in")},
        baselines=(baseline,),
        gates=(GateVersion("release", 1, Gate(tuple(rules)), NOON, "ann"),),
    )
    return replace(whole, **fields)


def trusted(passes: tuple[int, int], failures: tuple[int, int], bar: float = 0.85) -> dict[str, JudgeTrust]:
    """A judge by how it fared against people."""
    return {"kind": JudgeTrust("kind", "v", 1, "", bar, passes, failures)}


def ruled(values: Values, rule: GateRule, **fields) -> RuleResult:
    """What one rule says, the rule of every gate aside."""
    return put_to(measured(values, rule, **fields)).rules[1]


def put_to(evidence: Measured) -> GateResult:
    """What the gate says of some evidence."""
    return judge(evidence, "release")
