"""How small a difference a planned run can show: a guess at first, then from earlier runs of the golden set."""

import json
import re

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import right
from workbench.workspace.runs.planning import RunOptions

pytestmark = pytest.mark.usefixtures("at_once")

PROMPTS = ["answer@1", "answer@2"]


def planned(wb, **options):
    return wb.estimate(PROMPTS, "golden", models="one", metrics=["checks"], **options)


def sometimes_right(request):
    """Right on every other item only, and the careful version on one more."""
    item = int(re.search(r"item (\d+)", request.messages[-1].content).group(1))
    return right(request) if item % 2 or (item == 2 and len(request.messages) == 2) else an_answer("No idea.")


def test_before_any_run_it_is_a_guess_and_called_one(filled):
    found = planned(filled, repeats=3)

    assert (found.detectable.runs, found.detectable.metric) == (0, "checks")
    assert found.notes()[0].startswith("With 6 examples x 3 repeats you will see differences of about 33 to 54 points")
    assert "a guess" in found.notes()[0]


def test_fifty_examples_asked_three_times_show_what_the_tables_say(filled):
    from dataclasses import replace

    guessed = planned(filled, repeats=3).detectable
    fifty = replace(guessed, examples=50, low=guessed.low * (6 / 50) ** 0.5, high=guessed.high * (6 / 50) ** 0.5)

    assert "of about 11 to 19 points" in fifty.sentence


def test_after_a_run_its_noise_takes_the_place_of_the_guess(filled, models):
    models.default = Scripted(sometimes_right)
    filled.run(PROMPTS, "golden", models="one", metrics=["checks"])

    once = planned(filled).detectable

    # One of six examples differs by 1: a variance of 1/6.
    assert (once.runs, once.low) == (1, pytest.approx(2.8016 * (1 / 36) ** 0.5, rel=1e-3))
    assert once.low == pytest.approx(once.high)
    assert once.sentence == "With 6 examples you will see differences of about 47 points or more."

    thrice = planned(filled, repeats=3).detectable

    # Asked once each, nobody knows how much of the noise repeats take away.
    assert thrice.low == pytest.approx(thrice.high / 3**0.5)
    assert thrice.high == pytest.approx(once.high)


def test_arms_that_never_differed_leave_it_a_guess(finished):
    assert planned(finished).detectable.runs == 0


def test_one_arm_and_measures_without_points_have_nothing_to_say(filled):
    assert filled.estimate(["answer@1"], "golden", models="one", metrics=["checks"]).detectable is None
    assert filled.estimate(PROMPTS, "golden", models="one", metrics=["length"]).detectable is None


def test_several_arms_need_a_larger_difference(filled):
    two = planned(filled).detectable
    four = filled.estimate(PROMPTS, "golden", models=["one", "two"], metrics=["checks"]).detectable
    assert four.low > two.low


def test_the_score_that_decides_about_stopping_early_is_the_one_that_is_told_of(filled):
    rows = [json.loads(line) for line in (filled.root / "golden.jsonl").read_text().splitlines()]
    more = [{**row, "id": f"{row['id']}-{n}"} for n in range(2) for row in rows]
    (filled.root / "more.jsonl").write_text("".join(json.dumps(row) + "\n" for row in more))
    filled.add_dataset(filled.root / "more.jsonl", name="more")
    options = RunOptions(
        prompts=PROMPTS, dataset="more", models=["one"], metrics=["checks", "token_f1"], stop_early="token_f1"
    )
    assert filled.estimates.of_plan(filled.runs.plan(options)).detectable.metric == "token_f1"
