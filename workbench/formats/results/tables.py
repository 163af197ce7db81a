"""Answers in plain CSV, JSON Lines or a JSON list: one answer a row, columns by their usual names.

Ragas' table of results, an application's log with its users' feedback, and the events of `workbench outputs --jsonl` are
such files too. Every other column of numbers or truth values is a score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any, Literal

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults, ImportedReview, ImportedScore
from workbench.errors import FormatError
from workbench.formats.results import values
from workbench.formats.results.columns import INPUT, METADATA, NOTE, REASON, SCORE, VERDICT, Columns, guess, plain_name
from workbench.formats.results.content import Content, Record

RAGAS_COLUMNS = frozenset({"user_input", "retrieved_contexts", "response", "reference"})
EVENT_KEYS = frozenset({"request_id", "timestamp"})
SLOWEST_IN_SECONDS = 100
"""An unnamed time of an answer is in seconds when the median is below this."""
MOST_REPEATS = 1_000
FEWEST_NUMBERED = 5
"""Rows from which on a column that goes up by one with each is taken for their number."""
_NUMBERS = frozenset({"", "nr", "no", "num", "number", "n", "line"})
_TAGS = "|"
UNSURE: Literal["unsure"] = "unsure"


def read(content: Content, given: Mapping[str, str] | None = None) -> ImportedResults:
    """All rows. `given` says what a file's own columns are, as in `{"Ideal answer": "expected", "notes": "skip"}`.

    Raises FormatError, with line, where there is no column for what was asked, or neither answers nor scores.
    """
    names = _names(content)
    columns = guess(names, _graded(content, names), given or {}, content.file)
    notes: list[str] = []
    _require(content, columns, names)
    per_ms = _ms_per_unit(content, columns, notes)
    by_arm: defaultdict[tuple[str, str | None, str | None], list[ImportedAnswer]] = defaultdict(list)
    prompts = _told_apart_by_prompt(content, columns)
    for record in content.records:
        answer = replace(_answer(record, columns, per_ms), reviews=_reviews(record, columns, content.file))
        by_arm[_arm(record, columns, by_prompt=prompts)].append(answer)
    if columns.of("output") is None:
        notes.append("The file has scores but no answers, so there is nothing to read or to judge again.")
    left = [column for column in columns.below(METADATA).values() if not column.startswith(METADATA)]
    if left:
        notes.append(f"Kept beside the rows, but neither inputs nor scores: {', '.join(left[:12])}.")
    arms = tuple(
        ImportedArm(name, model, values.messages(prompt), tuple(some)) for (name, model, prompt), some in by_arm.items()
    )
    return ImportedResults(_tool(content, names), arms, tuple(notes))


def _names(content: Content) -> list[str]:
    if content.is_table:
        return list(dict.fromkeys(content.header))
    return list(dict.fromkeys(name for record in content.records for name in record.values))


def _tool(content: Content, names: Sequence[str]) -> str:
    plain = {plain_name(name) for name in names}
    if "user_input" in plain and len(plain & RAGAS_COLUMNS) >= 2:
        return "Ragas"
    if plain >= EVENT_KEYS:
        return "events"
    return "CSV" if content.is_table else "JSON"


def _graded(content: Content, names: Sequence[str]) -> set[str]:
    """Columns that hold scores alone, and at least one; none that only numbers the rows."""
    found = set()
    for name in names:
        given = [record.values[name] for record in content.records if record.values.get(name) is not None]
        given = [value for value in given if not (isinstance(value, str) and value.strip().lower() in {"", "nan"})]
        if given and all(values.grade(value) is not None for value in given) and not _counts_rows(name, given):
            found.add(name)
    return found


def _counts_rows(name: str, given: Sequence[Any]) -> bool:
    """Whether values number the rows from 0 or 1, in enough of them that ratings would not, unless its name says so."""
    fewest = 2 if plain_name(name) in _NUMBERS else FEWEST_NUMBERED
    numbers = [values.amount(value) for value in given]
    return (
        len(numbers) >= fewest and numbers[0] in {0, 1} and numbers == [numbers[0] + at for at in range(len(numbers))]
    )


def _require(content: Content, columns: Columns, names: Sequence[str]) -> None:
    shown = ", ".join(repr(name) for name in names[:12])
    if not (columns.of("question") or columns.of("inputs") or columns.of("id") or columns.below(INPUT)):
        raise FormatError(
            f"no column says what was asked; there are {shown}.",
            file=content.file,
            line=content.records[0].line,
            hint="Say which it is, such as --column NAME=question.",
        )
    if not (columns.of("output") or columns.of("scores") or columns.below(SCORE)):
        raise FormatError(
            f"there are neither answers nor scores; the columns are {shown}.",
            file=content.file,
            line=content.records[0].line,
            hint="Say which column holds the answers, such as --column NAME=output. A golden set without answers is "
            "brought in by `workbench dataset add`.",
        )


def _ms_per_unit(content: Content, columns: Columns, notes: list[str]) -> float:
    """How many milliseconds one unit of the latency column is; what had to be guessed is said."""
    if columns.of("latency_ms"):
        return 1.0
    if columns.of("latency_s"):
        return 1000.0
    column = columns.of("latency")
    times = [found for r in content.records if (found := values.amount(r.values.get(column or ""))) is not None]
    if column is None or not times:
        return 1.0
    seconds = median(times) < SLOWEST_IN_SECONDS
    unit, role = ("seconds", "latency_ms") if seconds else ("milliseconds", "latency_s")
    notes.append(f"{column} was read as {unit}, by its size; `--column {column}={role}` says otherwise.")
    return 1000.0 if seconds else 1.0


def _told_apart_by_prompt(content: Content, columns: Columns) -> bool:
    """Whether the prompt column holds templates, of which each answers several rows, and not filled-in prompts."""
    column = columns.of("prompt")
    prompts = [values.text(record.values.get(column)) for record in content.records] if column else []
    return 0 < len(set(prompts)) <= len(prompts) / 2


def _arm(record: Record, columns: Columns, *, by_prompt: bool) -> tuple[str, str | None, str | None]:
    """Name, model and prompt of the arm that a row belongs to."""

    def said(role: str) -> str | None:
        column = columns.of(role)
        return None if column is None else values.text(record.values.get(column))

    prompt = said("prompt") if by_prompt else None
    parts = [said("arm"), said("prompt_name"), said("prompt_version")]
    name = " ".join(part for part in parts if part)
    return name or prompt or "", said("model"), prompt


def _answer(record: Record, columns: Columns, ms_per_unit: float) -> ImportedAnswer:
    def value(role: str) -> Any:
        column = columns.of(role)
        return None if column is None else record.values.get(column)

    inputs = _inputs(record, columns)
    row_id, expected = values.text(value("id")), _expected(value("expected"))
    error, output = values.text(value("error")), values.text(value("output"))
    if output is None and error is None:
        # An answer can be empty; with no column for answers, scores alone are known.
        output = ""
    latency = next((values.amount(value(role)) for role in ("latency_ms", "latency_s", "latency") if value(role)), None)
    return ImportedAnswer(
        identity=values.identity(row_id) if row_id else values.identity(inputs, expected),
        inputs=inputs,
        text=output,
        error=error if output is None else None,
        id=row_id,
        expected=expected,
        repeat=_repeat(value("repeat")),
        sources=values.texts(value("context")),
        scores=_scores(record, columns) if output is not None else (),
        latency_ms=None if latency is None else latency * ms_per_unit,
        cost_usd=values.amount(value("cost_usd")),
        prompt_tokens=values.whole(value("prompt_tokens")),
        completion_tokens=values.whole(value("completion_tokens")),
        at=values.time(value("timestamp")),
        tags=_tags(value("tags")),
        metadata={
            **values.mapping(value("metadata")),
            **{name: found for name, column in columns.below(METADATA).items() if (found := record.values.get(column))},
        },
    )


def _repeat(value: Any) -> int | None:
    """Which repeat a row is; a number beyond any is something else, such as the time in a column `epoch`."""
    found = values.whole(value)
    return found if found and found <= MOST_REPEATS else None


def _inputs(record: Record, columns: Columns) -> dict[str, Any]:
    whole = columns.of("inputs")
    inputs = dict(values.mapping(record.values.get(whole))) if whole else {}
    question = columns.of("question")
    if question is not None and record.values.get(question) is not None:
        inputs |= values.asked(record.values[question])
    inputs |= {name: record.values.get(column, "") for name, column in columns.below(INPUT).items()}
    if not inputs and (row_id := columns.of("id")):
        inputs = {"id": values.text(record.values.get(row_id)) or ""}
    return inputs


def _expected(value: Any) -> str | None:
    """The reference; where a file has a list of them, the first."""
    found = values.texts(value)
    return found[0] if found else None


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return tuple(tag.strip() for tag in value.split(_TAGS) if tag.strip())
    return values.texts(value)


def _scores(record: Record, columns: Columns) -> tuple[ImportedScore, ...]:
    """The columns that are scores, and what an object under `scores` holds."""
    reasons = columns.below(REASON)
    found = [
        ImportedScore(
            name,
            values.grade(record.values.get(column)),
            values.text(record.values.get(reasons.get(column, ""))) or "",
        )
        for name, column in columns.below(SCORE).items()
    ]
    whole = columns.of("scores")
    given = values.mapping(record.values.get(whole)) if whole else {}
    return (*found, *(_named(name, value) for name, value in given.items()))


def _reviews(record: Record, columns: Columns, file: str) -> tuple[ImportedReview, ...]:
    """What people said, by the columns of their verdicts; an empty cell is no verdict."""
    notes, found = columns.below(NOTE), []
    for person, column in columns.below(VERDICT).items():
        written = values.text(record.values.get(column))
        if written is None:
            continue
        note = values.text(record.values.get(notes.get(person, ""))) or ""
        if written.strip().lower() == UNSURE:
            found.append(ImportedReview(person, UNSURE, note))
            continue
        grade = values.grade(record.values.get(column))
        if grade not in {0.0, 1.0}:
            raise FormatError(
                f"{column!r} says {written[:40]!r}, which is no verdict of a person.",
                file=file,
                line=record.line,
                hint="A verdict is pass, fail, unsure, yes, no, 1 or 0. Ratings on a scale are scores: --column NAME=score.",
            )
        found.append(ImportedReview(person, "pass" if grade else "fail", note))
    return tuple(found)


def _named(name: str, value: Any) -> ImportedScore:
    if isinstance(value, Mapping):
        reason = values.text(values.first(value, "reason", "explanation", "comment")) or ""
        return ImportedScore(name, values.grade(values.first(value, "score", "value")), reason)
    return ImportedScore(name, values.grade(value))
