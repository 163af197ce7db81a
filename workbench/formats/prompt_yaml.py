"""`NAME.prompt.yaml`: the prompt file that people write, and that versions are shown and exported as."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from workbench.domain.prompt import (
    CitationPolicy,
    FewShot,
    Message,
    MessageRole,
    Policy,
    PromptContent,
    PromptFile,
    RetrievalSettings,
    SearchMode,
    TemplateFormat,
)
from workbench.errors import TemplateError
from workbench.formats import yaml_nodes
from workbench.formats.fields import Fields
from workbench.formats.json_schema import schema_problem
from workbench.formats.secrets import find_secret
from workbench.hashing import plain
from workbench.templates.checking import check
from workbench.templates.messages import used_variables

_NAME = re.compile(r"\w[\w.-]*")
_KEYS = (
    "prompt_name",
    "use_case",
    "template_format",
    "messages",
    "template",
    "few_shot",
    "variables",
    "model",
    "parameters",
    "tools",
    "response_schema",
    "retrieval",
    "policy",
    "changelog",
)
_ARTIFACT_KEYS = ("version", "status", "evaluation")
"""What an exported file has besides; it says nothing about how the prompt behaves."""


def read(text: str, *, file: str | None = None, check_schema: bool = True) -> PromptFile:
    """Read a prompt file. Raises FormatError with file, line and column; a prompt that is read can be rendered.

    Unknown keys, wrong types, templates that do not parse, and variables that differ from those the messages use
    are refused. `file` is for messages only. Without `check_schema` the response schema is taken as it is, which needs
    no further library: for a file whose hash is known.
    """
    document = yaml_nodes.read(text, file)
    fields = Fields.of(document.value, (), document.complain, (*_KEYS, *_ARTIFACT_KEYS))
    name = fields.require("prompt_name", fields.name("prompt_name"))
    if not _NAME.fullmatch(name):
        hint = "Use letters, digits, '-', '_' and '.'; it becomes a file name."
        raise fields.error("prompt_name", f"{name!r} is no name for a prompt", hint)
    return PromptFile(
        name=name,
        content=_content(fields, check_schema=check_schema),
        use_case=fields.name("use_case"),
        changelog=fields.text("changelog") or "",
    )


def write(prompt: PromptFile) -> str:
    """The prompt file's text, defaults written out. `read` gives the same prompt back."""
    return yaml_nodes.write(fields(prompt))


def fields(prompt: PromptFile) -> dict[str, Any]:
    """A prompt file as plain values in the order of the file. What is not set has no key."""
    content = prompt.content
    written = {
        "prompt_name": prompt.name,
        "use_case": prompt.use_case,
        "template_format": content.template_format,
        "messages": content.messages,
        "few_shot": content.few_shot or None,
        "variables": content.variables,
        "model": content.model,
        "parameters": content.parameters,
        "tools": content.tools or None,
        "response_schema": content.response_schema,
        "retrieval": content.retrieval,
        "policy": content.policy,
        "changelog": prompt.changelog or None,
    }
    return {key: plain(value) for key, value in written.items() if value is not None}


def _content(fields: Fields, *, check_schema: bool) -> PromptContent:
    template_format = _template_format(fields)
    messages = _messages(fields)
    declared = fields.texts("variables")
    content = PromptContent(
        messages=messages,
        template_format=template_format,
        variables=_in_order_of_appearance(messages, template_format, declared),
        few_shot=_few_shot(fields),
        model=fields.name("model"),
        parameters=_parameters(fields),
        tools=_tools(fields),
        response_schema=_schema(fields, "response_schema", check=check_schema),
        retrieval=_retrieval(fields),
        policy=_policy(fields),
    )
    for problem in check(content):
        if problem.severity == "error":
            place = problem.place
            if place[:1] == ("messages",) and fields.values.get("messages") is None:
                place = ("template",)
            raise fields.complain(place, problem.message, None)
    return content


