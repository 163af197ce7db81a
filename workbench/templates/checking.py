"""What is wrong with a prompt before it is ever sent, for editors and before saving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workbench.domain.prompt import CONTEXT_VARIABLE, PromptContent
from workbench.errors import TemplateError
from workbench.templates.messages import few_shot_values, last_user_position, message_variables, used_variables

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing to mend. With an error a prompt cannot be saved; a warning is probably not what was meant."""

    message: str
    severity: Severity


def check(content: PromptContent) -> tuple[Problem, ...]:
    """Everything that is wrong with a prompt, errors first. Never raises for what the prompt says."""
    found = [*_message_problems(content), *_variable_problems(content), *_few_shot_problems(content)]
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def _message_problems(content: PromptContent) -> Iterator[Problem]:
    try:
        last_user_position(content)
    except TemplateError as error:
        yield Problem(str(error), "error")
    for position, message in enumerate(content.messages):
        try:
            message_variables(content, position)
        except TemplateError as error:
            yield Problem(str(error), "error")
        if not message.content.strip():
            yield Problem(
                f"Message {position + 1} ({message.role}) is empty.", "error" if message.role == "user" else "warning"
            )


def _variable_problems(content: PromptContent) -> Iterator[Problem]:
    try:
        used = used_variables(content)
    except TemplateError:
        return  # reported with the messages
    undeclared = [name for name in used if name not in content.variables]
    unused = [name for name in content.variables if name not in used]
    if undeclared:
        yield Problem(f"The messages use {_listed(undeclared)}, which 'variables' does not name.", "error")
    if unused:
        yield Problem(f"'variables' names {_listed(unused)}, which no message uses.", "error")
    if not used and content.messages:
        yield Problem("No message has a variable: every example asks the same.", "warning")
    if content.retrieval is not None and CONTEXT_VARIABLE not in used:
        yield Problem(
            f"Sources are retrieved, but no message shows them: the variable {CONTEXT_VARIABLE!r} is not used.",
            "warning",
        )


def _few_shot_problems(content: PromptContent) -> Iterator[Problem]:
    try:
        wanted = message_variables(content, last_user_position(content))
    except TemplateError:
        return  # reported with the messages
    for number, pair in enumerate(content.few_shot, 1):
        given = few_shot_values(pair)
        missing = [name for name in wanted if given.get(name) is None]
        unused = [name for name in pair.inputs if name not in wanted]
        if missing:
            yield Problem(f"Few-shot pair {number} gives no {_listed(missing)} for the last user message.", "error")
        if unused:
            yield Problem(
                f"Few-shot pair {number} gives {_listed(unused)}, unused in the last user message.", "warning"
            )
        if not pair.output.strip():
            yield Problem(f"Few-shot pair {number} has an empty output.", "warning")


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)
