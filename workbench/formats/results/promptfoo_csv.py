"""Results of promptfoo as CSV, in the three ways in which it has written them.

First `[PASS] answer` and `[FAIL] reason --- answer` in the prompts' columns; then with a score and the reason below; now a
column with the answer, followed by `Status`, `Score`, `Named Scores`, a `Metric: NAME` each, and `Grader Reason`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults, ImportedScore
from workbench.errors import FormatError
from workbench.formats.results import values
from workbench.formats.results.content import Content
from workbench.formats.results.promptfoo import PASSED, SCORE, TOOL

_MARKED = re.compile(r"\[(PASS|FAIL|ERROR)\]")
_HEAD = re.compile(r"\[(PASS|FAIL|ERROR)\] ?(?:\((\d+(?:\.\d+)?)(?:, [^)]*)?\))?\s*")
_REASON = re.compile(r"\n\s*\n(?:Pass|Fail) Reason: (.*)\Z", re.DOTALL)
_PROVIDER = re.compile(r"\[([^\]]+)\] ?(.*)\Z", re.DOTALL)
_METRIC = "Metric: "
_BESIDES = ("Status", "Score", "Named Scores", "Grader Reason", "Comment")


def is_mine(content: Content) -> bool:
    """Whether the file looks like a table of promptfoo's."""
    return content.is_table and bool(_answer_columns(content))


def read(content: Content) -> ImportedResults:
    """All answers, an arm for each prompt's column. Raises FormatError where no column is marked as an answer."""
    columns = _answer_columns(content)
    if not columns:
        raise FormatError("no column holds answers marked [PASS] or [FAIL].", file=content.file, line=1)
    notes = []
    if any(_METRIC in name for name in content.header):
        notes.append("A CSV has no times and costs: promptfoo's JSON (`-o results.json`) has them.")
    inputs = _input_columns(content, columns)
    arms = [_arm(content, column, inputs) for column in columns]
    return ImportedResults(TOOL, tuple(arms), tuple(notes))


def _answer_columns(content: Content) -> list[int]:
    header = content.header
    new = [place for place in range(len(header) - 2) if header[place + 1 : place + 3] == ("Status", "Score")]
    return new or [place for place in range(len(header)) if _all_marked(content, place)]


def _all_marked(content: Content, place: int) -> bool:
    cells = [row[place] for _, row in content.cells if place < len(row) and row[place].strip()]
    return bool(cells) and all(_MARKED.match(cell) for cell in cells)


def _input_columns(content: Content, columns: Sequence[int]) -> list[int]:
    """What stands before the answers in new files and behind them in old ones."""
    besides = {place for column in columns for place in _block(content.header, column)}
    return [place for place in range(len(content.header)) if place not in besides and content.header[place]]


def _block(header: Sequence[str], column: int) -> range:
    end = column + 1
    while end < len(header) and (header[end] in _BESIDES or header[end].startswith(_METRIC)):
        end += 1
    return range(column, end)


def _arm(content: Content, column: int, inputs: Sequence[int]) -> ImportedArm:
    provider = _PROVIDER.match(content.header[column]) if len(_block(content.header, column)) > 1 else None
    # An old header is the prompt itself, which may begin with a bracket: a list of messages.
    prompt, model = (provider[2], provider[1]) if provider else (content.header[column], None)
    answers = tuple(_answer(content.header, row, column, inputs) for _, row in content.cells)
    return ImportedArm(prompt, model, values.messages(prompt), answers)


def _answer(header: Sequence[str], row: Sequence[str], column: int, inputs: Sequence[int]) -> ImportedAnswer:
    filled = [*row, *([""] * (len(header) - len(row)))]
    block = {header[place]: filled[place] for place in _block(header, column)[1:]}
    said = _of_columns(filled[column], block) if block else _of_cell(filled[column])
    status, answer, score, reason = said
    asked = {header[place]: filled[place] for place in inputs}
    if status == "ERROR":
        return ImportedAnswer(values.identity(asked), asked, None, reason or answer or "promptfoo says ERROR")
    scores = [ImportedScore(PASSED, {"PASS": 1.0, "FAIL": 0.0}.get(status), reason)]
    if score is not None:
        scores.append(ImportedScore(SCORE, score, reason))
    scores += [
        ImportedScore(name.removeprefix(_METRIC), values.number(cell))
        for name, cell in block.items()
        if name.startswith(_METRIC) and cell
    ]
    return ImportedAnswer(values.identity(asked), asked, answer, scores=tuple(scores))


def _of_columns(answer: str, block: dict[str, str]) -> tuple[str, str, float | None, str]:
    return block["Status"], answer, values.number(block["Score"]), block.get("Grader Reason", "")


def _of_cell(cell: str) -> tuple[str, str, float | None, str]:
    """Status, answer, score and reason of an older cell."""
    head = _HEAD.match(cell)
    if head is None:
        return "", cell, None, ""
    rest, score = cell[head.end() :], values.number(head[2])
    if below := _REASON.search(rest):
        return head[1], rest[: below.start()], score, below[1].strip()
    reason, line, answer = rest.partition("\n---\n")
    return (head[1], answer, score, reason) if line and head[1] != "PASS" else (head[1], rest, score, "")
