"""Several arms against one baseline: corrected verdicts, and a lead that a fresh run confirms or does not."""

import re

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import fill, jsonl, make_project, open_project, right, rows
from workbench.errors import BadRequestError, InputError
from workbench.workspace.comparison.cautions import all_cautions
from workbench.workspace.runs.confirming import winner

pytestmark = pytest.mark.usefixtures("at_once")

ROWS = 30
ARMS = {"models": ["one", "two"], "metrics": ["checks"]}


@pytest.fixture
def project(tmp_path, models):
    folder = make_project(tmp_path / "thirty")
    (folder / "golden.jsonl").write_text(jsonl(rows(ROWS)))
    with open_project(folder) as wb:
        fill(wb)
        yield wb


def item(request):
    return int(re.search(r"item (\d+)", request.messages[-1].content).group(1))


def careful_is_right_on(count):
    """The careful version answers so many more of the rows right, on every model."""

    def answer(request):
        if item(request) <= 10 or (len(request.messages) == 2 and item(request) <= 10 + count):
            return right(request)
        return an_answer("No idea.")

    return Scripted(answer)


def pairs(comparison):
    return {pair.arm: pair for pair in comparison.pairs if pair.metric == "checks"}


def test_with_three_or_more_arms_verdicts_are_corrected_and_it_is_said_once(project, models):
    models.default = careful_is_right_on(5)

    two = project.run(["answer@1", "answer@2"], "golden", models="one", metrics=["checks"]).compare()
    four = project.run(["answer@1", "answer@2"], "golden", **ARMS).compare()

    alone, among = pairs(two)["answer@2:one"].result, pairs(four)["answer@2:one"].result
    assert (alone.verdict, alone.comparisons) == ("better", 1)
    assert (among.verdict, among.comparisons) == ("cannot tell yet", 3)
    assert among.p_value == pytest.approx(3 * alone.p_value)
    said = all_cautions(four, "checks")
    assert [sentence for sentence in said if "corrected" in sentence] == [
        "The verdicts are corrected for 3 comparisons with one baseline."
    ]
    assert all_cautions(two, "checks") == []
    assert [pair["comparisons"] for pair in four.as_json()["pairs"]] == [3, 3, 3]


def test_the_best_of_several_is_called_optimistic_until_a_fresh_run_confirms_it(project, models):
    models.default = careful_is_right_on(15)
    run = project.run(["answer@1", "answer@2"], "golden", **ARMS)
    found = run.compare()
    assert winner(found, "checks").arm == "answer@2:one"
    assert "The lead of answer@2:one is optimistic, because it is the best of 4, until a fresh run confirms it." in (
        all_cautions(found, "checks")
    )
    asked = len(models.default.requests)

    fresh = project.confirm(run.id)

    assert len(models.default.requests) - asked == 2 * ROWS  # nothing is replayed
    plan = project.runs.stored_plan(fresh.id)
    assert [arm.label for arm in plan.arms] == ["answer@1:one", "answer@2:one"]
    assert (plan.confirms, plan.use_cache, plan.dataset_hash) == (
        run.id,
        False,
        project.runs.stored_plan(run.id).dataset_hash,
    )
    said = all_cautions(run.compare(), "checks")
    assert any(
        re.fullmatch(r"The lead of answer@2:one is confirmed: \+50 \(\d+ to \d+\) in a fresh run\.", sentence)
        for sentence in said
    ), said
    assert run.compare().as_json()["confirmation"] == {"run": fresh.id, "confirmed": True}
    assert f"This run asks the winner of run {run.id} and its baseline again." in all_cautions(
        fresh.compare(), "checks"
    )


def test_a_lead_that_was_luck_is_not_confirmed(project, models):
    models.default = careful_is_right_on(15)
    run = project.run(["answer@1", "answer@2"], "golden", **ARMS)
    models.default = careful_is_right_on(0)

    project.confirm(run.id)

    assert any(
        sentence.startswith("The lead of answer@2:one is not confirmed: 0 (")
        for sentence in all_cautions(run.compare(), "checks")
    )


def test_where_no_lead_is_in_doubt_there_is_nothing_to_confirm(project, models):
    models.default = careful_is_right_on(15)
    run = project.run(["answer@1", "answer@2"], "golden", models="one", metrics=["checks"])

    with pytest.raises(InputError, match="no lead to confirm"):
        project.confirm(run.id)


def test_a_run_that_stopped_early_says_so_and_its_lead_is_to_be_confirmed(project, models):
    models.default = careful_is_right_on(20)
    run = project.run(["answer@1", "answer@2"], "golden", models="one", metrics=["checks"], stop_early=True)
    settled = run.summary.settled_at
    assert settled is not None

    found = run.compare()

    said = all_cautions(found, "checks")
    assert said[0] == (
        f"Stopped early at {settled.examples} of 30 examples: the difference is likely a little smaller than shown."
    )
    assert "because the run stopped early" in said[1]
    assert found.as_json()["settled_at"] == {"look": settled.look, "examples": settled.examples}
    assert "look" in pairs(found)["answer@2:one"].result.method
    plan = project.comparisons.confirmation_plan(found)
    assert (plan.stop_early, len(plan.examples)) == (None, ROWS)


def test_failures_that_differ_are_told_with_what_they_would_make_of_the_verdict(project, models):
    def fails_on_some(request):
        if len(request.messages) == 2 and item(request) <= 9:
            return BadRequestError("no")
        return right(request)

    models.default = Scripted(fails_on_some)

    found = project.run(["answer@1", "answer@2"], "golden", models="one", metrics=["checks"]).compare()

    (pair,) = pairs(found).values()
    assert (pair.failed, pair.failed_baseline, pair.result.n, pair.result.difference) == (9, 0, 21, 0)
    assert pair.with_fails.difference == pytest.approx(-0.3)
    (said,) = [sentence for sentence in all_cautions(found, "checks") if "failed" in sentence]
    assert said.startswith("answer@2:one failed on 9 answers, answer@1:one on 0; they are left out. Counted as fails: ")
    assert "answer@2:one is worse than answer@1:one by 30 points" in said
    assert found.as_json()["pairs"][0]["with_fails"]["verdict"] == "worse"


def test_equal_failures_need_no_word(project, models):
    models.default = Scripted(lambda request: BadRequestError("no") if item(request) == 3 else right(request))
    found = project.run(["answer@1", "answer@2"], "golden", models="one", metrics=["checks"]).compare()
    assert all_cautions(found, "checks") == []


def test_an_undecided_comparison_with_repeats_says_what_repeating_would_bring(project, models):
    turns = {}

    def wavers(request):
        place = (item(request), len(request.messages))
        turns[place] = turns.get(place, 0) + 1
        passes = (item(request) + turns[place] + len(request.messages)) % 3 != 0
        return right(request) if passes else an_answer("No idea.")

    models.default = Scripted(wavers)

    found = project.run(["answer@1", "answer@2"], "golden", models="one", metrics=["checks"], repeats=2).compare()

    (pair,) = pairs(found).values()
    assert pair.result.verdict == "cannot tell yet"
    assert pair.more_repeats.sentence in all_cautions(found, "checks")
