"""What is wrong with a prompt before it is ever sent, for editors and before saving."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.domain.prompt import PromptContent
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.errors import TemplateError
from workbench.templates.messages import few_shot_values, last_user_position, message_variables, used_variables

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing to mend. With an error a prompt cannot be saved; a warning is probably not what was meant."""

    message: str
    severity: Severity
    place: tuple[str | int, ...]
    """What of the prompt it is about: a field, then the position in it from 0, such as `("messages", 1)`."""


def check(content: PromptContent) -> tuple[Problem, ...]:
    """Everything that is wrong with a prompt, errors first. Never raises for what the prompt says."""
    found = [
        *_message_problems(content),
        *_variable_problems(content),
        *_retrieval_problems(content),
        *_few_shot_problems(content),
    ]
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def _message_problems(content: PromptContent) -> Iterator[Problem]:
    try:
        last_user_position(content)
    except TemplateError as error:
        yield Problem(str(error), "error", ("messages",))
    for position, message in enumerate(content.messages):
        place = ("messages", position)
        try:
            message_variables(content, position)
        except TemplateError as error:
            yield Problem(str(error), "error", place)
        if not message.content.strip():
            severity: Severity = "error" if message.role == "user" else "warning"
            yield Problem(f"Message {position + 1} ({message.role}) is empty.", severity, place)


def _variable_problems(content: PromptContent) -> Iterator[Problem]:
    try:
        used = used_variables(content)
    except TemplateError:
        return  # reported with the messages
    if set(used) != set(content.variables):
        yield Problem(
            f"'variables' names {_listed(content.variables)}, but the messages use {_listed(used)}.",
            "error",
            ("variables",),
        )
    if not used and content.messages:
        yield Problem("No message has a variable: every example asks the same.", "warning", ("messages",))
    if content.retrieval is not None and CONTEXT_VARIABLE not in used:
        yield Problem(
            f"Sources are retrieved, but no message shows them: the variable {CONTEXT_VARIABLE!r} is not used.",
            "warning",
            ("retrieval",),
        )


def _retrieval_problems(content: PromptContent) -> Iterator[Problem]:
    least = None if content.retrieval is None else content.retrieval.min_score
    if least is not None and least > 1:
        said = f"min_score is {least:g}, but no passage fits by more than 1: no source would ever be shown."
        yield Problem(said, "error", ("retrieval",))


def _few_shot_problems(content: PromptContent) -> Iterator[Problem]:
    try:
        wanted = message_variables(content, last_user_position(content))
    except TemplateError:
        return  # reported with the messages
    for position, pair in enumerate(content.few_shot):
        subject, place = f"Few-shot pair {position + 1}", ("few_shot", position)
        given = few_shot_values(pair)
        missing = [name for name in wanted if given.get(name) is None]
        unused = [name for name in pair.inputs if name not in wanted]
        if missing:
            yield Problem(f"{subject} gives no {_listed(missing)} for the last user message.", "error", place)
        if unused:
            yield Problem(f"{subject} gives {_listed(unused)}, unused in the last user message.", "warning", place)
        if not pair.output.strip():
            yield Problem(f"{subject} has an empty output.", "warning", place)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names) or "nothing"
