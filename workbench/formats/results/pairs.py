"""Two answers to each question, and who says which is better: people's labels, judges' verdicts in one order or both.

A row has two answers (`response1` and `response2`, `output_1` and `output_2`, ...), labels of people (`label`,
`annotator1`, ...) and verdicts of judges (`NAME_result`, `winner`), each 1, 2 or 0 for a tie. Further files may hold the
verdicts, by the rows' `idx`, or by their place from 0. A verdict in a column that ends in `_swapped` was given with the
answers shown in the other order; it names them by their place in the file all the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults
from workbench.domain.pairs import ImportedVerdict, Rater, Said
from workbench.errors import FormatError
from workbench.formats.results import values
from workbench.formats.results.columns import plain_name
from workbench.formats.results.content import Content, Record

TOOL = "pairs"
_ANSWERS = ("response", "output", "answer", "completion")
_NUMBERED = (("1", "2"), ("a", "b"))
_ASKED = ("question", "instruction", "input", "prompt", "userinput", "context")
_KEYS = ("idx", "id", "item", "index")
_SETS = ("subset", "split")
_JUDGES = ("evaluator", "judge")
_Arm = tuple[str, str | None]
"""A name, or a model."""
_BOTH_MODELS = "cmpkey"
"""PandaLM's column with the names of both models, such as `bloom-7b_llama-7b`."""
_PERSON = re.compile(r"label|(annotator|labell?er|human|person)\d*(label|preference)?")
_VERDICT = re.compile(
    r"(?:(?P<judge>.+?)[_ .-])?(?P<kind>result|winner|verdict)(?P<swapped>[_ .-]swapped)?", re.IGNORECASE
)
_SAID: Mapping[str, Said] = {
    **dict.fromkeys(("1", "a", "first", "model_a"), "first"),
    **dict.fromkeys(("2", "b", "second", "model_b"), "second"),
    **dict.fromkeys(("0", "tie", "equal"), "tie"),
}


def is_mine(content: Content) -> bool:
    """Whether the rows of a file have two answers each."""
    return bool(content.records) and _answer_columns(_columns(content)) is not None


def read(contents: Sequence[Content]) -> ImportedResults:
    """Files with pairs of answers, and those with further verdicts on them.

    Raises FormatError, with line, for rows that are there twice, for verdicts on no pair, and where nobody says anything.
    """
    found = _Found()
    pairs = [content for content in contents if is_mine(content)]
    if not pairs:
        raise FormatError(
            "the rows have no two answers.",
            file=contents[0].file,
            hint="They stand in columns such as response1 and response2, or output_1 and output_2.",
        )
    for content in pairs:
        found.add_pairs(content, alone=len(pairs) == 1)
    for content in contents:
        if not any(content is one for one in pairs):
            found.add_verdicts(content, {_set_of(one): one.file for one in pairs})
    if not found.verdicts:
        raise FormatError(
            "nobody says which answer is better.",
            file=pairs[0].file,
            hint="People's labels stand in a column such as label or annotator1, a judge's verdicts in winner or in "
            "NAME_result: 1, 2, or 0 for a tie.",
        )
    return found.results()


def renamed(results: ImportedResults, taken: Collection[str]) -> ImportedResults:
    """The results with every judge called so that it is told apart from the project's own."""
    new = {r.name: f"{r.name} ({results.tool})" for r in results.raters if r.name in taken}
    return replace(
        results,
        raters=tuple(replace(rater, name=new.get(rater.name, rater.name)) for rater in results.raters),
        verdicts=tuple(replace(verdict, rater=new.get(verdict.rater, verdict.rater)) for verdict in results.verdicts),
    )


@dataclass(frozen=True)
class _Judge:
    """The columns of one judge."""

    name: str
    """Empty where each row says it."""
    told: str
    """The column that says it then."""
    column: str
    swapped: str | None
    reason: str | None

    def of(self, record: Record, name: str, pair: tuple[str, int, int]) -> ImportedVerdict:
        """What it said of a pair, and how it wrote what cannot be read."""
        given = [record.values.get(column) for column in (self.column, self.swapped) if column is not None]
        said = [_said(value) for value in given]
        raw = " / ".join(values.text(value) or "nothing" for value, one in zip(given, said, strict=True) if one is None)
        reason = (values.text(record.values.get(self.reason)) if self.reason else None) or ""
        return ImportedVerdict(name, *pair, said[0], said[1] if len(said) > 1 else None, raw, reason)


