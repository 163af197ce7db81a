"""Read an exported prompt where it is used, with the standard library and PyYAML alone.

Programs wait for this at their start, so that what it imports is counted in milliseconds: paths are text here, and
classes are written out, because `pathlib` and `dataclasses` are a tenth and a third of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import yaml

from workbench.artifacts import layout
from workbench.errors import InputError, IntegrityError, NotFoundError
from workbench.formats import yaml_nodes
from workbench.formats.fields import Fields
from workbench.hashing import bytes_hash
from workbench.templates.turns import sent_turns

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

    from workbench.domain.prompt import FewShot, MessageRole, PromptContent, TemplateFormat
    from workbench.templates.turns import Pair, Turn

DEFAULT_ENVIRONMENT = "production"
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){2}")
_ROLES = ("system", "user", "assistant", "tool")
_FIGURES = "\nevaluation:"
"""Where the figures begin that an export appends: long to parse, and no call needs them."""
_EXPORT_AGAIN = "Restore it from your repository, or export the release again: `workbench export`."


class LoadedPrompt:
    """A released prompt, as its exported file says; the file was proven unchanged when it was read."""

    def __init__(self, name: str, version: str, environment: str | None, *, file: str, text: str) -> None:
        """`text` is what the `file` of the release says. Raises FormatError where it is no prompt."""
        self.name = name
        self.version = version
        """The release's version, such as 1.3.0."""
        self.environment = environment
        """The environment by which it was found; None when a version was named."""
        self._file = file
        self._text = text
        # It was checked in full when it was written, and its bytes are those: here only the kinds of values count.
        document = yaml_nodes.read(text, file)
        said = Fields.of(document.value, (), document.complain)
        if said.require("prompt_name", said.name("prompt_name")) != name:
            other = said.name("prompt_name")
            raise IntegrityError(f"{file} is the prompt {other!r}, not {name!r}.", hint=_EXPORT_AGAIN)
        self.use_case = said.name("use_case")
        self.variables: tuple[str, ...] = said.texts("variables") or ()
        """The names that `messages` needs values for."""
        self.model = said.name("model")
        """The model that the prompt was released for; None when it names none."""
        self.parameters: Mapping[str, Any] = said.mapping("parameters") or {}
        """What the model is asked with, such as temperature and max_tokens."""
        self.tools: tuple[Mapping[str, Any], ...] = tuple(tool.values for tool in said.tables("tools") or ())
        """The tools' JSON schemas."""
        self.response_schema = said.mapping("response_schema")
        """The JSON schema of the answer; None when any text will do."""
        self._format = cast("TemplateFormat", said.name("template_format") or "mustache")
        self._turns = [_turn(row) for row in said.require("messages", said.tables("messages"))]
        self._pairs = [_pair(row) for row in said.tables("few_shot") or ()]

    def __repr__(self) -> str:
        """What is in the hand of whoever looks at it in a notebook."""
        where = "" if self.environment is None else f" from {self.environment}"
        return f"<{self.name} {self.version}{where}: variables {', '.join(self.variables) or 'none'}>"

    @property
    def hash(self) -> str:
        """The hash of everything that changes how the prompt behaves."""
        return self.content.hash

    @property
    def few_shot(self) -> tuple[FewShot, ...]:
        """The examples that `messages` shows before the question."""
        return self.content.few_shot

    @cached_property
    def content(self) -> PromptContent:
        """All of the prompt as the workbench knows it, read when it is first asked for."""
        from workbench.formats import prompt_yaml

        return prompt_yaml.read(self._text, file=self._file, check_schema=False).content

    def messages(
        self, values: Mapping[str, Any] | None = None, /, *, history: Sequence[Mapping[str, str]] = (), **named: Any
    ) -> list[dict[str, str]]:
        """The messages to send, each with `role` and `content`, as OpenAI's and most other clients take them.

        Values are given by name, or as a mapping where a name is no Python name. `history` holds earlier turns of the
        conversation. Raises MissingVariableError naming every variable without a value.
        """
        earlier = [_earlier(turn) for turn in history]
        sent = sent_turns(self._turns, self._pairs, self._format, {**(values or {}), **named}, earlier)
        return [{"role": role, "content": text} for role, text in sent]

    def to_langchain(self, *, history: str = "history") -> ChatPromptTemplate:
        """A ChatPromptTemplate of the same messages. Needs langchain-core."""
        from workbench.formats.langchain import to_langchain

        return to_langchain(self.content, history=history)


