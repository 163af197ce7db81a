"""Project folders: make a new one, or the finished example."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import InputError
from workbench.whole_files import unwritable
from workbench.workspace.context import STATE_DIRECTORY
from workbench.workspace.files import write_text
from workbench.workspace.shipped import shipped

PROJECT_FILE = "workbench.toml"
STORE_FILE = f"{STATE_DIRECTORY}/workbench.duckdb"

TEMPLATE = """\
# A Prompt Workbench project. Keys and secrets never stand here: they are read from the environment.

[project]
name = {name}

# Without this, the embedded reader answers: no key, no network, no money.
# [models.mini]
# model = "openai/gpt-4o-mini"          # any LiteLLM name; the key is read from OPENAI_API_KEY
# [models.local]
# model = "ollama_chat/llama3.2"        # a started Ollama, LM Studio, vLLM or llama.cpp

# A judge needs a model:
# [judges.groundedness]
# model = "mini"

# What is good enough to be released; `workbench gate NAME@N` says whether a version is.
# [gates.release]
# rules = [{{ metric = "correct", at_least = 0.8 }}, {{ must_pass = true }}]

# [people]
# approvers = ["ann", "ben"]            # who may approve; nobody approves their own version
"""


@dataclass(frozen=True)
class Created:
    """A project folder. `new` is false when it was a project already."""

    directory: Path
    new: bool


def init(directory: Path) -> Created:
    """Make a folder a project. One that is a project already is left as it is."""
    directory = directory.expanduser().resolve()
    file = directory / PROJECT_FILE
    if file.exists():
        return Created(directory, new=False)
    if directory.exists() and not directory.is_dir():
        raise InputError(f"{directory} is a file, not a folder.", hint="Name a folder.")
    write_text(file, TEMPLATE.format(name=json.dumps(directory.name or "project", ensure_ascii=False)))
    ignore_state(directory)
    return Created(directory, new=True)


def init_example(directory: Path) -> Created:
    """Copy the example project's files into a folder that is empty or holds it already."""
    directory = directory.expanduser().resolve()
    if (directory / PROJECT_FILE).exists():
        return Created(directory, new=False)
    if directory.exists() and any(directory.iterdir()):
        raise InputError(
            f"{directory} is not empty, and not a project.", hint="Give another folder: `workbench demo --dir DIR`."
        )
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        # Copied beside it and put in place by a rename: a copy that is cut off does not look like a project.
        with tempfile.TemporaryDirectory(dir=directory.parent, prefix=f".{directory.name}-") as beside:
            whole = Path(beside) / directory.name
            shutil.copytree(shipped("datasets") / "harbor", whole)
            ignore_state(whole)
            if directory.exists():
                directory.rmdir()
            whole.rename(directory)
    except shutil.Error as error:
        raise InputError(f"The example cannot be copied to {directory}: {error.args[0][0][-1]}.") from error
    except OSError as error:
        raise unwritable(directory, error) from error
    return Created(directory, new=True)


def ignore_state(directory: Path) -> None:
    """Keep the store and indexes out of the user's repository, without touching a file of theirs."""
    write_text(directory / STATE_DIRECTORY / ".gitignore", "*\n")
