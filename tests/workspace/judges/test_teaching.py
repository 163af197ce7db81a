"""Better judges from critiques: what teaches, what is kept apart, what a check accepts, and what is in force afterwards."""

from __future__ import annotations

import shutil
from datetime import datetime

import pytest

from tests.support.projects import Models, open_project
from tests.support.taught import ROWS, RULE, judge_and_label, make_desk, script
from workbench.domain.lessons import LessonsCheck
from workbench.errors import CancelledError, InputError, WorkbenchError
from workbench.judging.taught import Taught
from workbench.models import registry
from workbench.workspace.judges.lesson_checks import outcome
from workbench.workspace.judges.lesson_jobs import LessonsJob, shut_down, under_way
from workbench.workspace.judges.lesson_material import FRESH, MOST_USES, teaches, uses
from workbench.workspace.runs.results import Run

MADE = datetime(2026, 1, 1)  # noqa: DTZ001 (the store's times are naive UTC)


@pytest.fixture(scope="module")
def desk_once(tmp_path_factory):
    scripted, directory = Models(), make_desk(tmp_path_factory.mktemp("desk") / "desk")
    script(scripted)
    with pytest.MonkeyPatch.context() as patch, open_project(directory) as wb:
        patch.setattr(registry, "completer_for", scripted.completer_for)
        judge_and_label(wb)
    return directory


@pytest.fixture
def desk(desk_once, tmp_path, models):
    """40 answers, all passed by the judge; ann fails those with an even number and says why."""
    script(models)
    shutil.copytree(desk_once, tmp_path / "desk")
    with open_project(tmp_path / "desk") as wb:
        yield Run(wb, wb.runs.find("latest"))


@pytest.fixture
def teaching(desk):
    return desk.workbench.judges.teaching


def test_labels_are_split_once_by_row_and_what_is_kept_apart_teaches_nothing(desk, teaching):
    found = teaching.material("style", "latest")
    rows_of = {one.id: one.asked_hash for one in desk.workbench.datasets.examples("golden@1")}
    kept = {one.trial_id for one in found.kept}

    assert len(found.teaching) + len(found.kept) == ROWS
    assert 560 < sum(teaches(f"row {number}") for number in range(1_000)) < 640
    assert {one.row for one in found.teaching} == {row for row in rows_of.values() if teaches(row)}
    assert not kept & set(found.taught)
    assert found.mistakes == len(found.critiques) == sum(one.verdict == "fail" for one in found.teaching)
    assert found.teaching[0].mistake


def test_a_model_puts_the_critiques_into_rules_and_its_call_is_spent_from_the_budget(desk, teaching, models):
    assert teaching.suggest("style", desk.id) == (RULE,)

    spent = list(desk.workbench.context.read(lambda s: s.rows("SELECT what, usd FROM spend_apart")))
    assert spent == [("rules for a judge", pytest.approx(0.002))]


def test_lessons_that_help_are_accepted_put_in_force_and_taken_back(desk, teaching):
    wb = desk.workbench
    kept = teaching.keep("style", desk.id, [RULE])
    assert teaching.keep("style", desk.id, [RULE]) == kept
    cost = teaching.cost(kept)
    assert (cost.verdicts, cost.calls) == (len(teaching.material("style", desk.id).kept),) * 2
    assert 0 < cost.low_usd < cost.high_usd

    told = []
    found = teaching.check(kept, on_progress=lambda done, wanted: told.append((done, wanted)))

    assert told[-1] == (cost.verdicts, cost.verdicts)
    assert (found.check.worse, found.check.unscored) == (0, 0)
    assert found.check.better == found.check.failures[1] == found.check.failures[0] > 0
    assert found.accepted
    assert found.check.cost_usd == pytest.approx(0.002 * cost.verdicts)
    before = wb.judges.check("style", desk.id)
    assert before.rates.failures.estimate == 0

    teaching.use("style", kept.number)

    assert teaching.in_force("style") == kept
    assert desk.compare().stale
    assert wb.runs.score_stale(desk.id) == ROWS
    after = wb.judges.check("style", desk.id)
    assert after.rates.failures.estimate == after.rates.passes.estimate == 1
    # What taught it says nothing about how good it is.
    assert (after.rates.n, after.taught) == (cost.verdicts, len(kept.taught))
    assert after.about.label == "style v2"
    assert desk.compare().arms[0].metrics["style"].corrected.this_set.n == after.rates.n

    teaching.forget("style")

    assert teaching.in_force("style") is None
    assert desk.compare().stale
    assert "judge taught" in [event.action for event in wb.audit.list()]
    assert wb.audit.list()[-1].action == "judge changed"


