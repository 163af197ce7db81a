"""Pass rates that people's labels correct, wherever a judge's rate is shown."""

from __future__ import annotations

import pytest

from tests.support.reviewed import judged, reviewed
from workbench.stats.judge_corrected import Stratum, corrected_rate
from workbench.workspace.reports.report import comparison_html, figure_text
from workbench.workspace.runs.results import Run


@pytest.fixture
def run(finished):
    return Run(finished, finished.runs.find("latest"))


@pytest.fixture
def labelled(run):
    """Six answers of each arm, by example and arm in turn; the judge tone passes all but the last of each arm."""
    return judged(run.workbench, run.id, "tone", [1.0] * 10 + [0.0] * 2)


def test_each_arm_with_five_labels_shows_what_people_would_pass_and_keeps_the_judges_own(run, labelled):
    reviewed(run.workbench, labelled, {"ann": "pfpppfpp-p-f"})

    compared = run.compare(metrics=["tone"])
    first, second = (arm.metrics["tone"] for arm in compared.arms)

    # First arm: the judge passes 5, of which 4 are labelled and pass, and fails one, without a label: merged.
    assert first.corrected is None
    # Second arm: of 5 passed by the judge people pass 3, and the one that it fails they fail; all are labelled.
    assert second.corrected == corrected_rate([Stratum(1, 1, 0), Stratum(5, 5, 3)])
    assert (second.shown.mean, second.shown.low, second.shown.high) == (0.5, 0.5, 0.5)
    assert (second.mean.mean, second.mean.n) == (pytest.approx(5 / 6), 6)
    assert figure_text(second) == "50% (50–50), corrected"
    assert figure_text(second, naive=True) == "50% (50–50), corrected (judge alone 83%)"
    assert not compared.is_corrected("tone")
    assert "for 1 of 2 arms; the others have too few labels" in compared.corrected_by_people[0]
    assert "corrected (judge alone 83%)" in comparison_html(compared)


def test_a_chart_sets_corrected_rates_side_by_side_and_nothing_else(run, labelled):
    reviewed(run.workbench, labelled, {"ann": "pfpppfpp-p-f"})
    mixed = run.compare(metrics=["tone"])
    assert [mixed.drawn(arm, "tone").mean for arm in mixed.arms] == pytest.approx([5 / 6, 5 / 6])

    reviewed(run.workbench, labelled, {"ben": "pfpppfppppff"})
    whole = run.compare(metrics=["tone"])
    assert whole.is_corrected("tone")
    assert [whole.drawn(arm, "tone").mean for arm in whole.arms] == pytest.approx([5 / 6, 0.5])


def test_rules_and_numbers_are_never_corrected_and_the_document_only_grows(run, labelled):
    reviewed(run.workbench, labelled, {"ann": "pfpppfppppff"})

    figures = run.compare().as_json()["arms"][0]["metrics"]

    assert {name for name, figure in figures.items() if figure["corrected"] is not None} == {"tone"}
    assert figures["tone"]["mean"] == pytest.approx(5 / 6)
    assert figures["tone"]["corrected"]["n"] == 6
    assert set(figures["tone"]["corrected_for_future"]) == {"estimate", "low", "high", "n", "method"}
