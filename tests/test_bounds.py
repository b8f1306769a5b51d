from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize
from scipy.special import expit
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.tools.numdiff import approx_hess

from lib.consistency.bounds import (
    LOGIT_INFORMATION,
    ORDERED_LOGIT_OBSERVED_INFORMATION,
    binary_sum_of_squares,
    contrast_p_values,
    contrast_scale,
    country_coefficient_floor,
    critical_sd,
    effect_along_moderator,
    independent_items_sd,
    inferred_correlation,
    logit_coefficient_floor,
    sd_bounds,
    significance_limits,
    standard_error_bounds,
    variance_bounds,
    variance_floor,
)
from lib.consistency.consistency import Interval, p_value, rounding_interval
from lib.core.errors import InputError

COUNTRIES = pd.read_csv(Path(__file__).parent / "reference" / "few_clusters_countries.csv")
DIVERSITY = COUNTRIES[["ethnic_fractionalization"]]
WITH_GDP = DIVERSITY.assign(log_gdp=np.log(COUNTRIES["gdp_per_capita_2010_usd"]))


def point(value):
    return Interval(value, value)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40))
def test_variance_of_any_counts_lies_within_its_bounds(counts):
    bounds = variance_bounds(point(np.mean(counts)), 4)
    assert bounds.contains(np.var(counts))


@pytest.mark.parametrize(
    ("counts", "end"), [([2, 2, 3, 3, 3], "low"), ([0, 4, 4, 0, 4], "high"), ([2, 2], "low")]
)
def test_variance_bounds_are_attained(counts, end):
    bounds = variance_bounds(point(np.mean(counts)), 4)
    assert getattr(bounds, end) == pytest.approx(np.var(counts))


@pytest.mark.parametrize(
    "interval",
    [Interval(2.755, 2.765), Interval(2.95, 3.05), Interval(1.9, 2.05), Interval(0, 0.1)],
)
def test_variance_bounds_over_an_interval_are_those_of_its_points(interval):
    points = [variance_bounds(point(m), 4) for m in np.linspace(interval.low, interval.high, 2001)]
    bounds = variance_bounds(interval, 4)
    assert bounds.low == pytest.approx(min(p.low for p in points), abs=1e-4)
    assert bounds.high == pytest.approx(max(p.high for p in points), abs=1e-6)


def test_sd_of_a_binary_variable_is_fixed_by_its_mean():
    sd = sd_bounds(point(0.3), 1)
    assert sd.low == pytest.approx(np.sqrt(0.21))
    assert sd.high == pytest.approx(np.sqrt(0.21))


def test_variance_bounds_refuse_a_mean_off_the_scale():
    with pytest.raises(InputError, match="does not lie on 0 to 4"):
        variance_bounds(point(4.2), 4)


def test_items_that_nobody_or_everybody_counts_do_not_vary():
    assert independent_items_sd(0, 4) == independent_items_sd(4, 4) == 0


def test_sd_of_independent_items():
    assert independent_items_sd(2.76, 4) == pytest.approx(0.925, abs=5e-4)
    assert independent_items_sd(3.32, 5) == pytest.approx(1.056, abs=5e-4)
    for shares in product([0.2, 0.5, 0.9], repeat=3):
        p = np.array(shares)
        assert np.sqrt((p * (1 - p)).sum()) <= independent_items_sd(p.sum(), 3) + 1e-12
    with pytest.raises(InputError, match="no count of 4 items"):
        independent_items_sd(4.5, 4)


def test_standard_error_of_the_whole_sample_of_the_memo():
    arms = [(point(2.76), 4), (point(3.32), 5)]
    error = standard_error_bounds([variance_bounds(*arm) for arm in arms], [197, 203])
    assert 100 * error.low == pytest.approx(4.5, abs=0.05)
    assert 100 * error.high == pytest.approx(21.2, abs=0.05)
    rounded = [variance_bounds(rounding_interval(m.low, 2), j) for m, j in arms]
    wider = standard_error_bounds(rounded, [197, 203])
    assert wider.low < error.low
    assert wider.high > error.high
    at_one = standard_error_bounds([point(1.0), point(1.0)], [197, 203])
    assert (100 * at_one.low, 100 * at_one.high) == pytest.approx((10.0, 10.0), abs=0.01)


# Contrasts of the memo: difference of printed percentages, and arm sizes; where those are not
# known, half of the printed share of 400.
CONTRASTS = {
    "gender": (87.3 - 30.0, [86, 94, 111, 109], 1.45),
    "capitals": (
        63.6 - (21.8 * 27.0 + 13.0 * 29.2) / 34.8,
        [69.6, 69.6, 128, 128],
        0.87,
    ),
    "Almaty": (63.6 - 27.0, [43.6, 43.6, 128, 128], 0.75),
    "education": (65.8 - 37.9, [97.2, 97.2, 102.8, 102.8], 0.71),
    "Nur-Sultan": (63.6 - 29.2, [26, 26, 128, 128], 0.58),
    "ethnicity": (64.1 - 42.3, [121, 121, 60, 60], 0.50),
}


