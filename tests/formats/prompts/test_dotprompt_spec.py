"""Dotprompt's own specification: each of its cases gives the messages and the schema that it says, or is refused with its line."""

from __future__ import annotations

import pytest
import yaml

from tests.support.prompt_files import imported
from tests.support.real_data import real_data
from workbench.domain.prompt import Message
from workbench.errors import FormatError, InputError, MissingVariableError
from workbench.formats.prompts import documents, picoschema
from workbench.templates import render_messages

REFUSED = {
    "metadata_state": "a value from outside the prompt",
    "metadata_context_variables": "a value from outside the prompt",
    "whitespace_tilde_block_each": "a block, and templates are not run",
    "whitespace_tilde_block_if": "a block, and templates are not run",
    "system_only_prompt": "The prompt has no user message",
    "ext": "the prompt has no messages",
}
"""Cases that need what is not read: logic, values from outside, and prompts that ask nothing."""
ROLES = {"model": "assistant"}


def cases(path):
    file = real_data("peer-formats") / "dotprompt" / "spec" / path
    for case in yaml.safe_load(file.read_text(encoding="utf-8")):
        for test in case["tests"]:
            yield case, test


def as_messages(messages):
    return tuple(
        Message(ROLES.get(one["role"], one["role"]), "".join(part["text"] for part in one["content"]))
        for one in messages
    )


@pytest.mark.parametrize(
    "path", ["variables.yaml", "whitespace.yaml", "metadata.yaml", "helpers/role.yaml", "helpers/history.yaml"]
)
def test_messages_are_those_of_the_specification_or_the_case_is_refused(path):
    seen = 0
    for case, test in cases(path):
        seen += 1
        if case["name"] in REFUSED:
            with pytest.raises(FormatError, match=REFUSED[case["name"]]):
                imported(case["template"], "spec.prompt", "dotprompt")
            continue
        content = imported(case["template"], "spec.prompt", "dotprompt").prompts[0].content
        data = {**case.get("data", {}), **test.get("data", {})}
        default = (test.get("options", {}).get("input") or {}).get("default", {})
        turns = as_messages(data.get("messages", []))
        found = render_messages(content, {**default, **data.get("input", {})}, history=turns)
        assert found == as_messages(test["expect"]["messages"]), case["name"]
        assert dict(content.parameters) == test["expect"].get("config", {})
    assert seen


def test_schemas_are_those_of_the_specification_or_name_a_schema_elsewhere():
    read = named = 0
    for case, test in cases("picoschema.yaml"):
        head = documents.front_matter(case["template"], "spec.prompt").head.value
        for side in ("input", "output"):
            wanted = test["expect"].get(side)
            if wanted is None:
                continue
            schema = head[side]["schema"]
            if case.get("schemas") or case.get("resolverSchemas"):
                named += 1
                with pytest.raises(InputError, match="write it out"):
                    picoschema.to_json_schema(schema, InputError)
                continue
            read += 1
            assert picoschema.to_json_schema(schema, InputError) == wanted["schema"], case["name"]
    assert read >= 15
    assert named


def test_a_variable_without_a_value_is_an_error_where_dotprompt_writes_nothing():
    content = imported("Hello, {{name}}!", "spec.prompt").prompts[0].content

    with pytest.raises(MissingVariableError, match="'name'"):
        render_messages(content, {})
