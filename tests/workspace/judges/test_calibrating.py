"""A judge's calibration from what a run has stored."""

import pytest

from tests.support.reviewed import judged, reviewed
from workbench.errors import InputError, NotFoundError
from workbench.workspace.runs.results import Run


@pytest.fixture
def run(finished):
    return Run(finished, finished.runs.find("latest"))


def test_a_judge_is_set_against_what_most_people_said(run):
    trials = judged(run.workbench, run.id, "style", [1.0, 1.0, 0.5, 0.4, None, 1.0])
    reviewed(run.workbench, trials, {"ann": "pfpppp", "ben": "pfp-pf", "cleo": "f--u--"})

    found = run.calibration("style")

    assert found.table == [[2, 1], [1, 0]]
    assert (found.unscored, found.split, found.waiting) == (1, 1, 1)
    (missed,) = found.cell(judge=False, people=True)
    assert (missed.trial_id, missed.value, missed.reason) == (trials[3], 0.4, "because of 0.4")
    assert missed.arm in [arm.label for arm in run.compare().arms]
    assert found.pass_means == "A score of 50% or more counts as passing."


def test_the_threshold_is_the_callers_where_shares_are_not_enough(run):
    trials = judged(run.workbench, run.id, "style", [0.9, 0.6])
    reviewed(run.workbench, trials, {"ann": "pp"})

    assert run.calibration("style", threshold=0.7).table == [[1, 0], [1, 0]]
    with pytest.raises(InputError, match="threshold"):
        run.calibration("length")


def test_versions_of_a_judge_stand_beside_each_other_and_are_never_mixed(run):
    trials = judged(run.workbench, run.id, "style", [0.0, 0.0], version="old", model="one", cost_usd=0.02)
    reviewed(run.workbench, trials, {"ann": "pf"})
    judged(run.workbench, run.id, "style", [1.0, 0.0], version="new", model="one", cost_usd=0.01)

    found = run.calibration("style")

    assert found.table == [[1, 0], [0, 1]]
    assert [(line.current, line.cost_per_verdict) for line in found.versions] == [(True, 0.01), (False, 0.02)]
    assert [line.rates.passes.estimate for line in found.versions] == [1.0, 0.0]
    assert found.cost_per_verdict == 0.01


def test_a_cost_that_is_not_known_stays_unknown(run):
    judged(run.workbench, run.id, "style", [1.0], model="one", cost_usd=None)

    assert run.calibration("style").cost_per_verdict is None


def test_what_cannot_be_checked_says_the_way_out(run):
    with pytest.raises(NotFoundError, match=r"workbench score \S+ --judge style"):
        run.calibration("style")
    with pytest.raises(InputError, match="bar"):
        run.calibration("checks", bar=85)


def test_judges_come_before_rules_and_numbers_are_not_offered(run):
    judged(run.workbench, run.id, "groundedness", [1.0])

    names = run.workbench.judges.checkable("latest")

    assert names[0] == "groundedness"
    assert "checks" in names
    assert "length" not in names
