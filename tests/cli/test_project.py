"""Which project a command works on, and how projects begin."""

import pytest

from tests.support.projects import make_project


def test_the_nearest_parent_with_a_workbench_toml_is_the_project(workbench, project, monkeypatch):
    monkeypatch.chdir(project / "documents")

    assert len(workbench("runs", "--json").json) == 1


def test_the_environment_names_the_project_and_the_option_wins(workbench, project, tmp_path, monkeypatch):
    other = make_project(tmp_path / "other")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_PROJECT", str(project))
    assert len(workbench("runs", "--json").json) == 1
    assert workbench("--project", other, "runs", "--json").json == []

    monkeypatch.setenv("WORKBENCH_PROJECT", str(tmp_path / "gone"))
    assert workbench("runs").code == 2


def test_init_makes_a_project_and_leaves_one_that_is_there(workbench, tmp_path):
    made = workbench("init", tmp_path / "new")
    assert (made.code, "Made a project" in made.err) == (0, True)
    for step in ("app", "index build", "dataset add", "prompt add", "run"):
        assert f"`workbench {step}`" in made.err
    (tmp_path / "new" / "workbench.toml").write_text("[project]\nname = 'Mine'\n")

    again = workbench("init", tmp_path / "new")
    assert (again.code, "nothing was changed" in again.err) == (0, True)
    assert "Mine" in (tmp_path / "new" / "workbench.toml").read_text()
    assert workbench("--project", tmp_path / "new", "runs", "--json").json == []


def test_who_acts_is_named_by_the_option_the_environment_or_the_account(workbench, monkeypatch):
    workbench("release", "approve", "answer@1", "--as", "ben")
    monkeypatch.setenv("WORKBENCH_USER", "eve")
    workbench("release", "approve", "answer@2")

    approvals = [e["actor"] for e in workbench("audit", "list", "--json").json if e["action"] == "version approved"]
    assert approvals == ["ben", "eve"]


def test_a_wrong_settings_file_is_named_with_its_key(workbench, project):
    (project / "workbench.toml").write_text("[project]\nnmae = 'x'\n")

    ended = workbench("runs")
    assert (ended.code, "nmae" in ended.err, "workbench.toml" in ended.err) == (2, True, True)


def test_a_plan_file_has_the_options_and_options_by_hand_win(workbench, project):
    (project / "plan.yaml").write_text("prompt: answer@1\nmodel: one\ndataset: golden\nrepeats: 3\n")

    assert workbench("run", "plan.yaml", "--json").json["planned"] == 18
    assert workbench("run", "plan.yaml", "--repeats", "1", "--json").json["planned"] == 6


@pytest.mark.slow
def test_the_demo_is_a_finished_project_and_a_second_call_finds_it(workbench, tmp_path):
    first = workbench("demo", "--no-app", "--dir", tmp_path / "demo")
    assert first.code == 0, first.err
    assert "harbor-answer@2" in first.out
    runs = workbench("--project", tmp_path / "demo", "runs", "--json").json
    assert [(run["status"], run["failed"]) for run in runs] == [("done", 0)]

    second = workbench("demo", "--no-app", "--dir", tmp_path / "demo")
    assert second.code == 0
    assert workbench("--project", tmp_path / "demo", "runs", "--json").json == runs
