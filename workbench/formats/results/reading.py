"""Results files of any tool that is known, by their content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from workbench.domain.imported import ImportedArm, ImportedResults
from workbench.errors import FormatError, InputError, suggestion
from workbench.formats.results import (
    deepeval,
    inspector_raget,
    langfuse,
    pairs,
    promptfoo,
    promptfoo_csv,
    ragas,
    tables,
)
from workbench.formats.results.content import Content, parse

Reader = Callable[[Content], ImportedResults]

_READERS: Mapping[str, tuple[tuple[Callable[[Content], bool], Reader], ...]] = {
    "promptfoo": ((promptfoo_csv.is_mine, promptfoo_csv.read), (promptfoo.is_mine, promptfoo.read)),
    "langfuse": ((langfuse.is_mine, langfuse.read),),
    "deepeval": ((deepeval.is_mine, deepeval.read),),
    "ragas": ((ragas.is_mine, ragas.read),),
    "inspectorraget": ((inspector_raget.is_mine, inspector_raget.read),),
}
PLAIN = "plain"
FORMATS = (*_READERS, pairs.TOOL, PLAIN)
"""What can be named where the content does not tell; `plain` is CSV, JSON Lines or a JSON list, one answer a row, and
`pairs` the same with two answers a row and who prefers which."""


def read_results(
    files: Sequence[tuple[str, bytes]], *, tool: str | None = None, columns: Mapping[str, str] | None = None
) -> ImportedResults:
    """Everything in these files; those of one evaluation, an arm or several from each.

    `tool` is one of FORMATS and overrules what the content looks like; `columns` says what a plain file's columns are.
    Raises InputError for a format that is not known, FormatError with the line for what cannot be read.
    """
    if tool is not None and tool not in FORMATS:
        raise InputError(f"{tool!r} is no format of results.", hint=suggestion(tool, FORMATS))
    contents = [parse(name, data) for name, data in files]
    if tool == pairs.TOOL or (tool is None and not columns and any(pairs.is_mine(content) for content in contents)):
        return pairs.read(contents)
    scores = [content for content in contents if langfuse.is_scores(content)] if len(contents) > 1 else []
    answers = [content for content in contents if not any(content is one for one in scores)]
    if not answers:
        raise FormatError("these are scores without the answers they score.", file=contents[0].file)
    found = [_read(content, tool, columns or {}, scores) for content in answers]
    arms = [
        arm
        for content, results, file in zip(answers, found, _file_names(answers), strict=True)
        for arm in _named(content, results, file, alone=len(answers) == 1)
    ]
    empty = [arm for arm in arms if not arm.answers]
    if empty or not arms:
        raise FormatError("there are no answers.", file=answers[0].file)
    notes = dict.fromkeys(note for results in found for note in results.notes)
    return ImportedResults(found[0].tool, tuple(arms), tuple(notes))


def _read(content: Content, tool: str | None, columns: Mapping[str, str], scores: Sequence[Content]) -> ImportedResults:
    for name, readers in _READERS.items():
        # Columns are named for plain files.
        if tool not in {None, name} or (columns and tool is None):
            continue
        for is_mine, read in readers:
            if not is_mine(content):
                continue
            return langfuse.read(content, scores) if name == "langfuse" else read(content)
        if tool == name == "ragas" and content.records:
            return replace(tables.read(content, columns), tool="Ragas")
        if tool == name:
            raise FormatError(f"this does not look like results of {name}.", file=content.file)
    if not content.records or (isinstance(content.document, Mapping) and not _is_one_answer(content)):
        raise FormatError(
            "this is no results file that is known.",
            file=content.file,
            line=1,
            hint=f"Known are {', '.join(_READERS)}, and plain CSV, JSON Lines or a JSON list with one answer a row.",
        )
    return tables.read(content, columns)


def _is_one_answer(content: Content) -> bool:
    """Whether a single JSON object is a JSON Lines file with one line, and no document with lists of its own."""
    return not any(
        isinstance(value, list) and value and isinstance(value[0], dict) for value in content.document.values()
    )


def _named(content: Content, results: ImportedResults, file: str, *, alone: bool) -> Sequence[ImportedArm]:
    """The arms of a file, called after it where they have no name, or other files' arms may have the same."""
    if alone:
        return [arm if arm.name or arm.model else replace(arm, name=content.stem) for arm in results.arms]
    several = len(results.arms) > 1
    return [replace(arm, name=f"{arm.name} {file}".strip() if several else file) for arm in results.arms]


def _file_names(contents: Sequence[Content]) -> list[str]:
    """What tells the files apart: their names, else their folders', else both."""
    paths = [PurePath(content.file) for content in contents]
    stems, folders = [path.stem for path in paths], [path.parent.name for path in paths]
    for names in (stems, folders, [f"{folder} {stem}" for folder, stem in zip(folders, stems, strict=True)]):
        if all(names) and len(set(names)) == len(names):
            return names
    return [f"{stem} {number}" for number, stem in enumerate(stems, 1)]
