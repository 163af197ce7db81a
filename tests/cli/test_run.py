"""What `workbench run` says of a run while it goes on and when it has ended."""

import json

import pytest

from tests.support import sourced
from tests.support.completers import Scripted, an_answer
from tests.support.projects import jsonl, open_project, right, rows
from workbench.errors import BadRequestError

ASKED = ("run", "--prompt", "answer@1", "--prompt", "answer@2", "--dataset", "golden", "--concurrency", "1")


def test_replayed_answers_are_counted_apart(workbench):
    first = workbench(*ASKED, "--model", "one", "--no-cache")
    again = workbench(*ASKED, "--model", "one")

    assert "replayed" not in first.err
    assert "12 of 12 done, 12 replayed from earlier runs, 0 failed" in again.err


def test_ids_are_in_the_order_of_counting_and_rows_without_one_are_told_by_their_question(workbench, project, models):
    golden = rows(11)
    for row in golden[:10]:
        row["id"] = row["id"].removeprefix("q-")
    del golden[10]["id"]
    (project / "counted.jsonl").write_text(jsonl(golden))
    models.default = Scripted(
        lambda r: an_answer("?") if "item 11" in r.messages[-1].content and r.messages[1:] else right(r)
    )
    assert workbench("dataset", "add", "counted.jsonl", "--name", "counted").code == 0
    workbench(*ASKED[:5], "--dataset", "counted", "--model", "one", "--no-cache")

    ids = [json.loads(line)["example_id"] for line in workbench("outputs", "latest", "--jsonl").out.splitlines()]
    assert ids[:10] == [str(n) for n in range(1, 11)]
    assert ids[10].startswith("row-")
    told = next(
        line for line in workbench("compare", "latest", "--metric", "checks").out.splitlines() if "worse: " in line
    )
    assert told == f'  worse: {ids[10]} "How long is item 11 lent?"'


def test_a_model_that_is_down_is_told_when_it_pauses_and_at_the_end(workbench, models):
    models.script("one", Scripted(lambda request: BadRequestError("The [service] is down.")))
    models.script("two", Scripted(right))

    ended = workbench(*ASKED, "--model", "one", "--model", "two", "--no-cache")

    assert ended.err.count("one pauses: The [service] is down.") == 1
    assert "one, 5 failed: BadRequestError: The [service] is down." in ended.err
    assert "one: 7 not asked after that." in ended.err
    assert "--retry-failed` asks for what is missing and again for what failed." in ended.err


def test_a_budget_stands_beside_the_counts(workbench, project):
    toml = project / "workbench.toml"
    toml.write_text(toml.read_text().replace("[models.one]", "[models.one]\nparameters = { max_tokens = 100 }"))

    ended = workbench(*ASKED, "--model", "one", "--no-cache", "--max-cost", "5")

    assert " of $5.00" in ended.err


@pytest.fixture
def desk(project):
    """Prompts that show sources, and two indexes to show them from; the name of their golden set."""
    with open_project(project) as opened:
        sourced.fill(opened)
    return "golden"


def test_several_indexes_are_compared_in_one_run(workbench, desk):
    indexes = ("--index", sourced.LARGE, "--index", sourced.SMALL)

    ended = workbench("run", "--prompt", "desk@1", "--model", "one", "--dataset", desk, *indexes, "--json")
    compared = workbench("compare", "latest", "--baseline", "desk@1:one with handbook-small")

    assert ended.json["done"] == 10
    assert "Same prompt, other sources: the difference is retrieval's." in compared.out
    assert "Median search time" in compared.out
    outputs = workbench("outputs", "latest")
    assert outputs.out.count("desk@1:one with handbook-small") == 5


def test_chunks_of_an_earlier_run_are_shown_again(workbench, desk):
    asked = ("run", "--model", "one", "--dataset", desk)
    first = workbench(*asked, "--prompt", "desk@1", "--json").json["run"]

    ended = workbench(*asked, "--prompt", "desk@1", "--prompt", "desk@2", "--chunks-from", f"{first}:desk@1", "--json")

    assert (ended.code, ended.json["done"], ended.json["cached"]) == (0, 10, 5)
    compared = workbench("compare", "latest").out
    assert "\nBoth were shown the same sources, so the difference is the prompt's.\n" in compared


def test_chunks_and_an_index_together_are_refused(workbench, desk):
    ended = workbench(
        "run", "--prompt", "desk@1", "--dataset", desk, "--chunks-from", "latest", "--index", sourced.SMALL
    )

    assert ended.code == 2
    assert "not from both" in ended.err
