from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.prompt import RetrievalSettings
from workbench.errors import IntegrityError
from workbench.hashing import short
from workbench.retrieval.index import build, open_index
from workbench.retrieval.keywords import KeywordSearch, best

TEXTS = ["paid leave each year", "leave early, be paid later", "sick leave", "salaries"]


@dataclass(frozen=True)
class Hit:
    score: float
    with_pairs: float
    share: float


def by_position(query, texts=TEXTS):
    matches = KeywordSearch.of(texts).match(query)
    return {
        at: Hit(score, float(matches.with_pairs[at]), matches.share(at))
        for at, score in best(matches.words, len(texts))
    }


def test_only_texts_that_share_a_word_with_the_query_are_found():
    assert sorted(by_position("paid leave")) == [0, 1, 2]
    assert by_position("zebra") == {}
    assert by_position("") == {}
    assert by_position("leave", []) == {}
    assert by_position("leave", ["the and", "?!"]) == {}


def test_neighbouring_words_of_the_query_count_extra_where_they_are_neighbours_in_a_text():
    hits = by_position("paid leave")
    assert hits[0].with_pairs > hits[0].score
    assert hits[1].with_pairs == hits[1].score
    assert hits[2].with_pairs == hits[2].score


def test_words_at_the_end_of_a_text_and_the_beginning_of_the_next_are_no_neighbours():
    hits = by_position("alpha beta", ["gamma alpha", "beta gamma", "alpha"])
    assert all(hit.with_pairs == hit.score for hit in hits.values())


def test_a_pair_counts_a_fifth_of_a_word_of_the_same_rarity_and_place():
    pair = by_position("alpha beta", ["alpha beta", "alpha gamma", "beta delta", "delta gamma"])[0]
    word = by_position("alphabeta", ["alphabeta zeta", "alpha gamma", "beta delta", "delta gamma"])[0]
    assert pair.with_pairs - pair.score == pytest.approx(word.score / 5, abs=1e-5)


def test_a_share_is_what_a_text_has_of_the_rarities_of_the_querys_words():
    texts = ["alpha beta", "alpha gamma", "beta delta", "delta gamma"]

    def rarity(holding):
        return math.log1p((len(texts) - holding + 0.5) / (holding + 0.5))

    once = 1 / (1 + 1.5)
    assert by_position("alpha", texts)[0].share == pytest.approx(once, abs=1e-6)
    expected = once * rarity(2) / (rarity(2) + rarity(0))
    assert by_position("alpha zebra", texts)[0].share == pytest.approx(expected, abs=1e-6)


@given(st.lists(st.text(alphabet="abc def", max_size=30), max_size=6), st.text(alphabet="abc def", max_size=20))
def test_shares_lie_between_0_and_1_and_pairs_never_take_away(texts, query):
    for hit in by_position(query, texts).values():
        assert 0 < hit.share <= 1
        assert hit.with_pairs >= hit.score > 0


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0]), max_size=20), st.integers(1, 25))
def test_the_best_are_the_highest_above_0_and_equal_ones_in_order(scores, count):
    in_order = sorted((at for at, score in enumerate(scores) if score > 0), key=lambda at: -scores[at])
    assert best(np.array(scores), count) == [(at, scores[at]) for at in in_order[:count]]


@given(st.lists(st.lists(st.sampled_from(["alpha", "beta", "gamma"]), max_size=5), min_size=1, max_size=6))
def test_rarities_count_the_texts_that_hold_a_word(texts):
    search = KeywordSearch.of([" ".join(words) for words in texts])
    for word in {word for words in texts for word in words}:
        holding = sum(word in words for words in texts)
        rarity = math.log1p((len(texts) - holding + 0.5) / (holding + 0.5))
        assert search.match(word).most == pytest.approx(rarity)


@given(texts=st.lists(st.text(max_size=40), max_size=8), query=st.text(max_size=40))
def test_a_keyword_index_that_was_saved_finds_the_same(texts, query):
    search = KeywordSearch.of(texts)
    with tempfile.TemporaryDirectory() as folder:
        search.save(Path(folder))
        read = KeywordSearch.load(Path(folder), len(texts))
    for one in (query, *texts):
        before, after = search.match(one), read.match(one)
        assert before.words.tolist() == after.words.tolist()
        assert before.with_pairs.tolist() == after.with_pairs.tolist()
        assert before.most == after.most


@pytest.mark.parametrize("file", ["sequence.npy", "data.csc.index.npy", "params.index.json", "vocab.index.json"])
@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[: len(content) // 2]])
def test_a_damaged_keyword_index_is_refused_and_the_next_build_replaces_it(build_from, document, file, damage):
    documents = [document("Thirty days of leave.", "a.md"), document("Laptops are replaced.", "b.md")]
    root, info = build_from(documents)
    path = root / short(info.fingerprint) / "keywords" / file
    path.write_bytes(damage(path.read_bytes()))
    settings = RetrievalSettings("handbook", search="bm25")

    with pytest.raises(IntegrityError, match="Build the index again"):
        open_index(root, info).retrieve("leave", settings)
    build(root, "handbook", documents, info.settings, now=datetime.fromisoformat("2026-11-21"))
    assert open_index(root, info).retrieve("leave", settings)[0].chunk.document == "a.md"


def test_a_keyword_index_of_other_chunks_is_refused(tmp_path):
    KeywordSearch.of(["one text", "another"]).save(tmp_path)
    with pytest.raises(IntegrityError, match="not the keyword index of its chunks"):
        KeywordSearch.load(tmp_path, 3)
