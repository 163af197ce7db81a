"""promptfoo's tests as golden rows, and back."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.domain.dataset import Example
from workbench.errors import FormatError, InputError
from workbench.formats.csv_cells import read_rows
from workbench.formats.dataset_ids import with_ids
from workbench.formats.dataset_rows import COLUMNS, to_row
from workbench.formats.fields import Fields, Path
from workbench.formats.prompts import documents, promptfoo_assertions
from workbench.formats.prompts.documents import line_of
from workbench.formats.prompts.foreign import Losses, Source
from workbench.formats.utf8 import decode as decode_text
from workbench.formats.yaml_nodes import Document

MOST_ROWS = 10_000
"""Rows that lists of values may multiply to."""
OURS = "workbench"
"""Where in a test's metadata the rest of a golden row stands."""
KEPT = "assert"
"""Where in a row's metadata assertions stand that are no checks of ours, so that they are not lost."""

_KEYS = {"description", "vars", "assert", "metadata"}
_EXPECTED = re.compile(r"__expected\d*\Z")
_METADATA = re.compile(r"__metadata:(?P<key>[^\[\]]+)(?P<list>\[\])?\Z")
_FILE = "file://"

RowValues = tuple[int, dict[str, Any]]


def is_table(text: str) -> bool:
    """Whether a text is a table of tests: its first line has a column that begins with `__`."""
    head = text.lstrip("\ufeff").split("\n", 1)[0]
    return (
        "," in head
        and re.search(r"(?:^|,)\s*\"?__(expected|metadata:|config:|description|threshold)", head) is not None
    )


def read(source: Source, fields: Fields, document: Document, losses: Losses) -> list[RowValues]:
    """The rows of all tests of a configuration. Raises FormatError."""
    default = fields.values.get("defaultTest") or {}
    if isinstance(default, str):
        losses.add("'defaultTest' is left out: it is in another file.", line_of(document, ("defaultTest",)))
        default = {}
    if not isinstance(default, Mapping):
        raise fields.wrong("defaultTest", "a mapping")
    _note_unread(default, document, ("defaultTest",), losses)
    given = fields.values.get("tests")
    if given is None:
        return []
    if isinstance(given, str) or (isinstance(given, Mapping) and isinstance(given.get("path"), str)):
        return _of_file(
            source, given if isinstance(given, str) else given["path"], document, ("tests",), default, losses
        )
    if not isinstance(given, list):
        raise fields.wrong("tests", "a list of tests or a file's path")
    return of_list(source, document, ("tests",), default, losses)


def of_list(
    source: Source, document: Document, path: Path, default: Mapping[str, Any], losses: Losses
) -> list[RowValues]:
    """The rows of a list of tests, in which paths of files with more may stand."""
    values = document.value
    for step in path:
        values = values[step]
    found: list[RowValues] = []
    for n, test in enumerate(values):
        here = (*path, n)
        test = _resolved(test, document, here)  # noqa: PLW2901 - what it stands for
        if isinstance(test, str):
            found += _of_file(source, test, document, here, default, losses)
        else:
            found += _of_test(source, Fields.of(test, here, document.complain), document, default, losses)
    return found


def _of_file(  # noqa: PLR0917 - as its neighbours, and the name besides
    source: Source, named: str, document: Document, path: Path, default: Mapping[str, Any], losses: Losses
) -> list[RowValues]:
    file, line = named.removeprefix(_FILE), line_of(document, path)
    if not file.lower().endswith((".csv", ".yaml", ".yml", ".json", ".jsonl")) or "://" in file or "*" in file:
        losses.add(f"The tests {named[:100]!r} are left out: only CSV, YAML, JSON and JSON Lines files are read.", line)
        return []
    text = documents.text_beside(source, file, document, path)
    inside, losses = replace(source, file=file, text=text), losses.inside(file)
    if file.lower().endswith(".csv"):
        return of_table(inside, text, losses, default)
    if file.lower().endswith(".jsonl"):
        lines = [line for line in text.split("\n") if line.strip()]
        text = f"[{','.join(lines)}]"
    tests = documents.read(text, file)
    if not isinstance(tests.value, list):
        raise tests.complain((), "expected a list of tests")
    return of_list(inside, tests, (), default, losses)


