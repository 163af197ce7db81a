"""Metrics that a project defines in `[metrics.NAME]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.domain.dataset import Check, CheckType
from workbench.domain.protocols import Metric
from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.errors import InputError
from workbench.hashing import content_hash, short
from workbench.metrics.checks import compile_check
from workbench.metrics.language import VERSION, code_of, in_language
from workbench.metrics.own import table as own_table
from workbench.metrics.own.metric import own_metric
from workbench.metrics.rule import RuleMetric

# Which option of each kind says what to look for, and what the metric then means.
_OPTION: Mapping[CheckType, str] = {
    "regex": "pattern",
    "json_schema": "schema",
    "min_words": "words",
    "max_words": "words",
    "format": "format",
}
_MEANING = {
    "regex": "Whether the answer matches the regular expression {value!r}.",
    "json_schema": "Whether the answer is JSON that fits the project's schema.",
    "min_words": "Whether the answer has at least {value} words.",
    "max_words": "Whether the answer has at most {value} words.",
    "format": "Whether the answer is of the format {value!r}.",
}


_LANGUAGE = "language"


def configured(name: str, options: Mapping[str, Any], root: Path | None = None) -> Metric:
    """The metric of a `[metrics.NAME]` table: `kind` says what it looks at, with that kind's option beside it.

    `{kind = "regex", pattern = ...}`, `{kind = "json_schema", schema = ...}`, `{kind = "max_words", words = ...}`, and
    optionally `title`: pass/fail on every output but those of rows to be ignored; so are `min_words`, `format` and
    `language`. `{kind = "python", function = ...}` is a function in the project's folder `root`; see `OwnMetric`.
    InputError names what is wrong.
    """
    asked = options.get("kind")
    if asked == own_table.KIND:
        return own_metric(name, options, root)
    if asked == _LANGUAGE:
        return _in_language(name, options)
    kind = next((known for known in _OPTION if known == asked), None)
    if kind is None:
        kinds = ", ".join((*_OPTION, _LANGUAGE, own_table.KIND))
        raise InputError(f"[metrics.{name}] has the kind {asked!r}.", hint=f"It must be one of {kinds}.")
    wanted = _OPTION[kind]
    value = _only(name, options, kind, wanted)
    try:
        judgement = compile_check(Check(kind, value))
    except InputError as error:
        raise InputError(f"[metrics.{name}] {wanted}: {error.message}", hint=error.hint) from error

    def compute(given: ScoreInput) -> ScoreResult:
        if given.example.expect == "ignore":
            return Unscored("the row says that its answer is not to be scored")
        try:
            result = judgement(given.completion.text)
        except InputError as error:
            return Unscored(f"the metric cannot be used: {error}")
        return Scored(float(result.passed), "met" if result.passed else f"the answer {result.reason}")

    info = MetricInfo(
        name=name,
        version=f"1-{short(content_hash({'kind': kind, 'value': value}))}",
        kind="pass_fail",
        direction="higher",
        title=_title(name, options),
        meaning=f"{_MEANING[kind].format(value=value)} Unscored for rows to be ignored.",
    )
    return RuleMetric(info, compute)


def _in_language(name: str, options: Mapping[str, Any]) -> Metric:
    """Answers in one language, whatever that of the question."""
    value = _only(name, options, _LANGUAGE, _LANGUAGE)
    if not isinstance(value, str) or re.fullmatch(r"[A-Za-z]{2}(?:[-_][A-Za-z0-9]{2,8})*", value.strip()) is None:
        raise InputError(f"[metrics.{name}] language: {value!r} is no language.", hint='Write its code, such as "de".')
    wanted = code_of(value)

    def compute(given: ScoreInput) -> ScoreResult:
        if given.example.expect == "ignore":
            return Unscored("the row says that its answer is not to be scored")
        return in_language(given, wanted)

    info = MetricInfo(
        name=name,
        version=f"{VERSION}-{wanted}",
        kind="pass_fail",
        direction="higher",
        title=_title(name, options),
        meaning=f"Whether the answer is in the language {wanted!r}. Unscored where that cannot be told, and for rows to be "
        "ignored.",
    )
    return RuleMetric(info, compute)


def _only(name: str, options: Mapping[str, Any], kind: str, wanted: str) -> Any:
    """The option that a kind needs. Raises InputError where it is missing, or others are there."""
    unknown = sorted(options.keys() - {"kind", "title", wanted})
    if unknown:
        raise InputError(
            f"[metrics.{name}] has the unknown key {unknown[0]!r}.", hint=f"It may have {wanted} and title."
        )
    if wanted not in options:
        raise InputError(f"[metrics.{name}] is of kind {kind} and needs {wanted!r}.", hint="Add it to the table.")
    return options[wanted]


def _title(name: str, options: Mapping[str, Any]) -> str:
    return str(options.get("title", name.replace("_", " ").capitalize()))
