"""`workbench run --stop-early` and `--confirm`: what they take, what they say, how they exit."""

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import jsonl, right, rows

ASKED = ("run", "--prompt", "answer@1", "--prompt", "answer@2", "--dataset", "many", "--metric", "checks", "--no-cache")
ROWS = 20


@pytest.fixture
def many(workbench, project, models):
    """Twenty rows, of which only the careful version answers any right."""
    (project / "many.jsonl").write_text(jsonl(rows(ROWS)))
    workbench("dataset", "add", "many.jsonl", "--name", "many")
    models.default = Scripted(lambda r: right(r) if len(r.messages) == 2 else an_answer("No idea."))
    return project


def test_a_run_that_stops_early_is_done_and_says_where(workbench, many):
    ended = workbench(*ASKED, "--model", "one", "--json", "--stop-early")

    assert ended.code == 0
    assert ended.json["settled_at"] == {"look": 2, "examples": 10}
    assert "Stopped early, settled after 10 rows." in ended.err
    assert workbench("runs", "--json").json[0]["settled_at"] == {"look": 2, "examples": 10}

    said = workbench("compare", "latest").out

    assert "Stopped early at 10 of 20 examples: the difference is likely a little smaller than shown." in said
    assert "`workbench run --confirm" in said


def test_the_score_that_decides_may_be_named_on_the_command_line_and_in_a_plan_file(workbench, many):
    (many / "plan.yaml").write_text(
        "prompt: [answer@1, answer@2]\nmodel: one\ndataset: many\nmetric: [checks]\nno_cache: true\nstop_early: checks\n"
    )

    named = workbench(*ASKED, "--model", "one", "--stop-early", "checks", "--json")
    planned = workbench("run", "plan.yaml", "--json")
    unknown = workbench(*ASKED, "--model", "one", "--stop-early", "loudness")

    assert named.json["settled_at"] == planned.json["settled_at"] == {"look": 2, "examples": 10}
    assert (unknown.code, "loudness" in unknown.err) == (2, True)


def test_the_rest_is_asked_on_request(workbench, many):
    workbench(*ASKED, "--model", "one", "--stop-early")

    assert workbench("resume", "latest", "--json").json["done"] == 20
    assert workbench("resume", "latest", "--all", "--json").json["done"] == 40


def test_confirm_asks_the_winner_again_and_compare_says_what_came_of_it(workbench, many):
    workbench(*ASKED, "--model", "one", "--model", "two")
    run = workbench("runs", "--json").json[0]["run"]
    before = workbench("compare", run).out

    fresh = workbench("run", "--confirm", run, "--json")

    assert "The verdicts are corrected for 3 comparisons with one baseline." in before
    assert (fresh.code, fresh.json["done"], fresh.json["cached"]) == (0, 40, 0)
    after = workbench("compare", run).out
    assert " is confirmed: +100 (" in after
    assert "--confirm" not in after


def test_confirm_takes_no_other_options(workbench, many):
    refused = workbench("run", "--confirm", "latest", "--repeats", "3")

    assert (refused.code, "leave the other options out" in refused.err) == (2, True)


def test_the_estimate_says_how_small_a_difference_the_run_can_show(workbench, many):
    estimated = workbench(*ASKED, "--model", "one", "--estimate")
    document = workbench(*ASKED, "--model", "one", "--estimate", "--json").json

    assert "With 20 examples you will see differences of about 24 to 42 points or more; a guess" in estimated.out
    assert (document["detectable"]["runs"], document["detectable"]["examples"]) == (0, 20)
