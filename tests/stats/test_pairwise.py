"""Verdicts on pairs against two published studies, and what the order of showing does to them."""

import csv
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.reference import FOLDER, needs, read
from workbench.errors import InputError
from workbench.stats.agreement import cohen_kappa, fleiss_kappa, table_of
from workbench.stats.bradley_terry import bradley_terry
from workbench.stats.pairwise import accuracy, count, macro_scores, majority, outcome, points, wins

verdicts = st.sampled_from(["first", "second", "tie", None])


def test_only_what_both_orders_say_counts_for_an_answer():
    assert outcome("first", "first") == "first"
    assert outcome("tie", "tie") == "tie"
    assert outcome("first", "second") == outcome("tie", "first") == "inconsistent"
    assert outcome(None, "first") is outcome("first", None) is None
    assert [points(one) for one in ("first", "second", "tie", "inconsistent")] == [0.0, 1.0, 0.5, 0.5]


def test_a_judge_that_always_takes_the_one_shown_first_is_found_out():
    counted = count([("first", "second")] * 8)
    assert (counted.inconsistent, counted.first, counted.second) == (8, 0, 0)
    assert (counted.consistency, counted.shown_first_share) == (0.0, 1.0)


def test_unreadable_verdicts_are_counted_apart():
    counted = count([("first", None), ("second", "second"), (None, None)])
    assert (counted.unreadable, counted.readable, counted.consistency) == (2, 1, 1.0)
    assert count([]).consistency is count([]).shown_first_share is None


@given(st.lists(st.tuples(verdicts, verdicts)))
def test_swapping_the_answers_of_every_pair_swaps_the_wins_and_nothing_else(pairs):
    other = {"first": "second", "second": "first", "tie": "tie", None: None}
    before, after = count(pairs), count([(other[b], other[a]) for a, b in pairs])
    assert (before.first, before.second) == (after.second, after.first)
    assert (before.ties, before.inconsistent, before.unreadable) == (after.ties, after.inconsistent, after.unreadable)
    assert (before.shown_first, before.named) == (after.shown_first, after.named)
    assert before.readable + before.unreadable == len(pairs)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("cd"), st.sampled_from(["first", "second", "tie"]))))
def test_every_pair_gives_one_point_away(pairs):
    table = wins("abcd", pairs)
    assert sum(map(sum, table)) == len(pairs)


def test_accuracy_tells_wrong_from_unreadable():
    found = accuracy(["1", None, "2", "1"], ["1", "1", "1", "2"])
    assert (found.right, found.wrong, found.unreadable) == (1, 2, 1)
    assert (found.of_all, found.of_readable) == (0.25, pytest.approx(1 / 3))
    with pytest.raises(InputError, match="3 verdicts on 1 pairs"):
        accuracy([None] * 3, ["1"])
    with pytest.raises(InputError, match="nothing to compare"):
        macro_scores([], [])


def test_without_more_than_half_there_is_no_majority():
    assert majority(["a", "b", "a"]) == "a"
    assert majority(["a", "b"]) is majority([]) is None


