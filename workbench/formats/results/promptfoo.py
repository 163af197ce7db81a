"""Results of promptfoo as JSON: format versions 1 to 3, and JSON Lines with one answer a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults, ImportedScore
from workbench.errors import FormatError
from workbench.formats.results import values
from workbench.formats.results.content import Content

TOOL = "promptfoo"
PASSED = "pass"
SCORE = "score"
_ERROR_ENDED = 2
"""`failureReason` of an answer that never came; 1 is an assertion that failed."""
_RESULT_KEYS = frozenset({"promptIdx", "testIdx", "success", "vars"})


def is_mine(content: Content) -> bool:
    """Whether the file looks like one of promptfoo's."""
    results = _results(content.document)
    if isinstance(content.document, Mapping):
        return bool(results) and isinstance(results[0], Mapping) and {"prompt", "vars"} <= results[0].keys()
    return bool(content.records) and not content.is_table and content.records[0].values.keys() >= _RESULT_KEYS


def read(content: Content) -> ImportedResults:
    """All answers, an arm for each prompt and provider. Raises FormatError where the list of results is not one."""
    results = _checked(content)
    by_arm = _by_arm(results)
    notes: list[str] = []
    cached = sum(bool(values.mapping(result.get("response")).get("cached")) for result in results)
    if cached:
        answers = "1 answer" if cached == 1 else f"{cached:,} answers"
        notes.append(f"{answers} came from promptfoo's cache: their times were not measured and are left out.")
    if any(_weighted(result) for result in results):
        notes.append("The score of an answer is promptfoo's weighted mean of its assertions.")
    return ImportedResults(TOOL, tuple(_arm(some) for some in by_arm.values()), tuple(notes))


def _results(document: Any) -> Sequence[Any]:
    """The list of results: below `results` in format 1, below `results.results` since."""
    found = values.mapping(document).get("results")
    return values.items(found.get("results") if isinstance(found, Mapping) else found)


def _checked(content: Content) -> list[Mapping[str, Any]]:
    results = list(_results(content.document)) or [record.values for record in content.records]
    for place, result in enumerate(results):
        if not isinstance(result, Mapping) or not isinstance(result.get("vars"), Mapping):
            raise FormatError(
                "this is no result of promptfoo: it has no vars.",
                file=content.file,
                column=f"results[{place}]",
                hint="Export with `promptfoo eval -o results.json`.",
            )
    return results


