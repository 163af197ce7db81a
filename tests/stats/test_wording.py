"""Comparisons in plain English."""

from dataclasses import replace

import pytest

from workbench.stats.paired import PairResult, compare, not_compared, word_for_word
from workbench.stats.wording import coverage_sentence, needed_phrase, pair_sentence, verdict_word


def result(verdict, difference=None, low=None, high=None, **more):
    blank = PairResult(60, difference, low, high, 0.5, "t", verdict, None, 0, 0, 0, 0, 60, 0.05)
    return replace(blank, **more)


def sentence(given, title="Correct answers", kind="pass_fail", unit=""):
    return pair_sentence(given, title, "v4", "v3", kind=kind, unit=unit)


def test_better_says_by_how_much_and_how_sure():
    assert (
        sentence(result("better", 0.12, 0.03, 0.21))
        == "v4 is better than v3 by 12 points on correct answers (likely 3 to 21)."
    )


def test_worse_gives_sizes_and_not_signs():
    text = "v4 is worse than v3 by 12 points on correct answers (likely 3 to 21)."
    assert sentence(result("worse", -0.12, -0.21, -0.03)) == text


def test_better_by_going_down_reads_like_any_better():
    assert (
        sentence(result("better", -0.12, -0.21, -0.03), title="PII leaked")
        == "v4 is better than v3 by 12 points on PII leaked (likely 3 to 21)."
    )


def test_same_names_its_margin():
    assert (
        sentence(result("same", 0.005, -0.02, 0.03))
        == "v4 and v3 are the same on correct answers, within 5 points (likely -2 to +3)."
    )


def test_undecided_says_what_would_settle_it():
    assert sentence(result("cannot tell yet", 0.04, -0.05, 0.13, needed_examples=38)) == (
        "Cannot tell yet whether v4 or v3 is better on correct answers (+4 points, likely -5 to +13): "
        "about 40 more examples would settle it."
    )


def test_too_few_says_how_many_there_are_and_must_be():
    assert sentence(result("too few", 0.5, n=3)) == (
        "Too few examples to compare v4 with v3 on correct answers: 3 have a score in both, 5 are needed."
    )


def ratio(verdict, centre, low, high, **more):
    return result(verdict, 0.0002, 0.0001, 0.0003, ratio=centre, ratio_low=low, ratio_high=high, **more)


@pytest.mark.parametrize(
    ("given", "title", "unit", "text"),
    [
        (ratio("worse", 1.4, 1.31, 1.52), "Cost", "USD", "v4 costs 1.4 times as much as v3 (likely 1.3 to 1.5)."),
        (
            ratio("better", 0.82, 0.74, 0.91),
            "Latency",
            "ms",
            "v4 takes 0.82 times as long as v3 (likely 0.74 to 0.91).",
        ),
        (
            ratio("same", 1.01, 0.98, 1.03),
            "Latency",
            "s",
            "v4 takes about as long as v3: 1.01 times (likely 0.98 to 1.03).",
        ),
        (
            ratio("same", 1.0, 0.98, 1.03),
            "Cost",
            "USD",
            "v4 costs about as much as v3: 1.00 times (likely 0.98 to 1.03).",
        ),
        (
            ratio("worse", 1.2, 1.12, 1.31),
            "Answer length",
            "words",
            "v4 is worse than v3 on answer length: 1.2 times as much (likely 1.12 to 1.3).",
        ),
        (
            ratio("same", 1.0, 0.98, 1.03),
            "Answer length",
            "words",
            "v4 and v3 are the same on answer length: 1.00 times (likely 0.98 to 1.03).",
        ),
        (
            ratio("cannot tell yet", 1.1, 0.9, 1.3, needed_examples=120),
            "Cost",
            "USD",
            (
                "Cannot tell yet whether v4 or v3 is better on cost (1.10 times, likely 0.90 to 1.3): "
                "about 120 more examples would settle it."
            ),
        ),
        (
            ratio("cannot tell yet", 0.9, 0.85, 0.95),
            "Cost",
            "USD",
            (
                "Cannot tell yet whether v4 or v3 is better on cost (0.90 times, likely 0.85 to 0.95): "
                "a few large amounts make the mean $0.0002 more. Look at those."
            ),
        ),
    ],
)
def test_amounts_read_as_ratios(given, title, unit, text):
    assert sentence(given, title, "number", unit) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            result("better", 1.2, 0.3, 2.1),
            "v4 is better than v3 by 1.2 citations on citations (likely 0.3 to 2.1 citations).",
        ),
        (
            result("same", 0.0, -0.01, 0.02),
            "v4 and v3 are the same on citations, within 5% (likely -0.01 to 0.02 citations).",
        ),
        (
            result("cannot tell yet", 0.2, -0.1, 0.5, needed_examples=7),
            (
                "Cannot tell yet whether v4 or v3 is better on citations (+0.2 citations, likely -0.1 to "
                "0.5 citations): about 7 more examples would settle it."
            ),
        ),
    ],
)
def test_numbers_without_a_ratio_read_in_their_unit(given, text):
    assert sentence(given, "Citations", "number", "citations") == text


