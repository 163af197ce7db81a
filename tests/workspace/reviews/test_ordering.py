"""In which order a reviewer meets answers."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.review_queue import QueuePlace
from workbench.workspace.reviews.ordering import REPEAT_GAP, first_on_left, item_key, way


def places_of(shape):
    """Items of some examples: how many answers each has, and which of them come back."""
    found = []
    for example, flags in enumerate(shape):
        for at, again in enumerate(flags):
            trial = f"t{example}-{at}"
            found.append(QueuePlace(item_key("seed", trial, None), trial, None, f"q-{example}", again=again))
    return found


queues = st.lists(st.lists(st.booleans(), min_size=1, max_size=3), min_size=1, max_size=12).map(places_of)


@given(queues, st.text(max_size=3))
def test_everything_is_met_once_and_what_comes_back_twice(places, reviewer):
    stops = way(places, "seed", reviewer)
    first = [stop.key for stop in stops if not stop.repeat]

    assert sorted(first) == sorted(place.key for place in places)
    assert {stop.place.key for stop in stops if stop.repeat} == {place.key for place in places if place.again}
    assert len({stop.key for stop in stops}) == len(stops)
    assert stops == way(places, "seed", reviewer)


@given(queues)
def test_what_comes_back_stands_behind_its_first_showing_and_ten_others_where_there_are_as_many(places):
    stops = way(places, "seed", "ann")
    at = {(stop.place.key, stop.repeat): n for n, stop in enumerate(stops)}
    for (key, repeat), n in at.items():
        if repeat:
            behind = [stop for stop in stops[n + 1 :] if not stop.repeat]
            assert n - at[key, False] > REPEAT_GAP or not behind
            assert n > at[key, False]


@given(queues)
def test_the_answers_to_one_question_stand_together(places):
    examples = [stop.place.example_id for stop in way(places, "seed", "ann") if not stop.repeat]

    assert len([example for example, _ in groupby(examples)]) == len(set(examples))


def test_two_reviewers_go_different_ways():
    places = places_of([[False]] * 30)

    assert [s.key for s in way(places, "seed", "ann")] != [s.key for s in way(places, "seed", "ben")]


def test_sides_fall_evenly_and_are_swapped_when_a_pair_comes_back():
    sides = [first_on_left("seed", str(n), "ann", repeat=False) for n in range(400)]

    assert 160 < sum(sides) < 240
    assert all(first_on_left("seed", str(n), "ann", repeat=True) is not side for n, side in enumerate(sides))
