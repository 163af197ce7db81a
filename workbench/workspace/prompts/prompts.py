"""Prompts: save immutable versions, compare them, and keep drafts."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.prompt import PromptContent, PromptFile
from workbench.domain.prompt_version import Draft, PromptVersion
from workbench.errors import InputError, TemplateError, suggestion
from workbench.formats import langchain, prompt_yaml
from workbench.formats.utf8 import decode
from workbench.store import drafts, indexes, prompts
from workbench.store.session import Session
from workbench.templates.checking import check
from workbench.workspace.context import Context, parse_reference
from workbench.workspace.files import read_text

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

ROWS_SLOT = "rows"
"""The slot in which the draft of a golden set is kept; it stands in the name of the set, not of a prompt."""
INPUTS_SLOT = "inputs"
"""The slot in which the inputs are kept that were typed by hand to try a prompt."""


@dataclass(frozen=True)
class Saved:
    """What saving came to. `created` is false when the same content was there already."""

    name: str
    version: int
    hash: str
    created: bool
    notes: tuple[str, ...] = ()
    """What it needs before it can be run, such as an index that is not there yet."""


@dataclass(frozen=True)
class Prompts:
    """The project's prompts."""

    context: Context

    def add(self, path: Path) -> Saved:
        """Save a `NAME.prompt.yaml` as a version. Raises FormatError with file and line; then nothing is stored."""
        return self.save(prompt_yaml.read(read_text(path), file=str(path)))

    def add_bytes(self, data: bytes, *, file: str) -> Saved:
        """As `add`, for a file's bytes, such as an upload; `file` names it in errors."""
        return self.save(prompt_yaml.read(decode(data, file), file=file))

    def add_all(self, paths: Sequence[Path]) -> Sequence[Saved]:
        """Save several prompt files: all, or none when one of them is wrong."""
        return self.save_all([prompt_yaml.read(read_text(path), file=str(path)) for path in paths])

    def save_all(self, prompts: Sequence[PromptFile]) -> Sequence[Saved]:
        """Save several versions, in order: all, or none when one of them is wrong."""
        return self.context.write(saving_versions(self.context, prompts))

    def save(self, prompt: PromptFile, *, parent: int | None = None) -> Saved:
        """Save a version; the same content under the same name is the version it was."""
        return self.context.write(saving_versions(self.context, [prompt], parent=parent))[0]

    def get(self, reference: str) -> PromptVersion:
        """`NAME@N`, or `NAME` for the newest version."""
        name, number = parse_reference(reference)
        return self.context.read(lambda s: prompts.get(s, name, number))

    def list(self) -> Sequence[PromptVersion]:
        """The newest version of every prompt, by name."""
        return self.context.read(prompts.latest)

    def versions(self, name: str) -> Sequence[PromptVersion]:
        """All versions of a prompt, oldest first."""
        return self.context.read(lambda s: prompts.versions(s, name))

    def text(self, reference: str) -> str:
        """A version as its prompt file, defaults written out."""
        return file_text(self.get(reference))

    def to_langchain(self, reference: str) -> ChatPromptTemplate:
        """A version as a LangChain chat prompt: for the same inputs it gives the messages that a run sends."""
        return langchain.to_langchain(self.get(reference).content)

    def diff(self, before: str, after: str) -> str:
        """A unified diff of two versions' prompt files; empty when nothing differs that changes behaviour."""
        a, b = self.get(before), self.get(after)
        old, new = (text.splitlines() for text in _to_compare(a, b))
        return "\n".join(difflib.unified_diff(old, new, a.label, b.label, lineterm="", n=3))

    def texts_to_compare(self, before: str, after: str) -> tuple[str, str]:
        """Two versions as `diff` compares them: without their changelogs, every message in the same style."""
        return _to_compare(self.get(before), self.get(after))

    def keep_draft(self, prompt: str, fields: Mapping[str, Any], *, slot: str = "0", base: int | None = None) -> Draft:
        """Keep an unsaved edit for the actor. The fields need not be valid yet."""
        self.context.require("engineer", "edit a prompt")
        if not prompt.strip():
            raise InputError("A draft needs the name of its prompt.")
        draft = Draft(prompt, self.context.actor.name, slot, fields, base, self.context.clock.now())
        self.context.write(lambda s: drafts.put(s, draft))
        return draft

    def draft(self, prompt: str, *, slot: str = "0") -> Draft | None:
        """The actor's draft in this slot."""
        author = self.context.actor.name
        return self.context.read(lambda s: drafts.get(s, prompt, author, slot))

    def drafts(self) -> Sequence[Draft]:
        """All drafts of prompts that the actor has, newest first."""
        author = self.context.actor.name
        kept = self.context.read(lambda s: drafts.of_author(s, author))
        return [draft for draft in kept if draft.slot not in {ROWS_SLOT, INPUTS_SLOT}]

    def discard_draft(self, prompt: str, *, slot: str = "0") -> None:
        """Throw the actor's draft away."""
        self.context.require("engineer", "edit a prompt")
        author = self.context.actor.name
        self.context.write(lambda s: drafts.discard(s, prompt, author, slot))