def _by_arm(results: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The results of each prompt and provider: by their number, else by what they are called."""
    by_name: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    # They are stored in the order in which they were answered, which is not that of the prompts.
    for result in sorted(results, key=lambda result: values.whole(result.get("promptIdx")) or 0):
        number = values.whole(result.get("promptIdx"))
        key = values.identity(_template(result), _model(result)) if number is None else str(number)
        by_name[key].append(result)
    if len(results) < 4 or len(by_name) * 2 <= len(results):
        return by_name
    # Nearly every answer has a prompt of its own: what is kept is not the template, but what it was filled in to.
    by_model: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for result in results:
        by_model[_model(result) or ""].append({**result, "prompt": None})
    return by_model


def _template(result: Mapping[str, Any]) -> str | None:
    """The prompt before its variables were filled in; older versions call it `display`."""
    prompt = result.get("prompt")
    if isinstance(prompt, Mapping):
        return values.text(values.first(prompt, "label", "display", "raw"))
    return values.text(prompt)


def _model(result: Mapping[str, Any]) -> str | None:
    provider = result.get("provider")
    if isinstance(provider, Mapping):
        return values.text(provider.get("label")) or values.text(provider.get("id"))
    return values.text(provider)


def _arm(results: Sequence[Mapping[str, Any]]) -> ImportedArm:
    first = results[0]
    template = _template(first)
    # Cells of one test follow each other by index, but are stored in the order in which they were answered.
    ordered = sorted(results, key=lambda result: values.whole(result.get("testIdx")) or 0)
    return ImportedArm(
        template or "", _model(first), values.messages(template), tuple(_answer(result) for result in ordered)
    )


def _answer(result: Mapping[str, Any]) -> ImportedAnswer:
    response, test = values.mapping(result.get("response")), values.mapping(result.get("testCase"))
    output = values.text(response.get("output"))
    error = _error(result, response, output)
    tokens = values.mapping(values.first(response, "tokenUsage"))
    cached = bool(response.get("cached"))
    metadata = values.mapping(values.first(test, "metadata"))
    description = values.text(test.get("description"))
    asserted = [values.mapping(one) for one in values.items(test.get("assert"))]
    return ImportedAnswer(
        identity=values.identity(result["vars"], description, asserted),
        inputs=dict(result["vars"]),
        text=None if error is not None else output or "",
        error=error,
        expected=_expected(asserted),
        sources=values.texts(values.mapping(response.get("metadata")).get("context")),
        scores=() if error is not None else _scores(result),
        latency_ms=None if cached else values.amount(result.get("latencyMs")) or None,
        cost_usd=_cost(result, response, cached=cached),
        prompt_tokens=values.whole(tokens.get("prompt")) or None,
        completion_tokens=values.whole(tokens.get("completion")) or None,
        metadata={**metadata, **({"description": description} if description else {})},
    )


def _error(result: Mapping[str, Any], response: Mapping[str, Any], output: str | None) -> str | None:
    """Why no answer came. An assertion that failed stands under `error` too, and is none."""
    said = values.text(response.get("error")) or values.text(result.get("error"))
    if result.get("failureReason") == _ERROR_ENDED:
        return said or "promptfoo says that an error ended this answer"
    return said if output is None and (response.get("error") or not result.get("gradingResult")) else None


def _cost(result: Mapping[str, Any], response: Mapping[str, Any], *, cached: bool) -> float | None:
    """None where it is 0, which also stands for a price that is not known."""
    found = values.amount(response.get("cost")) or values.amount(result.get("cost"))
    return None if cached else found or None


def _expected(asserted: Sequence[Mapping[str, Any]]) -> str | None:
    """What the answer is compared with, where one assertion says so."""
    found = [
        values.text(one.get("value")) for one in asserted if one.get("type") in {"equals", "similar", "factuality"}
    ]
    return found[0] if len(found) == 1 else None


def _weighted(result: Mapping[str, Any]) -> bool:
    return values.number(result.get(SCORE)) not in {None, 0.0, 1.0}


def _scores(result: Mapping[str, Any]) -> tuple[ImportedScore, ...]:
    """Whether it passed, the score, what the tool has a name for, and assertions by their type."""
    grading = values.mapping(result.get("gradingResult"))
    reason = values.text(grading.get("reason")) or ""
    passed = values.grade(result.get("success"))
    found = [ImportedScore(PASSED, passed, reason)]
    if values.number(result.get(SCORE)) is not None:
        found.append(ImportedScore(SCORE, values.number(result[SCORE]), reason))
    named = values.mapping(values.first(result, "namedScores") or grading.get("namedScores"))
    found += [ImportedScore(name, values.number(value)) for name, value in named.items()]
    return (*found, *_assertions(grading, taken={PASSED, SCORE, *named}))


def _assertions(grading: Mapping[str, Any], taken: set[str]) -> list[ImportedScore]:
    by_type: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for component in map(values.mapping, values.items(grading.get("componentResults"))):
        assertion = values.mapping(component.get("assertion"))
        kind = values.text(assertion.get("type"))
        value = values.number(component.get("score"))
        if kind is not None and kind not in taken and not assertion.get("metric") and value is not None:
            by_type[kind].append((value, values.text(component.get("reason")) or ""))
    return [
        ImportedScore(kind, fmean(value for value, _ in some), "; ".join(dict.fromkeys(r for _, r in some if r)))
        for kind, some in by_type.items()
    ]
