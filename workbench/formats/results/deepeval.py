"""DeepEval's test runs and results, with keys in either of its two spellings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults, ImportedScore
from workbench.errors import FormatError
from workbench.formats.results import values
from workbench.formats.results.content import Content
from workbench.formats.results.promptfoo import PASSED

_CASES = ("testCases", "test_cases", "testResults", "test_results")
_METRICS = ("metricsData", "metrics_data", "metricsMetadata")
_CONVERSATIONS = ("conversationalTestCases", "conversational_test_cases")


def is_mine(content: Content) -> bool:
    """Whether the file looks like one of DeepEval's."""
    cases = _cases(content)
    return bool(cases) and isinstance(cases[0], Mapping) and values.first(cases[0], *_METRICS) is not None


def read(content: Content) -> ImportedResults:
    """All test cases as one arm. Raises FormatError where there is no list of them."""
    cases = _cases(content)
    if not cases:
        raise FormatError("there are no test cases.", file=content.file, hint="DeepEval keeps them under testCases.")
    for place, case in enumerate(cases):
        if not isinstance(case, Mapping) or values.first(case, "input") is None:
            raise FormatError("a test case has an input.", file=content.file, column=f"testCases[{place}]")
    settings = values.mapping(values.mapping(content.document).get("hyperparameters"))
    prompt = values.first(settings, "prompt template", "prompt_template", "prompt")
    notes = []
    if left := len(values.items(values.first(values.mapping(content.document), *_CONVERSATIONS))):
        notes.append(f"{left} conversations are not read: their turns are not single answers.")
    model = values.text(settings.get("model"))
    arm = ImportedArm(content.stem, model, values.messages(prompt), tuple(map(_answer, cases)))
    return ImportedResults("DeepEval", (arm,), tuple(notes))


def _cases(content: Content) -> Sequence[Any]:
    document = content.document
    if isinstance(document, Mapping):
        return values.items(values.first(document, *_CASES))
    return values.items(document)


def _answer(case: Mapping[str, Any]) -> ImportedAnswer:
    inputs = values.asked(case["input"])
    expected = values.text(values.first(case, "expectedOutput", "expected_output"))
    output = values.text(values.first(case, "actualOutput", "actual_output"))
    seconds = values.amount(values.first(case, "completionTime", "completion_time"))
    metadata = values.mapping(values.first(case, "additionalMetadata", "additional_metadata"))
    scores: list[ImportedScore] = []
    passed = values.grade(case.get("success"))
    if passed is not None:
        scores.append(ImportedScore(PASSED, passed))
    for metric in map(values.mapping, values.items(values.first(case, *_METRICS))):
        scores += _metric(metric)
    sources = values.first(case, "retrievalContext", "retrieval_context", "context")
    return ImportedAnswer(
        identity=values.identity(inputs, expected, case.get("name")),
        inputs=inputs,
        text=output or "",
        expected=expected,
        sources=values.texts(sources),
        scores=tuple(scores),
        latency_ms=None if seconds is None else seconds * 1000,
        cost_usd=values.amount(values.first(case, "tokenCost", "token_cost")),
        tags=values.texts(case.get("tags")),
        metadata={**metadata, **({"name": case["name"]} if values.text(case.get("name")) else {})},
    )


def _metric(metric: Mapping[str, Any]) -> list[ImportedScore]:
    """The metric's score, and whether it met the threshold that was set for it."""
    name = values.text(metric.get("name")) or "metric"
    error = values.text(metric.get("error"))
    reason = values.text(metric.get("reason")) or (f"The metric failed: {error}" if error else "")
    found = [ImportedScore(name, None if error else values.number(metric.get("score")), reason)]
    passed = values.grade(metric.get("success"))
    if passed is not None and not error:
        threshold = values.number(metric.get("threshold"))
        why = reason if threshold is None else f"Threshold {threshold:g}. {reason}"
        found.append(ImportedScore(f"{name} passed", passed, why.strip()))
    return found
