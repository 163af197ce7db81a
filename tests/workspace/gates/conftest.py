"""A project with a gate and a finished run, made once and copied for every test."""

from __future__ import annotations

import shutil

import pytest

from tests.support.gated import exported, gated_project
from tests.support.projects import Models, open_project
from workbench.models import registry

GATES = """
[gates.release]
baseline = "answer@1"
rules = [
  { metric = "correct", at_least = 0.8 },
  { metric = "correct", not_worse_by = 0.2 },
  { must_pass = true },
]

[metrics.short]
kind = "max_words"
words = 20
"""


def golden():
    """Twenty rows, two of which must pass."""
    return [
        {
            "id": f"q-{n}",
            "inputs": {"question": f"How long is item {n} lent?"},
            "expected": f"{n} days",
            "checks": [{"type": "contains", "value": f"{n} days"}],
            "must_pass": n <= 2,
        }
        for n in range(1, 21)
    ]


@pytest.fixture(scope="module")
def finished_once(tmp_path_factory):
    patch, scripted = pytest.MonkeyPatch(), Models()
    patch.setattr(registry, "completer_for", scripted.completer_for)
    with gated_project(tmp_path_factory.mktemp("gated") / "project", GATES, golden()) as opened:
        opened.run(["answer@1", "answer@2"], "golden", models="one", metrics=["correct", "short", "latency", "cost"])
        exported(opened, "answer@2", opened.root.parent / "released")
    patch.undo()
    return opened.root.parent


@pytest.fixture
def finished(finished_once, tmp_path, models):
    """The project with a finished run of both versions, all answers right; `answer@2` is approved and exported."""
    shutil.copytree(finished_once / "project", tmp_path / "project")
    with open_project(tmp_path / "project") as opened:
        yield opened


@pytest.fixture
def released(finished_once, tmp_path):
    """The exported files of `answer@2`, without the project."""
    return shutil.copytree(finished_once / "released", tmp_path / "released")
