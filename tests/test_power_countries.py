import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from lib.core.errors import InputError
from lib.estimators.power import (
    along_countries,
    plan_countries,
    power,
    required_countries,
    slope_half_width,
    slope_power,
)


def test_without_a_slope_the_power_is_the_level():
    assert slope_power(0.0, 1.0, 5, 0.1) == pytest.approx(0.1)


def test_with_many_countries_it_is_that_of_the_z_test():
    assert slope_power(1.0, 0.4, 1e6) == pytest.approx(power(1.0, 0.4), abs=1e-4)
    assert slope_half_width(0.4, 1e6) == pytest.approx(0.4 * norm.isf(0.025), rel=1e-5)


def test_half_width_with_two_degrees_of_freedom_by_hand():
    """The mean of the root of chi-squared with 2 is the root of pi/2; halved, over root 2."""
    assert slope_half_width(1.0, 2) == pytest.approx(t.isf(0.025, 2) * np.sqrt(np.pi) / 2)


@given(st.floats(0.3, 3), st.floats(0.1, 1), st.floats(0.01, 0.1))
def test_required_is_the_least_number_that_suffices(slope, variance, spread):
    n = required_countries(slope, variance, spread)
    powers = [
        slope_power(slope, np.sqrt(variance / (j * spread)), j - 2) for j in (n - 1, n) if j > 2
    ]
    assert powers[-1] >= 0.8
    assert n == 3 or powers[0] < 0.8


def test_the_sign_of_the_slope_does_not_matter():
    assert required_countries(-1.2, 0.5, 0.03) == required_countries(1.2, 0.5, 0.03)


def test_a_plan_and_a_curve_agree():
    x, cases = pd.Series([0.1, 0.3, 0.4, 0.8]), pd.DataFrame({"slope": [2.0], "variance": [0.2]})
    plan = plan_countries(cases, x).iloc[0]
    spread = float(((x - x.mean()) ** 2).mean())
    curve = along_countries(cases, [4, plan["required"]], spread)
    assert curve["power"][0] == pytest.approx(plan["power"])
    assert curve["half_width"][0] == pytest.approx(plan["half_width"])
    assert curve["power"][1] >= 0.8


@pytest.mark.parametrize(
    "call",
    [
        lambda: slope_power(1.0, 0.0, 5),
        lambda: slope_power(1.0, 1.0, 0),
        lambda: required_countries(0.0, 0.5, 0.03),
        lambda: required_countries(1.0, 0.0, 0.03),
        lambda: required_countries(1.0, 0.5, 0.0),
        lambda: required_countries(1.0, 0.5, 0.03, target_power=1.0),
    ],
)
def test_bad_input(call):
    with pytest.raises(InputError) as error:
        call()
    assert len(str(error.value)) <= 300
