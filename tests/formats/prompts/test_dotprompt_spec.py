"""Dotprompt's own specification: each of its cases gives the messages and the schema that it says, or is refused with its line."""

from __future__ import annotations

import pytest
import yaml

from tests.support.prompt_files import imported
from tests.support.real_data import real_data
from workbench.domain.prompt import Message
from workbench.errors import FormatError, InputError, MissingVariableError
from workbench.formats.prompts import documents, picoschema
from workbench.templates.messages import render_messages

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


SUPPORTED = {
    "basic", "raw", "whitespace_tilde_basic", "whitespace_tilde_left", "whitespace_tilde_right", "whitespace_no_tilde",
    "whitespace_tilde_multiline", "system_role", "all_roles", "basic_history", "empty_history",
}  # fmt: skip
"""Cases whose messages are the specification's."""


def messages(case, test):
    """What a case's prompt sends, and with which parameters."""
    content = imported(case["template"], "spec.prompt", "dotprompt").prompts[0].content
    data = {**case.get("data", {}), **test.get("data", {})}
    default = (test.get("options", {}).get("input") or {}).get("default", {})
    turns = as_messages(data.get("messages", []))
    return render_messages(content, {**default, **data.get("input", {})}, history=turns), dict(content.parameters)


def messages_or_none(case, test):
    """What a case's prompt sends; None for one with partials, helpers or values that are not there."""
    try:
        return messages(case, test)
    except InputError:
        return None


def test_messages_are_those_of_the_specification_or_the_case_is_refused():
    spec = real_data("peer-formats") / "dotprompt" / "spec"
    supported = set()
    for path in sorted(spec.rglob("*.yaml")):
        if path.name == "picoschema.yaml":
            continue
        for case, test in cases(path.relative_to(spec)):
            name = case["name"]
            if name in REFUSED:
                with pytest.raises(FormatError, match=REFUSED[name]):
                    messages(case, test)
                continue
            found = messages(case, test) if name in SUPPORTED else messages_or_none(case, test)
            if found is not None:
                supported.add(name)
                assert found[0] == as_messages(test["expect"]["messages"]), name
                assert found[1] == test["expect"].get("config", {}), name
    assert supported >= SUPPORTED


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
