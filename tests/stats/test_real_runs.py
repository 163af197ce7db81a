"""Two prompt versions answered by a real model on 200 questions, with published and independently computed figures."""

import json
import os
from pathlib import Path

import pytest

from workbench.stats.intervals import t_interval
from workbench.stats.paired import compare
from workbench.stats.significance import mcnemar_exact

FOLDER = Path(os.environ.get("WORKBENCH_TEST_DATA", "")) / "azure-rag-evals"

pytestmark = pytest.mark.skipif(
    not os.environ.get("WORKBENCH_TEST_DATA") or not FOLDER.is_dir(),
    reason="WORKBENCH_TEST_DATA names no folder with azure-rag-evals, the recorded runs these figures come from",
)


def recorded(run):
    with (FOLDER / run / "eval_results.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def runs():
    return recorded("baseline"), recorded("prompt_nomarkdownmention")


@pytest.fixture(scope="module")
def figures():
    return json.loads((FOLDER / "computed_here.json").read_text(encoding="utf-8"))["paired"]


def by_row(rows, value):
    # Two questions occur twice with different truths, so rows pair by their place.
    return {f"row-{number:03}": [value(row)] for number, row in enumerate(rows)}


def test_groundedness_of_the_two_versions_is_the_same_by_table_and_by_verdict(runs, figures):
    grounded = [by_row(rows, lambda row: int(row["gpt_groundedness"] >= 4)) for rows in runs]
    table = [[0, 0], [0, 0]]
    for row in grounded[0]:
        table[1 - grounded[0][row][0]][1 - grounded[1][row][0]] += 1
    assert table == figures["groundedness>=4 2x2"] == [[190, 3], [4, 3]]
    result = compare(*grounded, kind="pass_fail", direction="higher")
    assert (result.n, result.wins, result.losses, result.ties) == (200, 4, 3, 193)
    assert mcnemar_exact(result.wins, result.losses) == figures["mcnemar_exact_p"] == 1.0
    assert result.difference == pytest.approx(0.005)
    assert result.verdict == "same"


def test_answer_lengths_differ_no_more_than_chance_by_the_same_p_value(runs, figures):
    lengths = [by_row(rows, lambda row: row["answer_length"]) for rows in runs]
    result = compare(*lengths, kind="number", direction="lower")
    assert result.difference == pytest.approx(figures["answer_length_mean_diff (B-A)"])
    # A t interval at the level 1 - p ends exactly at 0.
    differences = [lengths[1][row][0] - lengths[0][row][0] for row in lengths[0]]
    touching = t_interval(differences, level=1 - figures["t_paired_p"])
    assert figures["t_paired_p"] == 0.657955844834468
    assert touching.low == pytest.approx(0, abs=1e-9)
    assert result.verdict in {"same", "cannot tell yet"}
