"""Scores by an older version of a measure are pointed out, and scored again by one press."""

from dataclasses import replace

from workbench import Workbench
from workbench.store import scores
from workbench.ui.components.text import plain
from workbench.workspace.runs.rescoring_jobs import under_way

WAIT_S = 30.0
OLDER = plain("Scored by an older version of checks: score again.")


def words(at):
    return " ".join(element.value for element in at.markdown)


def make_older(root):
    """All scores of the newest run by the checks become those of an older version."""
    with Workbench.open(root) as wb:
        run = wb.runs.find("latest")
        trials = [output.trial_id for output in wb.runs.outputs(run)]
        stored = wb.context.read(lambda s: scores.of_trials(s, trials))
        older = [
            replace(score, metric_version="0", created_at=wb.context.clock.now())
            for of_trial in stored.values()
            for score in of_trial
            if score.metric == "checks"
        ]
        wb.context.write(lambda s: scores.append(s, older))


def test_nothing_is_said_of_scores_of_today(project, show):
    at = show("compare")

    assert "older version" not in words(at)
    assert not [button for button in at.button if button.label == "Score again"]


def test_scores_of_an_older_version_are_scored_again_by_one_press(project, show):
    make_older(project)
    at = show("compare")
    assert OLDER in words(at)

    next(button for button in at.button if button.label == "Score again").click().run()
    with Workbench.open(project) as wb:
        run = wb.runs.find("latest")
    if job := under_way.find(str(project), run):  # the page has not seen its end yet
        job.wait(WAIT_S)
        at.run()

    assert not at.exception
    assert OLDER not in words(at)
    assert "12 scores added." in [told.value for told in at.success]
    assert under_way.find(str(project), run) is None
    with Workbench.open(project) as wb:
        assert not wb.compare("latest").stale
