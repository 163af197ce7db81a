"""Groups of notes by the words they share: what is offered where no model is asked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from workbench.domain.failure_mode import NoteGroup, NoteKey
from workbench.retrieval import lexical
from workbench.stats.alike import groups_alike
from workbench.text.words import stems, words
from workbench.workspace.failures.mode_book import LONGEST_NAME

MOST_APART = 0.85
"""One minus the mean cosine within a group. Notes are short: more puts together what shares one common word, less
leaves apart what says the same in other words."""
FEWEST = 2
"""A note alone is no group: the expert says what it is about."""
NAMING_WORDS = 3
MOST_GROUPED = 2_000
"""Distances are computed between all of them."""
LONGEST_QUOTE = 160


def group_by_words(notes: Mapping[NoteKey, str], sorted_into: Mapping[NoteKey, str]) -> list[NoteGroup]:
    """Groups of alike notes among those that are not sorted, each note in at most one; the largest first.

    `notes` are the texts, `sorted_into` the mode of those that are sorted already: notes that are like them are
    proposed for the same mode. What is like nothing else is in no group. The order of `notes` does not matter.
    """
    # Equal texts stand together whatever the measure, so that each is compared once.
    keys_of: dict[str, list[NoteKey]] = {}
    for key in sorted(notes):
        if stems(notes[key]):
            keys_of.setdefault(notes[key], []).append(key)
    texts = sorted(keys_of)[:MOST_GROUPED]
    alike: list[tuple[str | None, list[str]]] = []
    joining: dict[str, list[str]] = {}
    for positions in groups_alike(lexical.fit(texts).embed(texts), MOST_APART) if texts else ():
        members = [texts[at] for at in positions]
        mode = _mode_of(members, keys_of, sorted_into)
        if mode is None:
            alike.append((None, members))
        else:
            joining.setdefault(mode, []).extend(members)
    groups = []
    for mode, members in [*alike, *joining.items()]:
        fresh = [text for text in members if any(key not in sorted_into for key in keys_of[text])]
        keys = tuple(key for text in fresh for key in keys_of[text] if key not in sorted_into)
        if len(keys) >= (FEWEST if mode is None else 1):
            groups.append(NoteGroup(_name(fresh, texts), _quote(fresh), keys, mode))
    return sorted(groups, key=lambda group: (-len(group.notes), group.notes))


def _mode_of(
    members: Sequence[str], keys_of: Mapping[str, Sequence[NoteKey]], sorted_into: Mapping[NoteKey, str]
) -> str | None:
    """The mode that most sorted notes among these are in; None where none is sorted."""
    modes = Counter(sorted_into[key] for text in members for key in keys_of[text] if key in sorted_into)
    return min(modes, key=lambda mode: (-modes[mode], mode)) if modes else None


def _name(members: Sequence[str], texts: Sequence[str]) -> str:
    """What all notes of the group say, else the words that tell it from the others, as its notes spell them."""
    if len(set(members)) == 1 and len(said := " ".join(members[0].split())) <= LONGEST_NAME and said.isprintable():
        return said[:1].upper() + said[1:]
    everywhere = Counter(stem for text in texts for stem in set(stems(text)))
    within = Counter(stem for text in members for stem in set(stems(text)))
    spelled: dict[str, Counter[str]] = {}
    for text in members:
        for word in words(text):
            for stem in stems(word):
                spelled.setdefault(stem, Counter())[word] += 1

    def telling(stem: str) -> float:
        return within[stem] / len(members) * math.log1p(len(texts) / everywhere[stem])

    best = sorted(spelled, key=lambda stem: (-telling(stem), stem))
    # What only one of several notes says does not name them all.
    shared = [stem for stem in best if within[stem] > 1 or len(members) == 1][:NAMING_WORDS] or best[:NAMING_WORDS]
    named = ", ".join(min(spelled[stem], key=lambda word: (-spelled[stem][word], word)) for stem in shared)
    return (named[:1].upper() + named[1:])[:LONGEST_NAME]


def _quote(members: Sequence[str]) -> str:
    """The shortest of the notes, as an example of what is meant."""
    text = " ".join(min(members, key=lambda member: (len(member), member)).split())
    return f"Such as: {text[:LONGEST_QUOTE]}"
