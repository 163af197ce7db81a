from __future__ import annotations

import pytest

from workbench.models.offline.vocabulary import number_of, terms_of


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("7", 7),
        ("three", 3),
        ("twenty-five", 25),
        ("a hundred", 100),
        ("one hundred and twenty", 120),
        ("a couple of", 2),
        ("many", None),
    ],
)
def test_numbers_are_read_in_digits_and_words(words, number):
    assert number_of(words) == number


def test_words_of_asking_are_no_terms():
    assert terms_of("Tell me what happens, I want to know the fees") == ["fee"]
