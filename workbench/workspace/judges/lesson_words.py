"""What a judge can be taught, and how it did, in sentences and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from workbench.stats.numbers import counted, money, number, percent
from workbench.workspace.judges.lesson_checks import Outcome
from workbench.workspace.judges.lesson_material import MOST_USES, Material
from workbench.workspace.reviews.agreement import interval_json, share_text


def material_sentences(found: Material) -> list[str]:
    """What teaches and what is kept apart."""
    apart = sum(label.good for label in found.kept)
    return [
        (
            f"{counted(len(found.teaching), 'label')} of people teach it, {len(found.critiques):,} of them with a note; "
            f"{found.label} was wrong on {found.mistakes:,} of these."
        ),
        (
            f"{counted(len(found.kept), 'label')} are kept apart to check by: {apart:,} pass, {len(found.kept) - apart:,} fail. "
            f"They have been used {found.uses:,} of {MOST_USES} times."
        ),
    ]


def outcome_sentences(found: Outcome) -> list[str]:
    """Whether the lessons are accepted, and why."""
    check, bar = found.check, percent(found.check.bar)
    said = [
        (
            f"On {counted(check.labels, 'label')} kept apart it agrees with people where the judge before did not on "
            f"{check.better:,}, and the other way round on {check.worse:,} (mid-p {number(found.p_value)})."
        ),
        f"Catches bad answers {share_text(found.failures, 'n/a')} · passes good ones {share_text(found.passes, 'n/a')}.",
    ]
    if check.unscored:
        said.append(f"It gave no verdict on {check.unscored:,}.")
    said.append(f"The check cost {money(check.cost_usd)}.")
    if found.accepted:
        return ["Accepted: not worse than the judge before, and the low ends of both ranges reach the bar.", *said]
    why = ["it is worse than the judge before"] if found.worse else []
    why += (
        [] if found.meets_bar else [f"the low end of a range is below the bar of {bar}, or a kind of label is missing"]
    )
    said.append(
        "Change the rules, or label more answers: ranges narrow with labels."
        if not found.worse
        else "Change the rules and check again."
    )
    return [f"Not accepted: {' and '.join(why)}.", *said]


def outcome_json(found: Outcome) -> dict[str, Any]:
    """A check as one JSON document."""
    return asdict(found.check) | {
        "created_at": found.check.created_at.isoformat(),
        "p_value": found.p_value,
        "passes": interval_json(found.passes),
        "failures": interval_json(found.failures),
        "worse_than_before": found.worse,
        "accepted": found.accepted,
    }


def material_json(found: Material) -> dict[str, Any]:
    """What there is to teach by as one JSON document."""
    return {
        "judge": found.judge,
        "run": found.run,
        "version": found.label,
        "bar": found.bar,
        "teaching": len(found.teaching),
        "critiques": len(found.critiques),
        "mistakes": found.mistakes,
        "kept_apart": len(found.kept),
        "uses": found.uses,
    }
