"""`.prompt.yml` of GitHub Models: messages, a model, test data and evaluators."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import PromptFile
from workbench.formats import yaml_nodes
from workbench.formats.dataset_rows import to_row
from workbench.formats.fields import Fields
from workbench.formats.json_values import JsonProblem, decode
from workbench.formats.prompts import braces, documents, patterns, settings
from workbench.formats.prompts.building import Draft, build, rows
from workbench.formats.prompts.composing import Turn, role_of
from workbench.formats.prompts.foreign import Foreign, Losses, Source, Written
from workbench.formats.prompts.leaving import BRACES, prompt_losses, row_losses, texts
from workbench.formats.yaml_nodes import Document

CARRIES = frozenset({"model", "parameters", "answer schema", "changelog", "golden rows", "checks"})
_KEYS = {
    "name", "description", "model", "modelParameters", "messages", "responseFormat", "jsonSchema", "testData",
    "evaluators",
}  # fmt: skip
_STRING = ("equals", "contains", "startsWith", "endsWith")


def is_mine(look: documents.Look) -> bool:
    """Whether a file has messages, and besides them what GitHub has; no name as our own files have it."""
    keys = set(look.keys)
    if "prompt_name" in keys or not isinstance(look.value, Mapping) or not isinstance(look.value.get("messages"), list):
        return False
    return keys == {"messages"} or bool(keys & (_KEYS - {"messages"}))


def read(source: Source) -> Foreign:
    """The prompt, its test data as golden rows, and string evaluators as their checks. Raises FormatError."""
    document = documents.read(source.text, source.file)
    fields = Fields.of(document.value, (), document.complain)
    losses = Losses()
    for key in fields.values:
        if key not in _KEYS:
            losses.add(f"{key[:60]!r} is left out.", documents.line_of(document, (key,)))
    given = settings.parameters(document, ("modelParameters",), fields.mapping("modelParameters") or {}, losses)
    schema = _schema(fields, document, given, losses)
    model = fields.name("model")
    if settings.refers_outside(model):
        losses.add(
            "The model names something outside the file, which is not read.", documents.line_of(document, ("model",))
        )
        model = None
    draft = Draft(
        name=fields.text("name"),
        turns=turns(source, document, fields),
        line=documents.line_of(document, ("messages",)),
        model=model,
        parameters=given,
        response_schema=schema,
        changelog=fields.text("description") or "",
    )
    return Foreign((build(source, draft, losses),), _rows(source, document, fields, losses), tuple(losses.found))


def turns(source: Source, document: Document, fields: Fields, key: str = "messages") -> list[Turn]:
    """The messages below a key, in which only `{{name}}` is a variable. Raises FormatError."""
    found = []
    for n, row in enumerate(fields.tables(key) or ()):
        role = role_of(row)
        content = row.require("content", row.text("content"))
        line = documents.text_line(document, source.text, (*fields.path, key, n, "content"))
        found.append(Turn(role, content, braces.read(content, source.file, line)))
    return found


def _schema(fields: Fields, document: Document, given: dict[str, Any], losses: Losses) -> Mapping[str, Any] | None:
    form = fields.choice("responseFormat", ("text", "json_object", "json_schema"))
    if form == "json_object":
        given["response_format"] = {"type": "json_object"}
    text = fields.values.get("jsonSchema")
    if text is None:
        if form == "json_schema":
            raise fields.error("responseFormat", "json_schema is asked for, and there is no 'jsonSchema'")
        return None
    line = documents.line_of(document, ("jsonSchema",))
    if isinstance(text, str):
        try:
            text = decode(text)
        except JsonProblem as problem:
            raise fields.error("jsonSchema", problem.problem) from problem
    if not isinstance(text, Mapping):
        raise fields.wrong("jsonSchema", "a JSON schema")
    whole = {"type": "json_schema", "json_schema": text if "schema" in text else {"schema": text}}
    if form != "json_schema":
        losses.add("The schema of the answer is asked for here, though responseFormat is not json_schema.", line)
    schema = settings.response_schema(whole, losses, line)
    if schema is None:
        raise fields.wrong("jsonSchema", "a JSON schema")
    return schema


def _rows(source: Source, document: Document, fields: Fields, losses: Losses) -> tuple[Example, ...]:
    checks = _checks(fields, document, losses)
    tests = fields.tables("testData") or ()
    if checks and not tests:
        losses.add(
            "There are evaluators and no test data: the checks are left out.",
            documents.line_of(document, ("evaluators",)),
        )
    values = []
    for n, test in enumerate(tests):
        row: dict[str, Any] = {"inputs": {k: v for k, v in test.values.items() if k != "expected"}, "checks": checks}
        expected = test.values.get("expected")
        if expected is not None:
            row["expected"] = expected if isinstance(expected, str) else json.dumps(expected, ensure_ascii=False)
        values.append((documents.line_of(document, ("testData", n)), row))
    return rows(source, values)


def _checks(fields: Fields, document: Document, losses: Losses) -> list[dict[str, Any]]:
    found = []
    for n, evaluator in enumerate(fields.tables("evaluators") or ()):
        line = documents.line_of(document, ("evaluators", n))
        name = str(evaluator.values.get("name", n + 1))[:60]
        rule = evaluator.values.get("string")
        tests = [key for key in _STRING if isinstance(rule, Mapping) and rule.get(key)]
        if not isinstance(rule, Mapping) or not tests:
            losses.add(
                f"The evaluator {name!r} asks a model, or is none that is known; set up a judge or metric for it.", line
            )
            continue
        # GitHub looks at the first of these that is there.
        text = rule[tests[0]]
        if not isinstance(text, str):
            raise evaluator.complain((*evaluator.path, "string", tests[0]), "expected text", "Put it in quotes.")
        found.append(_check(tests[0], text))
    return found


def _check(test: str, text: str) -> dict[str, Any]:
    """GitHub's `equals` is exact; the others do not look at upper and lower case."""
    if test == "equals":
        return {"type": "equals", "value": text}
    if test == "contains":
        return {"type": "icontains", "value": text}
    pattern = patterns.starts(text) if test == "startsWith" else patterns.ends(text)
    return {"type": "regex", "value": pattern}


