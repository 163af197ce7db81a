"""Strengths from wins against published figures and their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.reference import needs, read
from workbench.errors import InputError
from workbench.stats.bradley_terry import bradley_terry, chance_to_win

wins = st.integers(2, 5).flatmap(
    lambda size: st.lists(st.lists(st.integers(1, 30), min_size=size, max_size=size), min_size=size, max_size=size)
)


@needs("stats-reference")
def test_the_citations_of_four_journals_give_the_published_abilities():
    published = read("stats-reference/bradley_terry_citations.json")
    found = bradley_terry(published["cited_by_citing"]["wins_row_over_column"])
    assert [s.estimate for s in found] == pytest.approx(published["log_ability_ref_Biometrika"], abs=5e-6)
    assert [s.standard_error for s in found] == pytest.approx(published["se"], abs=5e-6)


@needs("stats-reference")
@pytest.mark.parametrize("number", [1, 2])
def test_small_cycles_give_the_reference_estimates(number):
    case = read(f"stats-reference/choix/testcase-pairwise-{number}.json")
    table = [[0] * case["n_items"] for _ in range(case["n_items"])]
    for winner, loser in case["data"]:
        table[winner][loser] += 1
    found = [s.estimate for s in bradley_terry(table)]
    mean = sum(found) / len(found)
    assert [one - mean for one in found] == pytest.approx(case["ml_est"], abs=1e-8)


@given(wins)
def test_expected_wins_are_the_wins_there_were(table):
    found = [s.estimate for s in bradley_terry(table)]
    for i, row in enumerate(table):
        others = [j for j in range(len(table)) if j != i]
        expected = sum((table[i][j] + table[j][i]) * chance_to_win(found[i], found[j]) for j in others)
        assert expected == pytest.approx(sum(row[j] for j in others), rel=1e-6)


@given(wins)
def test_the_choice_of_the_reference_only_moves_the_scale(table):
    first, last = (bradley_terry(table, reference=at) for at in (0, len(table) - 1))
    shift = last[0].estimate
    assert [s.estimate for s in last] == pytest.approx([s.estimate + shift for s in first], abs=1e-6)


def test_an_arm_that_never_lost_has_no_bound_and_is_named_so():
    with pytest.raises(InputError, match="no bound"):
        bradley_terry([[0, 3], [0, 0]])
    with pytest.raises(InputError, match="no bound"):
        bradley_terry([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])


def test_what_is_no_table_of_wins_is_refused():
    with pytest.raises(InputError, match="square"):
        bradley_terry([[0, 1]])
    with pytest.raises(InputError, match="square"):
        bradley_terry([[0, -1], [1, 0]])
