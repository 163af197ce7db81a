import math
from dataclasses import replace
from statistics import fmean

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import right
from workbench.domain.actor import Actor
from workbench.errors import BadRequestError, ContentFilteredError, InputError, NotFoundError
from workbench.workspace.comparison.cautions import about_times
from workbench.workspace.comparison.findings import findings
from workbench.workspace.reports.report import report_html

ARM_KEYS = {
    "arm",
    "prompt",
    "version",
    "model",
    "planned",
    "done",
    "failed",
    "cost_usd",
    "judges_usd",
    "tokens",
    "latency_ms",
    "retrieval_ms",
    "metrics",
}
METRIC_KEYS = {
    *("mean", "n", "trials", "low", "high", "unscored", "direction", "version"),
    *("corrected", "corrected_for_future"),
}
PAIR_KEYS = {
    "baseline",
    "arm",
    "metric",
    "n",
    "difference",
    "low",
    "high",
    "p_value",
    "method",
    "verdict",
    "neutral",
    "needed_examples",
    "needed_repeats",
    "comparisons",
    "with_fails",
}


def careless(*items, error=None):
    """Right but for some items of the careful version, which are answered wrong or with an error."""

    def answer(request):
        about = request.messages[-1].content
        if len(request.messages) == 2 and any(f"item {item} " in about for item in items):
            return error or an_answer("I do not know.")
        return right(request)

    return Scripted(answer)


def run(wb, models, completer, **options):
    models.default = completer
    options.setdefault("metrics", ["checks"])
    return wb.run(["answer@1", "answer@2"], "golden", models="one", use_cache=False, **options)


def test_the_document_has_exactly_the_documented_shape(finished):
    document = finished.compare("latest").as_json()

    assert set(document) == {"run", "dataset", "arms", "pairs", "judges", "settled_at", "confirmation"}
    assert document["judges"] == []
    assert document["dataset"] == {"name": "golden", "version": 1, "examples": 6}
    assert [set(arm) for arm in document["arms"]] == [ARM_KEYS] * 2
    assert all(set(arm["tokens"]) == {"prompt", "completion"} for arm in document["arms"])
    assert all(set(arm["latency_ms"]) == {"p50", "p95"} for arm in document["arms"])
    assert all(arm["retrieval_ms"] == {"p50": None, "p95": None} for arm in document["arms"])
    assert all(set(figure) == METRIC_KEYS for arm in document["arms"] for figure in arm["metrics"].values())
    assert document["pairs"]
    assert all(set(pair) == PAIR_KEYS for pair in document["pairs"])
    assert {pair["verdict"] for pair in document["pairs"]} <= {
        "better",
        "worse",
        "same",
        "cannot tell yet",
        "too few",
    }


def test_figures_are_those_of_the_stored_trials(finished):
    arm = finished.compare("latest").as_json()["arms"][0]
    frame = finished.runs.frame("latest")
    rows = frame[frame["arm"] == arm["arm"]]

    assert (arm["planned"], arm["done"], arm["failed"]) == (6, 6, 0)
    assert arm["cost_usd"] == pytest.approx(rows["cost_usd"].sum())
    assert arm["tokens"] == {"prompt": rows["prompt_tokens"].sum(), "completion": rows["completion_tokens"].sum()}
    assert arm["latency_ms"]["p50"] == pytest.approx(rows.loc[~rows["cold_start"], "latency_ms"].median())


def test_an_answer_for_which_a_local_model_was_loaded_first_is_left_out_of_the_times_and_this_is_said(filled, models):
    def slow_at_first(request):
        return right(request) if asked.requests[1:] else replace(right(request), latency_ms=60_000.0)

    asked = Scripted(slow_at_first)
    comparison = run(filled, models, asked, metrics=["checks", "latency"]).compare()

    assert [arm.cold_starts for arm in comparison.arms].count(1) == 1
    assert {arm.p95_ms for arm in comparison.arms} == {1.0}
    assert [arm.metrics["latency"].mean.mean for arm in comparison.arms] == [1.0, 1.0]
    assert sorted(arm.metrics["latency"].unscored for arm in comparison.arms) == [0, 1]
    assert comparison.left_out_of_times.startswith("1 answer is left out of the times")
    assert comparison.left_out_of_times in report_html(comparison)