def of_table(source: Source, text: str, losses: Losses, default: Mapping[str, Any] | None = None) -> list[RowValues]:
    """The rows of a table: variables by column, and what promptfoo knows in columns that begin with `__`."""
    documents.require_size(text, source.file)
    table = [(line, cells) for line, cells in read_rows(text.lstrip("\ufeff"), ",", source.file) if any(cells)]
    if len(table) < 2:
        raise FormatError("there are no rows below the header.", file=source.file, line=1)
    (head_line, head), *body = table
    columns = [name.strip() for name in head]
    if len(set(columns)) < len(columns):
        raise FormatError("two columns have the same name.", file=source.file, line=head_line)
    for name in columns:
        if name.startswith("__") and not (_EXPECTED.match(name) or _METADATA.match(name) or name == "__description"):
            losses.add(f"The column {name[:60]!r} is left out.", head_line)
    found: list[RowValues] = []
    for line, cells in body:
        if len(cells) > len(columns):
            raise FormatError(
                f"the row has {len(cells)} cells, and there are {len(columns)} columns.", file=source.file, line=line
            )
        row = dict(zip(columns, cells, strict=False))
        test: dict[str, Any] = {"vars": {name: cell for name, cell in row.items() if not name.startswith("__")}}
        test["assert"] = [
            promptfoo_assertions.of_cell(cell) for name, cell in row.items() if _EXPECTED.match(name) and cell.strip()
        ]
        test["metadata"] = _metadata(row)
        if row.get("__description"):
            test["description"] = row["__description"]
        document = Document(source.file, places={(): (line, 1)})
        found += _of_test(source, Fields.of(test, (), document.complain), document, default or {}, losses)
    return found


def _metadata(row: Mapping[str, str]) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    for name, cell in row.items():
        found = _METADATA.match(name)
        if found and cell:
            # A comma that belongs to a value stands behind a backslash.
            parts = [part.replace("\\,", ",").strip() for part in re.split(r"(?<!\\),", cell)]
            metadata[found["key"]] = parts if found["list"] else cell
    return metadata


def _note_unread(test: Mapping[str, Any], document: Document, path: Path, losses: Losses) -> None:
    for key, value in test.items():
        if key not in _KEYS and value not in (None, [], {}):
            losses.add(f"{key[:60]!r} of tests is left out.", line_of(document, (*path, key)))


def _of_test(
    source: Source, test: Fields, document: Document, default: Mapping[str, Any], losses: Losses
) -> list[RowValues]:
    """The row of a test; several where a variable has a list of values, one for each combination."""
    line = line_of(document, test.path)
    _note_unread(test.values, document, test.path, losses)
    given = test.values.get("vars") or {}
    if not isinstance(given, Mapping):
        losses.add("The variables of a test are left out: they are in another file.", line)
        given = {}
    defaults = default.get("vars")
    variables = {**(defaults if isinstance(defaults, Mapping) else {}), **given}
    checks, kept = _assertions(test, document, default, losses)
    shared = default.get("metadata")
    metadata: dict[str, Any] = {
        **(shared if isinstance(shared, Mapping) else {}),
        **(test.mapping("metadata") or {}),
    }
    rest = metadata.pop(OURS, None)
    if test.text("description"):
        metadata["description"] = test.text("description")
    if kept:
        metadata[KEPT] = kept
    row: dict[str, Any] = {"checks": checks, "metadata": metadata}
    if isinstance(rest, Mapping):
        row |= {key: value for key, value in rest.items() if key in COLUMNS and key not in ("inputs", "metadata")}
    return [(line, {**row, "inputs": inputs}) for inputs in _combinations(source, variables, line, losses)]


def _assertions(
    test: Fields, document: Document, default: Mapping[str, Any], losses: Losses
) -> tuple[list[dict[str, Any]], list[Mapping[str, Any]]]:
    """Checks of ours, and the assertions that are none, the configuration's own first."""
    checks: list[dict[str, Any]] = []
    kept: list[Mapping[str, Any]] = []
    shared = default.get("assert") or []
    own = test.items("assert") or []
    places = [(one, ("defaultTest", "assert", n)) for n, one in enumerate(shared if isinstance(shared, list) else [])]
    for one, path in [*places, *((one, (*test.path, "assert", n)) for n, one in enumerate(own))]:
        line = line_of(document, path)
        one = _resolved(one, document, path)  # noqa: PLW2901 - what it stands for
        if not isinstance(one, Mapping) or not isinstance(one.get("type"), str):
            raise document.complain(path, "an assertion has a type")
        found = promptfoo_assertions.to_checks(one, line, losses)
        if found is None:
            kept.append(one)
        else:
            checks += found
    return checks, kept


