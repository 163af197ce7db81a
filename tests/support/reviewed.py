"""Runs on whose answers a judge and people have spoken, without a model being asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench import Workbench
from workbench.domain.actor import Actor
from workbench.domain.review import Review
from workbench.domain.score import Score, Scored, Unscored
from workbench.store import reviews, scores


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


def noted(wb: Workbench, arm: str, notes: Mapping[str, str], **fields: object) -> None:
    """Fail some answers of an arm of the newest run, by example, with a note; `fields` are further ones of the review.

    Nothing was reviewed before: then all other answers of the run are passed.
    """
    run = wb.runs.find("latest")
    fresh = not wb.reviews.of_run(run)
    frame = wb.runs.frame(run).sort_values(["arm", "example_id", "repeat"])
    given = []
    for trial, label, example in zip(frame["trial_id"], frame["arm"], frame["example_id"], strict=True):
        failed = label == arm and example in notes
        if failed or fresh:
            now = wb.context.clock.now()
            verdict, note = ("fail", notes[example]) if failed else ("pass", "")
            extra = fields if failed else {}
            given.append(Review(trial, run, wb.context.actor.name, verdict, note, now, **extra))
    wb.context.write(lambda s: [reviews.append(s, review) for review in given])