@dataclass
class _Found:
    """What was read until now."""

    arms: dict[_Arm, list[ImportedAnswer]] = field(default_factory=dict)
    pairs: dict[tuple[str, str], tuple[str, int, int]] = field(default_factory=dict)
    """By the file's set and the row's id: the identity of its answers, and the arms that gave them."""
    raters: dict[str, Rater] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], ImportedVerdict] = field(default_factory=dict)
    elsewhere: int = 0

    def results(self) -> ImportedResults:
        arms = tuple(ImportedArm(name, model, (), tuple(some)) for (name, model), some in self.arms.items())
        notes: tuple[str, ...] = ()
        if self.elsewhere:
            notes = (f"{self.elsewhere:,} verdicts are on rows of other sets and were left out.",)
        return ImportedResults(TOOL, arms, notes, tuple(self.raters.values()), tuple(self.verdicts.values()))

    def add_pairs(self, content: Content, *, alone: bool) -> None:
        names, named_set = _columns(content), _set_of(content)
        answers = _answer_columns(names)
        assert answers is not None  # noqa: S101 (these are the files that have two)
        asked = {names[name]: name for name in _ASKED if name in names}
        if not asked:
            raise _at(content, content.records[0], "no column says what was asked.", "Call it question or instruction.")
        judges = _judges(content)
        people = {name: column for name, column in names.items() if _PERSON.fullmatch(name)}
        used = {*answers, *asked, *people.values(), *(c for j in judges for c in (j.column, j.swapped, j.reason) if c)}
        for place, (record, two) in enumerate(zip(content.records, _arms(content, names, answers), strict=True)):
            row = _row_id(record, names, place)
            if (named_set, row) in self.pairs:
                raise _at(content, record, f"there are two rows {row!r}, or two files of one name.")
            if two[0] == two[1]:
                raise _at(content, record, f"both answers are by {two[0][1]!r}.")
            identity = values.identity(named_set, row)
            kept = {name: value for name, value in record.values.items() if name not in used and value is not None}
            for arm, column in zip(two, answers, strict=True):
                answer = ImportedAnswer(
                    identity=identity,
                    inputs=_inputs(record, asked),
                    text=values.text(record.values.get(column)) or "",
                    id=row if alone else f"{named_set}-{row}",
                    metadata=kept,
                )
                self.arms.setdefault(arm, []).append(answer)
            order = list(self.arms)
            self.pairs[named_set, row] = identity, order.index(two[0]), order.index(two[1])
            for column in people.values():
                self._label(content, record, column, self.pairs[named_set, row])
            for judge in judges:
                self._judged(content, record, judge, self.pairs[named_set, row])

    def add_verdicts(self, content: Content, sets: Mapping[str, str]) -> None:
        """Verdicts of a file without answers; `sets` are those that the files with answers are."""
        names, judges = _columns(content), _judges(content)
        if not judges:
            raise _at(content, None, "there are neither two answers nor verdicts on them.")
        of_set = next((names[name] for name in _SETS if name in names), None)
        if of_set is None and len(sets) > 1:
            raise _at(
                content, None, "it does not say which file its rows are of.", "Import one file of pairs at a time."
            )
        key = next((names[name] for name in _KEYS if name in names), None)
        taken = 0
        for place, record in enumerate(content.records):
            named_set = (values.text(record.values.get(of_set)) or "") if of_set else next(iter(sets))
            if named_set not in sets:
                self.elsewhere += 1
                continue
            row = _row_id(record, names, place)
            pair = self.pairs.get((named_set, row))
            if pair is None:
                raise _at(content, record, f"there is no pair {row!r} in {PurePath(sets[named_set]).name}.")
            taken += 1
            for judge in judges:
                self._judged(content, record, judge, pair)
        if not taken:
            hint = f"Rows are told apart by {of_set}: it names the file with the answers." if of_set and key else None
            raise _at(content, None, "none of its verdicts is on a pair of the other files.", hint)

    def _label(self, content: Content, record: Record, column: str, pair: tuple[str, int, int]) -> None:
        """A person's label; where there is none, nobody was asked."""
        given = record.values.get(column)
        if values.text(given) is None:
            return
        said = _said(given)
        raw = "" if said is not None else values.text(given) or ""
        self._add(content, record, Rater(column, is_person=True), ImportedVerdict(column, *pair, said, raw=raw))

    def _judged(self, content: Content, record: Record, judge: _Judge, pair: tuple[str, int, int]) -> None:
        name = judge.name or (values.text(record.values.get(judge.told)) or "").strip()
        if not name:
            raise _at(content, record, "it does not say who judged.")
        rater = Rater(name, is_person=False, both_orders=judge.swapped is not None)
        self._add(content, record, rater, judge.of(record, name, pair))

    def _add(self, content: Content, record: Record, rater: Rater, verdict: ImportedVerdict) -> None:
        if self.raters.setdefault(rater.name, rater) != rater:
            raise _at(content, record, f"{rater.name!r} stands for two raters.", "Give one of them another name.")
        place = rater.name, verdict.row
        if place in self.verdicts:
            raise _at(content, record, f"{rater.name!r} has two verdicts on the same pair.")
        self.verdicts[place] = verdict


