"""Another tool's figures again, from its own files, and what they are worth."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.support.real_data import json_lines, real_data
from workbench.workspace.elsewhere.second_opinion import SecondOpinion

RUNS = ("baseline", "prompt_nomarkdownmention")
RATINGS = ("gpt_groundedness", "gpt_relevance")


@pytest.fixture
def azure(wb):
    """Two evaluations of one application, as its evaluator wrote them; the ratings pass from 4 on."""
    folder = real_data("azure-rag-evals")
    files = [folder / run / "eval_results.jsonl" for run in RUNS]
    return folder, wb.runs.import_results(files, scores=[f"{rating}>=4" for rating in RATINGS])


@pytest.mark.parametrize("run", RUNS)
def test_published_summaries_come_out_to_the_digit(wb, azure, run):
    folder, imported = azure
    published = json.loads((folder / run / "summary.json").read_text())
    label = f"{run}@1:unknown model"
    comparison = wb.compare(imported.run)
    arm = comparison.arm(label)
    for rating in RATINGS:
        passed = arm.metrics[f"{rating}>=4"].mean
        assert round(passed.mean * passed.n) == published[rating]["pass_count"]
        assert round(passed.mean, 2) == published[rating]["pass_rate"]
        assert round(arm.metrics[rating].mean.mean, 2) == published[rating]["mean_rating"]
    lengths = [value for values in comparison.values[label, "answer_length"].values() for value in values]
    frame = wb.runs.frame(imported.run)
    seconds = frame.loc[frame["arm"] == label, "latency_ms"] / 1000
    for name, mean, least, most in (
        ("answer_length", sum(lengths) / len(lengths), min(lengths), max(lengths)),
        ("latency", seconds.mean(), round(seconds.min(), 6), round(seconds.max(), 6)),
    ):
        assert (round(mean, 2), least, most) == tuple(published[name][key] for key in ("mean", "min", "max"))


def test_the_paired_comparison_says_what_is_known(wb, azure):
    folder, imported = azure
    known = json.loads((folder / "computed_here.json").read_text())["paired"]
    comparison = wb.compare(imported.run)
    arm = f"{RUNS[1]}@1:unknown model"
    grounded = comparison.pair(arm, "gpt_groundedness>=4").result
    (_, lost), (won, _) = known["groundedness>=4 2x2"]

    assert (grounded.n, grounded.wins, grounded.losses) == (200, won, lost)
    assert grounded.verdict == "same"
    length = comparison.pair(arm, "answer_length").result
    assert length.difference == pytest.approx(known["answer_length_mean_diff (B-A)"])
    assert length.verdict in {"same", "cannot tell yet"}


def test_questions_that_occur_twice_are_paired_by_row(wb, azure):
    folder, imported = azure
    source = [json_lines(folder / run / "eval_results.jsonl") for run in RUNS]
    examples = {example.id: example for example in wb.datasets.examples(imported.dataset)}
    twice = [row["question"] for row in source[0]]
    twice = {question for question in twice if twice.count(question) > 1}
    answers = {(o.arm, o.example_id): o.completion.text for o in wb.runs.outputs(imported.run)}

    assert (len(examples), len(twice)) == (200, 2)
    assert wb.runs.info(imported.run).repeats == 1
    for run, rows in zip(RUNS, source, strict=True):
        for row in rows:
            (example,) = (
                e for e in examples.values() if (e.inputs["question"], e.expected) == (row["question"], row["truth"])
            )
            assert answers[f"{run}@1:unknown model", example.id] == row["answer"]


def test_recorded_sources_can_be_judged_again(wb, azure):
    _, imported = azure

    assert all(output.retrieved for output in wb.runs.outputs(imported.run))
    assert wb.runs.score(imported.run, metrics=["grounded_share"]) == 400


def test_it_says_what_flipped_and_how_many_labels_are_needed(wb, azure):
    _, imported = azure
    opinion = SecondOpinion.on(wb, imported)
    (flips,) = opinion.flips.values()

    assert len(flips) == 7
    worse, question, before, after = opinion.flip_rows(f"{RUNS[1]}@1:unknown model")[0]
    assert (worse, before, after) == ("worse", "pass", "fail")
    assert question.endswith(("?", "…"))
    assert (opinion.labels.verdicts, opinion.labels.worst) == (400, 93)
    assert opinion.labels.likely < opinion.labels.worst
    assert "judged by a person" in opinion.labels.sentence
    json.dumps(opinion.as_json())


def test_verdicts_that_people_accepted_say_how_far_the_judge_can_be_trusted(wb):
    path = real_data("peer-formats") / "ragas/docs/_static/sample_annotated_summary.json"
    accepted = [one["is_accepted"] for one in json.loads(path.read_text())["summary_accuracy"]]
    opinion = SecondOpinion.on(wb, wb.runs.import_results([path]))

    assert opinion.comparison.headline == "summary_accuracy"
    share = f"{100 * sum(accepted) / len(accepted):.0f}%"
    assert opinion.trust.startswith(f"People agreed with {share} (")
    assert opinion.trust.endswith("of 19 verdicts of 'summary_accuracy'.")


def test_labels_beside_a_judges_scores_say_how_often_both_agree(wb, tmp_path):
    traces = [
        {
            "id": f"t{n}",
            "sessionId": None,
            "environment": "production",
            "input": f"Question {n}?",
            "output": "An answer.",
            "scores": [
                {"name": "helpful", "value": n % 2, "source": "EVAL"},
                *([{"name": "helpful", "value": int(n < 8) * (n % 2), "source": "ANNOTATION"}] if n < 10 else []),
            ],
        }
        for n in range(20)
    ]
    path = tmp_path / "traces.json"
    path.write_text(json.dumps(traces))
    opinion = SecondOpinion.on(wb, wb.runs.import_results([path]))

    assert opinion.trust.startswith("People agreed with 90% (")
    assert opinion.trust.endswith("of 10 verdicts of 'helpful'.")


def test_scores_of_three_retrievals_give_the_means_of_their_files(wb):
    folder = real_data("cookbook-rag")
    files = sorted(folder.glob("evaluation_results_detailed*.csv"))
    imported = wb.runs.import_results(files)
    comparison = wb.compare(imported.run)

    assert comparison.headline == "e2e_correct"
    for path, arm in zip(files, comparison.arms, strict=True):
        table = list(csv.DictReader(io.StringIO(path.read_text())))
        for name in ("retrieval_precision", "retrieval_recall", "retrieval_mrr"):
            mean = sum(float(row[name]) for row in table) / len(table)
            assert arm.metrics[name].mean.mean == pytest.approx(mean)
        assert round(arm.metrics["e2e_correct"].mean.mean * len(table)) == sum(
            r["e2e_correct"] == "True" for r in table
        )


@pytest.mark.parametrize("file", ["simple-csv/output.json", "simple-test/output.json", "simple-test/output.csv"])
def test_what_promptfoo_wrote_in_2023_is_compared(wb, file):
    imported = wb.runs.import_results([real_data("peer-formats") / "promptfoo-2023" / file])
    opinion = SecondOpinion.on(wb, imported)

    assert imported.tool == "promptfoo"
    assert len(opinion.comparison.arms) == 2
    assert opinion.comparison.headline == "pass"
    assert opinion.comparison.verdict
