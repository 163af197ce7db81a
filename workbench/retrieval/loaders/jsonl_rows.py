"""JSON Lines (.jsonl, .ndjson): a line is an object, and a document."""

from __future__ import annotations

from workbench.errors import FormatError
from workbench.formats.json_values import JsonProblem
from workbench.formats.json_values import decode as decode_json
from workbench.retrieval.loaders.parsed import decode
from workbench.retrieval.loaders.rows import Row, Rows, to_documents

_PROBLEMS_TOLD_APART = 20


def read(data: bytes, text_column: str | None) -> Rows:
    """A document of each line; broken lines are left out by number.

    Raises FormatError when no line can be read or no column holds text.
    """
    rows: list[Row] = []
    problems: list[tuple[int, str]] = []
    # Not splitlines(): a text within JSON may hold other line ends as they are.
    for number, line in enumerate(decode(data).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = decode_json(line)
        except JsonProblem as error:
            problems.append((number, error.problem))
            continue
        if isinstance(value, dict):
            rows.append(Row(number, value))
        else:
            problems.append((number, "not a JSON object"))
    if not rows:
        number, problem = problems[0] if problems else (1, "there are no lines")
        raise FormatError(f"{problem}; JSON Lines has one object on each line", line=number)
    return to_documents(rows, text_column, unit="line", problems=_few(problems))


def _few(problems: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Problems each by its words, as long as they are few."""
    known = set(list(dict.fromkeys(problem for _, problem in problems))[:_PROBLEMS_TOLD_APART])
    return [(number, problem if problem in known else "not JSON either") for number, problem in problems]
