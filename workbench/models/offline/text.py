"""Words, stems, sentences and token counts of English text, without a dictionary."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?(?:[.,]\d+)*", re.UNICODE)
_TOKEN = re.compile(r"\w+|[^\w\s]", re.UNICODE)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[^\sa-z])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:e\.g|i\.e|etc|vs|cf|no|nos|approx|incl|excl|max|min|mr|mrs|ms|dr|prof|st|sec|art|fig|p|pp|"
    r"para|ca|al|dept|inc|ltd|co|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|[a-z]|u\.s|u\.k|a\.m|p\.m)\.$",
    re.IGNORECASE,
)

_STOP_WORDS_TEXT = """
    a about above after again all also although am an and any are aren't as at be because been before being
    below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during
    each either else ever for from further get gets getting give given go got had has hasn't have haven't having
    he her here hers him his how i i'd i'll i'm i've if in into is isn't it it's its itself just let like may me
    might mine more most must my myself need no nor not of off on once one only or other our ours out over own
    per please same shall she should shouldn't so some such tell than that that's the their theirs them
    themselves then there there's these they this those through to too under until up upon us very was wasn't we
    were weren't what what's when when's where where's which while who who's whom whose why will with within
    without won't would wouldn't yes yet you your yours yourself something someone anything anyone happen
    happens know want exactly mean means happening regarding according following considered consider
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
"""Words that say nothing about what a question is after."""

_COMMON_WORDS_TEXT = """
    able allow allowed answer apply available best between case certain change company consider context detail
    details difference different do employee employees example explain find general good help how important
    importance include included information involve item kind know long make many much name offer order part
    person people place plan point policy possible process provide purpose question receive related relation
    require required requirement requirements role rule section service set state stated text thing time type
    use used using various way work year document describe list mention mentioned main key benefit benefits
    implication term terms pay paid spend cost new limit maximum minimum amount daily total currently normally
    usually entitled day request option
"""
COMMON_WORDS = frozenset(_COMMON_WORDS_TEXT.split())
"""Words found in most office documents: they are evidence, but weak evidence, that a passage is the right one."""

_TO_TWENTY = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen twenty
"""
_NUMBER_WORDS = {word: value for value, word in enumerate(_TO_TWENTY.split())} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}


def number_of(words: str) -> int | None:
    """The whole number that digits or English words stand for, up to 999; None when they stand for none."""
    text = words.lower().replace(",", "").strip()
    if text.isdecimal():
        return int(text[:9])
    fixed = {"a": 1, "an": 1, "a single": 1, "single": 1, "a couple": 2, "a couple of": 2, "couple of": 2}
    fixed |= {"a few": 3, "few": 3, "several": 4, "half a dozen": 6, "a dozen": 12, "dozen": 12}
    if text in fixed:
        return fixed[text]
    total = 0
    for part in re.split(r"[\s-]+", text):
        if part == "hundred":
            total = (total or 1) * 100
        elif part in _NUMBER_WORDS:
            total += _NUMBER_WORDS[part]
        elif part not in {"a", "and"}:
            return None
    return total or None


def words_of(text: str) -> list[str]:
    """The words and numbers of a text in order, in lower case, straight apostrophes."""
    return [match.group().lower().replace("’", "'") for match in _WORD.finditer(text)]


def count_words(text: str) -> int:
    """How many words a person would count: stretches between spaces that hold a letter or digit."""
    return sum(1 for piece in text.split() if any(char.isalnum() for char in piece))


def count_tokens(text: str) -> int:
    """A light approximation of a tokenizer: every word and every punctuation mark is one token."""
    return sum(1 for _ in _TOKEN.finditer(text))


def cut_to_tokens(text: str, limit: int) -> str:
    """The longest beginning of a text that counts at most `limit` tokens."""
    end = 0
    for number, match in enumerate(_TOKEN.finditer(text), start=1):
        if number > limit:
            return text[:end]
        end = match.end()
    return text


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its inflection, by a few suffix rules in the spirit of Porter's: equal stems, related words."""
    if len(word) <= 3 or not word.isalpha():
        return word.removesuffix("'s")
    for suffix, replacement, shortest in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= shortest:
            word = word[: len(word) - len(suffix)] + replacement
            break
    for ending in (
        "ation",
        "ition",
        "ment",
        "ness",
        "tion",
        "sion",
        "ance",
        "ence",
        "able",
        "ible",
        "ity",
        "ive",
        "al",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: len(word) - len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] in "aeiouyt" else word


_SUFFIXES = (
    ("iness", "y", 2),
    ("sses", "ss", 2),
    ("ies", "y", 2),
    ("ied", "y", 2),
    ("ings", "", 3),
    ("ing", "", 3),
    ("edly", "", 3),
    ("ed", "", 3),
    ("ers", "er", 3),
    ("ly", "", 3),
    ("es", "e", 3),
    ("s", "", 3),
)


def terms_of(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, repeats kept."""
    return [stem(word) for word in words_of(text) if word not in STOP_WORDS and (len(word) > 1 or word.isdecimal())]


def split_sentences(text: str) -> list[str]:
    """Sentences of one paragraph. Abbreviations, decimals and text inside quotation marks do not end one."""
    sentences: list[str] = []
    start = 0
    quotes = _quoted_spans(text)
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        if text[match.start()] == "." and _ABBREVIATION.search(text[max(0, match.start() - 12) : match.start() + 1]):
            continue
        if any(first < match.start() and end < last for first, last in quotes):
            continue
        if piece := text[start:end].strip():
            sentences.append(piece)
        start = end
    if piece := text[start:].strip():
        sentences.append(piece)
    return sentences


QUOTED = re.compile(
    r"\"([^\"\n]{1,400})\"|“([^”\n]{1,400})”|«([^»\n]{1,400})»|`([^`\n]{1,400})`|(?<!\w)['‘]([^\n]{1,400}?)['’](?!\w)"
)
"""A text in quotation marks of any usual kind; exactly one group holds it. Apostrophes inside words do not count."""


def _quoted_spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in QUOTED.finditer(text)]


def quoted(text: str) -> list[str]:
    """The texts in quotation marks, in order, without the marks."""
    return [next(group for group in match.groups() if group is not None).strip() for match in QUOTED.finditer(text)]
