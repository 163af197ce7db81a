"""A full disk, or a folder that may not be written to: every command that writes says so and leaves nothing behind."""

import re
import shutil
from contextlib import ExitStack

import pytest

from tests.support.commands import workbench as run
from tests.support.completers import Scripted
from tests.support.no_room import full_disk, read_only
from tests.support.projects import open_project, right

GATE = "\n[gates.release]\nrules = [{ must_pass = true }]\n"
TO_FILES = [
    ("init", "out/new"),
    ("demo", "--dir", "out/demo", "--no-app"),
    ("compare", "latest", "--html", "out/report.html"),
    ("dataset", "export", "golden", "out/golden.csv"),
    ("dataset", "export", "golden", "out/golden.jsonl"),
    ("review", "export", "latest", "--to", "out/packet.html"),
    ("review", "export", "latest", "--to", "out/sheet.csv"),
    ("review", "export", "latest", "--to", "out/lines.jsonl"),
    ("gate", "answer@1", "--markdown", "out/gate.md", "--junit", "out/gate.xml"),
    ("export", "answer@1", "--to", "out", "--with-dataset", "--with-ci"),
    ("export", "answer@1", "--to", "out", "--format", "promptfoo"),
    ("archive", "out/all.zip"),
    ("--project", "out/restored", "restore", "../kept.zip"),
]
TO_THE_STORE = [
    ("prompt", "add", "third.prompt.yaml"),
    ("dataset", "add", "golden.jsonl", "--name", "more"),
    ("index", "build", "second", "documents", "--chunk-size", "50"),
    ("run", "--prompt", "answer@1", "--dataset", "golden", "--model", "one", "--no-cache"),
    ("score", "latest", "--metric", "exact_match"),
    ("review", "queue", "create", "latest"),
    ("release", "request", "answer@2"),
]
ITS_OWN = {".wal", ".lock", ".pid"}
"""Endings of what the program itself keeps for a moment."""


def files(folder):
    """What lies there, but for the store, by path."""
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in ITS_OWN and path.suffix != ".duckdb"
    }


@pytest.fixture(scope="module")
def desk_once(project_once, tmp_path_factory):
    """Everything that the commands need, and an archive beside it. Not to be changed."""
    folder = tmp_path_factory.mktemp("desk")
    project = shutil.copytree(project_once, folder / "project")
    (project / "out").mkdir()
    (project / "third.prompt.yaml").write_text((project / "plain.prompt.yaml").read_text().replace("{{", "Say: {{"))
    for command in (("archive", "../kept.zip"), ("release", "approve", "answer@1")):
        assert run(*command, cwd=project).returncode == 0
    with (project / "workbench.toml").open("a") as settings:
        settings.write(GATE)
    return folder


@pytest.fixture
def desk(desk_once, project):
    """A copy of it, as working directory."""
    shutil.copytree(desk_once, project.parent, dirs_exist_ok=True)
    return project


@pytest.mark.parametrize(
    ("command", "written"),
    [*((command, "out") for command in TO_FILES), *((command, ".workbench") for command in TO_THE_STORE)],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_written_is_said_and_not_half_there_and_works_once_there_is_room(
    workbench, desk, command, written
):
    before = files(desk.parent)
    for hindrance, words in (
        (full_disk(), r"written|opened|copied"),
        (read_only(desk / written), "may not be written"),
    ):
        with hindrance:
            ended = workbench(*command)

        assert (ended.code, ended.out) == (2, ""), ended
        assert re.search(f"rror: .*({words})", ended.err), ended
        assert "Traceback" not in ended.err
        assert files(desk.parent) == before

    assert workbench(*command).code in {0, 3}, command


def test_a_run_that_cannot_store_its_answers_says_what_is_kept_and_what_goes_on(workbench, desk, models):
    def fills_the_disk(request):
        stack.enter_context(full_disk())
        return right(request)

    models.default = Scripted(fills_the_disk)
    with ExitStack() as stack:
        ended = workbench("run", "--prompt", "answer@1", "--dataset", "golden", "--model", "one", "--no-cache")

    assert ended.code == 4, ended
    assert "What was answered is stored" in ended.err
    with open_project(desk) as wb:
        assert wb.runs.list()[0].status == "interrupted"
