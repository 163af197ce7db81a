"""Answers as a CSV sheet: a row each, with cells for a verdict. No cell is computed when a spreadsheet opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.review import VERDICTS
from workbench.errors import FormatError
from workbench.formats.csv_cells import neutral, read_rows, write_rows
from workbench.hashing import content_hash, short
from workbench.workspace.reviews.case import ReviewCase
from workbench.workspace.reviews.packets.answers import PacketAnswer
from workbench.workspace.reviews.storing import LONGEST_NOTE

COLUMNS = ("packet", "item", "check", "question", "sources", "expected", "answer", "verdict", "note", "what failed")
NEEDED = ("packet", "item", "check", "answer", "verdict")
_DELIMITERS = ",;\t"
_BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for something else."""


@dataclass(frozen=True)
class SheetRow:
    """One filled-in row."""

    line: int
    item: str
    check: str
    shown: str
    """The answer as the file has it."""
    answer: PacketAnswer

    @property
    def note_alone(self) -> bool:
        """Whether it has a note without a verdict."""
        return self.answer.verdict is None and bool(self.answer.note)

    def require_answer(self, known: str, file: str) -> None:
        """Refuse a row whose answer is another text: a verdict on it would be on something else."""
        if _words(self.shown) != _words(neutral(known)):
            raise FormatError("the answer in this row was changed.", file=file, line=self.line, column="answer")


@dataclass(frozen=True)
class Sheet:
    """A filled-in sheet."""

    name: str
    rows: Sequence[SheetRow]

    @property
    def target(self) -> str:
        """The run or queue it was written from."""
        return self.name.partition("/")[0]

    @property
    def rubric(self) -> str:
        """The hash of the guidelines that it was written under; empty when there were none."""
        return self.name.partition("/")[2]


def sheet_name(target: str, rubric: str) -> str:
    """What stands in every row: where the sheet is from, and under which guidelines."""
    return f"{target}/{rubric}"


def row_check(name: str, case: ReviewCase) -> str:
    """What ties a row to what its reviewer was to be shown."""
    return short(content_hash([name, case.shown]), 16)


def write_sheet(cases: Sequence[ReviewCase], name: str) -> str:
    """The sheet. Nothing in it says who wrote an answer."""
    rows = [
        (
            name,
            case.trial_id,
            row_check(name, case),
            _question(case),
            "\n\n".join(f"[{n}] {source}\n{text}" for n, (source, text) in enumerate(case.sources, 1)),
            case.expected,
            case.answer,
            "",
            "",
            "",
        )
        for case in cases
    ]
    return _BYTE_ORDER_MARK + write_rows([COLUMNS, *([neutral(cell) for cell in row] for row in rows)])


def read_sheet(text: str, file: str) -> Sheet:
    """A filled-in sheet. FormatError names the row that is wrong."""
    table = list(read_rows(text.removeprefix(_BYTE_ORDER_MARK), _delimiter(text), file))
    if not table or not set(NEEDED) <= {cell.strip() for cell in table[0][1]}:
        raise FormatError(
            f"it has no columns {', '.join(NEEDED)}.", file=file, hint="Keep the first row as it was exported."
        )
    names = [cell.strip() for cell in table[0][1]]
    rows, packets, seen = [], set(), set()
    for line, cells in table[1:]:
        row = dict(zip(names, cells, strict=False))
        if not any(cell.strip() for cell in row.values()):
            continue
        found = _row(row, line, file)
        if found.item in seen:
            raise FormatError("this answer stands in the file twice.", file=file, line=line)
        seen.add(found.item)
        packets.add(row.get("packet", "").strip())
        rows.append(found)
    if len(packets) > 1:
        raise FormatError("it holds rows of several sheets.", file=file, hint="Import each sheet by itself.")
    if not rows:
        raise FormatError("it holds no answers.", file=file)
    return Sheet(packets.pop(), rows)


def _row(row: dict[str, str], line: int, file: str) -> SheetRow:
    verdict, note = row.get("verdict", "").strip().lower(), row.get("note", "").strip()
    if verdict and verdict not in VERDICTS:
        raise FormatError(
            f"{verdict!r} is no verdict.", file=file, line=line, column="verdict", hint=f"Use {', '.join(VERDICTS)}."
        )
    if len(note) > LONGEST_NOTE:
        raise FormatError("a note is no book.", file=file, line=line, column="note")
    tags = tuple(tag.strip() for tag in row.get("what failed", "").split("|") if tag.strip())
    return SheetRow(
        line,
        row.get("item", "").strip(),
        row.get("check", "").strip(),
        row.get("answer", ""),
        PacketAnswer(
            row.get("item", "").strip(), next((one for one in VERDICTS if one == verdict), None), note, None, None, tags
        ),
    )


def _question(case: ReviewCase) -> str:
    earlier = [f"{message.role}: {message.content}" for message in case.example.history]
    asked = [text if title == "Question" else f"{title}: {text}" for title, text in case.asked]
    return "\n\n".join([*earlier, *asked])


def _words(text: str) -> list[str]:
    """A text without its blanks and line ends, which spreadsheets change."""
    return text.removeprefix("'").split()


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=head.count)