def load_prompt(
    name: str,
    *,
    environment: str | None = None,
    version: str | None = None,
    directory: str | os.PathLike[str] = ".",
) -> LoadedPrompt:
    """Read a released prompt from a repository folder, and prove that its file is the one that was exported.

    `directory` holds `prompts/NAME/`. The release is the one that stands in `environment`, production unless said, or
    the one with the number `version`. Raises NotFoundError for what is not there, and IntegrityError for files that are
    not what the manifest says.
    """
    if environment is not None and version is not None:
        raise InputError("A prompt is loaded by environment or by version, not by both.", hint="Leave one out.")
    folder = os.path.join(os.fspath(directory), *layout.folder(name).split("/"))
    manifest = _manifest(folder, name)
    if version is None:
        environment = environment or DEFAULT_ENVIRONMENT
        version = _standing_in(environment, folder, manifest)
    file = f"versions/{version}.prompt.yaml"
    if not _VERSION.fullmatch(version) or file not in manifest:
        there = [path[len("versions/") : -len(".prompt.yaml")] for path in manifest if path.endswith(".prompt.yaml")]
        raise NotFoundError(f"release of {name} in {folder} with the version", version, there)
    text = _proven(folder, file, manifest).decode("utf-8", "replace").partition(_FIGURES)[0]
    return LoadedPrompt(name, version, environment, file=os.path.join(folder, file), text=text)


def _manifest(folder: str, name: str) -> Mapping[str, str]:
    path = os.path.join(folder, "manifest.json")
    try:
        return layout.manifest_files(_read(path))
    except FileNotFoundError as error:
        parent = os.path.dirname(folder)
        found = os.listdir(parent) if os.path.isdir(parent) else []
        hint = None if found else "`directory` is the folder that prompts were exported to; it holds prompts/NAME."
        raise NotFoundError(f"exported prompt in {parent} with the name", name, found, hint=hint) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise IntegrityError(f"{path} is not a manifest any more.", hint=_EXPORT_AGAIN) from error


def _standing_in(environment: str, folder: str, manifest: Mapping[str, str]) -> str:
    """The version of the release that stands in an environment."""
    path = os.path.join(folder, "environments.yaml")
    data = _proven(folder, "environments.yaml", manifest)
    try:
        document = yaml.safe_load(data)
    except (yaml.YAMLError, ValueError) as error:
        raise IntegrityError(f"{path} is not YAML any more.", hint=_EXPORT_AGAIN) from error
    standing = document.get("environments") if isinstance(document, Mapping) else None
    if not isinstance(standing, Mapping):
        raise IntegrityError(f"{path} names no environments.", hint=_EXPORT_AGAIN)
    if environment not in standing:
        raise NotFoundError(f"environment in {path} with the name", environment, map(str, standing))
    version = standing[environment]
    if not isinstance(version, str):
        filled = [f"{name} ({at})" for name, at in standing.items() if isinstance(at, str)]
        raise InputError(
            f"No release stands in {environment}, says {path}.",
            hint=f"There is one in {', '.join(filled) or 'no environment'}; `workbench release promote` moves it on.",
        )
    return version


def _proven(folder: str, relative: str, manifest: Mapping[str, str]) -> bytes:
    """A file's bytes, when they are those of the manifest and lie inside the folder."""
    path = os.path.join(folder, *relative.split("/"))
    digest = manifest.get(relative)
    if digest is None:
        raise IntegrityError(f"{path} is not in {os.path.join(folder, 'manifest.json')}.", hint=_EXPORT_AGAIN)
    if not os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), "")):
        raise IntegrityError(f"{path} leads out of its folder.", hint=_EXPORT_AGAIN)
    try:
        data = _read(path)
    except FileNotFoundError as error:
        raise IntegrityError(f"{path} is missing, though the manifest lists it.", hint=_EXPORT_AGAIN) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if bytes_hash(data) != digest:
        raise IntegrityError(
            f"{path} was changed since it was exported: it is not what the manifest says.",
            hint="`workbench verify` says what else was. " + _EXPORT_AGAIN,
        )
    return data


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _turn(row: Fields) -> Turn:
    return _role(row.require("role", row.name("role"))), row.require("content", row.text("content"))


def _pair(row: Fields) -> Pair:
    return row.require("inputs", row.mapping("inputs")), row.require("output", row.text("output"))


def _earlier(turn: Mapping[str, str]) -> Turn:
    role, content = turn.get("role"), turn.get("content")
    if role not in _ROLES or not isinstance(content, str):
        raise InputError(f"{dict(turn)!r} is no turn of a conversation.", hint="Give role and content, as text.")
    return _role(role), content


def _role(name: str) -> MessageRole:
    return cast("MessageRole", name)
