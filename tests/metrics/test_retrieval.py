from dataclasses import replace

import pytest

from tests.support.scoring import a_source, an_output
from workbench.domain.gold import Gold, GoldSpan, MissingSpan
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.score import Scored, Unscored
from workbench.metrics.retrieval import GOLD_FOUND, GOLD_METRICS, GOLD_PRECISION, GOLD_RANK

SEARCH = RetrievalSettings(index="handbook")
LEAVE = GoldSpan("handbook.md#leave", "handbook.md", ((0, 20),), 20)
PAY = GoldSpan("handbook.md#pay", "handbook.md", ((20, 40),), 20)
GONE = MissingSpan("handbook.md#fees", "handbook.md has no heading 'fees'")


def a_piece(start, end, document="handbook.md"):
    return Chunk(f"{document}-{start}", document, 0, "x" * (end - start), start, end)


def a_search(*pieces, gold=None, **fields):
    """An answer to a row whose gold is the leave and the pay, after a search that found these pieces."""
    found = [RetrievedChunk(piece, rank, 1 / rank) for rank, piece in enumerate(pieces, 1)]
    fields.setdefault("relevant", ("handbook.md#leave", "handbook.md#pay"))
    fields.setdefault("retrieval", SEARCH)
    return an_output("any", found, gold=Gold((LEAVE, PAY)) if gold is None else gold, **fields)


@pytest.mark.parametrize(
    ("pieces", "value", "reason"),
    [
        ([a_piece(0, 40)], 1.0, "all found"),
        ([a_piece(0, 10), a_piece(30, 40)], 1.0, "all found"),
        ([a_piece(0, 10)], 0.5, "not among the 1 found: handbook.md#pay"),
        ([a_piece(0, 10), a_piece(20, 29)], 0.5, "not among the 2 found: handbook.md#pay (45% of it)"),
        ([a_piece(0, 40, "other.md")], 0.0, "not among the 1 found: handbook.md#leave, handbook.md#pay"),
        ([], 0.0, "not among the 0 found: handbook.md#leave, handbook.md#pay"),
    ],
)
def test_gold_is_found_when_the_chunks_shown_cover_half_of_it(pieces, value, reason):
    assert GOLD_FOUND.score(a_search(*pieces)) == Scored(value, reason)


def test_it_is_said_when_the_chunks_shown_are_too_small_to_hold_half_of_a_span():
    whole = GoldSpan("handbook.md", "handbook.md", ((0, 12_000),), 12_000)
    result = GOLD_FOUND.score(a_search(a_piece(0, 800), a_piece(800, 1_600), gold=Gold((whole,))))
    assert result == Scored(
        0.0,
        "not among the 2 found: handbook.md (the chunks shown have 1,600 characters, it has 12,000: name a part of it)",
    )


@pytest.mark.parametrize(
    ("pieces", "value", "reason"),
    [
        ([a_piece(20, 40)], 1.0, "at rank 1: handbook.md#pay"),
        ([a_piece(0, 9), a_piece(9, 11), a_piece(20, 40)], 0.5, "at rank 2: handbook.md#leave"),
        ([a_piece(0, 9)], 0.0, "none of them is among the 1 found"),
    ],
)
def test_the_rank_of_gold_is_that_of_the_chunk_which_completes_half_of_a_span(pieces, value, reason):
    assert GOLD_RANK.score(a_search(*pieces)) == Scored(value, reason)


def test_the_precision_of_gold_is_the_share_of_chunks_that_lie_in_it():
    found = a_search(a_piece(0, 4), a_piece(36, 46), a_piece(39, 49), a_piece(0, 4, "other.md"))
    assert GOLD_PRECISION.score(found) == Scored(0.25, "1 of the 4 shown hold gold")
    assert isinstance(GOLD_PRECISION.score(a_search()), Unscored)


def test_a_span_that_is_not_in_the_index_is_named_and_neither_found_nor_missed():
    found = a_search(a_piece(0, 10), gold=Gold((LEAVE,), (GONE,)))
    reason = "not in the index, so not counted: handbook.md#fees (handbook.md has no heading 'fees')"
    assert GOLD_FOUND.score(found) == Scored(1.0, f"all found; {reason}")
    assert GOLD_PRECISION.score(a_search(gold=Gold((LEAVE,), (GONE,)))).reason.endswith(reason)
    for metric in GOLD_METRICS:
        assert metric.score(a_search(a_piece(0, 10), gold=Gold((), (GONE,)))) == Unscored(reason)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"relevant": ()}, "does not say"),
        ({"retrieval": None}, "searches no index"),
        ({"context": ("text",)}, "brings its own"),
    ],
)
def test_without_gold_or_search_there_is_no_value(fields, reason):
    for metric in GOLD_METRICS:
        result = metric.score(a_search(a_piece(0, 40), **fields))
        assert isinstance(result, Unscored)
        assert reason in result.reason


def test_without_the_documents_of_the_index_there_is_no_value():
    given = replace(a_search(a_source().chunk), gold=None)
    assert GOLD_FOUND.score(given) == Unscored("the documents of the index that was searched are not known")
