"""`workbench review agreement` and `workbench judge check`: what they print, and what their exit status says."""

import pytest

from tests.support.projects import open_project
from tests.support.reviewed import judged, reviewed


@pytest.fixture
def labelled(project):
    """Six answers with a verdict of a judge and of two people."""
    with open_project(project) as wb:
        run = wb.runs.find("latest")
        trials = judged(wb, run, "style", [1.0, 1.0, 1.0, 0.0, 0.0, 1.0])
        reviewed(wb, trials, {"ann": "pppfff", "ben": "ppffff"})
    return trials


def test_agreement_is_printed_with_what_people_disagree_on(workbench, labelled):
    ended = workbench("review", "agreement", "latest")

    assert ended.code == 0
    assert "Of 6 answers that two people or more judged, they agree on 83% (44–97)." in ended.out
    assert "ann, ben" in ended.out
    assert "ben: fail, ben says fail" in ended.out
    assert "ann: pass, ann says pass" in ended.out


def test_agreement_as_json_is_one_document(workbench, labelled):
    said = workbench("review", "agreement", "latest", "--json").json

    assert (said["shared"], said["raw"]["estimate"], said["reviewers"]) == (6, pytest.approx(5 / 6), ["ann", "ben"])
    assert said["pairs"][0]["kappa"]["estimate"] == pytest.approx(2 / 3)
    assert [one["trial_id"] for one in said["disagreements"]] == [labelled[2]]


def test_a_judge_with_few_labels_cannot_be_told_yet(workbench, labelled):
    ended = workbench("judge", "check", "style", "--run", "latest")

    assert ended.code == 3
    assert "Catches bad answers 67% (21–94) · passes good ones 100% (34–100)" in ended.out
    assert "May gate: not known yet" in ended.out
    assert "judge passes" in ended.out


def test_the_exit_status_says_whether_the_judge_reaches_the_bar(workbench, labelled):
    assert workbench("judge", "check", "style", "--run", "latest", "--bar", "0.2").code == 0
    assert workbench("judge", "check", "style", "--run", "latest", "--bar", "0.95").code == 1
    assert workbench("judge", "check", "nothing", "--run", "latest").code == 2
    assert workbench("judge", "check", "style", "--run", "latest", "--bar", "85").code == 2


def test_a_judge_as_json_is_one_document(workbench, labelled):
    said = workbench("judge", "check", "style", "--run", "latest", "--json").json

    assert said["may_gate"] == "not known yet"
    assert said["catches_failures"]["estimate"] == pytest.approx(2 / 3)
    assert [(cell["judge"], cell["people"], cell["n"]) for cell in said["table"]] == [
        ("pass", "pass", 2),
        ("pass", "fail", 1),
        ("fail", "pass", 0),
        ("fail", "fail", 2),
    ]
    assert said["table"][1]["answers"][0]["trial_id"] == labelled[5]
    assert said["split"] == 1
    assert said["cost_per_verdict"] is None
