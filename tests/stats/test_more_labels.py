"""What further labels would bring to a corrected pass rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.judge_corrected import Stratum
from workbench.stats.more_labels import after_more, half_width, more_labels

STRATA = [Stratum(20, 10, 3), Stratum(80, 20, 18)]

any_stratum = st.builds(
    lambda outputs, labelled, passed: Stratum(outputs, min(outputs, labelled), min(outputs, labelled, passed)),
    st.integers(1, 60),
    st.integers(0, 60),
    st.integers(0, 60),
)


@given(st.lists(any_stratum, min_size=1, max_size=4), st.integers(0, 200))
def test_further_labels_go_to_outputs_that_have_none(strata, more):
    grown = after_more(strata, more)
    missing = sum(stratum.outputs - stratum.labelled for stratum in strata)

    assert sum(s.labelled for s in grown) - sum(s.labelled for s in strata) == min(more, missing)
    assert [s.outputs for s in grown] == [s.outputs for s in strata]
    assert all(after.labelled >= before.labelled for after, before in zip(grown, strata, strict=True))


def test_each_label_makes_the_rate_better_known_until_nothing_is_left_to_infer():
    halves = [half_width(after_more(STRATA, more)) for more in (0, 10, 30, 70)]

    assert halves == sorted(halves, reverse=True)
    assert halves[0] == pytest.approx(0.1, abs=0.02)
    assert halves[-1] == 0


def test_the_labels_that_are_needed_are_just_enough():
    more = more_labels(STRATA, 0.05)

    assert 0 < more < 70
    assert half_width(after_more(STRATA, more)) <= 0.05 < half_width(after_more(STRATA, more - 2))
    assert more_labels(STRATA, 0.5) == 0
    assert more_labels([Stratum(5, 0, 0)], 0.01) == 5
    assert half_width([Stratum(5, 0, 0)]) is None
    with pytest.raises(InputError):
        more_labels(STRATA, 0)