def _at(content: Content, record: Record | None, problem: str, hint: str | None = None) -> FormatError:
    return FormatError(problem, file=content.file, line=record.line if record else 1, hint=hint)


def _columns(content: Content) -> dict[str, str]:
    """The columns by their names in small letters, without what separates words."""
    names = content.header or tuple(dict.fromkeys(name for record in content.records for name in record.values))
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(plain_name(name).replace("_", ""), name)
    return found


def _answer_columns(names: Mapping[str, str]) -> tuple[str, str] | None:
    for stem in _ANSWERS:
        for first, second in _NUMBERED:
            if f"{stem}{first}" in names and f"{stem}{second}" in names:
                return names[f"{stem}{first}"], names[f"{stem}{second}"]
    return None


def _judges(content: Content) -> list[_Judge]:
    names = _columns(content)
    columns, told = list(names.values()), next((names[name] for name in _JUDGES if name in names), None)
    found = []
    for column in columns:
        match = _VERDICT.fullmatch(column)
        if match is None or match["swapped"]:
            continue
        name = match["judge"] or ("" if told else content.stem)
        swapped = next((c for c in columns if _same(c, f"{column}_swapped")), None)
        reason = next((c for c in columns if _same(c, f"{match['judge'] or ''}_reason")), None)
        found.append(_Judge(name, told or "", column, swapped, reason))
    return found


def _same(one: str, other: str) -> bool:
    return plain_name(one) == plain_name(other)


def _arms(content: Content, names: Mapping[str, str], answers: tuple[str, str]) -> list[tuple[_Arm, _Arm]]:
    """Who gave the two answers of each row: models, where two columns or PandaLM's one name them in every row."""
    both = names.get(_BOTH_MODELS)
    for first, second in _NUMBERED:
        one, other = names.get(f"model{first}"), names.get(f"model{second}")
        if one and other:
            named = [
                [values.text(r.values.get(one)) or "", values.text(r.values.get(other)) or ""] for r in content.records
            ]
            break
    else:
        named = [_parts(record.values.get(both)) if both else [] for record in content.records]
    if all(len(two) == 2 and all(two) for two in named):
        return [(("", first), ("", second)) for first, second in named]
    return [((answers[0], None), (answers[1], None))] * len(content.records)


def _parts(value: Any) -> list[str]:
    return value.split("_") if isinstance(value, str) else []


def _inputs(record: Record, asked: Mapping[str, str]) -> dict[str, Any]:
    if len(asked) == 1:
        return values.asked(record.values.get(next(iter(asked)), ""))
    return {plain_name(column): record.values.get(column, "") for column in asked}


def _row_id(record: Record, names: Mapping[str, str], place: int) -> str:
    key = next((names[name] for name in _KEYS if name in names), None)
    return (values.text(record.values.get(key)) if key else None) or str(place)


def _set_of(content: Content) -> str:
    """What a file's rows are called in files with verdicts: `Natural` for `Natural.dataset.json`."""
    return PurePath(content.file).name.split(".")[0]


def _said(value: Any) -> Said | None:
    """A verdict; None for what is none."""
    if isinstance(value, bool):
        return None
    number = values.whole(value)
    return _SAID.get(str(number) if number is not None else str(value).strip().lower())