def test_times_of_answers_that_an_earlier_run_gave_get_no_verdict(filled, models):
    def answer(request):
        return replace(right(request), latency_ms=300.0 if len(asked.requests) <= 6 else 70.0 + len(asked.requests))

    models.default = asked = Scripted(answer)
    filled.run(["answer@1"], "golden", models="one", metrics=["checks"])
    comparison = filled.run(["answer@1", "answer@2"], "golden", models="one", metrics=["checks", "latency"]).compare()

    told = "Times are not compared: 6 of answer@1:one's answers were replayed from an earlier run."
    pair = next(pair for pair in comparison.as_json()["pairs"] if pair["metric"] == "latency")
    assert set(pair) == PAIR_KEYS
    assert (pair["verdict"], pair["n"], pair["difference"], pair["p_value"]) == ("unknown", 5, None, None)
    assert about_times(comparison)[-1] == told
    assert comparison.flips("answer@2:one", "latency") == []
    assert told in report_html(comparison).replace("&#x27;", "'")
    assert "as long as" not in report_html(comparison)
    assert findings(comparison, "checks")[0].aside[-1] == told.replace("answer@1:one", "v1")


def test_arms_that_answer_the_same_word_for_word_are_said_to_and_no_further_examples_are_asked_for(filled, models):
    comparison = run(filled, models, Scripted(lambda request: an_answer("I do not know."))).compare()
    wordy = Scripted(lambda r: replace(right(r), text=right(r).text + " Yes." * (len(r.messages) - 1)))
    apart = run(filled, models, wordy).compare()

    pair = comparison.pair("answer@2:one", "checks")
    assert (pair.result.verdict, pair.result.needed_examples, pair.more_repeats) == ("same", None, None)
    assert comparison.verdict.startswith("The answers of answer@2:one and answer@1:one are the same, word for word")
    assert apart.pair("answer@2:one", "checks").result.ties == 6
    assert "word for word" not in apart.verdict


def test_failed_trials_stand_beside_the_mean_and_have_no_part_in_it(filled, models):
    comparison = run(filled, models, careless(2, 4, error=BadRequestError("refused"))).compare()

    careful = comparison.arm("answer@2:one")
    assert (careful.planned, careful.done, careful.failed) == (6, 4, 2)
    assert (careful.metrics["checks"].mean.mean, careful.metrics["checks"].mean.n) == (1.0, 4)
    pair = comparison.pair("answer@2:one", "checks")
    assert (pair.result.n, pair.result.difference) == (4, 0.0)


def test_unscored_answers_are_counted_and_are_not_zero(filled, models):
    comparison = run(filled, models, Scripted(right), metrics=["checks", "citation_validity"]).compare()

    figure = comparison.arm("answer@1:one").metrics["citation_validity"]
    assert (figure.mean.mean, figure.mean.n, figure.unscored) == (None, 0, 6)
    assert comparison.pair("answer@2:one", "citation_validity") is None


def test_what_got_worse_is_listed_first(filled, models):
    comparison = run(filled, models, careless(2, 5)).compare()

    assert [(flip.example_id, flip.before, flip.after) for flip in comparison.flips("answer@2:one")] == [
        ("q-2", 1.0, 0.0),
        ("q-5", 1.0, 0.0),
    ]
    backwards = run(filled, models, careless(2, 5)).compare(baseline="answer@2")
    assert [flip.change for flip in backwards.flips("answer@1:one")] == [1.0, 1.0]


def test_where_less_is_better_more_got_worse(filled, models):
    times = {2: 9.0, 4: 0.5}

    def answer(request):
        about = request.messages[-1].content
        careful = len(request.messages) == 2
        found = [ms for item, ms in times.items() if careful and f"item {item} " in about]
        return replace(right(request), latency_ms=found[0] if found else 1.0)

    comparison = run(filled, models, Scripted(answer), metrics=["latency"]).compare()

    flips = comparison.flips("answer@2:one")
    assert [(flip.example_id, flip.gain) for flip in flips] == [("q-2", -8.0), ("q-4", 0.5)]


def test_repeats_are_averaged_within_their_example(filled, models):
    answers = iter(["no", "1 days"] * 100)
    models.default = Scripted(lambda request: an_answer(next(answers)))
    made = filled.run(["answer@1"], "golden", models="one", repeats=2, concurrency=1, metrics=["checks"])

    figure = made.compare().arm("answer@1:one").metrics["checks"].mean
    values = made.compare().values["answer@1:one", "checks"]
    assert (figure.n, figure.trials) == (6, 12)
    assert figure.mean == pytest.approx(fmean(fmean(repeats) for repeats in values.values()))