@pytest.mark.parametrize(
    ("needed", "text"),
    [
        (None, ""),
        (1, "about 1 more example would settle it"),
        (7, "about 7 more examples would settle it"),
        (42, "about 45 more examples would settle it"),
        (101, "about 110 more examples would settle it"),
        (1234, "about 1,300 more examples would settle it"),
        (10_000, "not even 10,000 more examples would settle it"),
    ],
)
def test_what_is_needed_is_a_round_number(needed, text):
    assert needed_phrase(result("cannot tell yet", needed_examples=needed)) == text


def test_examples_left_out_are_named():
    assert coverage_sentence(result("same"), "v4", "v3") == ""
    assert (
        coverage_sentence(result("same", missing_arm=3, missing_baseline=1), "v4", "v3")
        == "Compared on 60 common examples: v4 has no score for 3 examples that v3 has, "
        "and v3 has no score for 1 example that v4 has."
    )


def test_every_comparison_that_can_come_out_has_a_sentence():
    values = [[0.2, 0.4, 0.1, 0.6, 0.3, 0.5], [0.9, 0.8, 0.7, 0.9, 0.8, 0.9], [0.2, 0.4, 0.1, 0.6, 0.3, 0.51]]
    arms = [{f"q-{i}": [value] for i, value in enumerate(row)} for row in values]
    for kind in ("share", "number"):
        for arm in arms:
            for some in (arms[0], {"q-0": [0.2]}):
                compared = compare(some, arm, kind=kind, direction="lower")
                text = pair_sentence(compared, "F1", "v4", "v3", kind=kind, unit="")
                assert text.endswith(".")
                assert "F1" in text
                assert "None" not in text
                assert "nan" not in text


@pytest.mark.parametrize(("verdict", "word"), [("better", "differs"), ("worse", "differs"), ("same", "same")])
def test_of_what_is_neither_good_nor_bad_it_is_only_told_that_it_differs(verdict, word):
    assert verdict_word(verdict, neutral=True) == word
    assert verdict_word(verdict, neutral=False) == verdict


@pytest.mark.parametrize("verdict", ["better", "worse", "cannot tell yet"])
def test_no_sentence_about_a_length_calls_more_or_less_of_it_better(verdict):
    given = result(verdict, 12.0, 3.0, 21.0, needed_examples=40 if verdict == "cannot tell yet" else None)

    text = pair_sentence(given, "Length", "v4", "v3", kind="number", unit="words", neutral=True)

    assert "better" not in text
    assert "worse" not in text
    assert "+12 words" in text


@pytest.mark.parametrize(
    ("arm", "baseline", "text"),
    [
        (0, 131, "131 of v3's answers were replayed from an earlier run."),
        (1, 0, "1 of v4's answers was replayed from an earlier run."),
        (94, 1_131, "1,131 of v3's and 94 of v4's answers were replayed from earlier runs."),
    ],
)
def test_times_of_an_earlier_run_are_not_compared_and_it_is_said_whose_they_are(arm, baseline, text):
    given = not_compared(result("better", -200.0, -300.0, -100.0), replayed=arm, replayed_baseline=baseline)

    assert sentence(given, "Time to answer", "number", "ms") == f"Times are not compared: {text}"
    assert (given.difference, given.low, given.p_value, given.ratio, given.effect) == (None,) * 5
    assert verdict_word(given.verdict, neutral=False) == "not compared"


def test_answers_that_are_the_same_word_for_word_leave_nothing_to_settle():
    given = compare(
        {f"q{n}": [1] for n in range(9)}, {f"q{n}": [1] for n in range(9)}, kind="pass_fail", direction="higher"
    )
    alike = word_for_word(given)

    assert given.verdict == "cannot tell yet"
    assert (alike.verdict, alike.needed_examples) == ("same", None)
    assert sentence(alike) == (
        "The answers of v4 and v3 are the same, word for word; so is every score on correct answers."
    )


def test_scores_that_differ_though_the_answers_do_not_are_told_as_ever():
    given = result("cannot tell yet", 0.02, -0.1, 0.1, wins=1)

    assert word_for_word(given) == given
