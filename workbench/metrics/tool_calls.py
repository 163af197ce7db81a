"""Tool calls: recorded, never executed, and checked against what the prompt offers and allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.model import ToolCall
from workbench.domain.prompt import PromptContent
from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.errors import InputError
from workbench.metrics.rule import RuleMetric
from workbench.metrics.schemas import compile_schema, parse_json


def offered(prompt: PromptContent) -> Mapping[str, Mapping[str, Any] | None]:
    """The tools a prompt offers, by name, each with the schema of its arguments where it has one."""
    tools: dict[str, Mapping[str, Any] | None] = {}
    for tool in prompt.tools:
        said = tool.get("function")
        said = said if isinstance(said, Mapping) else tool
        name, schema = said.get("name"), said.get("parameters", said.get("input_schema"))
        if isinstance(name, str):
            tools[name] = schema if isinstance(schema, Mapping) else None
    return tools


def problem_with(call: ToolCall, prompt: PromptContent) -> str | None:
    """What is wrong with a call, in words; None when nothing is. InputError when a tool's schema is none."""
    tools = offered(prompt)
    if call.name not in tools:
        return f"{call.name!r} is no tool of the prompt"
    allowed = prompt.policy.allowed_tools
    if allowed and call.name not in allowed:
        return f"{call.name!r} is not among the allowed tools"
    schema = tools[call.name]
    if schema is None:
        _, unreadable = parse_json(call.arguments or "{}")
        return None if unreadable is None else f"the arguments of {call.name!r}: {unreadable}"
    wrong = compile_schema(schema)(call.arguments or "{}")
    return None if wrong is None else f"the arguments of {call.name!r}: {wrong}"


def _tool_calls(given: ScoreInput) -> ScoreResult:
    calls = given.completion.tool_calls
    if not given.prompt.tools and not calls:
        return Unscored("the prompt offers no tools")
    if not calls:
        return Unscored("the answer calls no tool")
    try:
        problems = [problem for call in calls if (problem := problem_with(call, given.prompt)) is not None]
    except InputError as error:
        return Unscored(f"a tool's schema cannot be used: {error}")
    if problems:
        return Scored(0.0, "; ".join(problems[:3]))
    return Scored(1.0, f"{', '.join(dict.fromkeys(call.name for call in calls))}: allowed, with fitting arguments")


TOOL_CALLS = RuleMetric(
    MetricInfo(
        name="tool_calls",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Tool calls that are allowed",
        meaning="Whether every tool that the answer calls is one the prompt offers and its policy allows, with arguments "
        "that fit the tool's schema. Calls are never executed. Unscored when the answer calls none.",
    ),
    _tool_calls,
)
