"""Langfuse: traces and observations exported from its pages, its API or to blob storage, with their scores.

Keys come in both of its spellings. Scores stand with a trace as a list, or as lists under their names; or in a file of
their own (`scores/` of a blob export), which is read with the file that it belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults, ImportedScore
from workbench.errors import FormatError
from workbench.formats.results import values
from workbench.formats.results.content import Content, Record

TOOL = "Langfuse"
_ONLY_LANGFUSE = frozenset(
    {
        *("traceId", "trace_id", "sessionId", "session_id", "bookmarked", "environment", "observations"),
        *("totalCost", "total_cost", "promptName", "prompt_name", "traceName", "trace_name", "release", "projectId"),
    }
)
_NO_SCORES = frozenset({"tags", "traceTags", "comments", "observations", "scores", "tool_calls", "tool_call_names"})
"""Lists of a row that are no scores."""
PEOPLE = " (people)"
"""Follows the name of a score that a person gave in Langfuse, so that it is told apart from a judge's."""
_SCORE_KEYS = frozenset({"name", "value"})
_GENERATION = "GENERATION"


def is_scores(content: Content) -> bool:
    """Whether the file holds scores alone, to be read with the file of what they score."""
    keys = content.records[0].values.keys() if content.records else set()
    return bool(keys & {"trace_id", "traceId"}) and keys >= _SCORE_KEYS and not keys & {"input", "output"}


def is_mine(content: Content) -> bool:
    """Whether the file looks like traces or observations of Langfuse."""
    records = _records(content)
    keys = {key for record in records[:50] for key in record.values}
    return {"id", "output"} <= keys and len(keys & _ONLY_LANGFUSE) >= 2


def read(content: Content, scores: Sequence[Content] = ()) -> ImportedResults:
    """All traces, or all generations, by prompt and model. `scores` are files with scores of these.

    Raises FormatError, with the line, for a row that has neither an input nor an output.
    """
    apart: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for file in scores:
        for record in file.records:
            about = values.first(record.values, "observation_id", "observationId", "trace_id", "traceId")
            apart[str(about)].append(record.values)
    records = _records(content)
    generations = [r for r in records if str(r.values.get("type", "")).upper() == _GENERATION]
    notes: list[str] = []
    if generations and len(generations) < len(records):
        notes.append(f"{len(records) - len(generations):,} observations that are no generations were passed over.")
    by_arm: defaultdict[tuple[str, str | None], list[ImportedAnswer]] = defaultdict(list)
    for record in generations or records:
        answer = _answer(record, apart, content.file)
        by_arm[_arm(record.values)].append(answer)
    if any(values.amount(record.values.get("latency")) is not None for record in records):
        notes.append("latency was read as seconds, as Langfuse writes it.")
    arms = tuple(ImportedArm(name, model, answers=tuple(some)) for (name, model), some in by_arm.items())
    return ImportedResults(TOOL, arms, tuple(notes))


def _records(content: Content) -> Sequence[Record]:
    """Rows of a list; or the traces of an API's page, or one trace by itself."""
    document = content.document
    if isinstance(document, Mapping):
        inner = values.first(document, "data", "traces")
        if isinstance(inner, list):
            return [Record(1, item) for item in inner if isinstance(item, Mapping)]
        trace = document.get("trace")
        if isinstance(trace, Mapping):
            return [
                Record(1, {"scores": document.get("scores"), "observations": document.get("observations"), **trace})
            ]
    return content.records


def _arm(row: Mapping[str, Any]) -> tuple[str, str | None]:
    """The prompt, else the release or version, and the model."""
    model = values.text(values.first(row, "model", "provided_model_name", "providedModelName", "modelId"))
    prompt = values.text(values.first(row, "promptName", "prompt_name"))
    if prompt is not None:
        version = values.text(values.first(row, "promptVersion", "prompt_version"))
        return (prompt if version is None else f"{prompt} {version}"), model
    named = [values.text(row.get(key)) for key in ("name", "release", "version")]
    return " ".join(dict.fromkeys(part for part in named if part)), model


