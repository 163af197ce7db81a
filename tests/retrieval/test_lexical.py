from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import IntegrityError, UnavailableError
from workbench.retrieval import embedders, lexical

TEXTS = ["Thirty days of paid leave", "Salaries are paid monthly", "Tell your manager when you are sick"]


def test_vectors_are_float32_rows_of_length_one():
    vectors = lexical.fit(TEXTS).embed([*TEXTS, "", "?!", "unheard-of words"])
    assert vectors.shape == (6, lexical.DIMENSION)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-6)


def test_the_text_that_shares_the_words_is_nearest():
    embedder = lexical.fit(TEXTS)
    nearness = embedder.embed(TEXTS) @ embedder.embed(["How many days of leave are there?"])[0]
    assert int(nearness.argmax()) == 0


def test_words_that_the_index_does_not_hold_are_near_to_nothing():
    embedder = lexical.fit(TEXTS)
    assert not (embedder.embed([*TEXTS, "?"]) @ embedder.embed(["zebra quantum"])[0]).any()


def test_a_mistyped_word_is_near_to_the_right_one():
    embedder = lexical.fit([*TEXTS, "Laptops are replaced every three years"])
    nearness = embedder.embed(TEXTS) @ embedder.embed(["salareis", "manageer"]).T
    assert nearness.argmax(axis=0).tolist() == [1, 2]
    assert (nearness.max(axis=0) > 0.05).all()


def test_numbers_are_near_only_when_they_are_equal():
    embedder = lexical.fit(["The plan of 2021", "The plan of 2023"])
    first, second = embedder.embed(["2021", "2023"])
    assert first @ second == 0


def test_a_word_weighs_the_more_the_fewer_texts_hold_it():
    embedder = lexical.fit([*TEXTS, *(f"paid {number}" for number in range(50))])
    often, rarely = embedder.embed(TEXTS[1:2])[0] @ embedder.embed(["paid", "salaries"]).T
    assert rarely > 2 * often > 0


def test_a_repeated_word_counts_less_and_less():
    embedder = lexical.fit([*TEXTS, "leave paid"])
    once, twice, often = embedder.embed(["leave paid", "leave leave paid", "leave " * 40 + "paid"])
    towards = embedder.embed(["leave"])[0]
    assert once @ towards < twice @ towards < often @ towards < 0.95


def test_a_text_of_very_many_words_has_length_one_too():
    long = " ".join(f"{first}{second}word" for first in "bcdfghjklm" for second in "aeiou" * 30)
    (row,) = lexical.fit([long]).embed([long * 200])
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-6)


def test_the_numbers_are_the_same_on_every_machine():
    many = [f"word{number} shared common{number % 7} text{number % 31}" for number in range(900)]
    vectors = lexical.fit(many).embed(many[:50])
    assert hashlib.sha256(vectors.astype("<f4").tobytes()).hexdigest() == (
        "4facbfbe37045ee634528c94065fe33808de6cc35af16b9421424f857b2dba30"
    )


def test_a_text_is_embedded_alike_alone_and_among_others():
    embedder = lexical.fit(TEXTS)
    together = embedder.embed(TEXTS)
    assert all((embedder.embed([text])[0] == row).all() for text, row in zip(TEXTS, together, strict=True))


def test_a_saved_embedder_is_read_back_as_it_was(tmp_path):
    embedder = lexical.fit(TEXTS)
    embedder.save(tmp_path)
    again = lexical.load(tmp_path)
    assert again.version == embedder.version
    assert (again.embed(TEXTS) == embedder.embed(TEXTS)).all()


def test_other_texts_give_another_version():
    assert lexical.fit(TEXTS).version != lexical.fit(TEXTS[:2]).version
    assert lexical.fit(TEXTS).version == lexical.fit(TEXTS[::-1]).version


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"texts": 1, "frequencies": [1]}', '{"texts": "x", "frequencies": {}}']
)
def test_a_damaged_state_is_refused(tmp_path, content):
    (tmp_path / "lexical.json").write_text(content)
    with pytest.raises(IntegrityError, match="not the state of offline/lexical"):
        lexical.load(tmp_path)


def test_a_changed_state_is_noticed_by_its_version(tmp_path):
    embedder = embedders.embedder_for("offline/lexical", TEXTS)
    embedder.save(tmp_path)
    path = tmp_path / "lexical.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "texts": 4}))
    with pytest.raises(IntegrityError, match="Build the index again"):
        embedders.load_embedder("offline/lexical", tmp_path, embedder.version)


def test_an_unknown_embedder_is_named_with_those_there_are():
    with pytest.raises(UnavailableError, match=r"'openai/ada' is not available\. Available: offline/lexical"):
        embedders.embedder_for("openai/ada", TEXTS)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_texts_can_be_embedded(texts):
    vectors = lexical.fit(texts).embed(texts)
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