def write(prompt: PromptFile, examples: Sequence[Example]) -> Written:
    """The file, with golden rows as test data and the checks that all of them have as evaluators."""
    losses = Losses()
    prompt_losses(prompt, CARRIES, losses)
    content = prompt.content
    given = dict(content.parameters)
    form = given.get("response_format")
    if form is not None and content.response_schema is not None:
        losses.add("The parameter 'response_format' gives way to the schema of the answer.")
        del given["response_format"]
    document: dict[str, Any] = {"name": prompt.name}
    if prompt.changelog:
        document["description"] = prompt.changelog
    if content.model is not None:
        document["model"] = content.model
    if form == {"type": "json_object"}:
        given.pop("response_format", None)
    if given:
        document["modelParameters"] = settings.camel(given, "maxTokens")
    if content.response_schema is not None:
        named = {"name": settings.SCHEMA_NAME, "schema": content.response_schema}
        document["responseFormat"] = "json_schema"
        document["jsonSchema"] = json.dumps(named, ensure_ascii=False, indent=2)
    elif form == {"type": "json_object"}:
        document["responseFormat"] = "json_object"
    document["messages"] = [{"role": message.role, "content": text} for message, text in texts(content, BRACES, losses)]
    if any(message.role == "tool" for message in content.messages):
        losses.add("GitHub Models knows no messages of the role 'tool'; they are written all the same.")
    document |= _tests(examples, losses)
    return Written(yaml_nodes.write(document), tuple(losses.found))


def _tests(examples: Sequence[Example], losses: Losses) -> dict[str, Any]:
    row_losses(examples, {"expected", "checks"}, losses)
    if not examples:
        return {}
    shared = [check for check in examples[0].checks if all(check in example.checks for example in examples)]
    evaluators: list[dict[str, Any]] = []
    for check in shared:
        rule = _evaluator(check)
        if rule is None:
            losses.add(f"The check {check.type!r} is left out: GitHub Models has no such evaluator.")
        else:
            evaluators.append({"name": f"{check.type}-{len(evaluators) + 1}", "string": rule})
    single = sum(any(check not in shared for check in example.checks) for example in examples)
    if single:
        losses.add(f"Checks of {single:,} rows are left out: evaluators hold for all rows alike.")
    if any("expected" in example.inputs for example in examples):
        losses.add("The input 'expected' would be taken for the expected answer, and is left out.")
    document: dict[str, Any] = {"testData": [_test(to_row(example)) for example in examples]}
    return document | ({"evaluators": evaluators} if evaluators else {})


def _test(row: Mapping[str, Any]) -> dict[str, Any]:
    test = {key: value for key, value in row["inputs"].items() if key != "expected"}
    return test | ({"expected": row["expected"]} if "expected" in row else {})


def _evaluator(check: Check) -> dict[str, str] | None:
    if check.type == "equals":
        return {"equals": check.value}
    if check.type == "icontains":
        return {"contains": check.value}
    if check.type != "regex":
        return None
    start, end = patterns.started(check.value), patterns.ended(check.value)
    if start is not None:
        return {"startsWith": start}
    return None if end is None else {"endsWith": end}
