"""Evaluations of retrieval: what was planned, and one result after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from tests.store.conftest import NOON, values_of
from workbench.domain.evaluation import EvaluationInfo, Setting, Way, WayResult
from workbench.domain.index import IndexSettings
from workbench.errors import NotFoundError
from workbench.store import evaluations
from workbench.store.codec import decode, encode

DENSE, WORDS = Way(IndexSettings(), "dense"), Way(IndexSettings(), "bm25")
INFO = EvaluationInfo(
    id="e1",
    index="handbook",
    fingerprint="sha256:1",
    dataset="golden",
    dataset_version=1,
    settings=(Setting(DENSE, 3), Setting(DENSE, 5), Setting(WORDS, 3)),
    rows=6,
    without_gold=1,
    with_own_sources=0,
    not_in_index=0,
    unknown_spans=(("q-1", "gone.md"),),
    created_at=NOON,
    created_by="ann",
)


def _result(way: Way, chunks: int = 10) -> WayResult:
    return WayResult(way, "sha256:1", chunks, 100, ())


def test_what_was_planned_is_known_before_anything_was_measured(store):
    store.write(lambda s: evaluations.add(s, INFO))

    assert store.read(lambda s: evaluations.get(s, "e1")) == INFO
    assert store.read(lambda s: evaluations.results(s, "e1")) == ()
    assert store.read(evaluations.listed) == [(INFO, frozenset())]


def test_results_come_back_in_the_order_in_which_they_were_finished(store):
    store.write(lambda s: evaluations.add(s, INFO))
    store.write(lambda s: evaluations.add_result(s, INFO, _result(WORDS)))
    store.write(lambda s: evaluations.add_result(s, INFO, _result(DENSE)))

    assert [result.way for result in store.read(lambda s: evaluations.results(s, "e1"))] == [WORDS, DENSE]
    assert store.read(lambda s: evaluations.finished(s, "e1")) == {WORDS, DENSE}
    assert store.read(evaluations.listed) == [(INFO, {WORDS, DENSE})]


def test_a_way_that_two_processes_measured_counts_once(store):
    for chunks in (10, 20):
        store.write(lambda s: evaluations.add(s, INFO))
        store.write(lambda s, n=chunks: evaluations.add_result(s, INFO, _result(DENSE, n)))

    assert store.read(lambda s: evaluations.results(s, "e1")) == (_result(DENSE, 10),)
    assert store.read(evaluations.listed) == [(INFO, {DENSE})]


def test_the_newest_come_first_and_those_of_one_index_can_be_asked_for(store):
    later = replace(INFO, id="e2", created_at=NOON + timedelta(minutes=1))
    other = replace(INFO, id="e3", index="rooms", created_at=NOON - timedelta(minutes=1))
    for info in (INFO, later, other):
        store.write(lambda s, i=info: evaluations.add(s, i))

    assert [info.id for info, _ in store.read(evaluations.listed)] == ["e2", "e1", "e3"]
    assert [info.id for info, _ in store.read(lambda s: evaluations.listed(s, "handbook"))] == ["e2", "e1"]


def test_an_unknown_one_is_refused_with_those_there_are(store):
    store.write(lambda s: evaluations.add(s, INFO))

    with pytest.raises(NotFoundError):
        store.read(lambda s: evaluations.get(s, "e9"))


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(values_of(WayResult))
def test_every_result_comes_back_as_it_was(result):
    assert decode(WayResult, encode(result)) == result