def test_the_baseline_is_the_first_arm_or_the_one_whose_name_begins_so(finished):
    assert finished.compare("latest").baseline == "answer@1:one"
    assert finished.compare("latest", baseline="answer@2").baseline == "answer@2:one"
    assert [arm.label for arm in finished.compare("latest", baseline="answer@2").arms] == [
        "answer@2:one",
        "answer@1:one",
    ]


def test_a_baseline_that_could_be_several_arms_or_is_none_is_refused(finished):
    with pytest.raises(InputError, match=r"could be answer@1:one or answer@2:one"):
        finished.compare("latest", baseline="answer")
    with pytest.raises(NotFoundError, match="no arm 'answr'"):
        finished.compare("latest", baseline="answr")


def test_named_metrics_alone_are_shown_and_the_first_is_the_headline(finished):
    names = list(finished.compare("latest").arms[0].metrics)
    chosen = [names[-1], names[0], names[-1]]

    comparison = finished.compare("latest", metrics=chosen)

    assert comparison.headline == names[-1]
    assert list(comparison.arms[0].metrics) == [names[-1], names[0]]
    assert len(comparison.pairs) == len({pair.metric for pair in comparison.pairs})
    with pytest.raises(NotFoundError, match="Score the run with it first"):
        finished.compare("latest", metrics=["groundedness"])


def test_peoples_verdicts_appear_as_a_score(finished):
    for item in finished.reviews.queue(finished.runs.find("latest")):
        arm = finished.runs.output(item.trial_id).arm
        finished.reviews.give(item.trial_id, "pass" if arm.startswith("answer@1") else "fail")

    human = [arm.metrics["human"].mean for arm in finished.compare("latest").arms]
    assert [(mean.mean, mean.n) for mean in human] == [(1.0, 6), (0.0, 6)]
    assert finished.compare("latest", metrics=["human"]).pair("answer@2:one", "human").result.difference == -1.0


def test_reviewers_who_disagree_make_a_share_and_unsure_counts_for_nobody(finished):
    first, second = [item.trial_id for item in finished.reviews.queue(finished.runs.find("latest"))][:2]
    finished.reviews.give(first, "pass")
    finished.reviews.give(second, "unsure")
    ben = finished.acting_as(Actor("ben"))
    ben.reviews.give(first, "fail")

    comparison = finished.compare("latest", metrics=["human"])
    values = [
        value for label in comparison.values if label[1] == "human" for value in comparison.values[label].values()
    ]
    assert values == [[0.5]]
    assert comparison.arms[0].metrics["human"].info.kind == "share"


def test_one_arm_has_nothing_to_be_compared_with(filled):
    assert filled.run("answer@1", "golden", models="one").compare().verdict == ("One arm: nothing to compare it with.")


def test_two_arms_without_scores_say_what_is_missing(filled, models):
    unscored = run(filled, models, Scripted(right), metrics=["citation_validity"]).compare()
    assert unscored.verdict == (
        "No scores to compare: Citations that exist has none for answer@1:one and answer@2:one."
    )

    failed = run(filled, models, Scripted(lambda request: ContentFilteredError("refused"))).compare()
    assert failed.verdict == "No scores to compare: no arm has an answer."
    assert failed.as_json()["pairs"] == []
    assert failed.arms[0].cost_usd is None


def test_a_frame_has_a_row_for_each_arm_and_metric_and_no_number_for_what_is_unknown(filled, models):
    frame = run(filled, models, Scripted(right), metrics=["checks", "citation_validity"]).compare().frame()

    assert list(zip(frame["arm"], frame["metric"], strict=True)) == [
        (arm, metric) for arm in ("answer@1:one", "answer@2:one") for metric in ("checks", "citation_validity")
    ]
    assert math.isnan(frame["mean"][1])


def test_cost_is_unknown_as_soon_as_one_answer_has_none(filled):
    comparison = filled.run(["answer@1", "answer@2"], "golden", models="two").compare()

    assert [arm["cost_usd"] for arm in comparison.as_json()["arms"]] == [None, None]
