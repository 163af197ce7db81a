"""InspectorRAGet: models' answers to tasks, with the ratings of several people and of programs beside each.

A rating by several people is their mean; who said what stands in its reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults, ImportedScore
from workbench.errors import FormatError
from workbench.formats.results import values
from workbench.formats.results.content import Content

TOOL = "InspectorRAGet"
_KEYS = frozenset({"models", "metrics", "tasks", "evaluations"})
_TAGGED = ("Question Type", "Answerability", "Multi-Turn")
"""What of a task tells kinds of questions apart, where the file has it."""


def is_mine(content: Content) -> bool:
    """Whether the file looks like an evaluation as InspectorRAGet reads and writes it."""
    return isinstance(content.document, Mapping) and content.document.keys() >= _KEYS


def read(content: Content) -> ImportedResults:
    """All evaluations, an arm for each model. Raises FormatError for one that names no task of the file."""
    document = content.document
    tasks = {str(task.get("task_id")): task for task in _objects(document["tasks"])}
    texts = {str(one.get("document_id")): values.text(one.get("text")) for one in _objects(document.get("documents"))}
    words = {str(metric.get("name")): _words(metric) for metric in _objects(document["metrics"])}
    by_model: defaultdict[str, list[ImportedAnswer]] = defaultdict(list)
    for place, one in enumerate(_objects(document["evaluations"]), 1):
        task = tasks.get(str(one.get("task_id")))
        if task is None:
            raise FormatError(f"evaluation {place} names a task that is not in the file.", file=content.file, line=1)
        by_model[str(one.get("model_id"))].append(_answer(one, task, texts, words))
    arms = tuple(ImportedArm("", model, answers=tuple(answers)) for model, answers in by_model.items())
    return ImportedResults(TOOL, arms, ("Ratings by several people are averaged; each one's stands in the reason.",))


def _answer(
    one: Mapping[str, Any],
    task: Mapping[str, Any],
    texts: Mapping[str, str | None],
    words: Mapping[str, Mapping[str, float]],
) -> ImportedAnswer:
    turns = [text for turn in _objects(task.get("input")) if (text := values.text(turn.get("text")))]
    targets = [text for target in _objects(task.get("targets")) if (text := values.text(target.get("text")))]
    shown = (texts.get(str(context.get("document_id"))) for context in _objects(task.get("contexts")))
    earlier = {"conversation": "\n".join(turns[:-1])} if len(turns) > 1 else {}
    said = one.get("annotations")
    return ImportedAnswer(
        identity=values.identity(one.get("task_id")),
        inputs={"question": turns[-1] if turns else "", **earlier},
        text=values.text(one.get("model_response")) or "",
        id=values.text(one.get("task_id")),
        expected=targets[0] if targets else None,
        sources=tuple(text for text in shown if text),
        scores=tuple(
            _score(name, given, words.get(name, {}))
            for name, given in (said.items() if isinstance(said, Mapping) else ())
            if isinstance(given, Mapping)
        ),
        tags=tuple(tag for name in _TAGGED for tag in values.texts(task.get(name))),
    )


def _score(name: str, given: Mapping[str, Any], words: Mapping[str, float]) -> ImportedScore:
    """The mean of what was said, those words counted that the metric gives a number for."""
    told = {who: one.get("value") for who, one in given.items() if isinstance(one, Mapping)}
    grades = {who: words.get(str(value), values.grade(value)) for who, value in told.items()}
    known = {who: grade for who, grade in grades.items() if grade is not None}
    reason = "; ".join(f"{who}: {grade:g}" for who, grade in known.items()) if len(known) > 1 else ""
    return ImportedScore(name, fmean(known.values()) if known else None, reason)


def _words(metric: Mapping[str, Any]) -> dict[str, float]:
    """The numbers that a metric of words gives them."""
    found = {str(one.get("value")): values.number(one.get("numeric_value")) for one in _objects(metric.get("values"))}
    return {word: number for word, number in found.items() if number is not None}


def _objects(value: Any) -> Sequence[Mapping[str, Any]]:
    """The objects of a list; nothing for what is none."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
