"""Which formats there are, what each carries, and which one a file is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.errors import FormatError, NotFoundError
from workbench.formats.prompts import (
    documents,
    dotprompt,
    github,
    langchain_files,
    langfuse,
    mlflow,
    promptfoo,
    prompty,
    workbench_file,
)
from workbench.formats.prompts.foreign import Foreign, Read, Source, Write

PARTS = (
    "few-shot pairs",
    "model",
    "parameters",
    "tools",
    "answer schema",
    "retrieval",
    "policy",
    "changelog",
    "use case",
    "golden rows",
    "checks",
)
"""What a prompt has besides its messages, and what is brought along with it."""


@dataclass(frozen=True)
class Format:
    """Another tool's file."""

    name: str
    title: str
    is_mine: Callable[[documents.Look], bool]
    read: Read
    carries: frozenset[str]
    """Those of `PARTS` that have a place in it."""
    write: Write | None = None
    """None: it is only read."""
    ending: str = ""
    """How a written file's name ends."""


FORMATS = (
    Format(
        "workbench", "Prompt Workbench", workbench_file.is_mine, workbench_file.read, workbench_file.CARRIES,
        workbench_file.write, ".prompt.yaml",
    ),
    Format("langchain", "LangChain", langchain_files.is_mine, langchain_files.read, langchain_files.CARRIES),
    Format("langfuse", "Langfuse", langfuse.is_mine, langfuse.read, langfuse.CARRIES, langfuse.write, ".langfuse.json"),
    Format("mlflow", "MLflow", mlflow.is_mine, mlflow.read, mlflow.CARRIES),
    Format("prompty", "Prompty", prompty.is_mine, prompty.read, prompty.CARRIES, prompty.write, ".prompty"),
    Format("dotprompt", "Dotprompt", dotprompt.is_mine, dotprompt.read, dotprompt.CARRIES),
    Format(
        "promptfoo", "promptfoo", promptfoo.is_mine, promptfoo.read, promptfoo.CARRIES, promptfoo.write,
        ".promptfoo.yaml",
    ),
    Format("github", "GitHub Models", github.is_mine, github.read, github.CARRIES, github.write, ".prompt.yml"),
)  # fmt: skip
"""In the order in which they are asked whether a file is theirs."""

_ENDINGS = {".prompt.yml": "github", ".prompt.yaml": "workbench", ".prompty": "prompty", ".prompt": "dotprompt"}
"""What a file is taken for when it holds nothing that tells, such as YAML that is broken."""


def named(name: str, *, written: bool = False) -> Format:
    """The format of a name. Raises NotFoundError; with `written`, also for one that is only read."""
    known = {one.name: one for one in FORMATS if one.write is not None or not written}
    if name not in known:
        raise NotFoundError("format that prompts are written in" if written else "prompt format", name, known)
    return known[name]


def detect(text: str, file: str) -> Format:
    """The format that a file is in, by what it holds. Raises FormatError for one that is none of them."""
    look = documents.look(text, file)
    for one in FORMATS:
        if one.is_mine(look):
            return one
    ending = next((ending for ending in _ENDINGS if file.lower().endswith(ending)), None)
    if ending is not None:
        return named(_ENDINGS[ending])
    raise _unknown(look)


def read(source: Source, format_name: str | None = None) -> tuple[Format, Foreign]:
    """What a file holds, in the named format or the one it is in. Raises FormatError with file and line.

    Nothing of it is run, no variable of the environment is read, and no file but through `source.beside`.
    """
    documents.require_size(source.text, source.file)
    used = detect(source.text, source.file) if format_name is None else named(format_name)
    return used, used.read(source)


def _unknown(look: documents.Look) -> FormatError:
    if {"results", "evalId", "testCases"} & set(look.keys):
        hint = "It looks like results: `workbench runs import FILE` reads those."
    elif look.file.lower().endswith((".csv", ".tsv", ".jsonl")) or isinstance(look.value, list):
        hint = "It looks like rows: `workbench dataset add FILE --name NAME` reads a golden set."
    else:
        hint = f"Say which one it is: --format {', '.join(one.name for one in FORMATS)}."
    return FormatError("this is no prompt file of a known format.", file=look.file, line=1, hint=hint)