def test_the_judge_sees_rules_and_examples_but_never_the_label_of_the_row_it_judges(desk, teaching, models):
    kept = teaching.keep("style", desk.id, [RULE])
    judge = teaching._checking(kept).seat.judge
    assert isinstance(judge.rubric, Taught)
    teaching.check(kept)
    seen = models.completer_for(judge_spec(desk)).requests[-1].messages

    assert RULE in seen[0].content
    assert seen[1].content.count("The experts say:") == 6
    assert seen[1].content.count("The experts say: fail, because: an even number") == 3
    assert seen[1].content.index("EXAMPLE 1") < seen[1].content.index("The code of this request")


def judge_spec(run):
    return run.workbench.models.resolve("critic")


def test_a_check_under_way_is_stopped_and_waited_for_when_the_process_ends(desk, teaching):
    kept = teaching.keep("style", desk.id, [RULE])
    spend_kept = []

    def check(on_progress=None, stop=None):
        stop.wait()
        spend_kept.append(True)
        raise CancelledError("stopped")

    job = under_way.start("here", "style", LessonsJob(kept, check))
    assert under_way.start("here", "style", LessonsJob(kept, check)) is job

    shut_down()

    assert (spend_kept, job.done, under_way.find("here", "style")) == ([True], True, None)


def test_lessons_that_make_it_worse_are_refused(desk, teaching):
    kept = teaching.keep("style", desk.id, ["Everything is fine."])
    found = teaching.check(kept)

    assert not found.accepted
    with pytest.raises(InputError, match="were not accepted"):
        teaching.use("style", kept.number)


def test_the_part_kept_apart_is_used_five_times_and_then_asks_for_new_labels(desk, teaching):
    kept = teaching.keep("style", desk.id, [RULE])
    for _ in range(MOST_USES):
        teaching.check(kept)
    with pytest.raises(InputError, match="used 5 times") as raised:
        teaching.check(kept)

    assert "Label about 25 more answers" in raised.value.hint
    checks = [check.check for check in teaching.outcomes("style")]
    assert uses(checks, checks[0].labels + FRESH - 1) == MOST_USES
    assert uses(checks, checks[0].labels + FRESH) == 0


def test_a_budget_that_is_reached_ends_a_check_without_counting_a_use(desk, teaching):
    path = desk.workbench.root / "workbench.toml"
    path.write_text(path.read_text() + "\n[budget]\nmonth_usd = 0.0001\n")
    with open_project(desk.workbench.root) as again:
        kept = again.judges.teaching.keep("style", desk.id, [RULE])
        with pytest.raises(WorkbenchError, match="budget"):
            again.judges.teaching.check(kept)
        assert again.judges.teaching.outcomes("style") == []


def test_without_a_model_rules_are_typed_and_nothing_can_be_suggested(desk, teaching):
    path = desk.workbench.root / "workbench.toml"
    path.write_text(path.read_text().replace('model = "critic"\ncriteria', "criteria"))
    with open_project(desk.workbench.root) as again:
        with pytest.raises(InputError, match="has no model"):
            again.judges.teaching.suggest("style", desk.id)
        assert again.judges.teaching.keep("style", desk.id, [RULE]).lessons.rules == (RULE,)


def a_check(better, worse, passes=(30, 30), failures=(30, 30), bar=0.85):
    return LessonsCheck("style", 1, "r", "new", "old", 60, better, worse, passes, failures, 0, bar, None, MADE, "ann")


@pytest.mark.parametrize(
    ("check", "accepted"),
    [
        (a_check(5, 0), True),
        (a_check(0, 4), True),  # mid-p .0625: not surely worse
        (a_check(0, 5), False),  # mid-p .03125
        (a_check(9, 1), True),
        (a_check(5, 0, failures=(20, 25)), False),
        (a_check(5, 0, failures=(0, 0)), False),
        (a_check(5, 0, failures=(20, 25), bar=0.6), True),
    ],
)
def test_a_check_accepts_what_is_not_worse_and_reaches_the_bar_on_both_sides(check, accepted):
    assert outcome(check).accepted is accepted