@pytest.mark.parametrize("name", CONTRASTS)
def test_sd_below_which_a_contrast_of_the_memo_is_significant(name):
    percent, sizes, sd = CONTRASTS[name]
    assert critical_sd(percent / 100, contrast_scale(sizes)) == pytest.approx(sd, abs=0.005)


def test_critical_sd_is_where_p_equals_alpha():
    contrast, scale = pd.Series({"a": 0.4}), pd.Series({"a": 0.25})
    sd = critical_sd(0.4, 0.25, alpha=0.1)
    assert contrast_p_values(contrast, scale, [sd])["p_value"].item() == pytest.approx(0.1)


def test_holm_over_the_six_contrasts_at_sd_1():
    contrasts = pd.Series({name: c[0] / 100 for name, c in CONTRASTS.items()})
    scales = pd.Series({name: contrast_scale(c[1]) for name, c in CONTRASTS.items()})
    table = contrast_p_values(contrasts, scales, [0.5, 1.0])
    at_one = table[table["sd"] == 1.0].set_index("contrast")
    assert at_one.loc["gender", "p_holm"] == pytest.approx(0.026, abs=5e-4)
    assert (at_one["p_holm"].drop("gender") > 0.05).all()
    ordered = at_one.sort_values("p_value")
    by_hand = np.maximum.accumulate(np.minimum(ordered["p_value"] * np.arange(6, 0, -1), 1))
    assert ordered["p_holm"].to_numpy() == pytest.approx(by_hand.to_numpy())
    assert (table["statistic"] * table["std_error"]).to_numpy() == pytest.approx(table["estimate"])


def test_contrasts_number_their_rows():
    one, two = pd.Series({"a": 1.0, "b": 2.0}), pd.Series({"a": 1.0, "b": 1.0})
    assert contrast_p_values(one, two, [1.0, 2.0]).index.tolist() == [0, 1, 2, 3]


def test_a_standard_error_needs_a_size_for_each_variance():
    with pytest.raises(ValueError, match="longer"):
        standard_error_bounds([Interval(1.0, 2.0)], [3, 4])


def test_scale_of_arms_with_one_respondent():
    assert contrast_scale([1, 1]) == pytest.approx(np.sqrt(2))


def test_contrasts_refuse_bad_input():
    with pytest.raises(InputError, match="needs more than 0"):
        contrast_scale([10, 0])
    with pytest.raises(InputError, match=r"^Contrasts and .* different names; .* same index\.$"):
        contrast_p_values(pd.Series({"a": 1.0}), pd.Series({"b": 1.0}), [1.0])


def test_p_value_of_gender_under_the_variance_bounds():
    means = [(2.62, 4), (3.49, 5), (2.87, 4), (3.17, 5)]
    variances = [variance_bounds(rounding_interval(m, 2), j) for m, j in means]
    error = standard_error_bounds(variances, [86, 94, 111, 109])
    p = p_value(rounding_interval(0.573, 3), error)
    assert p.low < 0.001
    assert p.high > 0.05


def test_floors_of_the_printed_models():
    assert country_coefficient_floor(DIVERSITY, 0.201).index[0] == "Intercept"
    assert country_coefficient_floor(DIVERSITY, 0.201).iloc[1] == pytest.approx(0.930, abs=5e-4)
    assert variance_floor(0.201, 7) == pytest.approx(0.107, abs=5e-4)
    assert country_coefficient_floor(DIVERSITY, 0.559).iloc[1] == pytest.approx(1.552, abs=5e-4)
    with_gdp = country_coefficient_floor(WITH_GDP, 0.559)
    assert with_gdp["ethnic_fractionalization"] == pytest.approx(1.652, abs=5e-4)
    assert with_gdp["log_gdp"] == pytest.approx(0.348, abs=5e-4)
    assert variance_floor(0.559, 7) == pytest.approx(0.30, abs=5e-3)


def test_floor_is_the_error_of_least_squares_on_known_intercepts():
    y = np.array([0.3, 0.1, 0.7, 0.6, -0.4, -0.1, 2.1])
    fit = sm.OLS(y, sm.add_constant(WITH_GDP)).fit()
    floor = country_coefficient_floor(WITH_GDP, fit.scale)
    assert floor.to_numpy() == pytest.approx(fit.bse.to_numpy())


