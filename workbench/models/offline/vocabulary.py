"""English words as questions and office documents use them."""

from __future__ import annotations

import re

from workbench.text.words import stem, stems

_ASKING_WORDS_TEXT = """
    according anyone anything consider considered exactly following get gets getting give given go got happen happening
    happens know let like mean means need one please regarding same someone something tell want
"""
_ASKING = frozenset(stem(word) for word in _ASKING_WORDS_TEXT.split())
"""Words with which people ask, that say nothing about what they are after."""

_COMMON_WORDS_TEXT = """
    able allow allowed answer apply available best between case certain change company consider context detail
    details difference different do employee employees example explain find general good help how important
    importance include included information involve item kind know long make many much name offer order part
    person people place plan point policy possible process provide purpose question receive related relation
    require required requirement requirements role rule section service set state stated text thing time type
    use used using various way work year document describe list mention mentioned main key benefit benefits
    implication term terms pay paid spend cost new limit maximum minimum amount daily total currently normally
    usually entitled day request option
    ask back become begin big bring call cheap come count customer early else end enough far few find full
    genuine hand hear high home house keep large last late least leave left little live look lot low mean money most
    move much need next number often old owe own pay person present put question right run same say see send share
    short show since small somebody someone soon start stay still stop sure take talk tell thing think today together
    total try turn two want week well whole work would write wrong yesterday young
    bought came found gave given gone kept known lost made paid said sent sold spent taken told took went
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


_ORDINALS_TEXT = "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_DIGITS = {stem(word): str(value) for word, value in _NUMBER_WORDS.items() if value > 1} | {
    stem(word): str(value) for value, word in enumerate(_ORDINALS_TEXT.split(), start=2)
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


def terms_of(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, repeats kept; `two` and `second` are `2`."""
    return [_DIGITS.get(term, term) for term in stems(text) if term not in _ASKING]
