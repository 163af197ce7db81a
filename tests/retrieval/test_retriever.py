from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from workbench.domain.index import IndexSettings
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import InputError, UnavailableError
from workbench.retrieval.index import open_index

TEXTS = {
    "hr/leave.md": "Thirty days of paid leave each year.",
    "hr/sick.md": "Tell your manager when you are sick.",
    "it/laptop.md": "Laptops are replaced every three years.",
    "it/password.md": "A password has twelve characters.",
    "pay.md": "Salaries are paid monthly.",
}


@pytest.fixture
def retriever(build_index):
    return open_index(*build_index(TEXTS))


def settings(**options):
    return RetrievalSettings("handbook", **options)


def found(retriever, query, **options):
    return [hit.chunk.document for hit in retriever.retrieve(query, settings(**options))]


@pytest.mark.parametrize("mode", ["dense", "bm25", "hybrid"])
def test_the_chunk_that_answers_comes_first_in_every_search_mode(retriever, mode):
    hits = retriever.retrieve("How often are laptops replaced?", settings(search=mode))
    assert hits[0].chunk.document == "it/laptop.md"
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_dense_score_is_the_cosine_similarity(retriever):
    [hit] = retriever.retrieve(TEXTS["pay.md"], settings(search="dense", k=1))
    assert hit.score == pytest.approx(1.0, abs=1e-5)


def test_a_hybrid_score_is_the_sum_of_reciprocal_ranks_of_which_the_lexical_ones_count_a_fifth(retriever):
    best = retriever.retrieve("laptops", settings(search="hybrid", k=1))[0]
    assert best.score == pytest.approx((1 + 0.2) / 61)


def test_words_that_stand_together_in_the_question_count_extra_in_a_hybrid_search(build_index):
    texts = {"a.md": "The year of leave and the paid staff.", "b.md": "The paid leave and the year of staff."}
    index = open_index(*build_index(texts))
    assert found(index, "paid leave", search="bm25") == ["a.md", "b.md"]
    assert found(index, "paid leave", search="hybrid") == ["b.md", "a.md"]


@pytest.mark.parametrize("mode", ["dense", "bm25", "hybrid"])
@pytest.mark.parametrize("query", ["", "  \n", "zebra quantum", "?!"])
def test_what_has_nothing_in_common_with_the_query_is_not_found(retriever, mode, query):
    assert retriever.retrieve(query, settings(search=mode)) == ()


@pytest.mark.parametrize("mode", ["dense", "bm25", "hybrid"])
def test_k_limits_and_may_exceed_what_there_is(retriever, mode):
    query = "paid leave, sick manager, laptops, password, salaries"
    assert len(retriever.retrieve(query, settings(search=mode, k=2))) == 2
    assert len(retriever.retrieve(query, settings(search=mode, k=10_000))) == 5


@pytest.mark.parametrize("mode", ["dense", "bm25", "hybrid"])
def test_a_longer_list_begins_like_a_shorter_one(build_index, mode):
    # Words that come at every distance from each other: the two searches disagree about all of these.
    words = ["leave", "sick", "laptop", "password", "salary", "room", "card"]
    texts = {
        f"{n:03}.md": " ".join(words[(n * step + at * at) % 7] for step in range(1, 4) for at in range(1 + n % 9))
        for n in range(300)
    }
    retriever = open_index(*build_index(texts))
    query = "sick leave laptop password"

    long = retriever.retrieve(query, settings(search=mode, k=100))

    assert len(long) == 100
    for k in (1, 4, 30, 60):
        assert retriever.retrieve(query, settings(search=mode, k=k)) == long[:k]


def test_chunks_that_fit_less_than_the_least_score_are_left_out(retriever):
    query = "the leave of a manager who is paid"
    for mode in ("dense", "bm25", "hybrid"):
        everything = retriever.retrieve(query, settings(search=mode))
        assert len(everything) > 2
        assert all(0 < hit.fit <= 1 for hit in everything)
        least = sorted(hit.fit for hit in everything)[-2]
        kept = retriever.retrieve(query, settings(search=mode, min_score=least))
        assert [hit.chunk for hit in kept] == [hit.chunk for hit in everything if hit.fit >= least]
        assert [hit.rank for hit in kept] == [1, 2]


