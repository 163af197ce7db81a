"""Answers that must be JSON of a given schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.errors import InputError
from workbench.hashing import canonical_json
from workbench.metrics.patterns import compile_pattern
from workbench.metrics.rule import RuleMetric
from workbench.text.shortening import shortened

_LONGEST = 200

Problem = str | None
"""What is wrong with a text, in words; None when nothing is."""


def parse_json(text: str) -> tuple[Any, Problem]:
    """The value that a text consists of, and nothing else; or what is wrong with the text.

    `NaN` and `Infinity` are not JSON. A code fence around the value is reported, not forgiven: a program that reads
    the answer would stumble over it.
    """
    if text.lstrip().startswith("```"):
        return None, "the answer is wrapped in a code fence, so it is not JSON as it stands"
    try:
        return json.loads(text, parse_constant=_refuse_constant), None
    except RecursionError:
        return None, "the answer is nested too deeply to be read as JSON"
    except json.JSONDecodeError as error:
        return None, f"the answer is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    except ValueError as error:
        return None, f"the answer is not JSON: {error}"


def compile_schema(schema: object) -> Callable[[str], Problem]:
    """A function that says what is wrong with a text under the schema; InputError when the schema itself is wrong.

    The draft is the one `$schema` names, else 2020-12. References lead nowhere outside the schema.
    """
    if not isinstance(schema, Mapping):
        raise InputError(f"A JSON schema must be an object, not {type(schema).__name__}.")
    try:
        return _compiled(canonical_json(schema))
    except (TypeError, RecursionError) as error:
        raise InputError(f"The JSON schema is not JSON: {error}.") from error


@lru_cache(maxsize=64)
def _compiled(schema_text: str) -> Callable[[str], Problem]:
    from jsonschema import Draft202012Validator, SchemaError
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    schema = json.loads(schema_text)
    kind = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        raise InputError(f"The JSON schema is not one: {shortened(error.message, _LONGEST)}.") from error
    _refuse_slow_patterns(schema)
    # An empty registry: without it the library would fetch references from the network.
    registry: Registry[Any] = Registry()
    validator = kind(schema, registry=registry)

    def problem(text: str) -> Problem:
        value, unreadable = parse_json(text)
        if unreadable is not None:
            return unreadable
        try:
            error = next(iter(validator.iter_errors(value)), None)
        except Unresolvable as unresolvable:
            raise InputError(
                f"The JSON schema refers to {unresolvable.ref!r}, which it does not hold.",
                hint="Put it into the schema itself, under $defs.",
            ) from unresolvable
        except RecursionError as too_deep:
            raise InputError(
                "The JSON schema, or the answer, is nested without end.", hint="Look for a $ref that leads to itself."
            ) from too_deep
        except OverflowError:
            return "the answer holds a number that is too large to be checked"
        return None if error is None else f"at {error.json_path}: {shortened(error.message, _LONGEST)}"

    return problem


def _response_schema(given: ScoreInput) -> ScoreResult:
    if given.prompt.response_schema is None:
        return Unscored("the prompt asks for no particular JSON")
    try:
        problem = compile_schema(given.prompt.response_schema)(given.completion.text)
    except InputError as error:
        return Unscored(f"the prompt's response schema cannot be used: {error}")
    return Scored(1.0, "valid") if problem is None else Scored(0.0, problem)


JSON_SCHEMA = RuleMetric(
    MetricInfo(
        name="json_schema",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Valid JSON",
        meaning="Whether the answer is JSON that fits the prompt's response schema. Unscored when the prompt has none.",
    ),
    _response_schema,
)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _refuse_slow_patterns(node: Any) -> None:
    """A schema's patterns run on what a model wrote, so they are held to the same rules as all others."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "pattern" and isinstance(value, str):
                compile_pattern(value)
            elif key == "patternProperties" and isinstance(value, Mapping):
                for pattern in value:
                    compile_pattern(pattern)
            _refuse_slow_patterns(value)
    elif isinstance(node, (list, tuple)):
        for item in node:
            _refuse_slow_patterns(item)
