from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.retrieval.reranking import CANDIDATES, RerankingRetriever, by_relevance


def found(count):
    return tuple(
        RetrievedChunk(Chunk(f"c{at}", "a.md", at, f"text {at}", 0, 1), rank=at + 1, score=1.0 / (at + 1))
        for at in range(count)
    )


class Searched:
    """Finds the same chunks whatever it is asked, and remembers the settings."""

    fingerprint = "sha256:0"

    def __init__(self, count):
        self.count, self.asked = count, []

    def retrieve(self, query, settings):
        self.asked.append(settings)
        return found(self.count)[: settings.k]


class Reversing:
    """Likes best what the search liked least."""

    def __init__(self):
        self.given = []

    def rerank(self, query, chunks):
        self.given.append(len(chunks))
        return by_relevance(chunks, [at / len(chunks) for at in range(len(chunks))])


def reranking(count):
    searched, reranker = Searched(count), Reversing()
    return RerankingRetriever(searched, {"judge": reranker}.__getitem__), searched, reranker


@given(relevances=st.lists(st.none() | st.floats(-5, 5), max_size=30))
def test_chunks_come_by_relevance_and_those_without_one_keep_their_places(relevances):
    before = found(len(relevances))
    after = by_relevance(before, relevances)

    assert sorted(hit.chunk.id for hit in after) == sorted(hit.chunk.id for hit in before)
    assert [hit.rank for hit in after] == list(range(1, len(after) + 1))
    given_to = dict(zip((hit.chunk.id for hit in before), relevances, strict=True))
    told = [given_to[hit.chunk.id] for hit in after]
    assert all((value is None) == (relevance is None) for value, relevance in zip(told, relevances, strict=True))
    assert [hit.chunk.id for hit in after if hit.note] == [
        hit.chunk.id for hit, relevance in zip(before, relevances, strict=True) if relevance is None
    ]
    known = [value for value in told if value is not None]
    assert known == sorted(known, reverse=True)
    assert [hit.score for hit in after] == sorted((hit.score for hit in after), reverse=True)


def test_equal_relevances_leave_the_order_of_the_search():
    assert [hit.chunk.id for hit in by_relevance(found(4), [0.5, 0.9, 0.5, 0.5])] == ["c1", "c0", "c2", "c3"]


def test_without_a_reranker_the_search_is_passed_on_as_it_is():
    retriever, searched, reranker = reranking(5)
    settings = RetrievalSettings("a", k=3, min_score=0.4)

    assert retriever.retrieve("?", settings) == found(3)
    assert (searched.asked, reranker.given) == ([settings], [])


def test_as_many_candidates_are_reranked_whatever_k_is_so_that_longer_lists_begin_alike():
    retriever, _, reranker = reranking(60)
    lists = {k: retriever.retrieve("?", RetrievalSettings("a", k=k, rerank="judge")) for k in (1, 4, 20, 35, 50)}

    assert set(reranker.given) == {CANDIDATES}
    for k, hits in lists.items():
        assert hits == lists[50][:k]
    assert [hit.score for hit in lists[50][CANDIDATES:]] == [0.0] * (50 - CANDIDATES)
    assert "not among the first 20" in lists[50][CANDIDATES].note


def test_the_floor_is_left_to_the_reranker():
    retriever, searched, _ = reranking(10)
    hits = retriever.retrieve("?", RetrievalSettings("a", k=10, rerank="judge", min_score=0.75))

    assert searched.asked[0].min_score is None
    assert [hit.score for hit in hits] == [0.9, 0.8]
    assert retriever.retrieve("?", RetrievalSettings("a", k=10, rerank="judge", min_score=2.0)) == ()


def test_where_nothing_was_found_nobody_is_asked():
    retriever, _, reranker = reranking(0)
    assert retriever.retrieve("?", RetrievalSettings("a", rerank="judge")) == ()
    assert reranker.given == []
