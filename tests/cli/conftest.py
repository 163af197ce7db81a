"""The command line, driven in this process, on a copy of one finished project."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from tests.support.completers import an_answer
from tests.support.projects import Models, fill, make_project, open_project, right
from workbench.cli import main as command
from workbench.models import registry


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one document on stdout."""
        return json.loads(self.out)


@pytest.fixture
def models(monkeypatch):
    """Scripted models in place of hosted ones."""
    scripted = Models()
    monkeypatch.setattr(registry, "completer_for", scripted.completer_for)
    return scripted


def hostile(request):
    """A right answer with what would steer a terminal: colours, a title, a C1 control, a bell."""
    answer = right(request)
    return an_answer(f"\x1b[31m{answer.text}\x1b]0;owned\x07 \x9b2J")


@pytest.fixture(scope="session")
def project_once(tmp_path_factory):
    directory = make_project(tmp_path_factory.mktemp("cli") / "project")
    (directory / "documents").mkdir()
    (directory / "documents" / "loans.md").write_text("# Loans\n\nBooks are lent for 21 days.\n")
    scripted = Models()
    scripted.default.answer = hostile
    patch = pytest.MonkeyPatch()
    patch.setattr(registry, "completer_for", scripted.completer_for)
    with open_project(directory) as opened:
        fill(opened)
        opened.build_index("library", directory / "documents")
        opened.run(["answer@1", "answer@2"], "golden", models="one")
    patch.undo()
    return directory


@pytest.fixture
def project(project_once, tmp_path, models, monkeypatch):
    """A copy of the project, as working directory."""
    directory = tmp_path / "project"
    shutil.copytree(project_once, directory)
    monkeypatch.chdir(directory)
    monkeypatch.delenv("WORKBENCH_PROJECT", raising=False)
    monkeypatch.setenv("WORKBENCH_USER", "ann")
    return directory


@pytest.fixture
def workbench(project, monkeypatch):
    """Run a command as `main` does, and return how it ended."""

    def run(*arguments):
        with CliRunner().isolation() as (out, err, _):
            monkeypatch.setattr("sys.argv", ["workbench", *map(str, arguments)])
            with pytest.raises(SystemExit) as ended:
                command.main()
            return Ended(int(ended.value.code or 0), out.getvalue().decode(), err.getvalue().decode())

    return run
