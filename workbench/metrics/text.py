"""Text as metrics compare it: normal forms, words and numbers, the same for every metric."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence

from workbench.text.sentences import Span

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
# Characters that separate words: ASCII punctuation, Latin-1 signs, general and CJK punctuation, currency signs,
# arrows and symbols, Arabic and Devanagari stops. What is left may be a letter, a digit or a combining mark.
_SEPARATORS = (
    r"!-/:-@\[-`{-~¡-¿\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f"
)
# Scripts written without spaces: each character counts as a word.
_UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTERS = rf"[^\s{_SEPARATORS}{_UNSPACED}]+"
_WORD = re.compile(rf"[{_UNSPACED}]|{_LETTERS}(?:['.,\-]{_LETTERS})*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "‒": "-"})


def plain(text: str) -> str:
    """The text without differences of case, whitespace, width or kind of quotation mark."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES).split())


def normalise(text: str) -> str:
    """The normal form in which SQuAD compares answers.

    Lower case, no punctuation, no English articles, single spaces (Rajpurkar et al. 2016, the official evaluation
    script), after Unicode NFKC and case folding, and with all Unicode punctuation instead of the ASCII signs only.
    So `1.5` becomes `15` and `-5` becomes `5`: a number that matters deserves a check of its own.
    """
    kept = "".join(char for char in plain(text) if not _is_punctuation(char))
    return " ".join(_ARTICLES.sub(" ", kept).split())


def words(text: str) -> list[str]:
    """The words, in lower case and without punctuation; `5.5`, `don't` and `fixed-rate` are one word each.

    Chinese characters and Japanese signs count one by one, as there are no spaces to tell words apart.
    """
    return _WORD.findall(plain(text))


def numbers(text: str) -> frozenset[str]:
    """The numbers that occur, without thousands separators: `1,500` and `1500` are the same."""
    found = (match.group() for match in _NUMBER.finditer(unicodedata.normalize("NFKC", text)))
    return frozenset(_plain_number(number) for number in found)


def without(text: str, spans: Sequence[Span]) -> str:
    """The text with the given stretches, in order, replaced by a space."""
    pieces, position = [], 0
    for start, end in spans:
        pieces.append(text[position:start])
        position = max(position, end)
    return " ".join([*pieces, text[position:]])


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def _plain_number(number: str) -> str:
    """A comma before three digits separates thousands; any other comma is a decimal sign."""
    whole = re.sub(r",(?=\d{3}(?:\D|$))", "", number).replace(",", ".")
    return whole.lstrip("0") or "0"
