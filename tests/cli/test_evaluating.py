"""`workbench index evaluate`: figures, what they leave out, and exit statuses."""

import pytest

from tests.support.projects import jsonl, open_project

ROWS = [
    {"id": "q-1", "inputs": {"question": "How long are books lent?"}, "relevant": ["loans.md"]},
    {"id": "q-2", "inputs": {"question": "Who is the director?"}},
    {"id": "q-3", "inputs": {"question": "When is it open?"}, "relevant": ["hours.md", "loans.md#Books"]},
]
TOO_MANY = (*(f"-k{n}" for n in range(1, 101)), "--search", "bm25", "--search", "dense")
MEASURES = {"recall", "precision", "hit", "mrr", "map", "ndcg"}


@pytest.fixture
def command(workbench, project):
    """Run `workbench index evaluate library --dataset gold` with further arguments."""
    (project / "gold.jsonl").write_text(jsonl(ROWS))
    workbench("dataset", "add", "gold.jsonl", "--name", "gold")
    return lambda *arguments: workbench("index", "evaluate", "library", "--dataset", "gold", *arguments)


def test_one_setting_is_shown_measure_by_measure(command):
    ended = command("-k", "3")

    assert ended.code == 0
    for said in ("Recall@3", "Precision@3", "Hit@3", "MRR@3", "MAP@3", "nDCG@3", "100%"):
        assert said in ended.out
    assert "free of charge" in ended.err


def test_rows_left_out_and_spans_that_name_nothing_are_said(command):
    ended = command()

    assert "1 row is left out for naming no source." in ended.err
    assert "1 row is left out for naming only sources that are not in the index." in ended.err
    assert "q-3: hours.md (no document of the index has that name)" in ended.err
    assert "q-3: loans.md#Books" in ended.err


def test_options_given_several_times_make_a_grid(command):
    ended = command("-k", "1", "-k", "2", "--search", "bm25", "--search", "dense", "--chunk-size", "40", "--json")

    document = ended.json
    # The index as it is, and 40 tokens x 2 searches x 2 numbers of chunks.
    assert len(document["settings"]) == 5
    assert document["baseline"] == document["settings"][0]["setting"]
    assert {(s["chunk_size"], s["search"], s["k"]) for s in document["settings"][1:]} == {
        (40, search, k) for search in ("bm25", "dense") for k in (1, 2)
    }
    assert all(set(setting["metrics"]) == MEASURES for setting in document["settings"])


def test_a_grid_names_the_best_with_a_warning_and_the_correction(command):
    ended = command("-k", "1", "-k", "2", "-k", "3")

    assert "Best measured so far" in ended.out
    assert "looks better than it is" in ended.out
    assert "Holm" in ended.out


def test_json_is_one_document_with_what_was_left_out(command):
    document = command("--json").json

    assert document["dataset"] == {"name": "gold", "version": 1, "rows": 3}
    assert document["questions"] == 1
    assert document["left_out"] == {"without_relevant": 1, "with_own_sources": 0, "not_in_index": 1}
    assert [span["example_id"] for span in document["unknown_spans"]] == ["q-3", "q-3"]
    (setting,) = document["settings"]
    assert setting["metrics"]["recall"] == {"mean": 1.0, "n": 1, "low": None, "high": None}


def test_3_when_no_row_says_where_its_answer_is(workbench, project):
    ended = workbench("index", "evaluate", "library", "--dataset", "golden", "--json")

    assert (ended.code, ended.json["questions"], ended.json["settings"]) == (3, 0, [])
    assert "--judge context_precision" in ended.err
    with open_project(project) as wb:
        assert wb.evaluations.list() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("index", "evaluate", "library"),
        ("index", "evaluate", "libary", "--dataset", "golden"),
        ("index", "evaluate", "library", "--dataset", "gone"),
        ("index", "evaluate", "library", "--dataset", "gold", "--chunk-size", "20", "--chunk-size", "200"),
        ("index", "evaluate", "library", "--dataset", "gold", "--embedder", "offline/none"),
        ("index", "evaluate", "library", "--dataset", "gold", "-k", "0"),
        ("index", "evaluate", "library", "--dataset", "gold", *TOO_MANY),
    ],
)
def test_2_for_wrong_input_and_nothing_is_stored(command, workbench, project, arguments):
    ended = workbench(*arguments)

    assert (ended.code, ended.out) == (2, "")
    with open_project(project) as wb:
        assert wb.evaluations.list() == []
