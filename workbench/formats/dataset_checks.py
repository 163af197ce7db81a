"""The checks of a golden row: each type with the value it needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

from workbench.domain.dataset import AnswerFormat, Check, CheckType
from workbench.errors import FormatError
from workbench.formats.fields import Fields
from workbench.formats.json_schema import schema_problem


def read_check(fields: Fields) -> Check:
    """A check, its value tried out: expressions compile, schemas are schemas. Raises FormatError."""
    check_type: CheckType = fields.require("type", fields.choice("type", get_args(CheckType)))
    fields.require("value", fields.values.get("value"))
    threshold = fields.number("threshold", least=0, most=1)
    if threshold is not None and check_type != "similarity":
        raise fields.error("threshold", f"a check of type {check_type} has no threshold")
    return Check(check_type, _VALUES[check_type](fields), threshold)


def _text(fields: Fields) -> str:
    return fields.require("value", fields.text("value"))


def _filled(fields: Fields) -> str:
    """A text that is not empty: every answer contains nothing."""
    text = _text(fields)
    if not text:
        raise fields.error("value", "the text is empty")
    return text


def _regex(fields: Fields) -> str:
    pattern = _filled(fields)
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise fields.error("value", f"this is no regular expression: {error}") from error
    return pattern


def _schema(fields: Fields) -> dict[str, Any]:
    schema = dict(fields.mapping("value") or {})
    problem = schema_problem(schema)
    if problem is not None:
        raise fields.error("value", f"this is no JSON schema: {problem}")
    return schema


def _texts(fields: Fields) -> list[str]:
    texts = fields.texts("value") or ()
    if not texts or not all(texts):
        raise _no_texts(fields)
    return list(texts)


def _no_texts(fields: Fields) -> FormatError:
    return fields.error("value", "the list is empty or holds an empty text")


def _count(fields: Fields) -> int:
    return fields.require("value", fields.whole("value", least=1))


def _format(fields: Fields) -> AnswerFormat:
    return fields.require("value", fields.choice("value", get_args(AnswerFormat)))


_VALUES: dict[CheckType, Callable[[Fields], Any]] = {
    "equals": _text,
    "contains": _filled,
    "icontains": _filled,
    "not_contains": _filled,
    "regex": _regex,
    "json_schema": _schema,
    "contains_all": _texts,
    "contains_any": _texts,
    "min_words": _count,
    "max_words": _count,
    "format": _format,
    "similarity": _filled,
}
