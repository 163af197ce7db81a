"""Rules on rows and on people: all answers there, must-pass rows, attacks, enough rows, enough labels, a calibrated judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.domain.dataset import Example
from workbench.domain.evidence import MeasuredArm, MeasuredTrial
from workbench.domain.gate import GateRule
from workbench.metrics.correctness import CORRECT
from workbench.metrics.safety.attacks import ATTACK_RESISTED, attack_of
from workbench.stats.intervals import wilson
from workbench.stats.numbers import counted, percent
from workbench.workspace.gates.result import RuleResult
from workbench.workspace.gates.samples import score
from workbench.workspace.gates.score_rules import tagged
from workbench.workspace.gates.settling import more_until_at_most
from workbench.workspace.judges.labels import HALF

if TYPE_CHECKING:
    from workbench.workspace.gates.samples import Samples

NAMED = 3
"""As many rows are named that did not pass."""


def complete(samples: Samples, arm: MeasuredArm) -> RuleResult:
    """Whether the arm was asked the whole golden set, to the end: a gate judges the full run that was fixed before it.

    Every gate has this rule. Answers that did not come are there: they count as fails.
    """
    run = samples.measured.run
    planned = len(run.examples) * arm.repeats
    ended, failed = len(arm.trials), sum(bool(trial.failed) for trial in arm.trials)
    rows = len(samples.measured.examples)
    made = RuleResult(
        "complete",
        "The whole golden set was asked",
        arm.label,
        "pass",
        "",
        limit=rows,
        estimate=len(run.examples),
        n=ended,
    )
    if run.settled_early:
        return replace(
            made,
            verdict="cannot tell yet",
            found=f"The run stopped early, after {ended:,} of {planned:,} answers.",
            settle=f"Ask the rest too: workbench resume {run.id}",
        )
    if len(run.examples) < rows:
        return replace(
            made,
            verdict="cannot tell yet",
            found=f"The run asked {len(run.examples):,} of {rows:,} rows of {run.dataset_label}.",
            settle=f"Run {samples.measured.label} on all rows.",
        )
    if ended < planned:
        return replace(
            made,
            verdict="cannot tell yet",
            found=f"{ended:,} of {planned:,} answers are there.",
            settle=f"Ask the rest too: workbench resume {run.id}",
        )
    lost = f"; {failed:,} did not come and count as fails" if failed else ""
    return replace(made, found=f"{planned:,} of {planned:,} answers{lost}")


def must_pass(samples: Samples, rule: GateRule, arm: MeasuredArm) -> RuleResult:
    """Whether every answer to every row that must pass passes."""
    metric = rule.metric or CORRECT.info.name
    by = "" if rule.metric is None else f" by {metric}"
    title = f"No must-pass row failed{by}{tagged(rule.slice)}"
    rows = samples.chosen(rule.slice, lambda example: example.must_pass)
    made = RuleResult(
        "must_pass", title, arm.label, "cannot tell yet", "", metric=metric, slice=rule.slice, limit=1.0, n=len(rows)
    )
    if not rows:
        settle = "Mark rows of the golden set with must_pass, or leave the rule out."
        return replace(made, found="The golden set marks no row as must_pass.", settle=settle)
    failed = [row for row in rows if _falls(samples, arm, row, metric)]
    unknown = [row for row in rows if row not in failed and not _all_pass(samples, arm, row, metric)]
    passed = len(rows) - len(failed) - len(unknown)
    made = replace(made, estimate=passed / len(rows), found=f"{passed} of {len(rows)}")
    if failed:
        return replace(
            made, verdict="fail", found=f"{made.found}; failed: {_names(failed)}", settle="Read those answers."
        )
    if unknown:
        found = f"{made.found}; without a score by {metric}: {_names(unknown)}"
        return replace(
            made, found=found, settle=f"Give those rows checks or an expected answer that {metric} can score."
        )
    return replace(made, verdict="pass")


def attacks(samples: Samples, rule: GateRule, arm: MeasuredArm) -> RuleResult:
    """Whether at most so large a share of attacks succeeds, by the upper end of Wilson's interval.

    A row counts once, and as a success where any answer was one. A row without a score may hide one, so that it counts
    as one where the rule would pass, and as none where it would fail.
    """
    limit = rule.attacks_at_most or 0.0
    title = f"At most {percent(limit)} of attacks succeed{tagged(rule.slice)}"
    made = RuleResult(
        "attacks", title, arm.label, "cannot tell yet", "", metric=_RESISTED, slice=rule.slice, limit=limit
    )
    rows = samples.chosen(rule.slice, _is_attack)
    if not rows:
        settle = "Add attacks to the golden set: rows whose metadata has `attack`."
        return replace(made, found="The golden set holds no attack.", settle=settle)
    values = [[score(trial, _RESISTED) for trial in samples.trials(arm).get(row, ())] for row in rows]
    known = [[value for value in one if value is not None] for one in values]
    wrong = sum(bool(one) and min(one) < 1 for one in known)
    hidden = sum(len(one) < arm.repeats and not (one and min(one) < 1) for one in known)
    high = wilson(wrong + hidden, len(rows)).high
    low = wilson(wrong, len(rows)).low
    found = f"{wrong} of {len(rows)}: could be up to {percent(high)}"
    found += f"; {counted(hidden, 'row')} not fully scored" if hidden else ""
    made = replace(made, estimate=wrong / len(rows), low=low, high=high, n=len(rows), found=found)
    if low > limit:
        return replace(made, verdict="fail", settle="Read the answers to the attacks that succeeded.")
    if high <= limit:
        return replace(made, verdict="pass")
    if hidden:
        return replace(made, settle="Score every attack: add a payload or a secret by which a success can be told.")
    more = more_until_at_most(wrong, len(rows), limit)
    if more is None:
        return replace(made, settle="No number of further attacks would settle it.")
    return replace(made, settle=f"Run {counted(more, 'more attack')} that do not succeed.")


def enough_rows(samples: Samples, rule: GateRule, arm: MeasuredArm) -> RuleResult:
    """Whether enough rows have a score, or an answer where no score is named."""
    wanted = rule.examples_at_least or 1
    by = "an answer" if rule.metric is None else f"a score by {rule.metric}"
    title = f"At least {wanted:,} {'row has' if wanted == 1 else 'rows have'} {by}{tagged(rule.slice)}"
    n = sum(
        any(_counts(rule, trial) for trial in samples.trials(arm).get(row, ())) for row in samples.chosen(rule.slice)
    )
    made = RuleResult(
        "examples",
        title,
        arm.label,
        "pass",
        f"{n:,}",
        metric=rule.metric,
        slice=rule.slice,
        limit=wanted,
        estimate=n,
        n=n,
    )
    if n >= wanted:
        return made
    more = wanted - n
    return replace(made, verdict="cannot tell yet", settle=f"Add {counted(more, 'more row')} to the golden set.")


def enough_labels(samples: Samples, rule: GateRule, arm: MeasuredArm) -> RuleResult:
    """Whether people passed or failed enough answers."""
    wanted = rule.labels_at_least or 1
    title = f"People judged at least {counted(wanted, 'answer')}{tagged(rule.slice)}"
    trials = [trial for row in samples.chosen(rule.slice) for trial in samples.trials(arm).get(row, ())]
    n = sum(trial.people_passed is not None for trial in trials)
    made = RuleResult("labels", title, arm.label, "pass", f"{n:,}", slice=rule.slice, limit=wanted, estimate=n, n=n)
    if n >= wanted:
        return made
    more = wanted - n
    settle = f"Have people review {counted(more, 'more answer')} of run {arm.run}."
    return replace(made, verdict="cannot tell yet", settle=settle)


def calibrated(samples: Samples, rule: GateRule, arm: MeasuredArm) -> RuleResult:
    """Whether a judge catches enough of what people pass and of what they fail, by the ends of the intervals."""
    name = rule.calibrated or ""
    trust = samples.measured.judges.get(name)
    made = RuleResult("calibrated", f"Judge {name} may gate", arm.label, "cannot tell yet", "", metric=name)
    if trust is None:
        settle = f"Have it judge the answers: workbench score {samples.measured.run.id} --judge {name}"
        return replace(made, found=f"{name} judged no answer of the run.", settle=settle)
    made = replace(made, title=f"{made.title} (bar {percent(trust.bar)})", limit=trust.bar)
    label = "Have people review answers of the run, good and bad ones."
    parts = {"passes": trust.passes, "failures": trust.failures}
    lacking = [word for word, (_, n) in parts.items() if n == 0]
    if len(lacking) == len(parts):
        return replace(made, found="No answer has a verdict of the judge and of people.", settle=label)
    known = {word: wilson(*counts) for word, counts in parts.items() if counts[1]}
    worst = min(known.values(), key=lambda one: one.low)
    found = ", ".join(
        f"catches {percent(one.estimate)} of {word} ({percent(one.low)} or more, {one.n} labels)"
        for word, one in known.items()
    )
    n = sum(one.n for one in known.values())
    made = replace(made, estimate=worst.estimate, low=worst.low, high=worst.high, n=n, found=found)
    if any(one.high < trust.bar for one in known.values()):
        return replace(made, verdict="fail", settle="Improve the judge by people's critiques, or decide without it.")
    if lacking:
        return replace(made, found=f"{found}; people decided on no {lacking[0]}", settle=label)
    if worst.low >= trust.bar:
        return replace(made, verdict="pass")
    return replace(made, settle=label)


_RESISTED = ATTACK_RESISTED.info.name


def _is_attack(example: Example) -> bool:
    return attack_of(example.metadata) is not None and example.expect != "ignore"


def _falls(samples: Samples, arm: MeasuredArm, row: str, metric: str) -> bool:
    """Whether an answer to the row did not pass, or did not come."""
    given = [(trial.failed, score(trial, metric)) for trial in samples.trials(arm).get(row, ())]
    return any(failed or (value is not None and not _passes(samples, metric, value)) for failed, value in given)


def _all_pass(samples: Samples, arm: MeasuredArm, row: str, metric: str) -> bool:
    values = [score(trial, metric) for trial in samples.trials(arm).get(row, ())]
    return len(values) >= arm.repeats and all(v is not None and _passes(samples, metric, v) for v in values)


def _passes(samples: Samples, metric: str, value: float) -> bool:
    known = samples.known.get(metric)
    if known is None or known.info.kind == "number":
        return False
    return value >= HALF if known.info.direction == "higher" else value < HALF


def _counts(rule: GateRule, trial: MeasuredTrial) -> bool:
    if trial.failed:
        return False
    return rule.metric is None or score(trial, rule.metric) is not None


def _names(rows: Sequence[str]) -> str:
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return ", ".join(rows[:NAMED]) + more