def pairs_of_llmbar():
    """Per judge: the verdict with the outputs as given, that with them swapped, and the right one."""
    found = {}
    with (FOLDER / "llmbar" / "verdicts.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            said = (row["winner"], row["winner_swapped"])
            readable = [{"1": "first", "2": "second"}.get(one) for one in said]
            right = {"1": "first", "2": "second"}[row["label"]]
            found.setdefault(f"{row['subset']}/{row['evaluator']}", []).append((*readable, right, said))
    return found


@needs("llmbar")
def test_llmbars_published_accuracy_and_agreement_between_orders_come_out_for_all_its_judges():
    published, recorded = read("llmbar/published_statistics.json"), pairs_of_llmbar()
    assert len(published) == len(recorded) == 195
    for name, figures in published.items():
        given_order, swapped, truth, raw = zip(*recorded[name], strict=True)
        one, other = accuracy(given_order, truth), accuracy(swapped, truth)
        counted = count(zip(given_order, swapped, strict=True))
        both = sum(outcome(*pair) == right for *pair, right, _ in recorded[name])
        # Where neither order could be read, the authors count the two as equal.
        silent = sum(a == b and a not in {"1", "2"} for a, b in raw)
        equal = counted.first + counted.second + silent
        shown = [f"{right} / {len(truth)} = " for right in (one.right, other.right, both, equal)]
        for figure, start in zip(("correct_False", "correct_True", "correct_both", "equal"), shown, strict=True):
            assert figures[figure].startswith(start), (name, figure)
        average = float(re.match(r"[\d.]+", figures["correct_average"])[0])
        assert 50 * (one.of_all + other.of_all) == pytest.approx(average, abs=0.051), name


@needs("llmbar")
def test_the_bias_for_a_place_of_weak_and_strong_judges_is_told():
    recorded = pairs_of_llmbar()
    weak, strong = (
        count((a, b) for name in recorded if name.endswith(f"/{judge}") for a, b, *_ in recorded[name])
        for judge in ("ChatGPT/Vanilla", "GPT-4/Vanilla")
    )
    assert weak.consistency < 0.75 < 0.85 < strong.consistency
    assert abs(weak.shown_first_share - 0.5) > abs(strong.shown_first_share - 0.5)


@pytest.fixture(scope="module")
def pandalm():
    rows = read("pandalm/testset-v1.json")
    people = [[str(row[f"annotator{number}"]) for row in rows] for number in (1, 2, 3)]
    return rows, people, [majority(labels) for labels in zip(*people, strict=True)]


@needs("pandalm")
def test_pandalms_people_agree_and_decide_as_published(pandalm):
    _, people, truth = pandalm
    kappas = [cohen_kappa(table_of(a, b, ("0", "1", "2"))).estimate for a, b in itertools.combinations(people, 2)]
    assert [f"{kappa:.2f}" for kappa in kappas] == ["0.85", "0.88", "0.86"]
    counts = [[row.count(label) for label in "012"] for row in zip(*people, strict=True)]
    assert fleiss_kappa(counts) == pytest.approx(read("pandalm/computed_here.json")["fleiss_kappa"], abs=1e-6)
    assert [truth.count(label) for label in "012"] == [105, 422, 472]


@needs("pandalm")
def test_pandalms_judges_are_as_accurate_as_published_and_unreadable_verdicts_are_counted_apart(pandalm):
    *_, truth = pandalm
    readable = {"0": "0", "1": "1", "2": "2", "Tie": "0"}
    said = {
        name: [readable.get(str(row[key])) for row in read(f"pandalm/{file}-testset-v1.json")]
        for name, key, file in (
            ("pandalm", "pandalm_result", "pandalm-7b"),
            ("gpt", "gpt_result", "gpt-3.5-turbo"),
        )
    }
    ours, theirs = accuracy(said["pandalm"], truth), accuracy(said["gpt"], truth)
    assert (f"{ours.of_all:.4f}", ours.unreadable) == ("0.6677", 0)
    assert (f"{theirs.of_all:.4f}", theirs.unreadable) == ("0.6977", 25)
    scores = macro_scores(said["pandalm"], truth)
    assert [f"{one:.4f}" for one in (scores.precision, scores.recall, scores.f1)] == ["0.5738", "0.5750", "0.5743"]


@needs("pandalm")
def test_pandalms_five_models_are_ranked_by_how_often_people_preferred_them(pandalm):
    rows, _, truth = pandalm
    named = {"0": "tie", "1": "first", "2": "second"}
    pairs = [(*row["cmp_key"].split("_"), named[label]) for row, label in zip(rows, truth, strict=True)]
    arms = sorted({arm for first, second, _ in pairs for arm in (first, second)})
    strengths = dict(zip(arms, bradley_terry(wins(arms, pairs)), strict=True))
    ranked = sorted(arms, key=lambda arm: -strengths[arm].estimate)
    assert len(arms) == 5
    assert ranked[0] == "llama-7b"
    assert ranked[-1] == "cerebras-gpt-6.7B"
