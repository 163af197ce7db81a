"""Answers and failures come back whole, narrow, and in order."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.run import TrialFailure, TrialOutput
from workbench.errors import IntegrityError, NotFoundError
from workbench.store import trials

COLUMNS = [
    "trial_id",
    "arm",
    "example_id",
    "repeat",
    "status",
    "finish_reason",
    "prompt_tokens",
    "completion_tokens",
    "cost_usd",
    "latency_ms",
    "ttft_ms",
    "retrieval_ms",
    "attempts",
    "cache_hit",
    "spent_usd",
    "cold_start",
    "error",
    "error_message",
]


def as_kept(outcome: TrialOutput | TrialFailure) -> TrialOutput | TrialFailure:
    """Without what is not kept with a trial: its reservation, notes on its chunks, where else its sources and cost stand."""
    outcome = replace(outcome, reservation=None)
    if isinstance(outcome, TrialFailure):
        return outcome
    price = None if outcome.price is None else replace(outcome.price, up_to_prompt_tokens=None)
    completion = replace(outcome.completion, sources=None, cost_usd=None)
    retrieved = tuple(replace(found, note="", fit=None) for found in outcome.retrieved)
    return replace(outcome, price=price, completion=completion, retrieved=retrieved)


def test_any_outcome_is_read_as_it_was_stored(undone, values_of):
    outcomes = st.lists(values_of(TrialOutput | TrialFailure), max_size=4, unique_by=lambda o: o.trial_id)

    @settings(max_examples=30)
    @given(outcomes)
    def check(drawn):
        with undone() as s:
            trials.append(s, [replace(outcome, run="r1") for outcome in drawn])
            for outcome in drawn:
                stored = as_kept(replace(outcome, run="r1"))
                if isinstance(outcome, TrialOutput):
                    assert trials.output(s, outcome.trial_id) == stored
                    assert stored in trials.outputs(s, "r1")
                else:
                    assert trials.output(s, outcome.trial_id) is None
                    assert stored in trials.failures(s, "r1")
            assert trials.answered(s, "r1") == {o.trial_id for o in drawn if isinstance(o, TrialOutput)}

    check()


def test_half_a_surrogate_pair_in_an_answer_does_not_stop_the_run(session, answer):
    broken = answer("t1", "r1", text="smile \ud83d")
    trials.append(session, [broken, answer("t2", "r1")])
    assert trials.output(session, "t1").completion.text == "smile \ufffd"


def test_chunks_are_stored_once_however_many_answers_show_them(session, answer):
    chunk = Chunk("c1", "a.md", 0, "text", 0, 4, ("Leave",), 3)
    shown = [answer(f"t{n}", "r1", retrieved=(RetrievedChunk(chunk, n, 0.5 / n),)) for n in (1, 2, 3)]
    trials.append(session, shown[:2])
    trials.append(session, shown[2:])
    assert session.row("SELECT count(*) FROM chunks") == (1,)
    assert trials.outputs(session, "r1") == shown


def test_a_lost_chunk_is_an_error_rather_than_a_shorter_list(session, answer):
    chunk = Chunk("c1", "a.md", 0, "text", 0, 4)
    trials.append(session, [answer("t1", "r1", retrieved=(RetrievedChunk(chunk, 1, 0.5),))])
    session.execute("DELETE FROM chunks")
    with pytest.raises(IntegrityError, match="chunk shown to trial t1"):
        trials.output(session, "t1")


def test_the_frame_has_one_row_per_trial_and_no_texts(session, answer, failure):
    trials.append(
        session,
        [
            answer("t3", "r1", example_id="q2", cost_usd=0.5, latency_ms=12.5, ttft_ms=None, attempts=2),
            failure("t2", "r1", example_id="q1", repeat=2, final=True, attempt=3, error="OverloadedError"),
            failure("t1", "r1", example_id="q1", final=True),
            answer("t1", "r1", example_id="q1", cost_usd=None),
            failure("t4", "r1", example_id="q3", final=False),
            answer("t5", "r2"),
        ],
    )
    frame = trials.frame(session, "r1")
    assert list(frame.columns) == COLUMNS
    assert list(frame["trial_id"]) == ["t1", "t2", "t3"]
    assert list(frame["status"]) == ["done", "failed", "done"]
    assert list(frame["attempts"]) == [1, 3, 2]
    assert list(frame["cache_hit"]) == [False, False, False]
    assert frame["cost_usd"].isna().tolist() == [True, True, False]
    assert frame["latency_ms"].isna().tolist() == [False, True, False]
    assert frame["error"].isna().tolist() == [True, False, True]
    assert frame.loc[1, "error"] == "OverloadedError"
    assert frame.loc[1, "error_message"] == "it failed"


def test_a_trial_that_was_answered_after_it_failed_is_done(session, answer, failure):
    trials.append(session, [failure("t1", "r1", final=True)])
    assert list(trials.frame(session, "r1")["status"]) == ["failed"]
    trials.append(session, [answer("t1", "r1")])
    assert list(trials.frame(session, "r1")["status"]) == ["done"]
    assert trials.frame(session, "r1")["error"].isna().all()


def test_of_several_final_failures_the_newest_is_shown(session, failure):
    trials.append(session, [failure("t1", "r1", final=True, error="First"), failure("t1", "r1", error="Second")])
    trials.append(session, [failure("t1", "r1", final=True, error="Third")])
    assert list(trials.frame(session, "r1")["error"]) == ["Third"]
    assert [one.error for one in trials.failures(session, "r1")] == ["First", "Second", "Third"]


@pytest.mark.parametrize("known", [True, False])
def test_a_columns_type_does_not_depend_on_what_is_missing(session, answer, known):
    number = 1.0 if known else None
    trials.append(session, [answer("t1", "r1", cost_usd=number, ttft_ms=number, tokens=7 if known else None)])
    types = trials.frame(session, "r1").dtypes
    assert types["cost_usd"] == types["ttft_ms"] == types["latency_ms"] == types["retrieval_ms"] == "float64"
    assert types["prompt_tokens"] == types["completion_tokens"] == pd.Int64Dtype()
    assert types["cache_hit"] == "bool"
    assert (types == trials.frame(session, "nothing").dtypes).all()


def test_outputs_are_paged_in_a_stable_order(session, answer):
    stored = [
        answer(f"t{arm}{example}{repeat}", "r1", arm=arm, example_id=example, repeat=repeat)
        for repeat in (2, 10, 1)
        for example in ("q2", "q1")
        for arm in ("b", "a")
    ]
    trials.append(session, stored)
    everything = trials.outputs(session, "r1")
    assert everything == sorted(stored, key=lambda one: (one.arm, one.example_id, one.repeat))
    paged, after = [], None
    while page := trials.outputs(session, "r1", after=after, limit=5):
        assert len(page) <= 5
        paged += page
        after = page[-1].trial_id
    assert paged == everything


def test_paging_behind_an_unknown_trial_is_an_error_rather_than_the_end(session, answer):
    trials.append(session, [answer("t1", "r1"), answer("t2", "r2")])
    with pytest.raises(NotFoundError):
        trials.outputs(session, "r1", after="t2")


def test_of_two_answers_to_one_trial_the_newest_counts(session, answer):
    trials.append(session, [answer("t1", "r1", text="old"), answer("t1", "r1", text="new")])
    assert trials.output(session, "t1").completion.text == "new"
    assert [one.completion.text for one in trials.outputs(session, "r1")] == ["new"]
    assert len(trials.frame(session, "r1")) == 1


def test_answers_to_one_example_stand_side_by_side(session, answer):
    trials.append(
        session,
        [
            answer("t2", "r1", arm="b", repeat=2, text="B2"),
            answer("t1", "r1", arm="b", text="B1"),
            answer("t3", "r1", arm="a", text="A1"),
            answer("t4", "r1", arm="a", example_id="q9"),
            answer("t5", "r2", arm="a"),
        ],
    )
    assert trials.texts(session, "r1", "q1") == {"a": [(1, "t3", "A1")], "b": [(1, "t1", "B1"), (2, "t2", "B2")]}
    assert trials.texts(session, "r1", "q0") == {}


def seen(*texts, scores=1.0):
    return tuple(
        RetrievedChunk(Chunk(text, "a.md", 0, text, 0, len(text)), rank, scores / rank)
        for rank, text in enumerate(texts, 1)
    )


def test_what_an_arm_was_shown_is_found_by_example_and_repeat(session, answer):
    trials.append(
        session,
        [
            answer("t1", "r1", retrieved=seen("old")),
            answer("t2", "r1", repeat=2, retrieved=seen("b", "a")),
            answer("t3", "r1", example_id="q2"),
            answer("t4", "r1", example_id="q3", retrieved=seen("not asked for")),
            answer("t5", "r1", arm="mail@2:m", retrieved=seen("another arm's")),
            answer("t6", "r2", retrieved=seen("another run's")),
        ],
    )
    trials.append(session, [answer("t1", "r1", retrieved=seen("new"))])

    assert trials.shown(session, "r1", "mail@1:m", ["q1", "q2", "q9"]) == {
        ("q1", 1): seen("new"),
        ("q1", 2): seen("b", "a"),
        ("q2", 1): (),
    }


def test_arms_are_told_how_often_they_were_shown_other_sources_than_the_baseline(session, answer):
    def of(arm, example, *texts, scores=1.0):
        return answer(f"{arm}-{example}", "r1", arm=arm, example_id=example, retrieved=seen(*texts, scores=scores))

    trials.append(
        session,
        [
            *(of("base", f"q{n}", "x", "y") for n in range(1, 5)),
            of("base", "q5"),
            of("base", "q6"),
            of("other", "q1", "x", "y", scores=0.5),  # the same, by another way of searching
            of("other", "q2", "y", "x"),
            of("other", "q3", "x"),
            of("other", "q5"),  # nothing was shown to either
            of("other", "q6", "z"),
            of("third", "q1", "x", "y"),
        ],
    )

    assert trials.shown_alike(session, "r1", "base") == {"other": (4, 3), "third": (1, 0)}


def test_five_thousand_outcomes_are_stored_in_batches(store, answer, failure):
    chunks = [Chunk(f"c{n}", "a.md", n, f"text {n}", 0, 6) for n in range(50)]
    outcomes = [
        failure(f"t{n}", "r1", final=True, example_id=f"q{n:04}")
        if n % 10 == 0
        else answer(
            f"t{n}", "r1", example_id=f"q{n:04}", retrieved=(RetrievedChunk(chunks[n % 50], 1, n / 7),), cost_usd=0.5
        )
        for n in range(5000)
    ]
    for start in range(0, 5000, 500):
        store.write(lambda s, start=start: trials.append(s, outcomes[start : start + 500]))
    frame = store.read(lambda s: trials.frame(s, "r1"))
    assert frame["status"].value_counts().to_dict() == {"done": 4500, "failed": 500}
    assert frame["cost_usd"].sum() == 2250.0
    assert list(frame["trial_id"]) == [outcome.trial_id for outcome in outcomes]
    assert len(store.read(lambda s: trials.answered(s, "r1"))) == 4500
    wanted = {outcome.trial_id: outcome for outcome in outcomes}
    for output in store.read(lambda s: trials.outputs(s, "r1", limit=200)):
        assert output == wanted[output.trial_id]
