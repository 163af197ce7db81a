"""Verdicts on pairs: what each model said in both orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.store import pair_verdicts
from workbench.store.pair_verdicts import StoredPairVerdict

NOON = datetime.fromisoformat("2026-01-02T12:00:00")
ONE = StoredPairVerdict("r1", "tone", "v1", "a", "b", "q1", 1, "mini", "first", None, "why", "raw", NOON, 0.25, 9.0)


def test_any_verdict_is_read_as_it_was_stored(undone, values_of):
    @settings(max_examples=20)
    @given(st.lists(values_of(StoredPairVerdict), max_size=3, unique_by=lambda one: (one.judge_version, one.place)))
    def check(drawn):
        told = [replace(one, run="r1", judge="tone") for one in drawn]
        with undone() as s:
            pair_verdicts.append(s, told)
            stored = pair_verdicts.of_run(s, "r1", "tone")
            assert sorted(stored, key=repr) == sorted(told, key=repr)

    check()


def test_the_newest_verdict_of_a_version_on_a_pair_counts_and_other_versions_stay(session):
    later = replace(ONE, said="tie", created_at=NOON + timedelta(hours=1))
    other = replace(ONE, judge_version="v2")
    pair_verdicts.append(session, [ONE, later, other, replace(ONE, run="r2"), replace(ONE, judge="style")])

    assert sorted(one.judge_version for one in pair_verdicts.of_run(session, "r1", "tone")) == ["v1", "v2"]
    assert later in pair_verdicts.of_run(session, "r1", "tone")
    assert pair_verdicts.of_run(session, "r1", "harmless") == []