def saving_versions(
    context: Context, files: Sequence[PromptFile], *, parent: int | None = None
) -> Callable[[Session], Sequence[Saved]]:
    """What saves versions, in a transaction that may hold more. Raises TemplateError now for one that is wrong."""
    context.require("engineer", "save a prompt")
    for prompt in files:
        errors = [problem.message for problem in check(prompt.content) if problem.severity == "error"]
        if errors:
            raise TemplateError(f"{prompt.name!r} was not saved: {' '.join(errors)}")

    def save(session: Session, prompt: PromptFile) -> Saved:
        version, created = prompts.add(
            session,
            name=prompt.name,
            content=prompt.content,
            author=context.actor.name,
            created_at=context.clock.now(),
            use_case=prompt.use_case,
            changelog=prompt.changelog,
            parent=parent,
        )
        if created:
            context.record(session, "prompt saved", version.label, hash=version.hash, changelog=prompt.changelog)
        return Saved(version.name, version.number, version.hash, created, _lacks(session, prompt.content))

    return lambda session: [save(session, prompt) for prompt in files]


def _lacks(session: Session, content: PromptContent) -> tuple[str, ...]:
    known = [info.name for info in indexes.latest(session)]
    if content.retrieval is None or content.retrieval.index in known:
        return ()
    return (no_index(content.retrieval.index, known),)


def no_index(name: str, known: Sequence[str]) -> str:
    """That an index is named which is not there, and what to do about it."""
    return f"There is no index {name!r} yet. {suggestion(name, known) or 'Build it before the prompt is run.'}"


def file_text(version: PromptVersion) -> str:
    """A version as its prompt file."""
    return prompt_yaml.write(as_file(version))


def as_file(version: PromptVersion) -> PromptFile:
    """A version as what its prompt file holds."""
    return PromptFile(version.name, version.content, version.use_case, version.changelog)


def _to_compare(before: PromptVersion, after: PromptVersion) -> tuple[str, str]:
    """Both as prompt files in which how a message ends is no difference, unless it is the only one.

    A line end at the end of a message makes YAML write all of it in another style.
    """
    old, new = (replace(as_file(version), changelog="") for version in (before, after))
    styled = prompt_yaml.write(_in_one_style(old)), prompt_yaml.write(_in_one_style(new))
    return styled if styled[0] != styled[1] else (prompt_yaml.write(old), prompt_yaml.write(new))


def _in_one_style(prompt: PromptFile) -> PromptFile:
    """The prompt with one line end at the end of every message of several lines, and none at that of others."""
    ended = (message.content.rstrip("\n") for message in prompt.content.messages)
    messages = (
        replace(message, content=f"{text}\n" if "\n" in text else text)
        for message, text in zip(prompt.content.messages, ended, strict=True)
    )
    return replace(prompt, content=replace(prompt.content, messages=tuple(messages)))
