"""Settings of a grid in words that tell them apart."""

from workbench.domain.evaluation import Setting, Way
from workbench.domain.index import IndexSettings
from workbench.ui.measuring.words import common_words, in_a_sentence, short_names

SMALL, LARGE = IndexSettings(chunk_size=100), IndexSettings(chunk_size=200)


def test_a_setting_is_named_by_the_parts_in_which_the_settings_differ():
    settings = [Setting(Way(SMALL), 4), Setting(Way(LARGE, "bm25"), 4)]

    assert list(short_names(settings).values()) == ["meaning and words, chunks of 100", "words, chunks of 200"]
    assert "4 shown" in common_words(settings)
    assert "chunks of" not in common_words(settings)


def test_how_many_chunks_are_shown_stands_where_long_names_are_not_cut_off():
    settings = [Setting(Way(SMALL), 4), Setting(Way(LARGE, "bm25"), 8)]

    assert list(short_names(settings).values()) == [
        "meaning and words, 4 shown, chunks of 100",
        "words, 8 shown, chunks of 200",
    ]


def test_a_floor_is_named():
    settings = [Setting(Way(SMALL, min_score=0.5), 4), Setting(Way(LARGE, min_score=0.5), 4)]

    assert "floor 0.5" in common_words(settings)


def test_no_two_settings_have_one_name():
    settings = [
        Setting(Way(IndexSettings(chunker=chunker, embedder=embedder), search, rerank), k)
        for chunker in ("headings", "tokens")
        for embedder in ("offline/lexical", "other")
        for search in ("hybrid", "dense")
        for rerank in (None, "a")
        for k in (2, 4)
    ]

    assert len(set(short_names(settings).values())) == len(settings)


def test_a_setting_begins_a_sentence():
    settings = [Setting(Way(SMALL), 4), Setting(Way(LARGE, "bm25"), 8)]

    assert in_a_sentence(settings[1], settings) == "Search by words with chunks of 200 and 8 shown"
    assert in_a_sentence(settings[0], settings[:1]) == "Search by meaning and words"
