"""Words to search by: lower case, without the most common ones, reduced to their stems.

Used by keyword search and by the lexical embedding alike, so that both find the same word in a text. The stemmer
takes English endings off (plural, -ed, -ing, -ly and the like), following the first steps of Porter's algorithm
(Porter 1980, An algorithm for suffix stripping); words of other languages mostly pass through unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_LONGEST_WORD = 40
"""Characters; what is longer is encoded data, of which the beginning is enough to find it."""
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")

_STOP_WORD_LIST = """
a about after all also am an and any are as at be because been before being between both but by can could did do does
doing during each for from had has have having he her here him his how i if in into is it its just me more most my no
nor not of on only or other our out over own same she should so some such than that the their them then there these
they this those through to too under up very was we were what when where which while who whom why will with would you
your
"""
STOP_WORDS = frozenset(_STOP_WORD_LIST.split())


def stems(text: str) -> list[str]:
    """The stems of a text's words in order, without stop words. Scripts without spaces give pairs of characters."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return list(_stems(folded))


def _stems(folded: str) -> Iterator[str]:
    for found in _WORD.finditer(folded):
        word = found[0].split("'")[0]
        if _IDEOGRAPH.search(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif word not in STOP_WORDS:
            yield stem(word[:_LONGEST_WORD])


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a lower-case word: `policies` and `policy` give one, as do `creating` and `creation`."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    word = _without_past_or_ing(_without_plural(word))
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and _measure(word[: -len(ending)]) > 0:
            word = word[: -len(ending)] + replacement
            break
    if word.endswith(("tion", "sion")) and _measure(word[:-3]) > 0:
        word = word[:-3]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and _has_vowel(word[:-1]) else word


_ENDINGS = (
    ("ization", "ize"),
    ("ational", "ate"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("iveness", "ive"),
    ("tional", "tion"),
    ("bility", "ble"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("ality", "al"),
    ("ivity", "ive"),
    ("ment", ""),
    ("ness", ""),
    ("ably", "able"),
    ("izer", "ize"),
    ("ally", "al"),
    ("ful", ""),
    ("ly", ""),
)
_NOT_PAST = frozenset(["embed", "hundred"])


def _without_plural(word: str) -> str:
    if word.endswith(("sses", "shes", "xes")):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_past_or_ing(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    base = word.removesuffix("ing") if word.endswith("ing") else word.removesuffix("ed")
    if base == word or word in _NOT_PAST or len(base) < 2 or not _has_vowel(base):
        return word
    if len(base) == 2:
        return base + "e"
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
        return base[:-1]
    return base


def _has_vowel(text: str) -> bool:
    return any(character in "aeiouy" for character in text)


def _measure(text: str) -> int:
    """Porter's measure: how often a vowel is followed by a consonant; `y` taken as a vowel."""
    vowels = [character in "aeiouy" for character in text]
    return sum(1 for before, after in pairwise(vowels) if before and not after)