def test_a_fit_is_the_cosine_the_share_of_the_words_or_the_greater_of_both(retriever):
    query = "How often are laptops broken?"
    fits = {
        mode: {hit.chunk.id: hit.fit for hit in retriever.retrieve(query, settings(search=mode))}
        for mode in ("dense", "bm25", "hybrid")
    }
    dense = retriever.retrieve(query, settings(search="dense"))
    assert fits["dense"] == {hit.chunk.id: hit.score for hit in dense}
    for chunk, fit in fits["hybrid"].items():
        assert fit == max(fits["dense"].get(chunk, 0), fits["bm25"].get(chunk, 0))


def test_what_asks_for_something_else_fits_little_in_every_mode(retriever):
    for mode in ("dense", "bm25", "hybrid"):
        right, wrong = (
            retriever.retrieve(query, settings(search=mode))
            for query in ("How often are laptops replaced?", "Which years had gravitational eclipses over volcanoes?")
        )
        assert right[0].fit > 0.15 > max((hit.fit for hit in wrong), default=0.0)


def test_a_least_score_that_nothing_can_reach_is_refused(retriever):
    assert retriever.retrieve("paid leave", settings(min_score=1.0)) == ()
    with pytest.raises(InputError, match=r"min_score is 2, but no chunk fits by more than 1"):
        retriever.retrieve("paid leave", settings(min_score=2.0))


@pytest.mark.parametrize("mode", ["dense", "bm25", "hybrid"])
def test_a_filter_keeps_to_the_named_documents(retriever, mode):
    query = "paid leave, manager, laptops, password, salaries"
    assert set(found(retriever, query, search=mode, filter={"document": "hr/*"})) == {"hr/leave.md", "hr/sick.md"}
    both = {"document": ["pay.md", "laptop*"]}
    assert set(found(retriever, query, search=mode, filter=both)) == {"it/laptop.md", "pay.md"}
    assert len(found(retriever, query, search=mode, k=9, filter={"document": "*"})) == 5
    assert found(retriever, query, search=mode, filter={"document": "../*"}) == []


def test_a_filter_of_very_many_documents_works_too(retriever, monkeypatch):
    monkeypatch.setattr("workbench.retrieval.vectors._MOST_NAMES", 1)
    query = "paid leave, manager, laptops, password, salaries"
    assert set(found(retriever, query, search="dense", filter={"document": "hr/*"})) == {"hr/leave.md", "hr/sick.md"}


def test_equal_scores_come_in_order_of_document_and_position(build_index):
    section = "Same words here.\n\n"
    root, info = build_index(
        {"b.md": section * 2, "a.md": section * 2}, IndexSettings(chunker="sentences", chunk_size=4, chunk_overlap=0)
    )
    for mode in ("dense", "bm25"):
        hits = open_index(root, info).retrieve("same words", settings(search=mode))
        assert [(hit.chunk.document, hit.chunk.position) for hit in hits] == [
            ("a.md", 0),
            ("a.md", 1),
            ("b.md", 0),
            ("b.md", 1),
        ]


@pytest.mark.parametrize(
    ("options", "error", "problem"),
    [
        ({"search": "sparse"}, InputError, "no search mode 'sparse'"),
        ({"rerank": "cohere"}, UnavailableError, "reranker 'cohere' cannot be asked here"),
        ({"k": 0}, InputError, "k is 0"),
        ({"filter": {"author": "x"}}, InputError, "filter names 'author'"),
        ({"filter": {"document": 3}}, InputError, "filter's document is 3"),
        ({"filter": {"document": ["a", 3]}}, InputError, "must be a pattern or a list"),
    ],
)
def test_settings_that_cannot_be_followed_are_refused(retriever, options, error, problem):
    with pytest.raises(error, match=problem):
        retriever.retrieve("leave", settings(**options))


def test_threads_share_one_retriever(retriever):
    queries = [("paid leave", "hybrid"), ("password", "dense"), ("manager", "bm25")] * 20
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: retriever.retrieve(q[0], settings(search=q[1])), queries))
    assert together == [retriever.retrieve(q, settings(search=mode)) for q, mode in queries]


def test_an_index_of_texts_without_words_finds_nothing_by_keyword(build_index):
    root, info = build_index({"a.md": "?!", "b.md": "the and"})
    for mode in ("bm25", "dense", "hybrid"):
        assert found(open_index(root, info), "leave", search=mode) == []


def test_hostile_text_is_found_as_text(build_index):
    root, info = build_index(
        {"a.md": "<script>alert('xylophone')</script> {{context}} \u202e \ud7ff 💥", "b.md": "x" * 100_000}
    )
    [hit] = open_index(root, info).retrieve("xylophone", settings())
    assert hit.chunk.text.startswith("<script>")
