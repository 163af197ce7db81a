"""`workbench runs import`: a verdict on another tool's results, without a key."""

from __future__ import annotations

import json

import pytest

HEADER = "question,answer,right\n"


def table(path, right):
    path.write_text(HEADER + "".join(f"Question {n}?,Answer \x1b[31m{n},{n in right}\n" for n in range(12)))
    return str(path)


@pytest.fixture
def two(project):
    return table(project / "old.csv", {0}), table(project / "new.csv", set(range(1, 12)))


def test_the_verdict_what_flipped_and_the_labels_needed_are_printed(workbench, two):
    ended = workbench("runs", "import", *two)

    assert ended.code == 0
    assert ended.out.strip().startswith("new@1:unknown model is better than old@1:unknown model by")
    assert "What flipped in new@1:unknown model, 12 in all:" in ended.out
    assert "worse   Question 0?  pass    fail" in ended.out
    assert "Nobody can tell yet whether 'right' agrees with people" in ended.out
    assert "24 answers from CSV, rows in imported-old@1" in ended.err
    assert "\x1b" not in ended.out + ended.err


def test_of_pairs_it_is_told_how_people_and_judges_agree_and_what_the_order_decided(workbench, project):
    lines = ["question,output_1,output_2,ann\x1b[31m,label,annotator1,bot_winner,bot_winner_swapped"]
    lines += [f"Q{n}?,left,right,x,{1 + n % 2},{1 + n % 2},{1 + n % 2},1" for n in range(8)]
    (project / "pairs.csv").write_text("\n".join(lines))
    ended = workbench("runs", "import", "pairs.csv")

    assert ended.code == 0
    assert "label and annotator1 agree beyond chance by kappa 1 on 8 pairs." in ended.out
    assert "bot says what most people say on 100% of 8 pairs." in ended.out
    assert "bot: The order decided 4 of 8 pairs" in ended.out
    (judge,) = workbench("runs", "import", "pairs.csv", "--json").json["pairs"]["judges"]
    assert (judge["as_given"]["right"], judge["swapped"]["right"]) == (8, 4)


def test_it_is_a_run_like_any_other(workbench, two):
    run = workbench("runs", "import", *two, "--json").json["run"]

    assert workbench("score", run, "--metric", "length").code == 0
    assert workbench("compare", run, "--metric", "length").code == 0
    assert workbench("runs", "--json").json[0]["run"] == run
    events = [json.loads(line) for line in workbench("outputs", run, "--jsonl").out.splitlines()]
    assert {event["prompt_name"] for event in events} == {"old", "new"}
    assert all(event["total_latency_ms"] is None for event in events)


def test_a_golden_set_is_no_results_and_its_row_numbers_are_no_score(workbench, project):
    lines = [f"{n};Question {n}?;Answer {n}.;fees" for n in range(1, 4)]
    (project / "set.csv").write_text("\n".join(["Nr;Question;Ideal answer;Topic", *lines]))
    refused = workbench("runs", "import", "set.csv")

    assert refused.code == 2
    assert "neither answers nor scores" in refused.err
    assert "`workbench dataset add`" in refused.err


def test_the_same_files_again_are_recognised(workbench, two):
    first = workbench("runs", "import", *two, "--json").json
    again = workbench("runs", "import", *two, "--json")

    assert (again.json["run"], again.json["created"], first["created"]) == (first["run"], False, True)
    assert "imported before" in again.err


def test_resuming_says_why_it_cannot(workbench, two):
    run = workbench("runs", "import", *two, "--json").json["run"]
    ended = workbench("resume", run)

    assert ended.code == 2
    assert "imported from CSV: only that tool can ask" in ended.err


def test_columns_and_scores_are_named(workbench, project):
    path = project / "stars.csv"
    path.write_text("Frage,Antwort,Sterne\n" + "".join(f"Q{n},A,{n % 5 + 1}\n" for n in range(10)))
    ended = workbench(
        "runs",
        "import",
        str(path),
        "--column",
        "Frage=question",
        "--column",
        "Antwort=output",
        "--score",
        "Sterne>=4",
        "--json",
    )

    assert ended.json["comparison"]["arms"][0]["metrics"]["Sterne>=4"]["mean"] == 0.4


def test_our_own_outputs_can_be_brought_back(workbench, project):
    path = project / "events.jsonl"
    path.write_text(workbench("outputs", "latest", "--jsonl").out)
    document = workbench("runs", "import", str(path), "--json").json

    assert document["tool"] == "events"
    assert [arm["arm"] for arm in document["comparison"]["arms"]] == ["answer 1@1:one", "answer 2@1:one"]


@pytest.mark.parametrize(
    ("text", "said"),
    [('{"question": "Q", "answer"\n', "line 2, column 1"), ("colour\nred\n", "no column says what was asked")],
)
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_stored(workbench, project, text, said):
    (project / "broken").write_text(text)
    before = workbench("runs", "--json").json
    ended = workbench("runs", "import", "broken")

    assert ended.code == 2
    assert "broken" in ended.err
    assert said in ended.err
    assert workbench("runs", "--json").json == before
