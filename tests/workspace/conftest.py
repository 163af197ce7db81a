"""Projects to test with: an empty one, a filled one, and a copy of one with a finished run."""

from __future__ import annotations

import shutil

import pytest

from tests.support import sourced
from tests.support.processes import Process
from tests.support.projects import Models, begin_with, fill, make_project, open_project
from workbench.models import registry
from workbench.runner.retry import RetryPolicy


@pytest.fixture
def models(monkeypatch):
    """Scripted models in place of hosted ones."""
    scripted = Models()
    monkeypatch.setattr(registry, "completer_for", scripted.completer_for)
    return scripted


@pytest.fixture
def project(tmp_path):
    """A project's folder, with files and nothing stored."""
    return make_project(tmp_path / "project")


@pytest.fixture
def wb(project):
    """The project, opened by ann."""
    with open_project(project) as opened:
        yield opened


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory):
    with open_project(make_project(tmp_path_factory.mktemp("filled") / "project")) as opened:
        fill(opened)
        opened.context.store.checkpoint()
        return opened.root


@pytest.fixture
def filled(wb, filled_once, models):
    """The project with two prompt versions and a golden set, and scripted models."""
    wb.close()
    begin_with(filled_once, wb.root)
    return wb


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory):
    directory = make_project(tmp_path_factory.mktemp("finished") / "project")
    scripted = Models()
    patch = pytest.MonkeyPatch()
    patch.setattr(registry, "completer_for", scripted.completer_for)
    with open_project(directory) as opened:
        fill(opened)
        opened.run(["answer@1", "answer@2"], "golden", models="one")
    patch.undo()
    return directory


@pytest.fixture
def finished(finished_once, tmp_path, models):
    """A copy of a project with a finished run of `answer@1` and `answer@2` on model `one`, all answers right."""
    shutil.copytree(finished_once, tmp_path / "finished")
    with open_project(tmp_path / "finished") as opened:
        yield opened


@pytest.fixture(scope="session")
def sourced_once(tmp_path_factory):
    with open_project(make_project(tmp_path_factory.mktemp("sourced") / "project")) as opened:
        sourced.fill(opened)
        opened.context.store.checkpoint()
        return opened.root


@pytest.fixture
def sourced_project(sourced_once, tmp_path, models):
    """A copy of the project of `tests.support.sourced`, whose prompts show sources."""
    shutil.copytree(sourced_once, tmp_path / "sourced")
    with open_project(tmp_path / "sourced") as opened:
        yield opened


@pytest.fixture
def at_once(monkeypatch):
    """Attempts are repeated as often as ever, without waiting in between."""
    wanted = RetryPolicy.delay_s

    def without_waiting(self, error, attempt):
        return None if wanted(self, error, attempt) is None else 0.0

    monkeypatch.setattr(RetryPolicy, "delay_s", without_waiting)


@pytest.fixture
def process():
    """Start other processes; see tests.support.processes."""
    started = []

    def start(code, *arguments):
        started.append(Process(code, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.kill()
