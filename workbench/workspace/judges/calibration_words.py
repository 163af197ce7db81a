"""A judge's calibration in sentences, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from workbench.errors import ExitCode
from workbench.stats.intervals import Interval
from workbench.stats.judge_rates import WEIGHTED
from workbench.stats.numbers import counted, money, percent, point_count
from workbench.workspace.judges.calibration import STEP, WITHIN, Calibration, MayGate, PassRate, Rates
from workbench.workspace.judges.preferences import order_sentence
from workbench.workspace.reviews.agreement import interval_json, interval_text, share_text

EXIT_CODES: Mapping[MayGate, ExitCode] = {
    "yes": ExitCode.DONE,
    "no": ExitCode.NO,
    "not known yet": ExitCode.CANNOT_TELL_YET,
}
HOW_LABELS_COUNT = (
    "Every pass or fail that people gave on answers drawn at random counts; an adjudicated label stands in place of the others. "
    "Answers marked unsure, or passed by as many people as failed them, are left out, and so are verdicts that were given to "
    "learn from on answers chosen for a reason, and labels that taught this version of the judge."
)
HOW_FIGURES_COME = (
    "Ranges are 95% intervals: Wilson's for shares; for the corrected rate, draws within the answers that the judge passed "
    "and those it failed, and likewise for what it catches where one of the two was labelled more often than the other. "
    "They take answers as independent of each other: several answers to one question are less than that."
)


def counts_text(interval: Interval | None) -> str:
    """A share with its interval and what it rests on: `91% (78–97), 30 of 33`."""
    if interval is None:
        return "n/a: no such label yet"
    if interval.method == WEIGHTED:
        return f"{share_text(interval)}, re-weighted, {interval.n:,} labels"
    return f"{share_text(interval)}, {round(interval.estimate * interval.n):,} of {interval.n:,}"


def catches(rates: Rates) -> str:
    """What a judge catches, as the head of its card says it."""
    return (
        f"Catches bad answers {share_text(rates.failures)} · passes good ones {share_text(rates.passes)} · "
        f"on {counted(rates.n, 'answer')} that people judged"
    )


def gate_text(calibration: Calibration) -> str:
    """Whether the judge may gate, and why."""
    return f"May gate: {calibration.may_gate} ({_why(calibration)})."


def gate_reason(calibration: Calibration) -> str:
    """Why the judge may gate or not, as a sentence of its own."""
    may = {"yes": "may gate", "no": "may inform, but not decide", "not known yet": "is not known to be good enough yet"}
    why = _why(calibration).removesuffix(": it may inform, but not decide")
    return f"{calibration.about.label} {may[calibration.may_gate]}: {why}. {catches(calibration.rates)}."


def _why(calibration: Calibration) -> str:
    bar = percent(calibration.bar)
    if not calibration.labelled:
        return "nobody has judged these answers yet"
    why: Mapping[MayGate, str] = {
        "yes": f"even the low ends of both ranges reach the bar of {bar}",
        "no": f"even the high end of a range is below the bar of {bar}: it may inform, but not decide",
        "not known yet": f"the ranges reach from below the bar of {bar} to above it, or a kind of label is missing",
    }
    return why[calibration.may_gate]


def corrected_text(rate: PassRate) -> str:
    """The pass rate by the judge, and the one that people would give."""
    if rate.judge is None:
        return "The judge gave no verdict that counts."
    says = f"The judge passes {percent(rate.judge)} of {rate.answers:,} answers"
    if rate.corrected is None:
        return f"{says}. There is no label yet to correct that by."
    return f"{says}; corrected by people it is {share_text(rate.corrected.this_set)}."


def labels_text(calibration: Calibration) -> str | None:
    """What more labels would bring; None where all answers have one."""
    if not calibration.waiting:
        return None
    half, more = calibration.half_width, min(STEP, calibration.waiting)
    if half is None:
        return "Label some answers first: then it can be said how many are needed."
    said = f"Now it is known to ±{point_count(half)} points."
    after = calibration.half_width_after(more)
    if after is not None:
        said += f" Label {more:,} more to reach about ±{point_count(after)}."
    needed = calibration.labels_to_within
    return said + (f" ±{point_count(WITHIN)} takes about {needed:,} more." if needed not in {0, more} else "")


def sentences(calibration: Calibration) -> list[str]:
    """The card as sentences, what matters most first."""
    said = [f"{catches(calibration.rates)}.", gate_text(calibration), corrected_text(calibration.pass_rate)]
    if (labels := labels_text(calibration)) is not None:
        said.append(labels)
    if calibration.labelled:
        said.append(
            f"Judge and people say the same on {share_text(calibration.raw)}. "
            f"Cohen's kappa {interval_text(calibration.kappa)}, Gwet's AC1 {interval_text(calibration.ac1)}."
        )
    said += steadiness(calibration)
    if calibration.about.is_judge:
        said.append(f"A verdict costs {money(calibration.cost_per_verdict)}.")
    return [*said, *left_out(calibration), *calibration.about.sentences]


def steadiness(calibration: Calibration) -> list[str]:
    """Whether it says the same again and in the other order, and whether it goes by length."""
    found, said = calibration.consistency, []
    if found.repeated is not None:
        said.append(
            f"Asked again about the same answer it says the same on {share_text(found.repeated)} of {found.repeated.n:,}."
        )
    if found.jurors is not None:
        said.append(f"Its models say the same on {share_text(found.jurors)} of {found.jurors.n:,} answers.")
    if found.orders is not None:
        said.append(f"{found.by_place}: {order_sentence(found.orders)}")
    if calibration.with_length is not None:
        said.append(
            f"Its score goes with the answer's length by {interval_text(calibration.with_length)} (0 is not at all)."
        )
    return said


def left_out(calibration: Calibration) -> list[str]:
    """What does not count, where there is such."""
    said = [calibration.pass_means]
    if calibration.unscored:
        said.append(f"Left out, because the judge gave no verdict: {counted(calibration.unscored, 'answer')}.")
    if calibration.split:
        said.append(f"Left out, because people are split evenly: {counted(calibration.split, 'answer')}.")
    if calibration.to_learn:
        said.append(f"Left out, because people judged it to learn from: {counted(calibration.to_learn, 'answer')}.")
    if calibration.taught:
        said.append(f"Left out, because its label taught this version: {counted(calibration.taught, 'answer')}.")
    return said


def as_json(calibration: Calibration) -> dict[str, Any]:
    """The card as one JSON document. Shares are between 0 and 1; what is not known is null."""
    return {
        "judge": calibration.judge,
        "version": calibration.about.number,
        "run": calibration.run,
        "bar": calibration.bar,
        "may_gate": calibration.may_gate,
        **_rates(calibration.rates),
        "raw": interval_json(calibration.raw),
        "kappa": interval_json(calibration.kappa),
        "ac1": interval_json(calibration.ac1),
        "table": [
            {
                "judge": judge,
                "people": people,
                "n": len(found),
                "answers": [{"trial_id": one.trial_id, "example_id": one.example_id, "arm": one.arm} for one in found],
            }
            for judge, passed in (("pass", True), ("fail", False))
            for people, good in (("pass", True), ("fail", False))
            for found in [calibration.cell(judge=passed, people=good)]
        ],
        "pass_rate": _pass_rate(calibration.pass_rate),
        "by_arm": {arm: _pass_rate(rate) for arm, rate in calibration.by_arm},
        "by_tag": {tag: _rates(part) for tag, part in calibration.by_tag},
        "versions": [
            {
                "label": line.label,
                "current": line.current,
                **_rates(line.rates),
                "cost_per_verdict": line.cost_per_verdict,
            }
            for line in calibration.versions
        ],
        "cost_per_verdict": calibration.cost_per_verdict,
        "repeated": interval_json(calibration.consistency.repeated),
        "jurors": interval_json(calibration.consistency.jurors),
        "orders": None if calibration.consistency.orders is None else asdict(calibration.consistency.orders),
        "with_length": interval_json(calibration.with_length),
        "to_learn": calibration.to_learn,
        "taught": calibration.taught,
        "labels_to_within_5_points": calibration.labels_to_within if calibration.labelled else None,
        "unscored": calibration.unscored,
        "split": calibration.split,
        "pass_means": calibration.pass_means,
    }


def _rates(rates: Rates) -> dict[str, Any]:
    return {
        "n": rates.n,
        "catches_passes": interval_json(rates.passes),
        "catches_failures": interval_json(rates.failures),
    }


def _pass_rate(rate: PassRate) -> dict[str, Any]:
    corrected = rate.corrected
    return {
        "answers": rate.answers,
        "judge": rate.judge,
        "corrected": None if corrected is None else interval_json(corrected.this_set),
        "corrected_for_future": None if corrected is None else interval_json(corrected.future),
    }
