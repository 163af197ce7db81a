"""Prompts of other tools: read, shown with what cannot be carried, then kept; and written for other tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptFile
from workbench.errors import InputError
from workbench.formats.prompts import registry
from workbench.formats.prompts.building import file_stem, fit_name
from workbench.formats.prompts.foreign import Beside, Source, nothing_beside, said
from workbench.formats.utf8 import decode
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.files import read_bytes, write_text
from workbench.workspace.goldens.datasets import Datasets, saving_rows
from workbench.workspace.interchange.folder import files_beside
from workbench.workspace.prompts.drafting import require_name
from workbench.workspace.prompts.prompts import Prompts, Saved, as_file, saving_versions

FORMATS = tuple(one.name for one in registry.FORMATS)
"""What can be imported."""
WRITTEN = tuple(one.name for one in registry.FORMATS if one.write is not None)
"""What can be exported."""


@dataclass(frozen=True)
class Incoming:
    """What a file holds. Nothing of it is stored yet."""

    file: str
    format: str
    """The format's name, as `--format` takes it."""
    title: str
    """What people call the tool."""
    prompts: tuple[PromptFile, ...]
    """Versions of one prompt, in order; none where the file has only tests."""
    examples: tuple[Example, ...]
    losses: tuple[str, ...]
    """What could not be carried, or came as something else, in plain English."""

    @property
    def dataset(self) -> str:
        """What its golden rows are called when nothing else is said."""
        return self.prompts[0].name if self.prompts else fit_name(file_stem(self.file)) or "imported"


@dataclass(frozen=True)
class Kept:
    """What of an incoming file is stored now."""

    prompts: tuple[Saved, ...]
    dataset: Saved | None
    incoming: Incoming


@dataclass(frozen=True)
class Outgoing:
    """A file written for another tool."""

    path: Path
    format: str
    replaced: bool
    """Whether another file of that name was there."""
    losses: tuple[str, ...]


@dataclass(frozen=True)
class Interchange:
    """Prompts from other tools, and for them."""

    context: Context

    def read(self, path: Path, *, format: str | None = None, name: str | None = None) -> Incoming:  # noqa: A002
        """What a file holds, in the named format or the one that it is in. Files in its folder that it names are read.

        Nothing of it is run, and no variable of the environment is read. Raises FormatError with file and line.
        """
        return _incoming(read_bytes(path), str(path), files_beside(path.parent), format, name)

    def read_bytes(
        self,
        data: bytes,
        *,
        file: str,
        format: str | None = None,  # noqa: A002 - the option's name
        name: str | None = None,
    ) -> Incoming:
        """As `read`, for a file that came alone, such as an upload."""
        return _incoming(data, file, nothing_beside, format, name)

    def keep(self, incoming: Incoming, *, dataset: str | None = None) -> Kept:
        """Save what was read, all or nothing: prompt versions, and golden rows as a version of a golden set."""
        ctx = self.context
        ctx.require("engineer", "import a prompt")
        source = f"{Path(incoming.file).name} ({incoming.title})"
        save_rows = None
        if incoming.examples:
            save_rows = saving_rows(ctx, dataset or incoming.dataset, incoming.examples, source=source)
        save_prompts = saving_versions(
            ctx,
            [
                prompt if prompt.changelog else replace(prompt, changelog=f"Imported from {source}")
                for prompt in incoming.prompts
            ],
        )

        def change(session: Session) -> Kept:
            rows = None if save_rows is None else save_rows(session)
            return Kept(tuple(save_prompts(session)), rows, incoming)

        return ctx.write(change)

    def export(
        self,
        reference: str,
        directory: Path,
        format: str,  # noqa: A002 - the option's name
        *,
        dataset: str | None = None,
    ) -> Outgoing:
        """Write a version, and a golden set where the format has tests, into a folder. Any version, approved or not.

        Raises NotFoundError for a format that is not written, InputError for a prompt that would say something else there.
        """
        self.context.require(("engineer", "approver"), "write a prompt for another tool")
        used = registry.named(format, written=True)
        if used.write is None:
            raise InputError(f"Prompts are not written as {used.title}.")
        prompt = as_file(Prompts(self.context).get(reference))
        examples: Sequence[Example] = Datasets(self.context).examples(dataset) if dataset else ()
        written = used.write(prompt, examples)
        path = directory / f"{prompt.name}{used.ending}"
        if path.is_symlink():
            raise InputError(f"{str(path)!r} is a link, and is not written through.", hint="Remove it first.")
        replaced = path.exists() and read_bytes(path) != written.text.encode()
        write_text(path, written.text)
        return Outgoing(path, used.name, replaced, said(written.losses))


def _incoming(data: bytes, file: str, beside: Beside, format_name: str | None, name: str | None) -> Incoming:
    if name is not None:
        require_name(name)
    used, found = registry.read(Source(file, decode(data, file), beside, name), format_name)
    return Incoming(file, used.name, used.title, found.prompts, found.examples, said(found.losses))
