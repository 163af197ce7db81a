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


@pytest.fixture
def tone(project):
    """Twelve answers that the judge tone passes; ann fails half of them and says why."""
    with open_project(project) as wb:
        trials = judged(wb, wb.runs.find("latest"), "tone", [1.0] * 12)
        reviewed(wb, trials, {"ann": "pf" * 6})


def test_rules_are_typed_kept_and_told_with_what_a_check_takes(workbench, tone, tmp_path):
    rules = tmp_path / "rules.txt"
    rules.write_text("No jargon.\n\nNames its source.\n")

    ended = workbench("judge", "improve", "tone", "--run", "latest", "--rules", str(rules))

    assert ended.code == 0
    assert "of people teach it, " in ended.out
    assert "- No jargon.\n- Names its source." in ended.out
    assert "Add --check to do so." in ended.out
    said = workbench("judge", "improve", "tone", "--run", "latest", "--json").json
    assert (said["lessons"], said["rules"]) == (1, ["No jargon.", "Names its source."])
    assert said["teaching"] + said["kept_apart"] == 12
    assert (said["check"], said["in_force"]) == (None, False)


def test_what_needs_a_model_says_so_and_a_rule_learns_nothing(workbench, tone):
    checked = workbench("judge", "improve", "tone", "--run", "latest", "--check")
    assert (checked.code, "[judges.tone]" in checked.err) == (2, True)
    assert workbench("judge", "improve", "tone", "--run", "latest", "--suggest").code == 2
    assert "learns nothing" in workbench("judge", "improve", "checks", "--run", "latest").err
    assert workbench("judge", "improve", "tone", "--run", "latest", "--forget").code == 0
