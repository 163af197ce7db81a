"""Krippendorff's alpha against published figures and its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.reference import needs, read
from workbench.errors import InputError
from workbench.stats.krippendorff import krippendorff_alpha

_ = None
RATERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
"""Krippendorff 2011, section C: four raters, twelve items, ratings missing."""
ITEMS = list(zip(*RATERS, strict=True))

rows = st.lists(st.lists(st.one_of(st.none(), st.integers(1, 4)), min_size=3, max_size=3), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("scale", "alpha"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_the_published_example_comes_out_on_every_scale(scale, alpha):
    found = krippendorff_alpha(ITEMS, scale)
    assert found.estimate == pytest.approx(alpha, abs=1e-6)
    assert found.n == 11
    assert found.low < alpha < found.high


@needs("pandalm")
def test_pandalms_three_annotators_agree_as_computed_elsewhere():
    labels = [[row[f"annotator{number}"] for number in (1, 2, 3)] for row in read("pandalm/testset-v1.json")]
    found = krippendorff_alpha(labels)
    assert found.estimate == pytest.approx(read("pandalm/computed_here.json")["krippendorff_nominal"], abs=1e-6)
    assert found.high - found.low < 0.05


@given(rows)
def test_neither_the_order_of_items_nor_of_raters_matters(ratings):
    there, back = (
        krippendorff_alpha(given, "ordinal") for given in (ratings, [row[::-1] for row in reversed(ratings)])
    )
    assert (there is None) == (back is None)
    if there is not None:
        assert there.estimate == pytest.approx(back.estimate)
        assert -1 <= there.estimate <= 1 + 1e-12


@given(st.lists(st.integers(1, 4), min_size=2, max_size=10).filter(lambda labels: len(set(labels)) > 1))
def test_raters_who_always_agree_have_an_alpha_of_one(labels):
    for scale in ("nominal", "ordinal", "interval", "ratio"):
        assert krippendorff_alpha([[label, label] for label in labels], scale).estimate == pytest.approx(1)


def test_where_alpha_is_undefined_there_is_none():
    assert krippendorff_alpha([[1, 1], [1, 1]]) is None
    assert krippendorff_alpha([[1, None], [None, 2]]) is None
    assert krippendorff_alpha([]) is None


def test_a_handful_of_items_gives_no_narrow_interval():
    found = krippendorff_alpha([[1, 1], [2, 2], [1, 2]])
    assert (found.low, found.high) == (-1, 1)


def test_a_ratio_scale_has_nothing_below_zero():
    with pytest.raises(InputError, match="0 or more"):
        krippendorff_alpha([[-1, 1], [1, 2]], "ratio")
