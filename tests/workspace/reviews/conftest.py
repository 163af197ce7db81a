"""A project with answers that people can disagree on."""

from __future__ import annotations

import shutil

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import Models, fill, jsonl, make_project, open_project, rows
from workbench.domain.actor import Actor
from workbench.models import registry

EXAMPLES = 20


@pytest.fixture(scope="session")
def contested_once(tmp_path_factory):
    directory = make_project(tmp_path_factory.mktemp("contested") / "project")
    golden = [row | {"tags": ["odd" if at % 2 else "even"]} for at, row in enumerate(rows(EXAMPLES))]
    (directory / "golden.jsonl").write_text(jsonl(golden))
    scripted = Models()
    scripted.script("two", Scripted(lambda request: an_answer("Nobody knows, ask at the desk.")))
    patch = pytest.MonkeyPatch()
    patch.setattr(registry, "completer_for", scripted.completer_for)
    with open_project(directory) as opened:
        fill(opened)
        opened.run("answer@1", "golden", models=["one", "two"])
    patch.undo()
    return directory


@pytest.fixture
def contested(contested_once, tmp_path):
    """A run of 20 examples with two arms, of which `one` answers right and `two` never does; 40 answers, ann at the desk."""
    shutil.copytree(contested_once, tmp_path / "contested")
    with open_project(tmp_path / "contested") as opened:
        yield opened


@pytest.fixture
def queues_of(contested):
    """The queues as one person has them."""
    return lambda name: contested.acting_as(Actor(name)).reviews.queues