def random_intercept_fit(successes, n, x):
    """Maximum likelihood of a grouped random-intercept logit, each integral on a fine grid."""
    grid = np.linspace(-12, 12, 4001)

    def negative_log_likelihood(theta):
        intercept, slope, variance = theta
        linear = intercept + slope * x[:, None] + np.sqrt(variance) * grid
        terms = successes[:, None] * linear - n[:, None] * np.logaddexp(0, linear) - grid**2 / 2
        most = terms.max(axis=1, keepdims=True)
        return -(most[:, 0] + np.log(np.exp(terms - most).sum(axis=1))).sum()

    bounds = [(None, None), (None, None), (1e-3, None)]
    start = [0.0, 1.0, 0.4]
    theta = minimize(negative_log_likelihood, start, bounds=bounds, options={"ftol": 1e-14}).x
    return theta, np.sqrt(np.diag(np.linalg.inv(approx_hess(theta, negative_log_likelihood))))


def assert_above_floor(theta, errors, regressors):
    floor = country_coefficient_floor(regressors, theta[2])
    assert (errors[:2] > floor.to_numpy()).all()
    assert errors[2] > variance_floor(theta[2], len(regressors))


def test_fit_to_the_real_counts_lies_above_the_floor():
    trust, valid = COUNTRIES["trust"].to_numpy(), COUNTRIES["valid"].to_numpy()
    x = DIVERSITY["ethnic_fractionalization"].to_numpy()
    theta, errors = random_intercept_fit(trust, valid, x)
    assert theta[1:] == pytest.approx([1.199, 0.508], abs=2e-3)
    assert errors[1:] == pytest.approx([1.485, 0.275], abs=3e-3)
    assert_above_floor(theta, errors, DIVERSITY)


@pytest.mark.parametrize("n", [30, 2000])
def test_fits_to_simulated_counts_lie_above_the_floor(n):
    rng = np.random.default_rng(n)
    x = DIVERSITY["ethnic_fractionalization"].to_numpy()
    for _ in range(3):
        chance = expit(-0.3 + 1.6 * x + rng.normal(0, 1.0, len(x)))
        sizes = np.full(len(x), n)
        assert_above_floor(*random_intercept_fit(rng.binomial(sizes, chance), sizes, x), DIVERSITY)


def test_floor_refuses_more_regressors_than_countries_bear():
    with pytest.raises(InputError, match="leave no floor"):
        country_coefficient_floor(DIVERSITY.assign(same=1.0), 0.2)
    with pytest.raises(InputError, match="variance of 0"):
        country_coefficient_floor(DIVERSITY, 0)


@pytest.mark.parametrize("k", [0.5, 37, 300, 500, 800])
def test_sum_of_squares_of_a_binary_regressor(k):
    ones = np.arange(min(int(k), 1000) + 1)
    most = (ones * (1 - ones / 1000)).max()
    assert binary_sum_of_squares(1000, k) >= most
    assert binary_sum_of_squares(1000, int(k)) == pytest.approx(most)


def test_greatest_information_of_one_answer():
    location = np.linspace(-10, 10, 4001)
    assert (expit(location) * expit(-location)).max() == pytest.approx(LOGIT_INFORMATION)

    def density(value):
        return expit(value) * expit(-value)

    for n_categories in (2, 3, 4, 10, 200):
        cuts = np.log(np.arange(1, n_categories) / np.arange(n_categories - 1, 0, -1))
        edges = np.concatenate([[-np.inf], cuts, [np.inf]])
        observed = density(edges[:-1]) + density(edges[1:])
        expected = (np.diff(expit(edges)) * observed).sum()
        assert expected <= 1 / 3
        assert (observed <= ORDERED_LOGIT_OBSERVED_INFORMATION).all()
    assert expected == pytest.approx(1 / 3, abs=1e-4)
    assert observed.max() == pytest.approx(ORDERED_LOGIT_OBSERVED_INFORMATION, abs=1e-4)


def correlated_data(n=600):
    rng = np.random.default_rng(5)
    other = rng.normal(size=n)
    x = (other + rng.normal(size=n) > 1.2).astype(float)
    return rng, pd.DataFrame({"x": x, "other": other})


def test_fitted_logit_error_lies_above_the_floor():
    rng, data = correlated_data()
    y = (rng.logistic(size=len(data)) < 0.2 * data["x"] + 0.1 * data["other"]).astype(float)
    floor = logit_coefficient_floor(binary_sum_of_squares(len(data), data["x"].sum()))
    alone = sm.Logit(y, sm.add_constant(data[["x"]])).fit(disp=0).bse["x"]
    beside = sm.Logit(y, sm.add_constant(data)).fit(disp=0).bse["x"]
    assert floor < alone < beside
    assert alone < 1.05 * floor


