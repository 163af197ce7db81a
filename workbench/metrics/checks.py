"""The rules of single rows: what each type of check asks of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from workbench.domain.dataset import AnswerFormat, Check, CheckType
from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.errors import InputError, NotFoundError
from workbench.metrics.patterns import MAX_TEXT, compile_pattern, searched
from workbench.metrics.rule import RuleMetric
from workbench.metrics.schemas import compile_schema
from workbench.metrics.shapes import shape_problem
from workbench.metrics.text import plain, words
from workbench.text.shortening import shortened

DEFAULT_SIMILARITY = 0.8
"""The least share that a `similarity` check without a threshold asks for."""


@dataclass(frozen=True)
class CheckResult:
    """Whether an answer meets a check, and why not."""

    passed: bool
    reason: str


Judgement = Callable[[str], CheckResult]


def compile_check(check: Check) -> Judgement:
    """A function from an answer's text to a result. InputError when the check itself cannot be used.

    `equals` compares without surrounding whitespace; `contains`, `contains_all`, `contains_any` and `not_contains`
    look for the exact text, `icontains` regardless of case and whitespace; `regex` searches the first 20,000
    characters; `json_schema` wants the whole answer to be fitting JSON; `min_words` and `max_words` count words as
    the `length` metric does; `format` is a shape, see `shape_problem`; `similarity` is RapidFuzz's normalised indel
    similarity of the two texts in lower case.
    """
    compiler = _COMPILERS.get(check.type)
    if compiler is None:
        raise NotFoundError("check type", str(check.type), get_args(CheckType))
    return compiler(check)


def run_check(check: Check, text: str) -> CheckResult:
    """Apply one check to an answer's text."""
    return compile_check(check)(text)


def failed_checks(given: ScoreInput) -> tuple[str, ...]:
    """Why the answer fails its row's checks, one reason each; empty when it meets them all."""
    results = (run_check(check, given.completion.text) for check in given.example.checks)
    return tuple(result.reason for result in results if not result.passed)


def _equals(check: Check) -> Judgement:
    wanted = _text(check)
    return lambda text: CheckResult(text.strip() == wanted.strip(), f"is not equal to {_quoted(wanted)}")


def _contains(check: Check) -> Judgement:
    wanted = _text(check)
    return lambda text: CheckResult(wanted in text, f"does not contain {_quoted(wanted)}")


def _icontains(check: Check) -> Judgement:
    wanted = _text(check)
    return lambda text: CheckResult(
        plain(wanted) in plain(text), f"does not contain {_quoted(wanted)}, in whatever case"
    )


def _not_contains(check: Check) -> Judgement:
    unwanted = _text(check)
    return lambda text: CheckResult(unwanted not in text, f"contains {_quoted(unwanted)}")


def _regex(check: Check) -> Judgement:
    pattern = compile_pattern(check.value)

    def judgement(text: str) -> CheckResult:
        where = f" in its first {MAX_TEXT:,} characters" if len(text) > MAX_TEXT else ""
        found = pattern.search(searched(text)) is not None
        return CheckResult(found, f"does not match {_quoted(pattern.pattern)}{where}")

    return judgement


def _json_schema(check: Check) -> Judgement:
    problem_of = compile_schema(check.value)

    def judgement(text: str) -> CheckResult:
        problem = problem_of(text)
        return CheckResult(problem is None, f"does not fit the JSON schema: {problem}")

    return judgement


def _contains_all(check: Check) -> Judgement:
    wanted = _texts(check)

    def judgement(text: str) -> CheckResult:
        missing = [part for part in wanted if part not in text]
        return CheckResult(not missing, f"does not contain {', '.join(map(_quoted, missing))}")

    return judgement


def _contains_any(check: Check) -> Judgement:
    wanted = _texts(check)
    return lambda text: CheckResult(
        any(part in text for part in wanted), f"contains none of {', '.join(map(_quoted, wanted))}"
    )


def _max_words(check: Check) -> Judgement:
    most = _count(check)

    def judgement(text: str) -> CheckResult:
        count = len(words(text))
        return CheckResult(count <= most, f"has {count} words, more than {most}")

    return judgement


def _min_words(check: Check) -> Judgement:
    least = _count(check)

    def judgement(text: str) -> CheckResult:
        count = len(words(text))
        return CheckResult(count >= least, f"has {count} words, fewer than {least}")

    return judgement


def _format(check: Check) -> Judgement:
    shape: AnswerFormat | None = next((known for known in get_args(AnswerFormat) if known == check.value), None)
    if shape is None:
        raise InputError(f"A format check needs one of {', '.join(get_args(AnswerFormat))}, not {check.value!r}.")

    def judgement(text: str) -> CheckResult:
        problem = shape_problem(text, shape)
        return CheckResult(problem is None, problem or "")

    return judgement


def _similarity(check: Check) -> Judgement:
    wanted = plain(_text(check))
    least = DEFAULT_SIMILARITY if check.threshold is None else check.threshold
    if not 0 <= least <= 1:
        raise InputError(f"The threshold of a similarity check lies between 0 and 1, not at {least!r}.")

    def judgement(text: str) -> CheckResult:
        from rapidfuzz.distance import Indel

        share = Indel.normalized_similarity(plain(text), wanted)
        return CheckResult(share >= least, f"is similar to {_quoted(wanted)} by {share:.2f} only, not {least:g}")

    return judgement


_COMPILERS: Mapping[str, Callable[[Check], Judgement]] = {
    "equals": _equals,
    "contains": _contains,
    "icontains": _icontains,
    "not_contains": _not_contains,
    "regex": _regex,
    "json_schema": _json_schema,
    "contains_all": _contains_all,
    "contains_any": _contains_any,
    "min_words": _min_words,
    "max_words": _max_words,
    "format": _format,
    "similarity": _similarity,
}


def _checks(given: ScoreInput) -> ScoreResult:
    if not given.example.checks:
        return Unscored("the row has no checks")
    try:
        failed = failed_checks(given)
    except InputError as error:
        return Unscored(f"a check of the row cannot be used: {error}")
    if failed:
        return Scored(0.0, f"the answer {'; '.join(failed)}")
    return Scored(1.0, f"all {len(given.example.checks)} met" if len(given.example.checks) > 1 else "met")


CHECKS = RuleMetric(
    MetricInfo(
        name="checks",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Checks met",
        meaning="Whether the answer meets all checks of its row. Unscored when the row has none.",
    ),
    _checks,
)


def _count(check: Check) -> int:
    count: Any = check.value
    if isinstance(count, bool) or not isinstance(count, (int, float)) or count < 0 or count != int(count):
        raise InputError(f"A {check.type} check needs a whole number from 0, not {count!r}.")
    return int(count)


def _text(check: Check) -> str:
    """The value as text: a number in a file means the digits one reads there."""
    value: Any = check.value
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise InputError(f"A {check.type} check needs a text to look for, not {value!r}.")


def _texts(check: Check) -> tuple[str, ...]:
    value: Any = check.value
    if isinstance(value, str) or not isinstance(value, (list, tuple)) or not value:
        raise InputError(f"A {check.type} check needs a list of texts, not {value!r}.")
    return tuple(_text(Check(check.type, item)) for item in value)


def _quoted(text: str) -> str:
    return repr(shortened(text, 80))
