"""YAML read as plain values with the line of each, and written the same way every time.

Only what JSON knows is read: mappings with text keys, lists, text, numbers, truth values and null. Dates, `yes` and
`12:30` stay the text they are. Tags, merge keys and duplicate keys are refused; aliases count what they expand to.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workbench.errors import FormatError
from workbench.formats import yaml_causes
from workbench.formats.fields import Path, shown_path
from workbench.formats.json_values import line_and_column

MAX_CHARACTERS = 1_048_576
MAX_DEPTH = 50
MAX_VALUES = 100_000

_TAG = "tag:yaml.org,2002:"
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?\Z")
_RESOLVERS = (
    (f"{_TAG}bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    (f"{_TAG}null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    (f"{_TAG}int", _INT, "-+0123456789"),
    (f"{_TAG}float", _FLOAT, "-+.0123456789"),
    (f"{_TAG}merge", re.compile(r"<<\Z"), "<"),
)


class Document:
    """A YAML file's value and where its parts stand."""

    def __init__(self, file: str | None, value: Any = None, places: dict[Path, tuple[int, int]] | None = None) -> None:
        self.file = file
        self.value = value
        self.places = {} if places is None else places
        """Line and column, from 1, of the key or list item at each path."""

    def complain(self, path: Path, problem: str, hint: str | None = None) -> FormatError:
        """The error for the value at a path, or at the nearest path above that stands in the file."""
        if path:
            problem = f"{shown_path(path)}: {problem}"
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return FormatError(_sentence(problem), file=self.file, line=line, column=column, hint=hint)


def read(text: str, file: str | None = None) -> Document:
    """The value of a YAML text. Raises FormatError with line and column."""
    document = Document(file)
    if len(text) > MAX_CHARACTERS:
        raise document.complain((), f"the file has more than {MAX_CHARACTERS:,} characters")
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _complaint(error, text, file) from error
    except yaml.reader.ReaderError as error:
        line, column = line_and_column(text, error.position)
        problem = f"the character U+{ord(text[error.position]):04X} cannot stand in a text file."
        hint = "Write it as an escape in double quotes, or delete it."
        raise FormatError(problem, file=file, line=line, column=column, hint=hint) from error
    except (ValueError, OverflowError) as error:  # an escape such as "\U99999999"
        raise document.complain((), f"this is not YAML: {error}") from error
    if node is None:
        raise document.complain((), "the file is empty")
    document.places[()] = _place(node)
    document.value = _Walk(document).value(node, ())
    return document


def _complaint(error: yaml.MarkedYAMLError, text: str, file: str | None) -> FormatError:
    """What the parser says, led by the usual cause of it in plain words."""
    said = error.problem or error.context or ""
    # What is open or lacks its colon began there; the parser notices it further down.
    begun = error.context in {"while scanning a quoted scalar", "while scanning a simple key"} and "escape" not in said
    mark = (error.context_mark if begun else None) or error.problem_mark or error.context_mark
    if mark is None:
        return FormatError(_sentence(f"this is not YAML: {said}"), file=file)
    lines = text.split("\n")
    before = lines[mark.line][: mark.column] if mark.line < len(lines) else ""
    problem, hint = yaml_causes.usual(said, text, before) or (said, None)
    words = problem if hint is None else f"{problem} ({said})"
    told = _sentence(f"this is not YAML: {words}")
    return FormatError(told, file=file, line=mark.line + 1, column=mark.column + 1, hint=hint)


def write(value: Any) -> str:
    """YAML text of plain values: keys in the given order, several lines as a block, nothing wrapped.

    Equal values give equal text, and `read` gives the value back.
    """
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=2**31
    )
    return text


class _Loader(yaml.SafeLoader):
    """PyYAML's parser with the scalars of YAML 1.2's core schema, and a bound on nesting."""

    _depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=f"more than {MAX_DEPTH} levels of nesting", problem_mark=mark)
        node: Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Dumper(yaml.SafeDumper):
    """PyYAML's writer, which quotes what any reader of YAML could take for something else than text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's signature
        return True

    def analyze_scalar(self, scalar: str) -> Any:
        analysis = super().analyze_scalar(scalar)
        analysis.allow_block = _as_block(scalar)
        return analysis


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _RESOLVERS:
    _Loader.add_implicit_resolver(_tag, _pattern, list(_first))
    _Dumper.add_implicit_resolver(_tag, _pattern, list(_first))


@cache
def _lines() -> re.Pattern[str]:
    """What a block may hold. Made when something is written: whoever only reads need not wait for it."""
    return re.compile(r"[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]*")


def _as_block(text: str) -> bool:
    """Whether a text has several lines and can stand as it is: no line end but a plain one, nothing invisible."""
    return "\n" in text and _lines().fullmatch(text) is not None


def _represent_text(dumper: yaml.SafeDumper, text: str) -> ScalarNode:
    style = "|" if _as_block(text) else None if _lines().fullmatch(text) else '"'
    return dumper.represent_scalar(f"{_TAG}str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


class _Walk:
    """Turns nodes into values, within bounds that aliases cannot escape."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._count = 0

    def value(self, node: Node, path: Path) -> Any:
        self._count += 1
        if self._count > MAX_VALUES or len(path) > MAX_DEPTH:
            raise self._document.complain(path[:1], "aliases expand this beyond all measure")
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, path)
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            items = []
            for position, item in enumerate(node.value):
                here = (*path, position)
                self._document.places.setdefault(here, _place(item))
                items.append(self.value(item, here))
            return items
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        raise self._error(node, f"the tag {node.tag!r} is not read")

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == f"{_TAG}merge":
                raise self._error(key_node, "merge keys ('<<') are not read", "Write the keys out.")
            if isinstance(key_node, MappingNode):
                problem = "a value that begins with two braces has to be in quotes"
                raise self._error(key_node, problem, 'Write it as "{{question}}", or on a line of its own below `|`.')
            key = self._scalar(key_node) if isinstance(key_node, ScalarNode) else None
            if not isinstance(key, str):
                raise self._error(key_node, "a key must be text", "Put it in quotes.")
            if key in values:
                line = self._document.places[(*path, key)][0]
                raise self._error(key_node, f"the key {key!r} is there twice; the first is in line {line}")
            self._document.places[(*path, key)] = _place(key_node)
            values[key] = self.value(value_node, (*path, key))
        return values

    def _scalar(self, node: ScalarNode) -> Any:
        text = str(node.value)
        kind = node.tag.removeprefix(_TAG)
        if kind in {"str", "merge"}:
            return self._text(node, text)
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        try:
            if kind == "int" and _INT.match(text):
                return int(text)
            if kind == "float" and (_FLOAT.match(text) or _INT.match(text)) and math.isfinite(float(text)):
                return float(text)
        except ValueError as error:  # thousands of digits
            raise self._error(node, "this number is too long") from error
        raise self._error(node, f"{text[:40]!r} with the tag {node.tag!r} is not read", "Put it in quotes.")

    def _text(self, node: ScalarNode, text: str) -> str:
        """The text, with escaped surrogate pairs joined, as JSON writes them."""
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError as error:
            raise self._error(node, "the text has half a character (a lone surrogate)") from error

    def _error(self, node: Node, problem: str, hint: str | None = None) -> FormatError:
        line, column = _place(node)
        return FormatError(_sentence(problem), file=self._document.file, line=line, column=column, hint=hint)