def test_fitted_ordered_logit_error_lies_above_the_floor():
    rng, data = correlated_data()
    latent = 0.3 * data["x"] + rng.logistic(size=len(data))
    y = pd.Series(np.digitize(latent, [-1.5, 0.0, 1.5]))
    fit = OrderedModel(y, data, distr="logit").fit(method="bfgs", disp=0)
    squares = binary_sum_of_squares(len(data), data["x"].sum())
    expected = logit_coefficient_floor(squares, information=1 / 3)
    observed = logit_coefficient_floor(squares, ORDERED_LOGIT_OBSERVED_INFORMATION)
    assert observed < expected < fit.bse["x"]


def test_coefficient_floor_of_a_rare_regressor():
    assert logit_coefficient_floor(0.5) == pytest.approx(np.sqrt(4 / 0.5))


def test_coefficient_floor_refuses_a_constant():
    with pytest.raises(InputError, match="does not vary"):
        logit_coefficient_floor(0.0)


MODEL_3 = ((-0.451, 0.959), (0.131, 0.281))
CORRELATION = inferred_correlation(0.049, 0.130)


def test_marginal_effect_of_model_3_along_diversity():
    effects = effect_along_moderator(*MODEL_3, CORRELATION, [0.4, 0.675182])
    assert effects["statistic"].to_numpy() == pytest.approx([-1.34, 2.33], abs=0.005)
    limits = significance_limits(*MODEL_3, CORRELATION)
    assert limits == pytest.approx((0.3616, 0.6168), abs=5e-4)


def test_significance_limits_are_where_z_is_critical():
    limits = significance_limits(*MODEL_3, CORRELATION, alpha=0.1)
    effects = effect_along_moderator(*MODEL_3, CORRELATION, limits, alpha=0.1)
    assert effects["p_value"].to_numpy() == pytest.approx(0.1)
    ends = np.abs(effects[["conf_low", "conf_high"]]).min(axis=1)
    assert ends.to_numpy() == pytest.approx(0.0, abs=1e-12)


def test_effect_along_its_moderator_by_hand():
    table = effect_along_moderator((1, -2), (3, 4), 0.5, [0, 1])
    assert table["moderator"].tolist() == [0, 1]
    assert table["estimate"].tolist() == [1, -1]
    assert table["std_error"].tolist() == pytest.approx([3, np.sqrt(9 + 16 + 12)])
    assert table["least_abs_statistic"].tolist() == pytest.approx([1 / 3, 1 / 7])
    half = stats.norm.isf(0.025) * table["std_error"]
    np.testing.assert_allclose(table["conf_high"], table["estimate"] + half)


def test_effect_never_significant_has_no_limits():
    assert significance_limits((0.0, 0.1), (1.0, 1.0), 0.0) == ()
    assert significance_limits((0.0, 0.1), (0.5, 1.0), 0.0) == ()


def test_inferred_correlation_makes_the_least_error_that_of_the_average_effect():
    grid = np.linspace(0, 1, 100_001)
    effects = effect_along_moderator((-0.424, 0.839), (0.130, 0.279), CORRELATION, grid)
    assert effects["std_error"].min() == pytest.approx(0.049, abs=1e-6)


def test_inferred_correlation_is_near_that_of_an_actual_pair_of_fits():
    rng = np.random.default_rng(2)
    x, d = rng.integers(0, 2, 4000), rng.uniform(0.1, 0.7, 4000)
    y = (rng.logistic(size=4000) < -0.4 * x + 0.9 * x * d + d).astype(float)
    without = sm.Logit(y, np.column_stack([np.ones(4000), x, d])).fit(disp=0)
    within = sm.Logit(y, np.column_stack([np.ones(4000), x, d, x * d])).fit(disp=0)
    covariance = within.cov_params()
    actual = covariance[1, 3] / np.sqrt(covariance[1, 1] * covariance[3, 3])
    assert inferred_correlation(without.bse[1], within.bse[1]) == pytest.approx(actual, abs=0.01)


@given(st.floats(-0.99, 0.99), st.floats(0, 1))
def test_error_of_the_effect_lies_within_its_bounds(correlation, d):
    row = effect_along_moderator(*MODEL_3, correlation, [d]).loc[0]
    assert row["least_std_error"] - 1e-12 <= row["std_error"] <= row["greatest_std_error"] + 1e-12
    assert row["least_abs_statistic"] <= abs(row["statistic"]) + 1e-12


def test_moderator_refuses_impossible_errors():
    with pytest.raises(InputError, match="cannot be"):
        inferred_correlation(0.2, 0.1)
    with pytest.raises(InputError, match="cannot be"):
        inferred_correlation(0, 0.1)
    for correlation in (-1.5, -1, 1, 1.5):
        with pytest.raises(InputError, match="not between -1 and 1"):
            effect_along_moderator(*MODEL_3, correlation, [0.1])


def test_equal_errors_of_average_and_main_effect_leave_no_correlation():
    assert inferred_correlation(0.1, 0.1) == pytest.approx(0)
