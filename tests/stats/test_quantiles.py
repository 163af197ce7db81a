"""Normal and t quantiles."""

import pytest
from scipy import stats

from workbench.errors import InputError
from workbench.stats.quantiles import t_value, z_value


def test_a_95_percent_interval_spans_196_hundredths_of_a_standard_error():
    assert z_value() == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("degrees", [1, 4, 14, 199, 2.5])
def test_t_agrees_with_scipy_distributions(degrees, level):
    assert t_value(degrees, level) == pytest.approx(stats.t.ppf((1 + level) / 2, degrees), rel=1e-9)


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, float("nan")])
def test_a_level_outside_0_to_1_is_refused_with_the_way_out(level):
    with pytest.raises(InputError, match="95% is"):
        z_value(level)


def test_no_degrees_of_freedom_give_no_quantile():
    with pytest.raises(InputError, match="degree of freedom"):
        t_value(0)
