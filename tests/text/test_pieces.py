from hypothesis import given
from hypothesis import strategies as st

from workbench.text.pieces import pieces

SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)))


def test_marked_stretches_stand_between_the_others():
    assert list(pieces("one two", [(4, 7)])) == [("one ", False), ("two", True)]
    assert list(pieces("", [])) == []


@given(st.text(min_size=12, max_size=20), SPANS)
def test_every_character_is_there_once_and_marked_where_a_span_covers_it(text, spans):
    shown = [(character, marked) for piece, marked in pieces(text, spans) for character in piece]

    assert shown == [(c, any(start <= at < end for start, end in spans)) for at, c in enumerate(text)]
    assert all(piece for piece, _ in pieces(text, spans))
