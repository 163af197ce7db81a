"""Words of a text, without the most common ones, reduced to their stems.

Search and the embedded reader find by stems, so that both find the same word in a text. The stemmer takes English
endings off (plural, -ed, -ing, -ly and the like), following the first steps of Porter's algorithm (Porter 1980, An
algorithm for suffix stripping); words of other languages mostly pass through unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from workbench.text.tokens import IDEOGRAPHS

# A number with its decimals, or a word with what follows its apostrophe.
_WORD = re.compile(r"\d+(?:[.,]\d+)+(?![^\W_])|[^\W_]+(?:'[^\W_]+)?")
_LONGEST_WORD = 40
"""Characters; what is longer is encoded data, of which the beginning is enough to find it."""
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")

_STOP_WORD_LIST = """
a about above across after again against all along also although am among an and any are aren't around as at be
because been before behind being below beside besides beyond both but by can can't cannot could couldn't despite did
didn't do does doesn't doing don't down during each either else ever for from further had has hasn't have haven't
having he her here hers him his how i i'd i'll i'm i've if in inside instead into is isn't it it's its itself just
many may maybe me might mine more most much must my myself neither no nor not of off on once only or other our ours
out outside over own per perhaps rather same shall she should shouldn't since so some such than that that's the their
theirs them themselves then there there's these they this those though through to too toward towards under unless
until up upon us very was wasn't we were weren't what what's whatever when when's where where's whether which while
who who's whom whose why will with within without won't would wouldn't yes yet you your yours yourself
"""
STOP_WORDS = frozenset(_STOP_WORD_LIST.split())
"""Words that sentences of any subject hold."""


def words(text: str) -> list[str]:
    """The words and numbers in order, in lower case with straight apostrophes; `5.5`, `1,500` and `don't` are one."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def stems(text: str) -> list[str]:
    """The stems of a text's words in order, without stop words. Scripts without spaces give pairs of characters."""
    return list(_stems(words(text)))


def _stems(found: list[str]) -> Iterator[str]:
    for word in found:
        if _IDEOGRAPH.search(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif word not in STOP_WORDS and (bare := word.split("'")[0]) not in STOP_WORDS:
            yield stem(bare[:_LONGEST_WORD])


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a lower-case word: `policies` and `policy` give one, as do `creating` and `creation`."""
    if not word.isascii() or not word.isalpha():
        return word
    return _y_as_i(word if len(word) < 4 else _without_endings(word))


def _without_endings(word: str) -> str:
    word = _without_past_or_ing(_without_plural(word))
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and _measure(word[: -len(ending)]) > 0:
            word = word[: -len(ending)] + replacement
            break
    if word.endswith(("tion", "sion")) and _measure(word[:-3]) > 0:
        word = word[:-3]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word


def _y_as_i(word: str) -> str:
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


def shared(text: str, query: str) -> tuple[tuple[int, int], ...]:
    """Where words of a text stand that the query has too, by their stems; start and exclusive end, in order."""
    wanted = set(stems(query))
    return tuple(found.span() for found in _WORD.finditer(text) if not wanted.isdisjoint(stems(found[0])))