def _template_format(fields: Fields) -> TemplateFormat:
    if fields.values.get("template_format") == "jinja2":
        raise fields.error(
            "template_format",
            "jinja2 templates can run code and are not rendered",
            "Write the template as mustache: plain variables only.",
        )
    return fields.choice("template_format", get_args(TemplateFormat)) or "mustache"


def _messages(fields: Fields) -> tuple[Message, ...]:
    template = fields.text("template")
    rows = fields.tables("messages", ("role", "content"))
    if template is not None and rows is not None:
        raise fields.error("template", "a prompt has either 'messages' or 'template', not both")
    if template is not None:
        return (Message("user", template),)
    return tuple(
        Message(
            role=row.require("role", row.choice("role", get_args(MessageRole))),
            content=row.require("content", row.text("content")),
        )
        for row in fields.require("messages", rows)
    )


def _in_order_of_appearance(
    messages: tuple[Message, ...], template_format: TemplateFormat, declared: tuple[str, ...] | None
) -> tuple[str, ...]:
    """The variables that the messages use, so that the order in which they are declared is no other content.

    Where they differ from the declared ones, those: then the check names both sides.
    """
    try:
        used = used_variables(PromptContent(messages, template_format))
    except TemplateError:
        return declared or ()
    return used if declared is None or set(declared) == set(used) else declared


def _few_shot(fields: Fields) -> tuple[FewShot, ...]:
    return tuple(
        FewShot(
            inputs=row.require("inputs", row.mapping("inputs")),
            output=row.require("output", row.text("output")),
        )
        for row in fields.tables("few_shot", ("inputs", "output")) or ()
    )


def _parameters(fields: Fields) -> Mapping[str, Any]:
    parameters = fields.mapping("parameters") or {}
    secret = find_secret(parameters)
    if secret is not None:
        hint = "Name the variable of the environment in workbench.toml: api_key_env."
        raise fields.complain(("parameters", *secret), "a key or secret must not stand in a prompt file", hint)
    return parameters


def _tools(fields: Fields) -> tuple[Mapping[str, Any], ...]:
    return tuple(tool.values for tool in fields.tables("tools") or ())


def _schema(fields: Fields, key: str, *, check: bool) -> Mapping[str, Any] | None:
    schema = fields.mapping(key)
    problem = schema_problem(schema) if check and schema is not None else None
    if problem is not None:
        raise fields.error(key, f"this is no JSON schema: {problem}")
    return schema


def _retrieval(fields: Fields) -> RetrievalSettings | None:
    table = fields.table("retrieval", ("index", "k", "search", "rerank", "min_score", "filter"))
    if table is None:
        return None
    default = RetrievalSettings(index="")
    return RetrievalSettings(
        index=table.require("index", table.name("index")),
        k=table.whole("k", least=1) or default.k,
        search=table.choice("search", get_args(SearchMode)) or default.search,
        rerank=table.name("rerank"),
        min_score=table.number("min_score"),
        filter=table.mapping("filter") or default.filter,
    )


def _policy(fields: Fields) -> Policy:
    table = fields.table("policy", ("refusal", "citations", "allowed_hosts", "allowed_tools"))
    if table is None:
        return Policy()
    return Policy(
        refusal=table.name("refusal"),
        citations=_citations(table),
        allowed_hosts=table.texts("allowed_hosts") or (),
        allowed_tools=table.texts("allowed_tools") or (),
    )


def _citations(policy: Fields) -> CitationPolicy:
    table = policy.table("citations", ("required", "pattern"))
    if table is None:
        return CitationPolicy()
    default = CitationPolicy()
    pattern = table.name("pattern") or default.pattern
    try:
        groups = re.compile(pattern).groups
    except (re.error, OverflowError, RecursionError) as error:
        raise table.error("pattern", f"this is no regular expression: {error}") from error
    if groups < 1:
        raise table.error(
            "pattern", "the pattern has no group", r"Put the source's number in brackets, as in \[(\d+)\]."
        )
    return CitationPolicy(required=table.flag("required") or default.required, pattern=pattern)
