import math
from collections import defaultdict
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.real_data import real_data
from workbench.metrics.ranking import (
    Average,
    average,
    average_precision,
    by_score,
    discounted,
    hit_at,
    ndcg,
    precision_at,
    recall_at,
    reciprocal_rank,
    relevant_from,
)

# Figures of trec_eval itself, on its own test files.

CUTS = (5, 10, 15, 20, 30, 100, 200, 500, 1000)


@pytest.fixture(scope="module")
def official():
    folder = real_data("trec-eval-tests")
    grades = defaultdict(dict)
    for question, _, document, grade in rows(folder / "qrels.test"):
        grades[question][document] = float(grade)
    scores = defaultdict(dict)
    for question, _, document, _, score, _ in rows(folder / "results.test"):
        scores[question][document] = float(score)
    printed = {(measure, question): value for measure, question, value in rows(folder / "out.test.aq")}
    overall = {measure: value for measure, _, value in rows(folder / "out.test.a")}
    return grades, scores, printed, overall


def rows(path):
    return [line.split() for line in path.read_text("utf-8").splitlines()]


def figures(ranked, grades):
    """What trec_eval prints of one question, by its names."""
    relevant = relevant_from(grades)
    found = {
        "map": average_precision(ranked, relevant),
        "recip_rank": reciprocal_rank(ranked, relevant),
        "Rprec": precision_at(ranked, relevant, len(relevant)),
        "ndcg": ndcg(ranked, grades),
        **{f"success_{k}": hit_at(ranked, relevant, k) for k in (1, 5, 10)},
    }
    for k in CUTS:
        found[f"P_{k}"] = precision_at(ranked, relevant, k)
        found[f"recall_{k}"] = recall_at(ranked, relevant, k)
        found[f"map_cut_{k}"] = average_precision(ranked, relevant, k)
        found[f"ndcg_cut_{k}"] = ndcg(ranked, grades, k)
    return found


def test_every_figure_of_trec_eval_is_met_to_its_four_decimals_for_every_question_and_on_average(official):
    grades, scores, printed, overall = official
    by_question = {question: figures(by_score(scores[question]), grades[question]) for question in scores}

    assert len(by_question) == 3
    measures = next(iter(by_question.values())).keys()
    assert len(measures) == 43
    for measure in measures:
        for question, found in by_question.items():
            assert f"{found[measure]:.4f}" == printed[measure, question], (measure, question)
        mean = average({question: found[measure] for question, found in by_question.items()})
        assert (f"{mean.mean:.4f}", mean.n) == (overall[measure], 3), measure


def test_the_official_files_hold_documents_that_nobody_judged_and_equal_scores(official):
    grades, scores, _, _ = official
    assert any(set(found) - set(grades[question]) for question, found in scores.items())
    assert any(len(set(found.values())) < len(found) for found in scores.values())


# By hand.

