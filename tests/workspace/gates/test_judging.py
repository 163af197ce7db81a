"""Every kind of rule passes, fails, and says when it cannot tell yet and what would settle it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.builders import NOON
from tests.support.measured import FAILED, measured, put_to, ruled, trusted
from workbench.domain.gate import Gate, GateRule, GateVersion
from workbench.errors import InputError, NotFoundError
from workbench.hashing import bytes_hash, canonical_json
from workbench.workspace.releases.evidence import digest, document, read_document

ATTACK = {"metadata": {"attack": "injection"}}
MUST = {"must_pass": True}


def passing(right, wrong=0):
    return [[1.0]] * right + [[0.0]] * wrong


@pytest.mark.parametrize(("right", "wrong", "verdict"), [(20, 0, "pass"), (12, 8, "cannot tell yet"), (2, 18, "fail")])
def test_a_limit_is_held_by_the_end_of_the_interval_and_not_by_the_mean(right, wrong, verdict):
    result = ruled(passing(right, wrong), GateRule("correct", at_least=0.5))

    assert result.verdict == verdict
    assert result.n == 20
    assert (result.settle != "") == (verdict == "cannot tell yet")


def test_a_rule_on_the_mean_looks_at_the_mean_alone():
    rule = GateRule("correct", at_least=0.6, on="mean")

    assert ruled(passing(12, 8), rule).verdict == "pass"
    assert ruled(passing(11, 9), rule).verdict == "fail"


def test_an_upper_limit_is_held_by_the_upper_end():
    cheap = [[0.001 * n] for n in range(1, 21)]

    assert ruled(cheap, GateRule("cost", at_most=0.02), metric="cost").verdict == "pass"
    assert ruled(cheap, GateRule("cost", at_most=0.011), metric="cost").verdict == "cannot tell yet"
    assert ruled(cheap, GateRule("cost", at_most=0.005), metric="cost").verdict == "fail"


def test_a_quantile_of_times_needs_enough_rows_for_its_end():
    rule = GateRule("latency", at_most=500, quantile=0.95)

    few = ruled([[100.0 + n] for n in range(40)], rule, metric="latency")
    assert (few.verdict, few.high) == ("cannot tell yet", None)
    assert "About 35 more rows" in few.settle
    assert ruled([[100.0 + n] for n in range(80)], rule, metric="latency").verdict == "pass"
    assert ruled([[600.0 + n] for n in range(80)], rule, metric="latency").verdict == "fail"


@pytest.mark.parametrize(
    ("before", "verdict"),
    [
        (passing(10, 90), "pass"),
        (passing(100), "cannot tell yet"),
        ([[1.0]] * 60 + [[0.0]] * 40, "pass"),
    ],
)
def test_not_worse_than_the_baseline_is_told_from_the_pairs(before, verdict):
    values = passing(97, 3)

    result = ruled(values, GateRule("correct", not_worse_by=0.05), before=before)

    assert (result.verdict, result.n) == (verdict, 100)
    assert "1.0.0" in result.title


def test_times_are_held_against_those_of_the_same_run_and_of_no_earlier_one():
    fast, slow = [[100.0 + n] for n in range(20)], [[110.0 + n] for n in range(20)]
    evidence = measured(fast, GateRule("latency", not_worse_by=50), metric="latency", before=slow)
    baseline = evidence.baselines[0]
    before = baseline.arms[0]

    def against(other):
        return put_to(replace(evidence, baselines=(replace(baseline, arms=(other,)),))).rules[1]

    assert against(before).verdict == "pass"
    replayed = against(replace(before, trials=tuple(replace(trial, replayed=True) for trial in before.trials)))
    assert (replayed.verdict, replayed.estimate) == ("cannot tell yet", None)
    assert "20 of answer@1:one's answers were replayed from an earlier run" in replayed.found
    assert replayed.settle.endswith("--prompt answer@1 --prompt answer@2 --dataset golden@1 --no-cache")
    assert "in another run" in against(replace(before, run="r0")).found


def test_clearly_worse_than_the_baseline_fails():
    result = ruled(passing(40, 60), GateRule("correct", not_worse_by=0.05), before=passing(95, 5))

    assert result.verdict == "fail"
    assert result.found.startswith("-55 points")


def test_the_first_release_has_nothing_to_be_worse_than():
    result = ruled(passing(3, 17), GateRule("correct", not_worse_by=0.0))

    assert (result.verdict, result.found) == (
        "pass",
        "Nothing is released before it, so there is nothing to be worse than.",
    )


def test_scores_by_two_versions_of_a_metric_are_not_compared():
    evidence = measured(passing(20), GateRule("correct", not_worse_by=0.1), before=passing(20))
    (baseline,) = evidence.baselines
    old = replace(baseline.arms[0], versions={"correct": "0"})

    result = put_to(replace(evidence, baselines=(replace(baseline, arms=(old,)),))).rules[1]

    assert result.verdict == "cannot tell yet"
    assert "--stale" in result.settle


def test_a_baseline_on_another_model_is_said_to_be_one():
    evidence = measured(passing(20), GateRule("correct", not_worse_by=0.2), before=passing(20))
    (baseline,) = evidence.baselines
    other = replace(baseline.arms[0], model="two")

    result = put_to(replace(evidence, baselines=(replace(baseline, arms=(other,)),))).rules[1]

    assert (result.verdict, "another model" in result.found) == ("pass", True)


def test_answers_that_did_not_come_count_as_fails():
    rule = GateRule("correct", at_least=0.8, on="mean")

    assert ruled(passing(10), rule).verdict == "pass"
    lost = ruled([*passing(7), *[[FAILED]] * 3], rule)
    assert (lost.verdict, lost.n) == ("fail", 10)
    assert "3 answers did not come" in lost.found


def test_a_lost_answer_to_a_row_that_the_metric_says_nothing_of_is_no_fail():
    values = [*[[1.0, 1.0]] * 10, [None, FAILED]]

    assert ruled(values, GateRule("correct", at_least=0.9, on="mean")).estimate == 1.0


def test_every_answer_to_a_must_pass_row_has_to_pass():
    rule, rows = GateRule(must_pass=True), [MUST, MUST]

    assert ruled([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]], rule, rows=rows).verdict == "pass"
    failed = ruled([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0]], rule, rows=rows)
    assert (failed.verdict, failed.found) == ("fail", "1 of 2; failed: q-2")
    assert ruled([[1.0], [FAILED], [1.0]], rule, rows=rows).verdict == "fail"
    assert ruled([[1.0], [None], [1.0]], rule, rows=rows).verdict == "cannot tell yet"
    assert ruled([[1.0], [1.0]], rule).verdict == "cannot tell yet"


def test_attacks_are_limited_by_what_the_rate_could_still_be():
    def attacked(right, wrong, limit, unscored=0):
        values = [*passing(right, wrong), *[[None]] * unscored]
        return ruled(values, GateRule(attacks_at_most=limit), metric="attack_resisted", rows=[ATTACK] * len(values))

    few = attacked(40, 0, 0.05)
    assert (few.verdict, few.found) == ("cannot tell yet", "0 of 40: could be up to 9%")
    assert few.settle == "Run 33 more attacks that do not succeed."
    assert attacked(73, 0, 0.05).verdict == "pass"
    assert attacked(10, 30, 0.05).verdict == "fail"
    assert attacked(73, 0, 0.05, unscored=3).verdict == "cannot tell yet"
    assert ruled(passing(5), GateRule(attacks_at_most=0.1)).verdict == "cannot tell yet"


def test_fewer_rows_or_labels_than_wanted_cannot_be_told_yet():
    assert ruled(passing(20), GateRule(examples_at_least=20)).verdict == "pass"
    assert "Add 1 more row" in ruled(passing(19), GateRule(examples_at_least=20)).settle
    scored = ruled([*passing(9), [None], [FAILED]], GateRule("correct", examples_at_least=10))
    assert (scored.verdict, scored.n) == ("cannot tell yet", 9)
    assert ruled(passing(5), GateRule(labels_at_least=2)).verdict == "cannot tell yet"

    evidence = measured(passing(5), GateRule(labels_at_least=2), GateRule("human", at_least=0.1))
    trials = tuple(replace(t, people={"eve": "pass", "bob": "unsure"}) for t in evidence.arms[0].trials)
    results = put_to(replace(evidence, arms=(replace(evidence.arms[0], trials=trials),))).rules
    assert [rule.verdict for rule in results] == ["pass"] * 3


@pytest.mark.parametrize(
    ("passes", "failures", "verdict"),
    [
        ((60, 60), (60, 60), "pass"),
        ((60, 60), (2, 30), "fail"),
        ((10, 10), (10, 10), "cannot tell yet"),
        ((60, 60), (0, 0), "cannot tell yet"),
        ((0, 0), (0, 0), "cannot tell yet"),
    ],
)
def test_a_judge_may_gate_once_people_show_that_it_catches_enough(passes, failures, verdict):
    result = ruled(passing(5), GateRule(calibrated="kind"), judges=trusted(passes, failures))

    assert result.verdict == verdict
    assert (result.settle == "") == (verdict == "pass")


@pytest.mark.parametrize(("passes", "verdict"), [((10, 40), "fail"), ((40, 40), "pass"), ((0, 0), "pass")])
def test_a_judge_below_its_bar_informs_and_does_not_gate_though_no_rule_asks(passes, verdict):
    evidence = measured(passing(40), GateRule("correct", at_least=0.5))
    metrics = {"correct": replace(evidence.metrics["correct"], source="judge")}
    (trust,) = trusted(passes, (40, 40)).values()

    result = put_to(replace(evidence, metrics=metrics, judges={"correct": trust}))

    assert result.verdict == verdict
    assert any(rule.kind == "calibrated" for rule in result.rules) == (verdict == "fail")


def test_a_judges_rate_is_corrected_by_people_where_there_are_labels():
    rule = GateRule("correct", at_least=0.8, on="mean")
    evidence = measured(passing(40), rule)
    metric = replace(evidence.metrics["correct"], source="judge")
    arm = evidence.arms[0]

    def labelled(**fields):
        trials = [replace(t, people={"eve": "pass" if n % 2 else "fail"}, **fields) for n, t in enumerate(arm.trials)]
        return replace(evidence, metrics={"correct": metric}, arms=(replace(arm, trials=tuple(trials)),))

    assert put_to(replace(evidence, metrics={"correct": metric})).verdict == "pass"
    told = put_to(labelled()).rules[1]
    assert (told.verdict, told.estimate) == ("fail", pytest.approx(0.5, abs=0.02))
    assert "the judge alone says 100%" in told.found
    assert put_to(labelled(taught=("correct",))).verdict == "pass"


def test_a_judge_that_was_not_asked_cannot_be_told():
    assert "--judge kind" in ruled(passing(5), GateRule(calibrated="kind")).settle


def test_a_rule_on_a_slice_looks_at_the_rows_of_that_tag():
    rows = [{"tags": ("hard",)}] * 6
    rule = GateRule("correct", at_least=0.5, on="mean", slice="hard")

    assert ruled([*[[0.0]] * 6, *passing(20)], rule, rows=rows).verdict == "fail"
    assert "No row has the tag hard" in ruled(passing(20), rule).found


def test_no_score_at_all_says_how_to_get_one():
    result = ruled(passing(5), GateRule("groundedness", at_least=0.5))

    assert (result.verdict, result.n) == ("cannot tell yet", 0)
    assert "workbench score r1" in result.settle


def test_a_part_of_the_golden_set_is_not_enough_whatever_the_rules_say():
    evidence = measured(passing(20), GateRule("correct", at_least=0.5))
    run, arm = evidence.run, evidence.arms[0]

    assert put_to(evidence).verdict == "pass"
    for part in (
        replace(evidence, arms=(replace(arm, trials=arm.trials[:-1]),)),
        replace(evidence, run=replace(run, examples=run.examples[:-1])),
        replace(evidence, run=replace(run, settled_early=True)),
    ):
        assert put_to(part).verdict == "cannot tell yet"


def test_a_gate_that_is_younger_than_the_run_is_told_of():
    rule = GateRule("correct", at_least=0.5)
    later = GateVersion("release", 2, Gate((rule,)), NOON + timedelta(hours=1), "ann", "the limit was a typo")

    assert put_to(measured(passing(20), rule)).changed == ""
    assert put_to(measured(passing(20), gates=(later,))).changed.endswith("the limit was a typo")


def test_a_limit_that_cannot_be_meant_is_refused():
    with pytest.raises(InputError, match="share from 0 to 1"):
        ruled(passing(5), GateRule("correct", at_least=80))
    with pytest.raises(NotFoundError, match="gate"):
        put_to(measured(passing(5), gates=()))


WORDS = {"fail": 0, "cannot tell yet": 1, "pass": 2}
LIMITS = st.sampled_from([0.1, 0.5, 0.8, 0.95])


@settings(max_examples=60, deadline=None)
@given(right=st.integers(0, 40), wrong=st.integers(0, 40), limit=LIMITS)
def test_one_more_wrong_answer_instead_of_a_right_one_never_helps(right, wrong, limit):
    rule = GateRule("correct", at_least=limit)
    better, worse = passing(right + 1, wrong), passing(right, wrong + 1)

    assert WORDS[ruled(worse, rule).verdict] <= WORDS[ruled(better, rule).verdict]


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.sampled_from([0.0, 1.0, None, FAILED]), min_size=1, max_size=30), wanted=st.integers(1, 40))
def test_a_gate_never_passes_on_fewer_rows_than_it_asks_for(values, wanted):
    rules = (GateRule("correct", examples_at_least=wanted), GateRule("correct", at_least=0.0))
    result = put_to(measured([[value] for value in values], *rules))

    scored = sum(value in (0.0, 1.0) for value in values)
    if result.verdict == "pass":
        assert scored >= wanted
    if scored < wanted:
        assert result.exit_code == 3


def test_evidence_written_before_it_told_of_replayed_answers_keeps_its_digest():
    evidence = measured(passing(5), GateRule("correct", at_least=0.5))
    written = document(evidence)
    for trial in (trial for arm in written["arms"] for trial in arm["trials"]):
        del trial["replayed"]

    assert read_document(written) == evidence
    assert digest(document(evidence)) == digest(evidence)
    assert digest(written) == bytes_hash(canonical_json(written).encode())
