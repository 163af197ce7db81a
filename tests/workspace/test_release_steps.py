"""What the overview says waits for somebody on the way to a release."""

import pytest

from tests.support.gated import gated_project, regated
from tests.support.projects import open_project
from workbench.workspace.release_steps import release_steps
from workbench.workspace.runs.planning import RunOptions


@pytest.fixture
def ran(tmp_path, models):
    """A project with a gate, and a run of its second version, opened by ann, who wrote it."""
    wb = gated_project(tmp_path)
    wb.carry_out(RunOptions(prompts=["answer@2"], dataset="golden", models=["one"]))
    yield wb
    wb.close()


def said(wb):
    return [step.text for step in release_steps(wb.context)]


def test_a_version_that_was_run_stands_with_what_its_gate_says(ran):
    assert said(ran) == ["answer@2 passes gate release v1: 2 of 2 rules hold."]

    strict = regated(
        ran, '[gates.release]\nrules = [{ metric = "correct", at_least = 0.6 }, { labels_at_least = 9 }]\n'
    )
    assert said(strict)[0].startswith("answer@2: Gate release was changed after run")
    strict.carry_out(RunOptions(prompts=["answer@2"], dataset="golden", models=["one"]))
    assert said(strict) == ["Cannot tell yet whether answer@2 passes gate release v2: 1 of 3 rules is open."]


def test_who_may_sign_reads_what_waits_and_who_asked_reads_what_came_back(ran):
    ran.releases.request("answer@2")
    with open_project(ran.root, "ben") as ben:
        assert said(ben) == ["answer@2 waits for your approval."]
        ben.releases.reject("answer@2", reason="say more")
        assert said(ben) == []

    assert said(ran) == ["answer@2 was sent back by ben: say more"]


def test_a_lapsed_approval_and_changed_files_are_told(ran, tmp_path):
    with open_project(ran.root, "ben") as ben:
        ben.releases.approve("answer@2")
        ben.releases.export("answer@2", tmp_path / "out")
    assert said(ran) == []

    file = tmp_path / "out/prompts/answer/versions/1.0.0.prompt.yaml"
    file.write_text(file.read_text().replace("one sentence", "two sentences"))
    ran.datasets.save("golden", list(ran.datasets.examples("golden"))[:9], source="fewer")

    lapsed, changed = release_steps(ran.context)
    assert lapsed.text == "The approval of answer 1.0.0 lapsed: the dataset golden changed."
    assert "Exported files of answer differ" in changed.text
    assert (changed.place, changed.subject, changed.view) == ("release", "answer", "files")
