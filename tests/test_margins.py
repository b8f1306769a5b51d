"""Average effects against statsmodels, numerical integration and numerical derivatives."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm, t

from lib.core.errors import InputError
from lib.estimators.margins import (
    average_effect_along,
    average_effect_by_group,
    significance_limits,
)
from lib.estimators.multilevel import MixedLogit, MixedOrderedLogit

REFERENCE = Path(__file__).parent / "reference"
ROWS = pd.read_csv(REFERENCE / "glmm_sim.csv").iloc[::9]
SLOPES = pd.read_csv(REFERENCE / "glmm_slope.csv")
SLOPES = SLOPES.assign(x=(SLOPES["x"] > 0).astype(float), z=SLOPES["group"] / 15)
FORMULA = "yb ~ x1 * div + x2"


@pytest.fixture(scope="module")
def random_intercept():
    return MixedLogit.from_formula(FORMULA, ROWS, groups="group").fit(n_points=9)


@pytest.fixture(scope="module")
def random_slope():
    model = MixedLogit.from_formula("yb ~ x * z", SLOPES, groups="group", random_slopes="x")
    return model.fit(n_points=5)


@pytest.fixture(scope="module")
def pooled():
    return smf.logit("yb ~ x1 + x2 + div", ROWS).fit(disp=False)


def test_pooled_logit_at_the_mean_of_the_moderator_is_that_of_statsmodels(pooled):
    rows = ROWS.assign(div=0.4)
    known = pooled.get_margeff(at="overall", dummy=True)
    same = average_effect_by_group(pooled, ROWS.assign(all="all"), "x1", "all")
    column = pooled.model.exog_names[1:].index("x1")
    assert same.loc["all", "effect"] == pytest.approx(known.margeff[column])
    assert same.loc["all", "std_error"] == pytest.approx(known.margeff_se[column])
    along = average_effect_along(pooled, ROWS, "x1", "div", [0.4]).iloc[0]
    change = pooled.predict(rows.assign(x1=1)).mean() - pooled.predict(rows.assign(x1=0)).mean()
    assert along["estimate"] == pytest.approx(change)


def test_groups_are_averages_over_their_own_respondents(pooled):
    by_group = average_effect_by_group(pooled, ROWS, "x1", "group")
    change = pooled.predict(ROWS.assign(x1=1)) - pooled.predict(ROWS.assign(x1=0))
    expected = change.groupby(ROWS["group"]).mean()
    np.testing.assert_allclose(by_group["effect"], expected, rtol=1e-12)
    assert by_group.index.tolist() == expected.index.tolist()


def integrated_probability(predictor, deviation):
    return quad(lambda u: expit(predictor + deviation * u) * norm.pdf(u), -10, 10)[0]


def test_averaging_over_the_random_intercept_is_numerical_integration(random_intercept):
    b, deviation = random_intercept.params, np.sqrt(random_intercept.group_variance)

    def probability(x1, x2):
        predictor = b["Intercept"] + b["x1"] * x1 + (b["div"] + b["x1:div"] * x1) * 0.3
        return integrated_probability(predictor + b["x2"] * x2, deviation)

    changes = ROWS["x2"].map({x2: probability(1, x2) - probability(0, x2) for x2 in (0, 1)})
    effect = average_effect_along(random_intercept, ROWS, "x1", "div", [0.3])["estimate"][0]
    assert effect == pytest.approx(changes.mean(), abs=1e-8)


def test_a_country_without_effects_of_its_own_has_the_larger_change(random_intercept):
    averaged = average_effect_along(random_intercept, ROWS, "x1", "div", [0.2, 0.6])
    zero = average_effect_along(random_intercept, ROWS, "x1", "div", [0.2, 0.6], "zero")
    assert (zero["estimate"].abs() > averaged["estimate"].abs()).all()


def delta_method(fit, effect):
    """Standard error by central differences in every parameter."""
    params, step = fit.params.to_numpy().copy(), 1e-5
    gradient = np.empty(len(params))
    for index in range(len(params)):
        ends = []
        for sign in (1, -1):
            moved = params.copy()
            moved[index] += sign * step
            ends.append(effect(moved))
        gradient[index] = (ends[0] - ends[1]) / (2 * step)
    return np.sqrt(gradient @ fit.cov_params().to_numpy() @ gradient)


class Moved:
    """Results with other parameters."""

    def __init__(self, fit, params):
        self.model, self.params, self.nobs = fit.model, params, fit.nobs
        self.cov_params, self.at_boundary = fit.cov_params, fit.at_boundary


@pytest.mark.parametrize(
    ("name", "rows", "names"),
    [("random_intercept", ROWS, ("x1", "div")), ("random_slope", SLOPES, ("x", "z"))],
)
def test_standard_errors_are_the_delta_method_in_all_parameters(name, rows, names, request):
    fit = request.getfixturevalue(name)

    def effect(params):
        return average_effect_along(Moved(fit, params), rows, *names, [0.3])["estimate"][0]

    std_error = average_effect_along(fit, rows, *names, [0.3])["std_error"][0]
    assert std_error == pytest.approx(delta_method(fit, effect), rel=1e-6)


def test_the_variance_with_a_random_slope_depends_on_the_regressor(random_slope):
    covariance, b = random_slope.random_effects_covariance.to_numpy(), random_slope.params
    ones, zeros = (
        integrated_probability(
            b["Intercept"] + b["x"] * x + (b["z"] + b["x:z"] * x) * 0.3,
            np.sqrt(np.array([1, x]) @ covariance @ np.array([1, x])),
        )
        for x in (1, 0)
    )
    effect = average_effect_along(random_slope, SLOPES, "x", "z", [0.3])["estimate"][0]
    assert effect == pytest.approx(ones - zeros, abs=1e-8)


def test_intervals_take_t_with_the_stated_degrees_of_freedom(random_intercept):
    wide = average_effect_along(random_intercept, ROWS, "x1", "div", [0.3], df=5, alpha=0.1)
    row = wide.iloc[0]
    assert row["conf_high"] - row["estimate"] == pytest.approx(t.isf(0.05, 5) * row["std_error"])
    assert row["p_value"] == pytest.approx(2 * t.sf(abs(row["statistic"]), 5))
    normal = average_effect_along(random_intercept, ROWS, "x1", "div", [0.3]).iloc[0]
    half = norm.isf(0.025) * normal["std_error"]
    assert normal["estimate"] - normal["conf_low"] == pytest.approx(half)


def test_limits_of_significance():
    x = np.array([0.1, 0.2, 0.3, 0.4])
    curve = pd.DataFrame({"moderator": x, "conf_low": x - 0.35, "conf_high": x - 0.12})
    assert significance_limits(curve) == pytest.approx((0.12, 0.35))
    falling_first = curve.assign(conf_low=[1.0, -1.0, -0.5, 0.5])
    assert significance_limits(falling_first)[1] == pytest.approx(0.35)
    never = curve.assign(conf_low=-1.0, conf_high=1.0)
    assert np.isnan(significance_limits(never)).all()


def test_bad_input_is_refused(random_intercept, pooled):
    along = average_effect_along
    with pytest.raises(InputError, match=r"'div2'.*did you mean 'div'"):
        along(random_intercept, ROWS, "x1", "div2", [0.3])
    with pytest.raises(InputError, match=r"'group'.*recode"):
        along(random_intercept, ROWS.assign(group=7.0), "group", "div", [0.3])
    with pytest.raises(InputError, match="5 rows"):
        along(random_intercept, ROWS.iloc[:5], "x1", "div", [0.3])
    with pytest.raises(InputError, match="choose 'averaged' or 'zero'"):
        along(random_intercept, ROWS, "x1", "div", [0.3], "none")
    ordered = MixedOrderedLogit.from_formula("yo ~ x1 + div", ROWS, groups="group").fit(n_points=3)
    with pytest.raises(InputError, match="not of MixedOrderedLogit"):
        along(ordered, ROWS, "x1", "div", [0.3])
    shifted = MixedLogit.from_formula("yb ~ x1 + div", ROWS, groups="group", offset="x2")
    with pytest.raises(InputError, match="offset"):
        along(shifted.fit(n_points=3), ROWS, "x1", "div", [0.3])
    without_formula = MixedLogit(ROWS["yb"], ROWS[["x1", "div"]], ROWS["group"]).fit(n_points=3)
    with pytest.raises(InputError, match="from_formula"):
        along(without_formula, ROWS, "x1", "div", [0.3])


def test_averaging_at_the_boundary_is_refused():
    rows = pd.DataFrame({"x": [0.0, 1.0] * 40, "z": [0.0, 0, 1, 1] * 20, "g": [1, 2] * 40})
    rows["g"] = np.repeat([1, 2], 40)
    rows["y"] = np.tile([0.0, 1, 1, 0, 1, 1, 0, 0], 10)
    with pytest.warns(Warning, match="boundary"):
        fit = MixedLogit.from_formula("y ~ x + z", rows, groups="g").fit(n_points=5)
    with pytest.raises(InputError, match="random_effects='zero'"):
        average_effect_along(fit, rows, "x", "z", [0.5])
    zero = average_effect_along(fit, rows, "x", "z", [0.5], "zero")
    assert np.isfinite(zero.to_numpy()).all()
