"""Runs on whose answers a judge and people have spoken, without a model being asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.score import Score, Scored, Unscored
from workbench.store import scores


def judged(wb: Workbench, run: str, metric: str, values: Sequence[float | None], **fields: object) -> list[str]:
    """Store a judge's scores of the first answers of a run, by example and arm; the ids of their trials."""
    frame = wb.runs.frame(run).sort_values(["example_id", "arm", "repeat"])
    trials = list(frame["trial_id"])[: len(values)]
    version = str(fields.pop("version", "1"))
    now = wb.context.clock.now()
    given = [
        Score(
            trial,
            metric,
            version,
            Unscored("unreadable verdict") if value is None else Scored(value, f"because of {value}"),
            now,
            **fields,
        )
        for trial, value in zip(trials, values, strict=True)
    ]
    wb.context.write(lambda s: scores.append(s, given))
    return trials


def reviewed(wb: Workbench, trials: Sequence[str], verdicts: Mapping[str, str]) -> None:
    """Store people's verdicts: by name a letter for each trial, p(ass), f(ail), u(nsure) or a dash for none."""
    words = {"p": "pass", "f": "fail", "u": "unsure"}
    for name, letters in verdicts.items():
        person = wb.acting_as(Actor(name)).reviews
        for trial, letter in zip(trials, letters, strict=False):
            if letter in words:
                person.give(trial, words[letter], note=f"{name} says {words[letter]}")
