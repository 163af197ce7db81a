"""Between how many and how many tokens the tokenizers of real models cut a text into.

`tokens.count` is near the truth on English prose only: models cut other languages, numbers and keys into more tokens,
and runs of signs, as in JSON, into fewer. How far off it can be is seen from what a text is made of. The bounds were
set by three tokenizers (two of OpenAI's, one of Anthropic's) on prose in twenty languages, JSON, code and tables.
They are wide where tokenizers differ, and a little wider than what was measured.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.text.tokens import IDEOGRAPHS

_LATIN = "a-zA-Z\u00c0-\u024f\u1e00-\u1eff"

_WORD = re.compile(rf"[{_LATIN}]+")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_FREQUENT = re.compile(r"\b[Tt]he\b|\b(?:of|and|to|is|for|with|that|not|you|your|from|are|only|what|how|does)\b")
_DIGITS = re.compile(r"[0-9]+")
_SIGNS = re.compile(r"[!-/:-@\[-^`{-~]+|_+")
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
_EMOJI = re.compile("[\U00010000-\U0010ffff]")
_OTHER = re.compile(rf"[^\x00-\x7f{_LATIN}{IDEOGRAPHS}\s\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile(r"\n\s*")
_KEY = re.compile(r"[\w+/=]{24,}")

_FREQUENT_SHARE = 0.06
"""Of the words of English prose at least so many are among the most frequent ones."""
_ACCENTED_SHARE = 0.005
"""Of the letters of English prose at most so many have an accent."""


@dataclass(frozen=True)
class TokenBounds:
    """At least and at most so many tokens."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The likeliest count: as many times more than the least as the most is more than it."""
        return min(max(math.sqrt(self.low * self.high), self.low), self.high)

    def __add__(self, other: TokenBounds) -> TokenBounds:
        return TokenBounds(self.low + other.low, self.high + other.high)

    def scaled(self, by: float) -> TokenBounds:
        """Of so many times as much text."""
        return TokenBounds(self.low * by, self.high * by)


def bounds_of(texts: Iterable[str]) -> TokenBounds:
    """The bounds of several texts together."""
    return sum(map(bounds, texts), TokenBounds(0.0, 0.0))


def bounds(text: str) -> TokenBounds:
    """The bounds of a text."""
    words = _WORD.findall(text)
    pieces = sum(-(-len(word) // 8) for word in words)
    digits = [len(number) for number in _DIGITS.findall(text)]
    signs = [len(run) for run in _SIGNS.findall(text)]
    ideographs, others, emoji = (len(kind.findall(text)) for kind in (_IDEOGRAPH, _OTHER, _EMOJI))
    keys = sum(len(key) for key in _KEY.findall(text))
    # Tokens for each piece of a word, group of digits, run of signs and so on: at least, then at most.
    low = 0.9 * pieces + sum(-(-n // 3) for n in digits) + 0.85 * len(signs) + 0.65 * ideographs + 0.2 * others + emoji
    high = (1.1 if _is_english(text, words) else 3.2) * pieces + 1.1 * sum(-(-n // 2) for n in digits) + sum(signs)
    high += 1.5 * ideographs + 1.8 * others + 3.5 * emoji + 0.8 * keys + len(_LINE_BREAK.findall(text))
    most = float(len(text.encode("utf-8", "surrogatepass")))  # no tokenizer makes more tokens than there are bytes
    return TokenBounds(min(low, most), min(high, most))


def _is_english(text: str, words: list[str]) -> bool:
    """Whether it reads like English in lower case, which tokenizers cut into few tokens."""
    accented = len(_ACCENTED.findall(text)) > _ACCENTED_SHARE * sum(map(len, words))
    return not accented and len(_FREQUENT.findall(text)) >= _FREQUENT_SHARE * len(words)
