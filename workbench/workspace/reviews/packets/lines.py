"""Answers as JSON lines with a place for a verdict, and what was filled in."""

from __future__ import annotations

import json
from collections.abc import Sequence

from workbench.domain.review import VERDICTS, Verdict
from workbench.errors import FormatError
from workbench.workspace.reviews.case import ReviewCase
from workbench.workspace.reviews.queue import QueueItem
from workbench.workspace.reviews.storing import LONGEST_NOTE


def write_lines(items: Sequence[tuple[QueueItem, ReviewCase]]) -> str:
    """A line for each answer, with what its reviewer said of it so far. Nothing says who wrote it."""
    lines = []
    for item, case in items:
        row = {
            "trial_id": case.trial_id,
            "inputs": case.example.inputs,
            "answer": case.answer,
            "sources": [f"[{n}] {source}\n{text}" for n, (source, text) in enumerate(case.sources, 1)],
            "verdict": item.verdict or "",
            "note": "" if item.review is None else item.review.note,
        }
        lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    return "".join(lines)


def read_lines(text: str, file: str) -> list[tuple[int, str, Verdict, str]]:
    """Line, trial, verdict and note wherever a verdict was filled in. FormatError names the line that is wrong."""
    # Not splitlines(): an answer may hold characters that it takes for the end of a line.
    rows = [(number, _read_row(line, file, number)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return [(number, *row) for number, row in rows if row is not None]


def _read_row(line: str, file: str, number: int) -> tuple[str, Verdict, str] | None:
    """One line of a filled-in file; None where no verdict was given."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise FormatError(f"this is not JSON: {error.msg}.", file=file, line=number, column=error.colno) from error
    except RecursionError as error:
        raise FormatError("this is nested too deeply.", file=file, line=number) from error
    if not isinstance(row, dict) or not isinstance(row.get("trial_id"), str):
        raise FormatError("a line is an object with `trial_id`.", file=file, line=number)
    verdict, note = row.get("verdict") or "", row.get("note") or ""
    if verdict == "":
        return None
    if verdict not in VERDICTS:
        raise FormatError(
            f"{verdict!r} is no verdict.", file=file, line=number, column="verdict", hint=f"Use {', '.join(VERDICTS)}."
        )
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise FormatError("a note is a text, and not a book.", file=file, line=number, column="note")
    return row["trial_id"], verdict, note