def _resolved(value: Any, document: Document, path: Path) -> Any:
    """A test or assertion, or the one of the same document that it refers to. Raises FormatError."""
    reference = value.get("$ref") if isinstance(value, Mapping) else None
    if reference is None:
        return value
    if not isinstance(reference, str) or not reference.startswith("#/"):
        raise document.complain(path, "only references within the file are followed")
    target = document.value
    for step in reference.removeprefix("#/").split("/"):
        target = target.get(step) if isinstance(target, Mapping) else None
    if not isinstance(target, Mapping) or "$ref" in target:
        raise document.complain(path, f"there is nothing to refer to at {reference[:100]!r}")
    return target


def _combinations(source: Source, variables: Mapping[str, Any], line: int, losses: Losses) -> list[dict[str, Any]]:
    lists = {name: value if isinstance(value, list) and value else [value] for name, value in variables.items()}
    if math.prod(len(values) for values in lists.values()) > MOST_ROWS:
        raise FormatError(f"lists of values make more than {MOST_ROWS:,} rows.", file=source.file, line=line)
    found = []
    for values in itertools.product(*lists.values()):
        inputs = {}
        for name, value in zip(lists, values, strict=True):
            if value is None:
                continue
            if isinstance(value, str) and value.startswith(_FILE):
                value = _value_in_file(source, name, value, line, losses)  # noqa: PLW2901 - the value it stands for
            elif isinstance(value, str) and "{{" in value:
                losses.add(f"{name!r} holds '{{{{', which promptfoo fills in and here stays text.", line)
            inputs[name] = value
        found.append(inputs)
    return found


def _value_in_file(source: Source, name: str, value: str, line: int, losses: Losses) -> str:
    file = value.removeprefix(_FILE)
    if not file.lower().endswith((".txt", ".md", ".json", ".yaml", ".yml", ".csv", ".html")):
        losses.add(f"{name!r} stays {value[:100]!r}: only texts are read from files, and nothing is run.", line)
        return value
    try:
        return decode_text(source.beside(file), file)
    except InputError as error:
        losses.add(f"{name!r} stays {value[:100]!r}: {error}", line)
        return value


def write(examples: Sequence[Example], losses: Losses) -> list[dict[str, Any]]:
    """Rows as tests. What promptfoo has no place for stands in their metadata, where reading finds it again."""
    asked = Counter(example.asked_hash for example in examples)
    return [_test(example, losses, asked_once=asked[example.asked_hash] == 1) for example in examples]


def _test(example: Example, losses: Losses, *, asked_once: bool) -> dict[str, Any]:
    row = to_row(example)
    metadata = dict(row.pop("metadata", {}))
    kept = metadata.pop(KEPT, None)
    test: dict[str, Any] = {}
    description = metadata.pop("description", None)
    if isinstance(description, str) and description:
        test["description"] = description
    elif description is not None:
        metadata["description"] = description
    inputs = row.pop("inputs")
    # A list stands for a test each, so that a list of one list is the value itself.
    test["vars"] = {name: [value] if isinstance(value, list) else value for name, value in inputs.items()}
    shaped = [name for name, value in inputs.items() if isinstance(value, (list, Mapping))]
    if shaped:
        losses.add(f"promptfoo writes lists and mappings into a prompt in its own way: {', '.join(shaped)[:200]}.")
    written = [promptfoo_assertions.of_check(check) for check in example.checks]
    assertions: list[Any] = [one for one in written if one is not None]
    if None not in written:
        row.pop("checks", None)
    else:
        names = ", ".join(
            sorted({check.type for check, one in zip(example.checks, written, strict=True) if one is None})
        )
        losses.add(f"promptfoo does not test these checks, which stay in the tests' metadata: {names}.")
    if isinstance(kept, list):
        assertions += kept
    if assertions:
        test["assert"] = assertions
    if asked_once and row["id"] == with_ids([replace(example, id="")])[0].id:
        del row["id"]
    if row:
        metadata[OURS] = row
    return test | ({"metadata": metadata} if metadata else {})
