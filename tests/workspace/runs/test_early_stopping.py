"""Runs that may stop early: what they plan, when they look, and what they leave unasked."""

import re
from dataclasses import replace

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import TOML, fill, jsonl, make_project, open_project, right, rows
from workbench.errors import BadRequestError, InputError
from workbench.workspace.runs.planning import RunOptions

pytestmark = pytest.mark.usefixtures("at_once")

ROWS = 40
ASKED = RunOptions(
    prompts=["answer@1", "answer@2"], dataset="golden", models=["one"], metrics=["checks"], stop_early=True
)
JUDGED = TOML + '[judges.groundedness]\nmodel = "two"\n'


@pytest.fixture
def project(tmp_path, models):
    """A project with forty rows that bring sources; only the careful version, answer@2, answers right."""
    folder = make_project(tmp_path / "forty", JUDGED)
    (folder / "golden.jsonl").write_text(jsonl(rows(ROWS, context=["Items are lent for some time."])))
    models.default = Scripted(only_careful)
    with open_project(folder) as wb:
        fill(wb)
        yield wb


def only_careful(request):
    return right(request) if len(request.messages) == 2 else an_answer("For ages.")


def start(wb, **changes):
    return wb.runs.start(wb.runs.plan(replace(ASKED, **changes)))


def test_the_order_is_drawn_before_the_run_and_is_that_of_no_file(project):
    plan, again = project.runs.plan(ASKED), project.runs.plan(ASKED)
    in_file = [row.id for row in project.datasets.examples("golden")]
    drawn = [row.id for row in plan.examples]

    assert drawn != in_file
    assert sorted(drawn) == sorted(in_file)
    assert plan == again

    run = start(project).wait(20).run

    assert project.runs.stored_plan(run).examples == plan.examples


def test_every_arm_and_repeat_of_a_row_is_asked_before_the_next_row(project):
    plan = project.runs.plan(replace(ASKED, repeats=3))

    asked = [cell.example.id for cell in plan.cells()]

    assert asked == [row.id for row in plan.examples for _ in range(6)]


def test_the_first_measure_of_quality_decides_unless_another_is_named(project):
    assert project.runs.plan(replace(ASKED, metrics=["length", "checks"])).stop_early.metric == "checks"
    named = project.runs.plan(replace(ASKED, metrics=["length", "checks"], stop_early="length"))
    assert named.stop_early.metric == "length"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"prompts": ["answer@1"]}, "has one arm"),
        ({"examples": [f"q-{n}" for n in range(1, 10)]}, "too few to stop early"),
        ({"stop_early": "loudness"}, "loudness"),
    ],
)
def test_what_cannot_stop_early_is_refused_before_anything_is_asked(project, changes, says):
    with pytest.raises(InputError, match=says):
        project.runs.plan(replace(ASKED, **changes))


def test_a_clear_difference_ends_the_run_at_a_look_and_it_is_done(project, models):
    summary = start(project).wait(20)

    assert (summary.settled_at.look, summary.settled_at.examples) == (2, 20)
    assert (summary.done, summary.planned, summary.stopped_by, summary.over) == (40, 80, None, True)
    assert len(models.default.requests) == 40
    assert project.runs.status(summary.run) == "done"
    assert "run stopped early" in [entry.action for entry in project.audit.list()]


def test_with_several_arms_all_must_be_told_from_the_baseline(project, models):
    third = start(project, models=["one", "two"]).wait(20)

    # answer@1 on the other model is as wrong as the baseline, so nothing settles it.
    assert (third.settled_at, third.done) == (None, third.planned)

    models.script("two", Scripted(right))
    settled = start(project, models=["one", "two"], use_cache=False).wait(20)

    assert settled.settled_at.look == 2


def test_a_look_waits_for_the_verdicts_of_judges(project, models):
    def verdict(request):
        said = request.messages[-1].content
        code = re.search(r"[0-9a-f]{6,}", said).group()
        return an_answer(f"VERDICT {code}: {0 if 'ages' in said else 2} of 2")

    judge = models.script("two", Scripted(verdict))

    summary = start(project, judges=["groundedness"], stop_early="groundedness", use_cache=False).wait(20)

    assert summary.settled_at.examples == 20
    assert len(models.default.requests) == len(judge.requests) == 40


def test_where_judges_fail_the_run_waits_too_and_goes_on_when_they_are_back(project, models):
    models.script("two", Scripted(lambda request: BadRequestError("the judge is ill")))

    stopped = start(project, judges=["groundedness"], stop_early="checks", use_cache=False).wait(20)

    assert (stopped.settled_at, stopped.done) == (None, 20)
    assert project.runs.status(stopped.run) == "interrupted"


def test_what_failed_up_to_there_can_be_asked_again_and_nothing_beyond(project, models):
    failing = [True]

    def some_fail(request):
        failed = failing[0] and re.search(r"item [1-4]?[05] ", request.messages[-1].content)
        return BadRequestError("no") if failed else only_careful(request)

    models.default = Scripted(some_fail)
    stopped = start(project, use_cache=False).wait(20)
    assert stopped.settled_at is not None
    assert stopped.failed > 0
    failing[0] = False

    again = project.runs.resume(stopped.run, retry_failed=True).wait(20)

    assert (again.failed, again.done, again.settled_at) == (0, 2 * stopped.settled_at.examples, stopped.settled_at)


def test_failures_are_no_reason_to_ask_more_and_the_run_says_that_it_has_some(project, models):
    def some_fail(request):
        return BadRequestError("no") if "item 7 " in request.messages[-1].content else only_careful(request)

    models.default = Scripted(some_fail)

    summary = start(project, use_cache=False).wait(20)

    assert summary.settled_at is not None
    assert summary.done + summary.failed == 2 * summary.settled_at.examples
    assert summary.over == (summary.failed == 0)
