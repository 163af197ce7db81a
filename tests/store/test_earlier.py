"""What earlier answers and verdicts were like, in figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.builders import NOON
from workbench.domain.model import Limits
from workbench.domain.score import Score, Scored, Unscored
from workbench.store import earlier, runs, scores, trials


@pytest.fixture
def kept(session, plan):
    """A function that stores a run of the plan, with answers."""

    def keep(run, *outputs, at=NOON, **fields):
        runs.add(session, run=run, plan=replace(plan, **fields), created_at=at, created_by="ada")
        trials.append(session, [replace(output, run=run, arm=output.arm) for output in outputs])

    return keep


def of(answer, n, *, arm="mail@1:a", **fields):
    return answer(f"t{n}-{fields.get('run', '')}-{arm}", "r", arm=arm, example_id=f"q{n}", cell_hash=f"k{n}", **fields)


def test_arms_with_answers_are_told_with_what_they_were_asked_by(session, kept, answer, plan):
    kept(
        "r1", of(answer, 1), of(answer, 2), of(answer, 3, cache_hit=True), of(answer, 1, arm="mail@1:b", cache_hit=True)
    )

    (found,) = earlier.arms(session)

    arm = plan.arms[0]
    assert (found.run, found.label, found.dataset, found.prompt) == ("r1", "mail@1:a", "golden", "mail")
    assert (found.prompt_hash, found.model, found.api_base) == (arm.prompt.hash, "a", None)
    assert (found.parameters, found.at_once, found.answers) == ({"temperature": 0}, plan.concurrency, 2)


def test_a_models_own_limit_says_how_many_were_in_flight(session, kept, answer, plan):
    spec = replace(plan.arms[0].model, limits=Limits(concurrency=3), api_base="http://127.0.0.1:9/v1")
    kept("r1", of(answer, 1), arms=(replace(plan.arms[0], model=spec),))

    (found,) = earlier.arms(session)

    assert found.at_once == 3
    assert found.api_base == "http://127.0.0.1:9/v1"


def test_an_arm_with_a_variant_is_known_by_its_whole_label(session, kept, answer, plan):
    varied = [replace(plan.arms[0], variant=name) for name in ("small", "large")]
    kept("r1", of(answer, 1, arm="mail@1:a with small"), of(answer, 2, arm="mail@1:a with large"), arms=tuple(varied))

    assert [(arm.label, arm.answers) for arm in earlier.arms(session)] == [
        ("mail@1:a with large", 1),
        ("mail@1:a with small", 1),
    ]


def test_the_newest_arms_come_first(session, kept, answer):
    kept("old", answer("t1", "r", arm="mail@1:a"), at=NOON - timedelta(days=1))
    kept("new", answer("t2", "r", arm="mail@1:a"))

    assert [arm.run for arm in earlier.arms(session)] == ["new", "old"]


def test_lengths_and_times_are_told_per_group_and_replayed_answers_are_counted_once(session, kept, answer):
    lengths = (10, 20, 30, 40)
    given = [of(answer, n, tokens=length, latency_ms=100.0 * length) for n, length in enumerate(lengths, 1)]
    again = replace(given[0], trial_id="again", repeat=2)
    kept("r1", *given, again, replace(given[3], trial_id="copy", cache_hit=True))

    found = earlier.answers(session, {"both": [("r1", "mail@1:a"), ("r1", "mail@1:b")], "none": [("r2", "mail@1:a")]})

    assert set(found) == {"both"}
    tokens, latency = found["both"].completion_tokens, found["both"].latency_ms
    assert (tokens.n, tokens.examples, tokens.mean) == (5, 4, 22.0)
    assert tokens.sd == pytest.approx(13.04, abs=0.01)
    assert tokens.p5 == 10
    assert 30 < tokens.p95 <= 40
    assert latency.mean == 2_200
    assert found["both"].cost_usd is None


def test_the_first_call_to_a_local_model_says_nothing_of_its_pace(session, kept, answer):
    kept("r1", of(answer, 1, latency_ms=60_000.0, cold_start=True), of(answer, 2, latency_ms=500.0))

    found = earlier.answers(session, {"a": [("r1", "mail@1:a")]})["a"]

    assert (found.latency_ms.n, found.latency_ms.mean) == (1, 500.0)
    assert found.completion_tokens.n == 2


def test_the_pace_of_a_run_leaves_out_the_pause_before_it_was_resumed(session, kept, answer):
    starts = [0.0, 0.1, 0.2, 3_600.0, 3_600.1]
    given = [
        of(answer, n, latency_ms=200.0, started_at=NOON + timedelta(seconds=start)) for n, start in enumerate(starts)
    ]
    kept("r1", *given)

    found = earlier.answers(session, {"a": [("r1", "mail@1:a")]})["a"]

    assert found.ms_per_answer == pytest.approx((100 + 100 + 200 + 100 + 200) / 5)


def test_answered_cells_are_found_with_the_tokens_their_provider_counted(session, kept, answer):
    kept("r1", of(answer, 1, tokens=12), of(answer, 2, tokens=None), of(answer, 3, cache_hit=True))

    assert earlier.prompt_tokens(session, ["k1", "k2", "k3", "k4"]) == {"k1": 12, "k2": None}
    assert earlier.prompt_tokens(session, []) == {}


def test_verdicts_on_the_same_golden_set_count_before_those_on_others(session, kept, answer):
    kept("r1", *[of(answer, n) for n in (1, 2, 3)])
    kept("r2", *[replace(of(answer, n), trial_id=f"other{n}") for n in (1, 2)], dataset="other")
    session_scores = [
        Score("t1--mail@1:a", "strict", "1", Scored(1.0), NOON, 0.01, latency_ms=900.0),
        Score("t2--mail@1:a", "strict", "1", Scored(0.0), NOON, 0.03, latency_ms=1_100.0),
        Score("t3--mail@1:a", "strict", "1", Unscored("the answer declines"), NOON),
        Score("t3--mail@1:a", "strict", "2", Scored(1.0), NOON, 5.0),
        Score("other1", "strict", "1", Scored(1.0), NOON, 0.5, latency_ms=5.0),
    ]
    scores.append(session, session_scores)

    here = earlier.verdicts(session, [("strict", "1")], "golden")["strict"]
    elsewhere = earlier.verdicts(session, [("strict", "1")], "a new one")["strict"]

    assert (here.n, here.cost_usd.mean, here.latency_ms.mean) == (3, 0.02, 1_000.0)
    assert here.asked_share == pytest.approx(2 / 3)
    assert elsewhere.n == 4
    assert earlier.verdicts(session, [("strict", "3")], "golden") == {}
    assert earlier.verdicts(session, [], "golden") == {}


def test_the_revision_changes_with_every_answer_and_verdict(session, kept, answer):
    seen = [earlier.revision(session)]
    kept("r1", of(answer, 1))
    seen.append(earlier.revision(session))
    scores.append(session, [Score("t1--mail@1:a", "strict", "1", Scored(1.0), NOON)])
    seen.append(earlier.revision(session))

    assert len(set(seen)) == 3
