"""Outputs of real models that people have judged, imported: agreement, bias and calibration as their authors state them."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from tests.support.projects import make_project, open_project
from tests.support.real_data import real_data, write_json_lines
from workbench.stats.correlation import pearson, spearman
from workbench.stats.krippendorff import krippendorff_alpha
from workbench.stats.pairwise import majority

COVERAGE = {"fully": 1.0, "full": 1.0, "partially": 0.5, "partial": 0.5, "not": 0.0, "no": 0.0}
JUDGES = ("gpt-4o", "claude3-haiku", "claude3-opus", "gemini-1.5-pro", "gpt3.5")


def coverage(word):
    return COVERAGE[word.lower().split("_")[0]]


def values(comparison, arm, metric):
    """The scores of an arm by example, each of one answer."""
    return {example: given[0] for example, given in comparison.values.get((arm, metric), {}).items()}


def together(comparison, first, second):
    """Two scores of the same answers, of all arms."""
    pairs = []
    for arm in comparison.arms:
        left, right = (values(comparison, arm.label, metric) for metric in (first, second))
        pairs += [(left[example], right[example]) for example in left if example in right]
    return [a for a, _ in pairs], [b for _, b in pairs]


# summhay-eval: does a summary cover an insight? People and five judges say fully, partly or not.


def insights():
    summaries = json.loads((real_data("summhay-eval") / "eval_benchmark_data.json").read_text(encoding="utf-8"))
    for summary in summaries:
        retriever, model = summary["summkey"].rsplit("_", 1)
        texts = {one["insight_id"]: one["insight"] for one in summary["reference_insights"]}
        said = {
            judge: {one["insight_id"]: one["coverage"] for one in summary[f"predictions_prompted_{judge}"]}
            for judge in JUDGES
        }
        for label in summary["annotation"]:
            insight = label["insight_id"]
            yield {
                "id": f"{summary['subtopic_id']} {retriever} {insight}",
                "question": texts[insight],
                "answer": "\n".join(summary["summary"]),
                "model": model,
                "tags": [retriever.rpartition("/")[2]],
                "people": coverage(label["coverage"]),
                **{judge: coverage(said[judge][insight]) for judge in JUDGES},
                "verdict.annotator": "pass" if coverage(label["coverage"]) >= 0.5 else "fail",
            }


@pytest.fixture(scope="module")
def summaries(tmp_path_factory):
    """A project, the rows of the file, and the run that they became. Nothing may be stored."""
    folder, rows = tmp_path_factory.mktemp("summaries"), list(insights())
    with open_project(make_project(folder / "project")) as wb:
        yield wb, rows, wb.runs.import_results([write_json_lines(folder / "summaries.jsonl", rows)]).run


def test_judges_of_summaries_agree_with_people_as_stated(summaries):
    wb, _, run = summaries
    stated = json.loads((real_data("summhay-eval") / "computed_here.json").read_text(encoding="utf-8"))
    comparison = wb.compare(run)
    for judge in JUDGES:
        people, said = together(comparison, "people", judge)
        figures = stated[f"predictions_prompted_{judge}"]
        assert len(people) == figures["n"]
        assert pearson(people, said).estimate == pytest.approx(figures["pearson"], abs=1e-6)
        assert sum(map(float.__eq__, people, said)) / len(people) == pytest.approx(figures["exact_agreement"], abs=1e-6)
        alpha = krippendorff_alpha([list(pair) for pair in zip(people, said, strict=True)], "ordinal")
        assert alpha.estimate == pytest.approx(figures["krippendorff_ordinal_human_vs_judge"], abs=1e-6)


def test_the_bias_of_a_judge_for_each_model_is_that_of_the_file(summaries):
    wb, rows, run = summaries
    comparison, by_model = wb.compare(run), defaultdict(list)
    for row in rows:
        by_model[row["model"]].append(row)
    for judge in JUDGES:
        found = {arm.model: arm.metrics[judge].mean.mean - arm.metrics["people"].mean.mean for arm in comparison.arms}
        known = {model: fmean(one[judge] - one["people"] for one in some) for model, some in by_model.items()}
        assert found == pytest.approx(known)
    # Printed by the authors for all models together; this half of their data comes near it.
    assert fmean(row["gpt-4o"] - row["people"] for row in rows) == pytest.approx(0.047, abs=0.03)


def test_the_card_of_a_real_judge_on_real_labels_is_right_to_the_digit(summaries):
    wb, rows, run = summaries
    for judge in JUDGES:
        card_is_right(wb.judges.check(judge, run), rows, judge)


def card_is_right(card, rows, judge):
    """Recounted from the rows, with statsmodels as the oracle."""
    table = [[0, 0], [0, 0]]
    for row in rows:
        table[row[judge] < 0.5][row["verdict.annotator"] == "fail"] += 1

    assert card.table == table
    (both, let_through), (missed, caught) = table
    for rate, (right, n) in (
        (card.rates.passes, (both, both + missed)),
        (card.rates.failures, (caught, caught + let_through)),
        (card.raw, (both + caught, len(rows))),
    ):
        low, high = proportion_confint(right, n, method="wilson")
        assert (rate.estimate, rate.low, rate.high) == pytest.approx((right / n, low, high), abs=1e-12)
    kappa = cohens_kappa(table)
    assert card.kappa.estimate == pytest.approx(kappa.kappa, abs=1e-12)
    assert (card.kappa.low, card.kappa.high) == pytest.approx((kappa.kappa_low, kappa.kappa_upp), abs=1e-6)
    # Gwet's AC1 by its definition, counted from the rows.
    n, agreed = len(rows), both + caught
    passing = (2 * both + let_through + missed) / (2 * n)
    chance = 2 * passing * (1 - passing)
    assert card.ac1.estimate == pytest.approx((agreed / n - chance) / (1 - chance), abs=1e-12)
    # Every output has a label, so nothing is left to correct by but what people said.
    corrected = card.pass_rate.corrected.this_set
    assert corrected.estimate == corrected.low == corrected.high == pytest.approx((both + missed) / n)
    slices = {tag: rates.n for tag, rates in card.by_tag}
    assert slices == {tag: sum(tag in row["tags"] for row in rows) for tag in slices}
    assert sum(slices.values()) == n


# refchecker: claims of seven models, each supported, contradicted or neither, averaged by answer.

STATED = {
    "zero_context": {"gpt4": (71.4, 15.7, 12.9), "chatgpt": (58.9, 22.1, 19.0), "alpaca_7B": (21.9, 49.7, 28.4)},
    "noisy_context": {"gpt4": (91.8, 6.8, 1.4), "chatgpt": (77.3, 6.6, 16.0), "alpaca_7B": (59.0, 19.8, 21.1)},
    "accurate_context": {"gpt4": (97.8, 1.2, 1.0), "chatgpt": (93.7, 2.7, 3.6), "alpaca_7B": (77.0, 12.9, 10.1)},
}
LABELS = ("Entailment", "Neutral", "Contradiction")


def claims(folder: Path, model: str):
    (path,) = folder.glob(f"*_{model}_answers.json")
    for row in json.loads(path.read_text(encoding="utf-8")):
        labels = [claim["human_label"] for claim in row["claude2_response_kg"]]
        # An answer without a claim says nothing: it abstains.
        shares = {name: labels.count(name) / len(labels) if labels else None for name in LABELS}
        verdict = "" if not labels else "pass" if set(labels) == {"Entailment"} else "fail"
        yield {"id": row["id"], "answer": row["response"], "model": model, **shares, "verdict.annotator": verdict}


@pytest.mark.parametrize("setting", STATED)
def test_claims_of_models_are_supported_as_often_as_stated(wb, tmp_path, setting):
    folder = real_data("refchecker") / setting
    rows = [row for model in STATED[setting] for row in claims(folder, model)]
    run = wb.runs.import_results([write_json_lines(tmp_path / "claims.jsonl", rows)]).run
    comparison = wb.compare(run)

    for arm in comparison.arms:
        found = [100 * arm.metrics[name].mean.mean for name in LABELS]
        assert found == pytest.approx(STATED[setting][arm.model], abs=0.0501), arm.model
    labelled = [row for row in rows if row["verdict.annotator"]]
    assert len(wb.reviews.of_run(run)) == len(labelled)
    card = wb.judges.check("Entailment", run, threshold=1.0)
    assert card.table[0][1] == card.table[1][0] == 0
    assert (card.rates.n, card.kappa.estimate) == (len(labelled), 1.0)


# pandalm: three people compare two answers; see test_pair_ratings for their kappas and the judges' accuracy.


def test_people_who_compare_answers_agree_and_judges_are_as_accurate_as_published(wb):
    folder = real_data("pandalm")
    names = ("testset-v1", "gpt-3.5-turbo-testset-v1", "pandalm-7b-testset-v1")
    found = wb.pair_ratings(wb.runs.import_results([folder / f"{name}.json" for name in names]).run)
    rows = json.loads((folder / "testset-v1.json").read_text(encoding="utf-8"))
    sides = {0: "tie", 1: "first", 2: "second"}
    most = [majority([sides[row[f"annotator{n}"]] for n in (1, 2, 3)]) for row in rows]

    published = [0.85, 0.88, 0.86]
    assert [round(kappa.estimate, 2) for kappa in found.people.kappas.values()] == published
    for pair, kappa in found.people.kappas.items():
        table = [[0] * 3 for _ in range(3)]
        for row in rows:
            table[row[pair[0]]][row[pair[1]]] += 1
        assert kappa.estimate == pytest.approx(cohens_kappa(table).kappa, abs=1e-12)
    assert {side: most.count(side) for side in sides.values()} == {"tie": 105, "first": 422, "second": 472}


# mtrag: ratings from 1 to 4 by three of seven people, cells missing, beside a judge's scores.

SCALES = ("naturalness", "appropriateness", "completeness", "faithfulness")


def rated():
    document = json.loads((real_data("mtrag") / "human_evaluations.json").read_text(encoding="utf-8"))
    asked = {task["task_id"]: task["input"][-1]["text"] for task in document["tasks"]}
    for one in document["evaluations"]:
        said = one["annotations"]
        ratings = {scale: {who: float(given["value"]) for who, given in said[scale].items()} for scale in SCALES}
        by_person = {f"{scale} by {who}": value for scale in SCALES for who, value in ratings[scale].items()}
        yield {
            "id": one["task_id"],
            "question": asked[one["task_id"]],
            "answer": one["model_response"],
            "model": one["model_id"],
            **{scale: fmean(given.values()) for scale, given in ratings.items()},
            **by_person,
            "rb_llm": next(iter(said["rb_llm"].values()))["value"],
            "verdict.most": "pass" if fmean(ratings["faithfulness"].values()) >= 3 else "fail",
        }


def test_ratings_of_conversations_agree_as_little_as_stated(wb, tmp_path):
    stated = json.loads((real_data("mtrag") / "computed_here.json").read_text(encoding="utf-8"))
    rows = list(rated())
    run = wb.runs.import_results([write_json_lines(tmp_path / "ratings.jsonl", rows)]).run
    comparison = wb.compare(run)

    assert sum(arm.done for arm in comparison.arms) == stated["n_evaluations"]
    people = sorted({name.partition(" by ")[2] for row in rows for name in row if " by " in name})
    for scale in SCALES:
        # The project has a judge called faithfulness, so that an imported score of that name is told apart.
        name = scale if scale in comparison.arms[0].metrics else f"{scale} (JSON)"
        means = {arm.model: arm.metrics[name].mean.mean for arm in comparison.arms}
        assert means == pytest.approx(stated["means"][scale], abs=1e-6)
        judge, mean = together(comparison, "rb_llm", name)
        known = stated["spearman_rb_llm_vs_mean_human"][scale]
        assert spearman(judge, mean).estimate == pytest.approx(known, abs=1e-6)
        units = [
            [values(comparison, arm.label, f"{scale} by {who}").get(example) for who in people]
            for arm in comparison.arms
            for example in values(comparison, arm.label, name)
        ]
        alpha = krippendorff_alpha(units, "ordinal")
        assert alpha.estimate == pytest.approx(stated["krippendorff_ordinal"][scale], abs=1e-6)
    assert wb.judges.check("rb_llm", run).rates.n == sum(row["rb_llm"] is not None for row in rows)


def test_the_file_itself_is_read_with_each_persons_rating_in_the_reason(wb):
    path = real_data("mtrag") / "human_evaluations.json"
    stated = json.loads((path.parent / "computed_here.json").read_text(encoding="utf-8"))
    imported = wb.runs.import_results([path])
    comparison = wb.compare(imported.run)

    assert (imported.tool, sum(arm.done for arm in comparison.arms)) == ("InspectorRAGet", stated["n_evaluations"])
    for scale in SCALES:
        name = scale if scale in comparison.arms[0].metrics else f"{scale} (InspectorRAGet)"
        means = {arm.model: arm.metrics[name].mean.mean for arm in comparison.arms}
        assert means == pytest.approx(stated["means"][scale], abs=1e-6)
    case = wb.answers.to_example(imported.run, comparison_example(wb, imported.run), 1)[0]
    (rating,) = [score for score in case.scores if score.metric == "naturalness"]
    assert rating.result.reason == "46542882: 4; 47200615: 4; 46545976: 4"
    assert case.output.retrieved[0].chunk.text.startswith("Aviation photography")


def comparison_example(wb, run):
    """The first task of the file."""
    return wb.runs.stored_plan(run).examples[0].id
