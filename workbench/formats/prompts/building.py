"""What was read of another tool's file as a prompt of ours, held to the rules of our own prompt file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptContent, PromptFile
from workbench.errors import FormatError, TemplateError
from workbench.formats import prompt_yaml
from workbench.formats.dataset_rows import Row, to_examples
from workbench.formats.problems import Problems
from workbench.formats.prompts.composing import Turn, compose
from workbench.formats.prompts.foreign import Losses, Source
from workbench.templates.messages import used_variables

_UNFIT = re.compile(r"[^\w.-]+")
_ENDINGS = re.compile(
    r"(\.prompt|\.langfuse|\.promptfoo|\.mlflow)?\.(ya?ml|json|prompty|prompt|txt|md|csv)\Z", re.IGNORECASE
)
_SAYS_NOTHING = {"promptfooconfig", "prompt", "prompts", "tests"}


@dataclass(frozen=True)
class Draft:
    """What a file says of one prompt, before it is held to the rules."""

    name: str | None
    turns: Sequence[Turn]
    line: int
    """Where the messages begin; the line of what is wrong with the prompt as a whole."""
    model: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tools: Sequence[Mapping[str, Any]] = ()
    response_schema: Mapping[str, Any] | None = None
    changelog: str = ""


def build(source: Source, draft: Draft, losses: Losses) -> PromptFile:
    """The prompt. Raises FormatError with the file and a line for what our own prompt file would refuse."""
    if not draft.turns:
        raise FormatError("the prompt has no messages.", file=source.file, line=draft.line)
    messages, template_format = compose(draft.turns)
    try:
        variables = used_variables(PromptContent(messages, template_format))
        content = PromptContent(
            messages=messages,
            template_format=template_format,
            variables=variables,
            model=draft.model,
            parameters=draft.parameters,
            tools=tuple(draft.tools),
            response_schema=draft.response_schema,
        )
        prompt = PromptFile(_name(source, draft.name, losses), content, changelog=draft.changelog)
        return prompt_yaml.read(prompt_yaml.write(prompt), file=source.file)
    except FormatError as error:
        raise FormatError(error.problem, file=source.file, line=draft.line, hint=error.hint) from error
    except (TemplateError, TypeError) as error:
        raise FormatError(str(error), file=source.file, line=draft.line) from error


def rows(source: Source, values: Sequence[tuple[int, Mapping[str, Any]]]) -> tuple[Example, ...]:
    """Golden rows from their lines and values. Raises FormatError with everything that is wrong with them."""
    return to_examples([Row(line, given) for line, given in values], Problems(source.file), {})


def file_stem(file: str) -> str:
    """What a file is called without its endings; its folder, where the file's name says nothing."""
    path = PurePosixPath(file.replace("\\", "/"))
    stem = _ENDINGS.sub("", path.name)
    return path.parent.name or stem if stem in _SAYS_NOTHING else stem


def fit_name(name: str) -> str:
    """A name as a prompt may have it, and a file."""
    fit = _UNFIT.sub("-", name.strip()).strip("-.")
    return fit if fit == name else fit.lower()


def _name(source: Source, given: str | None, losses: Losses) -> str:
    if source.name is not None:
        return source.name
    name = fit_name(given or "") or fit_name(file_stem(source.file)) or "prompt"
    if given and name != given:
        losses.add(f"The name {given[:60]!r} became {name!r}, which can be a file name.")
    return name
