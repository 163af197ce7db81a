"""The mean of one arm."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.intervals import cluster_interval, stabilised_t, t_interval, wilson
from workbench.stats.summary import mean_with_interval


def numbered(values):
    """One example per value; a value that is a list has repeats."""
    return {f"q-{i:03}": list(v) if isinstance(v, list | tuple) else [v] for i, v in enumerate(values)}


def test_pass_or_fail_once_has_wilsons_interval():
    result = mean_with_interval(numbered([1] * 14 + [0]), kind="pass_fail")
    expected = wilson(14, 15)
    assert (result.mean, result.low, result.high) == (expected.estimate, expected.low, expected.high)
    assert (result.n, result.trials, result.method) == (15, 15, "Wilson score")


def test_repeats_are_no_further_examples():
    once = mean_with_interval(numbered([1, 1, 1, 0, 1, 0]), kind="pass_fail")
    thrice = mean_with_interval(
        numbered([[1, 1, 1], [1, 1, 0], [1, 1, 1], [0, 0, 0], [1, 1, 1], [0, 0, 1]]), kind="pass_fail"
    )
    assert (thrice.n, thrice.trials) == (6, 18)
    assert thrice.mean == pytest.approx(once.mean)
    expected = stabilised_t([1, 2 / 3, 1, 0, 1, 1 / 3], 3).within(0, 1)
    assert (thrice.low, thrice.high) == pytest.approx((expected.low, expected.high))
    assert thrice.method == "stabilised t on examples"


@pytest.mark.parametrize("passes", [0, 94])
def test_a_fixed_answer_asked_three_times_is_as_sure_as_asked_once(passes):
    once = mean_with_interval(numbered([1] * passes + [0] * (94 - passes)), kind="pass_fail")
    thrice = mean_with_interval(numbered([[1] * 3] * passes + [[0] * 3] * (94 - passes)), kind="pass_fail")
    assert (thrice.low, thrice.high, thrice.method) == (once.low, once.high, "Wilson score")
    assert (thrice.n, thrice.trials) == (94, 282)


def test_an_example_with_more_repeats_weighs_no_more_than_another():
    result = mean_with_interval(numbered([[1, 1, 1, 1], [0], [0], [0], [0]]), kind="pass_fail")
    assert result.mean == pytest.approx(0.2)


def test_shares_have_students_t_within_0_to_1():
    values = [0.99, 0.98, 1.0, 0.7, 1.0]
    result = mean_with_interval(numbered(values), kind="share")
    assert result.low == pytest.approx(t_interval(values).low)
    assert result.high == 1
    assert result.method == "t on examples"


def test_a_judge_that_only_says_0_or_1_is_not_trusted_with_an_interval_of_width_0():
    result = mean_with_interval(numbered([1.0] * 12), kind="share")
    assert result.low == pytest.approx(wilson(12, 12).low)


def test_amounts_keep_their_unit():
    result = mean_with_interval(numbered([820.0, 1210.0, 990.0, 1500.0, 870.0]), kind="number")
    assert result.mean == pytest.approx(1078)
    assert result.low < 1078 < result.high


def test_fewer_than_5_examples_have_a_mean_but_no_interval():
    result = mean_with_interval(numbered([[1, 1, 0]] * 4), kind="pass_fail")
    assert result.mean == pytest.approx(2 / 3)
    assert (result.n, result.trials, result.low, result.high) == (4, 12, None, None)


def test_no_example_has_no_mean():
    result = mean_with_interval({"q-1": []}, kind="share")
    assert (result.mean, result.n, result.trials, result.low) == (None, 0, 0, None)


def test_examples_that_share_a_document_widen_the_interval():
    values = [0.9, 0.91, 0.2, 0.21, 0.6, 0.61, 0.4, 0.41, 0.8, 0.81]
    clusters = {f"q-{i:03}": f"doc-{i // 2}" for i in range(10)}
    plain = mean_with_interval(numbered(values), kind="share")
    clustered = mean_with_interval(numbered(values), kind="share", clusters=clusters)
    expected = cluster_interval(values, [i // 2 for i in range(10)])
    assert (clustered.low, clustered.high) == pytest.approx((expected.low, expected.high))
    assert clustered.low < plain.low < plain.high < clustered.high
    assert clustered.method == "t on 5 clusters"


def test_clusters_that_agree_by_chance_never_narrow_the_interval():
    clusters = {f"q-{i:03}": f"doc-{i // 2}" for i in range(20)}
    plain = mean_with_interval(numbered([1] * 20), kind="pass_fail")
    clustered = mean_with_interval(numbered([1] * 20), kind="pass_fail", clusters=clusters)
    assert (clustered.low, clustered.high) == (plain.low, plain.high)


def test_one_example_per_cluster_is_no_clustering():
    clusters = {f"q-{i:03}": f"doc-{i}" for i in range(8)}
    values = numbered([1, 0, 1, 1, 0, 1, 1, 1])
    assert mean_with_interval(values, kind="pass_fail", clusters=clusters) == mean_with_interval(
        values, kind="pass_fail"
    )


def test_fewer_than_5_clusters_are_named_where_the_method_is():
    clusters = {f"q-{i:03}": f"doc-{i % 2}" for i in range(8)}
    result = mean_with_interval(numbered([1, 0, 1, 1, 0, 1, 1, 1]), kind="pass_fail", clusters=clusters)
    assert result.method == "Wilson score, as if independent: fewer than 5 clusters"


def test_an_example_without_a_cluster_stands_alone():
    values = [1, 0, 1, 1, 0, 1, 1, 1]
    clusters = {"q-000": "doc", "q-001": "doc"}
    assert mean_with_interval(numbered(values), kind="pass_fail", clusters=clusters).method == "t on 7 clusters"


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("pass_fail", 0.5, "pass or fail is 1 or 0"),
        ("share", 1.2, "between 0 and 1"),
        ("number", float("nan"), "must be left out"),
        ("number", float("inf"), "must be left out"),
    ],
)
def test_a_score_that_its_kind_does_not_allow_is_refused_by_name(kind, value, words):
    with pytest.raises(InputError, match=f"'q-bad'.*{words}"):
        mean_with_interval({"q-good": [1.0], "q-bad": [value]}, kind=kind)


repeats = st.lists(st.lists(st.sampled_from([0, 1]), min_size=1, max_size=4), min_size=5, max_size=25)


@given(repeats, st.randoms(use_true_random=False))
def test_a_mean_lies_in_its_interval_whatever_the_order(values, random):
    scores = numbered(values)
    result = mean_with_interval(scores, kind="pass_fail")
    assert 0 <= result.low <= result.mean + 1e-12
    assert result.mean - 1e-12 <= result.high <= 1
    assert mean_with_interval(dict(random.sample(list(scores.items()), len(scores))), kind="pass_fail") == result


@given(repeats)
def test_answering_twice_the_same_leaves_the_mean_as_it_is(values):
    once = mean_with_interval(numbered(values), kind="pass_fail")
    twice = mean_with_interval(numbered([v * 2 for v in values]), kind="pass_fail")
    assert twice.mean == pytest.approx(once.mean)
    assert twice.n == once.n


@given(st.lists(st.sampled_from([0, 1]), min_size=5, max_size=40), st.data())
def test_repeating_every_outcome_changes_no_interval(outcomes, data):
    times = data.draw(st.lists(st.integers(1, 5), min_size=len(outcomes), max_size=len(outcomes)))
    repeated = numbered([[outcome] * count for outcome, count in zip(outcomes, times, strict=True)])
    for kind in ("pass_fail", "share"):
        once = mean_with_interval(numbered(outcomes), kind=kind)
        assert mean_with_interval(repeated, kind=kind) == replace(once, trials=sum(times))
