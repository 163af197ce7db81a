"""Groups of notes by their words: the same whatever the order, each note in one at most."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.workspace.failures.grouping import group_by_words

WORDS = st.sampled_from(["fee", "fees", "invented", "no", "citation", "days", "wrong", "🙂", "the", "引用"])
TEXTS = st.lists(st.lists(WORDS, max_size=4).map(" ".join), max_size=14)


def noted(*texts):
    return {(f"t{n}", "ann"): text for n, text in enumerate(texts)}


@settings(max_examples=40)
@given(TEXTS, st.integers(0, 3), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_and_share_no_note(texts, in_a_mode, shuffle: random.Random):
    notes = noted(*texts)
    known = dict.fromkeys(list(notes)[:in_a_mode], "mode")

    found = group_by_words(notes, known)

    shuffled = list(notes.items())
    shuffle.shuffle(shuffled)
    assert group_by_words(dict(shuffled), known) == found
    placed = [note for group in found for note in group.notes]
    assert len(placed) == len(set(placed))
    assert set(placed) <= set(notes) - set(known)
    assert all(group.name and len(group.name) <= 80 for group in found)


def test_groups_are_named_by_their_most_telling_words():
    found = group_by_words(
        noted("invents a fee", "the fee is invented", "no citation", "No citation.", "too long", "too long"), {}
    )

    assert {group.name for group in found} == {"Fee, invented", "Citation", "Too long"}


def test_notes_like_sorted_ones_are_proposed_for_their_mode():
    notes = noted("invents a fee", "the fee is invented", "a fee that was invented", "too long")

    (group,) = group_by_words(notes, {("t0", "ann"): "fee"})

    assert (group.mode, group.notes) == ("fee", (("t2", "ann"), ("t1", "ann")))


def test_what_is_like_nothing_is_left_to_the_expert():
    assert group_by_words(noted("rude", "cut off", "", "!!", "🙂"), {}) == []