RANKED = ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("relevant", "recall", "precision", "hit", "reciprocal", "ap"),
    [
        ({"a"}, 1.0, 0.5, 1.0, 1.0, 1.0),
        ({"b", "d"}, 0.5, 0.5, 1.0, 0.5, (1 / 2 + 2 / 4) / 2),
        ({"c", "x"}, 0.0, 0.0, 0.0, 1 / 3, (1 / 3) / 2),
        ({"x"}, 0.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_figures_of_a_short_list(relevant, recall, precision, hit, reciprocal, ap):
    assert recall_at(RANKED, relevant, 2) == recall
    assert precision_at(RANKED, relevant, 2) == precision
    assert hit_at(RANKED, relevant, 2) == hit
    assert reciprocal_rank(RANKED, relevant) == reciprocal
    assert average_precision(RANKED, relevant) == pytest.approx(ap)


def test_precision_divides_by_k_even_when_fewer_were_found():
    assert precision_at(["a"], {"a"}, 5) == 0.2


def test_ndcg_of_graded_answers_has_linear_gain():
    grades = dict(zip("abcdef", (3, 2, 3, 0, 1, 2), strict=True))
    assert round(discounted([3, 2, 3, 0, 1, 2]), 4) == 6.8611
    assert round(discounted([3, 3, 2, 2, 1]), 4) == 7.1410
    assert round(ndcg("abcdef", grades), 4) == 0.9608


def test_gains_may_be_of_any_size_and_the_level_of_relevance_is_chosen():
    grades = {"a": 1, "b": 2, "c": 4}
    gains = {1: 3.0, 2: 9.0, 4: 4.5}
    value = ndcg(["a", "c", "b"], {name: gains[grade] for name, grade in grades.items()})
    assert value == pytest.approx((3 + 4.5 / math.log2(3) + 9 / 2) / (9 + 4.5 / math.log2(3) + 3 / 2))
    assert relevant_from(grades, 2) == {"b", "c"}


def test_equal_scores_are_ordered_by_the_later_name_first():
    assert by_score({"a": 1.0, "c": 1.0, "b": 1.0, "d": 0.5, "e": 2.0}) == ["e", "c", "b", "a", "d"]


def test_a_question_without_anything_relevant_is_left_out_and_counted_and_never_0():
    nothing = [
        recall_at(RANKED, set(), 2),
        precision_at(RANKED, set(), 2),
        hit_at(RANKED, set(), 2),
        reciprocal_rank(RANKED, set()),
        average_precision(RANKED, set()),
        ndcg(RANKED, {"a": 0}),
    ]
    assert nothing == [None] * 6
    assert average({"q1": 1.0, "q2": None, "q3": 0.5}) == Average(0.75, n=2, without_value=1)
    assert average({"q1": None}) == Average(None, n=0, without_value=1)


def test_a_question_that_was_asked_and_not_answered_counts_0():
    assert average({"q1": 1.0, "q2": None}, asked=["q1", "q2", "q3"]) == Average(0.5, n=2, without_value=1)


# Properties.

NAMES = st.sampled_from("abcdefgh")
LISTS = st.lists(NAMES, max_size=12)
RELEVANT = st.sets(NAMES, min_size=1)
CUT = st.integers(1, 12)


@given(LISTS, RELEVANT, CUT)
def test_every_figure_lies_between_0_and_1_whatever_comes_twice(ranked, relevant, k):
    gains = {name: 1.0 + ord(name) % 3 for name in relevant}
    values = [
        recall_at(ranked, relevant, k),
        precision_at(ranked, relevant, k),
        hit_at(ranked, relevant, k),
        reciprocal_rank(ranked, relevant),
        average_precision(ranked, relevant, k),
        ndcg(ranked, gains, k),
    ]
    assert all(0 <= value <= 1 + 1e-12 for value in values)


@given(LISTS, RELEVANT, CUT)
def test_a_longer_list_never_lowers_recall_hit_or_average_precision(ranked, relevant, k):
    for measure in (recall_at, hit_at, average_precision):
        assert measure(ranked, relevant, k) <= measure(ranked, relevant, k + 1)


@given(LISTS, RELEVANT, CUT, st.randoms())
def test_recall_and_hit_do_not_depend_on_the_order_of_the_first_k(ranked, relevant, k, random):
    first = ranked[:k]
    random.shuffle(first)
    shuffled = first + ranked[k:]
    for measure in (recall_at, hit_at, precision_at):
        assert measure(ranked, relevant, k) == measure(shuffled, relevant, k)


@given(st.lists(NAMES, unique=True, min_size=2), RELEVANT, st.data())
def test_moving_something_relevant_up_never_lowers_a_figure(ranked, relevant, data):
    place = data.draw(st.integers(1, len(ranked) - 1))
    better = list(ranked)
    if ranked[place] in relevant and ranked[place - 1] not in relevant:
        better[place - 1], better[place] = ranked[place], ranked[place - 1]
    gains = dict.fromkeys(relevant, 1.0)
    assert reciprocal_rank(better, relevant) >= reciprocal_rank(ranked, relevant)
    assert average_precision(better, relevant) >= average_precision(ranked, relevant)
    assert ndcg(better, gains) >= ndcg(ranked, gains)


@given(st.permutations("abcd"), st.sets(st.sampled_from("abcd"), min_size=1))
def test_the_best_order_has_the_value_1(ranked, relevant):
    best = sorted(ranked, key=lambda name: name not in relevant)
    values = [average_precision(best, relevant), ndcg(best, dict.fromkeys(relevant, 2.0))]
    assert values == pytest.approx([1.0, 1.0])
    assert reciprocal_rank(best, relevant) == 1.0


@given(st.dictionaries(NAMES, st.integers(0, 2).map(float), min_size=1))
def test_the_order_by_score_does_not_depend_on_the_order_in_which_scores_came(scores):
    assert by_score(scores) == by_score(dict(reversed(scores.items())))


@given(st.lists(st.none() | st.floats(0, 1), max_size=6))
def test_the_average_is_of_what_is_known(values):
    found = average({str(place): value for place, value in enumerate(values)})
    known = [value for value in values if value is not None]
    assert (found.n, found.without_value) == (len(known), len(values) - len(known))
    assert found.mean == (fmean(known) if known else None)
