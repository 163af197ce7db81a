"""What exists is documented, and what is documented exists."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import workbench
from workbench.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "workbench" / "guide"
PAGES = [ROOT / "README.md", *sorted(GUIDE.glob("*.md"))]
COMMANDS = (GUIDE / "commands.md").read_text(encoding="utf-8")
SKIPPED = {"workbench.ui.app"}  # a script, run by the server


def commands(group=cli, path=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def modules():
    for found in pkgutil.walk_packages(workbench.__path__, "workbench."):
        if found.name not in SKIPPED:
            yield found.name


def test_every_command_says_what_it_does_and_stands_in_the_guide():
    every = dict(commands())
    undescribed = [
        f"{path} --{option.name}"
        for path, command in every.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help and not option.hidden
    ]

    assert [path for path, command in every.items() if not command.help] == []
    assert undescribed == []
    assert [path for path in every if f"`workbench {path}`" not in COMMANDS] == []


def test_every_module_and_public_name_has_a_docstring():
    every = {name: importlib.import_module(name) for name in modules()}
    own = [
        (name, key, value)
        for name, module in every.items()
        for key, value in vars(module).items()
        if not key.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and getattr(value, "__module__", "") == name
    ]

    assert [name for name, module in every.items() if not module.__doc__] == []
    assert [f"{name}.{key}" for name, key, value in own if not inspect.getdoc(value)] == []


def test_the_public_door_lists_what_is_there():
    assert [name for name in workbench.__all__ if getattr(workbench, name, None) is None] == []
    told = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert all(f"`{name}`" in told or name.startswith("__") for name in workbench.__all__)


@pytest.mark.parametrize("name", ["demo", "test"])
def test_the_readme_has_its_two_commands(name):
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "readme-command", name], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("python3 -m venv .venv")
    assert "--require-hashes" in done.stdout


def test_the_readmes_own_project_ends_in_a_comparison_of_two_arms():
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "readme-command", "your-own"], capture_output=True, text=True, check=True
    )
    *_, run, compare = done.stdout.splitlines()

    assert compare == "workbench compare latest"
    assert run.startswith("workbench run ")
    assert run.count("--model ") == 2


def test_nothing_committed_names_a_package_host():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    hosts = re.compile(r"(files\.python" + r"hosted|py" + r"pi\.org|registry\.npm" + r"js)", re.IGNORECASE)
    named = [
        path
        for path in tracked.stdout.splitlines()
        if (ROOT / path).is_file() and hosts.search((ROOT / path).read_text(encoding="utf-8", errors="replace"))
    ]

    assert named == []


def test_locks_have_hashes_and_no_addresses():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        pinned = re.findall(r"^[A-Za-z0-9_.\[\]-]+==", text, re.MULTILINE)

        assert "://" not in text
        assert pinned
        assert text.count("--hash=sha256:") >= len(pinned)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_of_the_documentation_lead_to_files(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_chapter_of_the_guide_is_listed_in_the_readme():
    readme = PAGES[0].read_text(encoding="utf-8")

    assert [page.name for page in PAGES[1:] if f"(workbench/guide/{page.name})" not in readme] == []
