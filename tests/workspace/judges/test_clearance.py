"""Whether a judge may decide at a gate: by the bar of the project, and never on what is not known."""

from __future__ import annotations

import shutil

import pytest

from tests.support.projects import TOML, open_project
from tests.support.reviewed import judged, reviewed


@pytest.fixture
def desk(finished_once, tmp_path, models):
    """A finished run in a project that sets a bar of 40% for the judge tone."""
    shutil.copytree(finished_once, tmp_path / "desk")
    (tmp_path / "desk" / "workbench.toml").write_text(f"{TOML}\n[judges.tone]\nbar = 0.4\n")
    with open_project(tmp_path / "desk") as opened:
        yield opened


def test_a_judge_that_reaches_the_bar_of_its_project_may_gate(desk):
    trials = judged(desk, desk.runs.find("latest"), "tone", [1.0] * 6 + [0.0] * 6)
    reviewed(desk, trials, {"ann": "ppppppffffff"})

    found = desk.judges.may_gate("tone", "latest")

    assert (found.allowed, found.answer, found.bar) == (True, "yes", 0.4)
    assert found.reason.startswith("tone may gate: even the low ends of both ranges reach the bar of 40%. Catches bad")


def test_a_judge_below_its_bar_may_inform_and_not_decide(desk):
    trials = judged(desk, desk.runs.find("latest"), "tone", [1.0] * 12)
    reviewed(desk, trials, {"ann": "ppppffffffff"})

    found = desk.judges.may_gate("tone", "latest")

    assert (found.allowed, found.answer) == (False, "no")
    assert "tone may inform, but not decide: even the high end of a range is below the bar" in found.reason


def test_what_is_not_known_is_not_allowed_and_says_what_to_do(desk):
    unscored = desk.judges.may_gate("tone", "latest")
    assert (unscored.allowed, unscored.answer) == (False, "not known yet")
    assert "workbench score" in unscored.reason

    judged(desk, desk.runs.find("latest"), "tone", [1.0] * 12)
    assert "nobody has judged these answers yet" in desk.judges.may_gate("tone", "latest").reason


def test_the_bar_of_the_project_holds_unless_another_is_named(desk):
    judged(desk, desk.runs.find("latest"), "tone", [1.0] * 12)
    assert desk.judges.check("tone", "latest").bar == 0.4
    assert desk.judges.check("tone", "latest", bar=0.9).bar == 0.9
    assert desk.judges.bar("groundedness") == 0.85
