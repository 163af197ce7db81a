"""Our own prompt file, beside those of other tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptFile
from workbench.formats import prompt_yaml
from workbench.formats.prompts import documents
from workbench.formats.prompts.foreign import Foreign, Losses, Source, Written
from workbench.formats.prompts.leaving import no_rows

CARRIES = frozenset(
    {
        "few-shot pairs", "model", "parameters", "tools", "answer schema", "retrieval", "policy", "changelog", "use case",
    }
)  # fmt: skip


def is_mine(look: documents.Look) -> bool:
    """Whether it has a name as our files have it."""
    return "prompt_name" in look.keys


def read(source: Source) -> Foreign:
    """The prompt. Raises FormatError."""
    prompt = prompt_yaml.read(source.text, file=source.file)
    return Foreign((prompt if source.name is None else replace(prompt, name=source.name),))


def write(prompt: PromptFile, examples: Sequence[Example]) -> Written:
    """The prompt file. Golden rows have no place in it."""
    losses = Losses()
    no_rows(examples, losses)
    return Written(prompt_yaml.write(prompt), tuple(losses.found))
