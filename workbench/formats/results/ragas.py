"""Ragas' annotated results: by metric, what a judge was shown and said, and whether a person accepted it.

The table that `evaluate()` gives is a plain one: see `tables`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults, ImportedScore
from workbench.errors import FormatError
from workbench.formats.results import values
from workbench.formats.results.content import Content

ACCEPTED = " accepted"
"""Follows a metric's name in the name of the score that says whether a person accepted its verdict."""


def is_mine(content: Content) -> bool:
    """Whether the file looks like Ragas' annotations."""
    document = content.document
    if not isinstance(document, Mapping) or not document:
        return False
    lists = [values.items(items) for items in document.values()]
    return all(items and isinstance(items[0], Mapping) and "metric_input" in items[0] for items in lists)


def read(content: Content) -> ImportedResults:
    """All annotated answers as one arm. Raises FormatError where a metric does not hold annotations."""
    by_answer: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for metric, given in values.mapping(content.document).items():
        for place, annotation in enumerate(values.items(given)):
            if not isinstance(annotation, Mapping) or not isinstance(annotation.get("metric_input"), Mapping):
                raise FormatError(
                    "an annotation of Ragas has a metric_input.", file=content.file, column=f"{metric}[{place}]"
                )
            key = values.identity(annotation["metric_input"])
            by_answer.setdefault(key, []).append((metric, annotation))
    answers = tuple(_answer(annotations) for annotations in by_answer.values())
    note = "Whether a person accepted a verdict is a score of its own, named after the metric."
    return ImportedResults("Ragas", (ImportedArm(content.stem, None, answers=answers),), (note,))


def _answer(annotations: list[tuple[str, Mapping[str, Any]]]) -> ImportedAnswer:
    given = annotations[0][1]["metric_input"]
    inputs = values.asked(given.get("user_input"))
    expected = values.text(given.get("reference"))
    scores: list[ImportedScore] = []
    for metric, annotation in annotations:
        scores.append(ImportedScore(metric, values.grade(annotation.get("metric_output")), _reason(annotation)))
        if isinstance(annotation.get("is_accepted"), bool):
            scores.append(ImportedScore(metric + ACCEPTED, float(annotation["is_accepted"])))
    return ImportedAnswer(
        identity=values.identity(inputs, expected),
        inputs=inputs,
        text=values.text(given.get("response")) or "",
        expected=expected,
        sources=values.texts(given.get("retrieved_contexts")),
        scores=tuple(scores),
    )


def _reason(annotation: Mapping[str, Any]) -> str:
    prompts = values.mapping(annotation.get("prompts"))
    said = (values.mapping(values.mapping(prompt).get("prompt_output")).get("reason") for prompt in prompts.values())
    return "; ".join(reason for reason in map(values.text, said) if reason)