def _answer(record: Record, apart: Mapping[str, Sequence[Mapping[str, Any]]], file: str) -> ImportedAnswer:
    row = record.values
    if values.text(row.get("input")) is None and values.text(row.get("output")) is None:
        raise FormatError(
            "this row has neither an input nor an output.",
            file=file,
            line=record.line,
            hint="Export with input and output; a blob export has them in the field group io.",
        )
    inputs, metadata = values.asked(row.get("input")), values.mapping(row.get("metadata"))
    output, failed = _output(row.get("output")), str(row.get("level", "")).upper() == "ERROR"
    said = values.text(values.first(row, "statusMessage", "status_message"))
    error = (said or "Langfuse says ERROR") if output is None and failed else None
    usage = values.mapping(values.first(row, "usageDetails", "usage_details", "usage"))
    item = values.text(values.first(metadata, "dataset_item_id", "datasetItemId"))
    trace = values.text(values.first(row, "traceId", "trace_id", "id"))
    return ImportedAnswer(
        identity=values.identity(item) if item else values.identity(inputs),
        inputs=inputs,
        text=None if error else output or "",
        error=error,
        id=item,
        expected=values.text(values.first(row, "expectedOutput", "expected_output")),
        scores=() if error else _scores(row, apart),
        latency_ms=_latency_ms(row),
        # Langfuse writes 0 where it knows neither tokens nor a price.
        cost_usd=values.amount(values.first(row, "totalCost", "total_cost", "calculatedTotalCost")) or None,
        prompt_tokens=values.whole(values.first(row, "inputTokens", "promptTokens") or usage.get("input")) or None,
        completion_tokens=values.whole(values.first(row, "outputTokens", "completionTokens") or usage.get("output"))
        or None,
        at=values.time(values.first(row, "timestamp", "startTime", "start_time")),
        tags=values.texts(values.parsed(row.get("tags"))),
        metadata={**metadata, **({"trace": trace} if trace else {})},
    )


def _output(value: Any) -> str | None:
    """The answer's text, also where a chat message was logged."""
    found = values.parsed(value)
    if isinstance(found, Mapping) and isinstance(found.get("content"), str):
        return values.text(found["content"])
    return values.text(value)


def _latency_ms(row: Mapping[str, Any]) -> float | None:
    started = values.time(values.first(row, "startTime", "start_time"))
    ended = values.time(values.first(row, "endTime", "end_time"))
    if started is not None and ended is not None and ended >= started:
        return (ended - started).total_seconds() * 1000
    seconds = values.amount(row.get("latency"))
    return None if seconds is None else seconds * 1000


def _scores(row: Mapping[str, Any], apart: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[ImportedScore, ...]:
    listed = values.parsed(row.get("scores"))
    about = {str(row[key]) for key in ("id", "traceId", "trace_id") if row.get(key) is not None}
    single = [*values.items(listed), *(score for one in sorted(about) for score in apart.get(one, ()))]
    by_name: defaultdict[str, list[tuple[float | None, str]]] = defaultdict(list)
    for score in map(values.mapping, single):
        name, kind = values.text(score.get("name")), values.first(score, "dataType", "data_type")
        if name is not None and kind != "TEXT":
            name += PEOPLE if score.get("source") == "ANNOTATION" else ""
            by_name[name].append((_value(score, kind), values.text(score.get("comment")) or ""))
    flat = dict(listed) if isinstance(listed, Mapping) else {}
    flat |= {key: value for key, value in row.items() if key not in _NO_SCORES}
    for name, value in flat.items():
        # Langfuse flattens a row's scores to lists, so that numbers alone are something else.
        grades = [values.grade(item) for item in values.items(values.parsed(value))]
        if grades and all(grade is not None for grade in grades):
            by_name[name] += [(grade, "") for grade in grades]
    return tuple(_mean(name, given) for name, given in by_name.items())


def _value(score: Mapping[str, Any], kind: object) -> float | None:
    """The number; of a category its word, because its number is only a position in a list."""
    if kind == "CATEGORICAL":
        return values.grade(values.first(score, "stringValue", "string_value"))
    return values.grade(values.first(score, "value", "stringValue", "string_value"))


def _mean(name: str, given: Sequence[tuple[float | None, str]]) -> ImportedScore:
    """Several values of one name, as of several people, are averaged."""
    known = [value for value, _ in given if value is not None]
    reason = "; ".join(dict.fromkeys(comment for _, comment in given if comment))
    return ImportedScore(name, fmean(known) if known else None, reason)
