"""A prompt file that was edited in the repository comes back as a version to work on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from workbench.formats import prompt_yaml
from workbench.store import releases
from workbench.workspace.context import Context
from workbench.workspace.files import read_text
from workbench.workspace.prompts.prompts import Prompts, Saved

SUFFIX = ".prompt.yaml"


def take_back(context: Context, path: Path) -> Saved:
    """Save the file's content as a new version that goes on from the release it was exported as.

    Content that the project has already is that version. Raises FormatError for a file that is no prompt any more.
    """
    path = path.expanduser().resolve()
    edited = prompt_yaml.read(read_text(path), file=str(path))
    release = context.read(lambda s: releases.by_version(s, edited.name, path.name.removesuffix(SUFFIX)))
    came_from = f"Edited in the repository, in {path.name}"
    words = f"{came_from} of release {release.version}." if release else f"{came_from}."
    return Prompts(context).save(replace(edited, changelog=words), parent=None if release is None else release.number)
