"""Read an exported prompt where it is used, with the standard library and PyYAML alone.

Programs wait for this at their start, so that what it imports is counted in milliseconds: paths are text here, because
`pathlib` alone is a tenth of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import yaml

from workbench.artifacts import layout
from workbench.domain.prompt import FewShot, Message, MessageRole, PromptContent
from workbench.errors import InputError, IntegrityError, NotFoundError
from workbench.formats import prompt_yaml
from workbench.hashing import bytes_hash
from workbench.templates.messages import render_messages

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

DEFAULT_ENVIRONMENT = "production"
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){2}")
_FIGURES = "\nevaluation:"
"""Where the figures begin that an export appends: long to parse, and no call needs them."""
_EXPORT_AGAIN = "Restore it from your repository, or export the release again: `workbench export`."


@dataclass(frozen=True)
class LoadedPrompt:
    """A released prompt, as its exported file says; the file was proven unchanged when it was read."""

    name: str
    version: str
    """The release's version, such as 1.3.0."""
    environment: str | None
    """The environment by which it was found; None when a version was named."""
    hash: str
    """The hash of everything that changes how the prompt behaves."""
    content: PromptContent
    use_case: str | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The names that `messages` needs values for."""
        return self.content.variables

    @property
    def model(self) -> str | None:
        """The model that the prompt was released for; None when it names none."""
        return self.content.model

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the model is asked with, such as temperature and max_tokens."""
        return self.content.parameters

    @property
    def few_shot(self) -> tuple[FewShot, ...]:
        """The examples that `messages` shows before the question."""
        return self.content.few_shot

    @property
    def tools(self) -> tuple[Mapping[str, Any], ...]:
        """The tools' JSON schemas."""
        return self.content.tools

    @property
    def response_schema(self) -> Mapping[str, Any] | None:
        """The JSON schema of the answer; None when any text will do."""
        return self.content.response_schema

    def messages(
        self, values: Mapping[str, Any] | None = None, /, *, history: Sequence[Mapping[str, str]] = (), **named: Any
    ) -> list[dict[str, str]]:
        """The messages to send, each with `role` and `content`, as OpenAI's and most other clients take them.

        Values are given by name, or as a mapping where a name is no Python name. `history` holds earlier turns of the
        conversation. Raises MissingVariableError naming every variable without a value.
        """
        turns = tuple(_turn(turn) for turn in history)
        filled = render_messages(self.content, {**(values or {}), **named}, history=turns)
        return [{"role": message.role, "content": message.content} for message in filled]

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
    prompt = prompt_yaml.read(text, file=os.path.join(folder, file), check_schema=False)
    if prompt.name != name:
        raise IntegrityError(
            f"{os.path.join(folder, file)} is the prompt {prompt.name!r}, not {name!r}.", hint=_EXPORT_AGAIN
        )
    return LoadedPrompt(name, version, environment, prompt.content.hash, prompt.content, prompt.use_case)


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


def _turn(turn: Mapping[str, str]) -> Message:
    content = turn.get("content")
    role = next((known for known in get_args(MessageRole) if known == turn.get("role")), None)
    if role is None or not isinstance(content, str):
        raise InputError(f"{dict(turn)!r} is no turn of a conversation.", hint="Give role and content, as text.")
    return Message(role, content)
