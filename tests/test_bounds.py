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
    UNKNOWN,
    binary_sum_of_squares,
    clustered_coefficient_floor,
    clustered_floor_with_unknown_coefficients,
    clustered_variance_floor,
    contrast_p_values,
    contrast_scale,
    country_coefficient_floor,
    country_floors,
    critical_design_effects,
    critical_sd,
    effect_along_moderator,
    independent_items_sd,
    inferred_correlation,
    inferred_correlation_range,
    logit_coefficient_floor,
    sd_bounds,
    significance_limits,
    significance_within_rounding,
    standard_error_bounds,
    variance_bounds,
    variance_floor,
)
from lib.consistency.consistency import p_value
from lib.core.errors import InputError
from lib.core.intervals import Interval
from lib.core.paths import DATA
from lib.estimators.multilevel import MixedLogit
from lib.sources.published import PrintedNumber, read_table

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
    rounded = [variance_bounds(PrintedNumber(m.low, 2), j) for m, j in arms]
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


def memo_contrasts():
    contrasts = pd.Series({name: c[0] / 100 for name, c in CONTRASTS.items()})
    return contrasts, pd.Series({name: contrast_scale(c[1]) for name, c in CONTRASTS.items()})


@pytest.mark.parametrize(("kind", "column"), [("unadjusted", "p_value"), ("holm", "p_holm")])
def test_p_values_reach_alpha_at_the_critical_design_effects(kind, column):
    contrasts, scales = memo_contrasts()
    table = critical_design_effects(contrasts, scales, 0.8, alpha=0.1).set_index("contrast")
    for name, at in table[kind].items():
        deviations = [0.8 * np.sqrt(at * factor) for factor in (1 - 1e-6, 1 + 1e-6)]
        inflated = contrast_p_values(contrasts, scales, deviations).set_index("contrast")
        assert inflated.loc[name, column].lt(0.1).tolist() == [True, False]


def test_design_effects_that_overturn_the_contrasts_of_the_memo():
    table = critical_design_effects(*memo_contrasts(), 1.0).set_index("contrast")
    assert table.loc["gender"].tolist() == pytest.approx([2.1, 1.17], abs=0.02)
    assert table.drop("gender").lt(1).all(axis=None)
    assert table["unadjusted"].to_numpy() == pytest.approx(
        [critical_sd(c, s) ** 2 for c, s in zip(*memo_contrasts(), strict=True)]
    )


def test_design_effects_refuse_bad_input():
    with pytest.raises(InputError, match="not above 0"):
        critical_design_effects(*memo_contrasts(), 0.0)
    with pytest.raises(InputError, match="different names"):
        critical_design_effects(pd.Series({"a": 1.0}), pd.Series({"b": 1.0}), 1.0)


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
    variances = [variance_bounds(PrintedNumber(m, 2), j) for m, j in means]
    error = standard_error_bounds(variances, [86, 94, 111, 109])
    p = p_value(PrintedNumber(0.573, 3), error)
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


def design_of(regressors):
    return np.column_stack([np.ones(len(regressors)), regressors])


def clustered_errors(y, design, clusters):
    """Standard errors of least squares by statsmodels, clustered, no finite-sample factor."""
    options = {"groups": clusters, "use_correction": False}
    return sm.OLS(y, design).fit(cov_type="cluster", cov_kwds=options).bse


def random_effects(rng, design, variance):
    """Draw effects that maximum likelihood may leave: no fit on the design, mean square given."""
    effects = sm.OLS(rng.standard_t(2, size=len(design)), design).fit().resid
    return effects * np.sqrt(variance / (effects**2).mean())


@pytest.mark.parametrize(
    ("regressors", "variance", "expected"),
    [
        (DIVERSITY, 0.2005, [0.108, 0.201]),
        (DIVERSITY, 0.1975, [0.107, 0.199]),
        (WITH_GDP, 0.1925, [0.551, 0.340, 0.081]),
        (WITH_GDP, 0.5585, [0.939, 0.579, 0.138]),
    ],
)
def test_clustered_floors_of_the_printed_models(regressors, variance, expected):
    floor = clustered_coefficient_floor(regressors, variance)
    assert floor.index.tolist() == ["Intercept", *regressors.columns]
    assert floor.to_numpy() == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("regressors", [DIVERSITY, WITH_GDP])
def test_no_effects_of_the_given_mean_square_have_a_smaller_clustered_error(regressors):
    rng, design = np.random.default_rng(8), design_of(regressors)
    floor = clustered_coefficient_floor(regressors, 0.3).to_numpy()
    for _ in range(200):
        effects = random_effects(rng, design, 0.3)
        fit = sm.OLS(effects + design @ rng.normal(size=design.shape[1]), design).fit()
        assert (fit.get_robustcov_results("HC0").bse >= floor - 1e-12).all()


def least_favourable(design, term):
    """Effects of mean square 1, found by search, with the smallest clustered error of a term."""
    rng, hat = np.random.default_rng(11), design @ np.linalg.pinv(design)

    def effects(numbers):
        left = numbers - hat @ numbers
        return left / np.sqrt((left**2).mean())

    def squared_error(numbers):
        return ((np.linalg.pinv(design)[term] * effects(numbers)) ** 2).sum()

    searches = [minimize(squared_error, rng.normal(size=len(design))) for _ in range(6)]
    return effects(min(searches, key=lambda search: search.fun).x)


@pytest.mark.parametrize("term", [0, 1, 2])
def test_some_effects_attain_the_clustered_floor(term):
    design = design_of(WITH_GDP)
    error = clustered_errors(least_favourable(design, term), design, np.arange(7))[term]
    floor = clustered_coefficient_floor(WITH_GDP, 1.0).iloc[term]
    assert error == pytest.approx(floor, rel=1e-4)


def linear_clusters(effects, n, rng):
    """Responses of n in each cluster, whose means are the effects, and their clusters."""
    noise = rng.normal(size=(len(effects), n))
    y = effects[:, None] + noise - noise.mean(axis=1, keepdims=True)
    return y.ravel(), np.repeat(np.arange(len(effects)), n)


def test_a_linear_mixed_model_lies_above_the_floor_with_its_posterior_variances():
    rng, design, n = np.random.default_rng(10), design_of(DIVERSITY), 40
    for scale in (0.3, 1.0, 3.0):
        effects = scale * random_effects(rng, design, 1.0)
        y, clusters = linear_clusters(effects, n, rng)
        fit = sm.MixedLM(y, design[clusters], clusters).fit(reml=False)
        variance = float(np.squeeze(fit.cov_re))
        posterior = pd.Series(1 / (n / fit.scale + 1 / variance), index=range(7))
        floor = clustered_coefficient_floor(DIVERSITY, variance, posterior)
        known = clustered_coefficient_floor(DIVERSITY, (effects**2).mean())
        assert floor.to_numpy() == pytest.approx(known.to_numpy(), rel=1e-3)
        errors = clustered_errors(y, design[clusters], clusters)
        assert (errors >= floor.to_numpy() * (1 - 1e-3)).all()


def grouped_logit(linear, n, **columns):
    """Whole counts of both answers at given log odds, n answers a row, for a weighted logit."""
    yes = np.round(n * expit(linear)).astype(int)
    both = [pd.DataFrame(columns).assign(y=y, n=c) for y, c in ((1, yes), (0, n - yes))]
    return pd.concat(both).assign(one=1.0)


def clustered_logit(formula, rows):
    """Fit the mixed logit; standard errors clustered without the factor J/(J - 1)."""
    model = MixedLogit.from_formula(
        formula, rows, groups="j", frequency_weights="n", sampling_weights="one"
    )
    fit = model.fit()
    return fit, fit.bse * np.sqrt((len(model.group_labels) - 1) / len(model.group_labels))


def test_a_mixed_logit_attains_the_clustered_floor():
    x = DIVERSITY["ethnic_fractionalization"].to_numpy()
    effects = 0.5 * least_favourable(design_of(DIVERSITY), 1)
    rows = grouped_logit(-0.3 + 1.6 * x + effects, 1_000_000, x=x, j=np.arange(7))
    fit, errors = clustered_logit("y ~ x", rows)
    floor = clustered_coefficient_floor(DIVERSITY, fit.group_variance)
    assert errors["x"] == pytest.approx(floor.iloc[1], rel=1e-3)


def test_a_mixed_logit_of_the_real_counts_lies_above_the_clustered_floors():
    trust, valid = COUNTRIES["trust"].to_numpy(), COUNTRIES["valid"].to_numpy()
    x = DIVERSITY["ethnic_fractionalization"].to_numpy()
    rows = grouped_logit(np.log(trust / (valid - trust)), valid, x=x, j=np.arange(7))
    fit, errors = clustered_logit("y ~ x", rows)
    deviations = fit.random_effects["std_dev"]
    floor = clustered_coefficient_floor(DIVERSITY, fit.group_variance, deviations**2)
    assert (errors[["Intercept", "x"]].to_numpy() > floor.to_numpy()).all()
    assert floor.to_numpy() == pytest.approx(
        clustered_coefficient_floor(DIVERSITY, fit.group_variance).to_numpy(), rel=0.02
    )
    assert errors["group variance"] > clustered_variance_floor(fit.group_variance, 7)
    # Score and information as the derivation has them give nearly the error itself.
    design, mean = design_of(DIVERSITY), fit.random_effects["mean"].to_numpy()
    kept = 1 - deviations.to_numpy() ** 2 / fit.group_variance
    influences = np.linalg.inv(design.T * kept @ design) @ (design.T * mean)
    assert np.linalg.norm(influences, axis=1) == pytest.approx(errors.iloc[:2].to_numpy(), rel=5e-3)


def test_clustered_floor_refuses_bad_input():
    with pytest.raises(InputError, match="leave no floor"):
        clustered_coefficient_floor(DIVERSITY.assign(same=1.0), 0.2)
    for posterior in (-0.1, 0.2):
        with pytest.raises(InputError, match="do not lie between 0 and the variance"):
            clustered_coefficient_floor(DIVERSITY, 0.2, pd.Series(posterior, index=range(7)))


def test_unknown_individual_coefficients_lower_the_clustered_floor_as_far_as_is_bounded():
    # Individuals differ in a trait whose share rises with x; its effect differs between countries
    # so that errors of its coefficient cancel half of the countries' influences on the slope.
    x, n = DIVERSITY["ethnic_fractionalization"].to_numpy(), 1_000_000
    design, share = design_of(DIVERSITY), 0.2 + 0.5 * DIVERSITY["ethnic_fractionalization"]
    effects = 0.05 * least_favourable(design, 1)
    influence = np.linalg.inv(design.T @ design)[1] @ (design.T * effects)
    within = share * (1 - share)
    slopes = influence / (2 * 0.5) * within.sum() / within
    trait, j = np.tile([0, 1], 7), np.repeat(np.arange(7), 2)
    linear = -0.1 * x[j] + effects[j] + slopes[j] * (trait - share[j])
    n = np.round(n * np.where(trait, share[j], 1 - share[j])).astype(int)
    rows = grouped_logit(linear.to_numpy(), n, x=x[j], trait=trait, j=j)
    fit, errors = clustered_logit("y ~ x + trait", rows)
    means = share.rename("trait").to_frame()
    bound = clustered_floor_with_unknown_coefficients(
        DIVERSITY, fit.group_variance, (means, means), errors[["trait"]]
    )
    known = clustered_coefficient_floor(DIVERSITY, fit.group_variance)
    assert errors["x"] < 0.6 * known.iloc[1]
    assert errors["x"] == pytest.approx(bound.iloc[1], rel=0.02)
    assert errors["Intercept"] >= bound.iloc[0]


def test_means_within_bounds_cost_at_least_as_much_as_any_of_them():
    rng = np.random.default_rng(12)
    low = pd.DataFrame(rng.uniform(0, 0.3, (7, 2)), columns=["a", "b"])
    high, errors = low + rng.uniform(0, 0.4, (7, 2)), pd.Series({"a": 0.02, "b": 0.03})

    def floor(least, most):
        means = least, most
        return clustered_floor_with_unknown_coefficients(DIVERSITY, 0.2, means, errors).iloc[1]

    ends = [low.where(at_low, high) for at_low in rng.integers(0, 2, (100, 7, 2)) == 1]
    assert floor(low, high) <= min(floor(means, means) for means in ends)
    slopes = low.apply(lambda mean: stats.linregress(DIVERSITY.iloc[:, 0], mean).slope).abs()
    known = clustered_coefficient_floor(DIVERSITY, 0.2).iloc[1]
    assert floor(low, low) == pytest.approx(known - slopes @ errors)
    assert floor(low, high + 50) == 0


def least_clustered_variance_error(design):
    """Search for effects whose squares vary least about their mean, which is 1."""
    rng, hat = np.random.default_rng(13), design @ np.linalg.pinv(design)

    def spread(numbers):
        squares = (numbers - hat @ numbers) ** 2
        return ((squares / squares.mean() - 1) ** 2).sum()

    least = min(minimize(spread, rng.normal(size=len(design))).fun for _ in range(40))
    return np.sqrt(least) / len(design)


@pytest.mark.parametrize("n_countries", [7, 8, 9])
def test_least_clustered_error_of_a_variance(n_countries):
    least = least_clustered_variance_error(np.ones((n_countries, 1)))
    assert clustered_variance_floor(1.0, n_countries) == pytest.approx(least, abs=2e-5)


def test_regressors_only_raise_the_clustered_error_of_a_variance():
    for regressors, expected in ((DIVERSITY, 0.1098), (WITH_GDP, 0.1268)):
        least = least_clustered_variance_error(design_of(regressors))
        assert least == pytest.approx(expected, abs=5e-4)
        assert least > clustered_variance_floor(1.0, 7)


def test_a_mixed_logit_attains_the_clustered_floor_of_its_variance():
    effects = np.array([3, 3, 3, 3, -4, -4, -4]) / 10
    rows = grouped_logit(0.2 + effects, 1_000_000, j=np.arange(7))
    fit, errors = clustered_logit("y ~ 1", rows)
    floor = clustered_variance_floor(fit.group_variance, 7)
    assert errors["group variance"] == pytest.approx(floor, rel=2e-3)


def test_clustered_variance_floor_refuses_few_countries_of_an_odd_number():
    with pytest.raises(InputError, match="not known for 5 countries"):
        clustered_variance_floor(0.2, 5)


PRINTED = read_table(DATA / "published" / "kc2018_table2.csv")
BETWEEN = {
    model: WITH_GDP.set_axis(["ethnic_diversity", "ln_gdp_per_capita"], axis=1).iloc[:, :k]
    for model, k in (("1", 1), ("2", 1), ("3", 2), ("4", 2))
}


def floors_of(table, term, reading, kind):
    chosen = table[(table["term"] == term) & (table["reading"] == reading)]
    return chosen[chosen["kind"] == kind].set_index("model")


def test_readings_of_the_printed_variance():
    table = country_floors(PRINTED, BETWEEN)
    assert len(table) == 2 * 4 * (3 + 3 + 4 + 6)
    slope = {
        reading: floors_of(table, "ethnic_diversity", reading, "model-based").loc["1"]
        for reading in table["reading"].unique()
    }
    floors = [row["floor"] for row in slope.values()]
    assert floors == pytest.approx([0.929, 0.416, 2.536, 2.294], abs=1e-3)
    variances = [row["variance"] for row in slope.values()]
    assert variances == pytest.approx([0.201, 0.201**2, np.exp(0.402), np.exp(0.201)])
    assert not table.loc[table["kind"] == "model-based", "possible"].any()
    needed = floors_of(table, "ethnic_diversity", "variance", "model-based")["groups"]
    assert needed.tolist() == [394, 276, 251, 872]
    assert table.loc[table["kind"] == "clustered", "groups"].isna().all()


def test_a_clustered_error_and_a_printed_standard_deviation_free_three_slopes():
    table = country_floors(PRINTED, BETWEEN)
    slope = floors_of(table, "ethnic_diversity", "standard deviation", "clustered")
    assert slope["floor"].tolist() == pytest.approx([0.090, 0.089, 0.149, 0.433], abs=5e-4)
    assert slope["possible"].tolist() == [True, True, True, False]
    gdp = floors_of(table, "ln_gdp_per_capita", "standard deviation", "clustered")
    assert gdp["floor"].tolist() == pytest.approx([0.0355, 0.1029], abs=5e-5)
    assert gdp["possible"].tolist() == [False, False]
    cut_points = floors_of(table, "cut_point_2", "variance", "clustered")["floor"]
    intercepts = floors_of(table, "intercept", "variance", "clustered")["floor"]
    assert cut_points["4"] == intercepts["4"] == pytest.approx(0.939, abs=5e-4)
    clustered = table[(table["kind"] == "clustered") & (table["reading"] == "variance")]
    assert not clustered["possible"].any()


@pytest.mark.parametrize("kind", ["model-based", "clustered"])
def test_error_of_a_variance_in_the_unit_of_the_reading_is_that_of_the_delta_method(kind):
    table = country_floors(PRINTED, BETWEEN)
    inverse = [lambda v: v, np.sqrt, lambda v: np.log(v) / 2, np.log]
    forward = [lambda x: x, np.square, lambda x: np.exp(2 * x), np.exp]
    for reading, back, forth in zip(table["reading"].unique(), inverse, forward, strict=True):
        row = floors_of(table, "variance_intercept", reading, kind).loc["4"]
        variance = forth(0.5585)
        floors = {"model-based": variance_floor, "clustered": clustered_variance_floor}
        derivative = (back(variance * 1.0001) - back(variance * 0.9999)) / (0.0002 * variance)
        assert row["floor"] == pytest.approx(floors[kind](variance, 7) * derivative, rel=1e-6)
        assert row["possible"] == (row["floor"] <= 0.0375)


def test_floors_with_unknown_coefficients_take_the_printed_errors_of_those_whose_means_are_given():
    shares = np.array([0.186, 0.336, 0.277, 0.307, 0.329, 0.195, 0.123])
    means = pd.DataFrame({"xenophobia": shares, "gender": shares / 2})
    table = country_floors(PRINTED, BETWEEN, (means, means))
    first = floors_of(table, "ethnic_diversity", "variance", UNKNOWN)["floor"]["1"]
    expected = clustered_floor_with_unknown_coefficients(
        DIVERSITY, 0.2005, (means, means), pd.Series({"xenophobia": 0.0495})
    )
    assert first == pytest.approx(expected.iloc[1])
    of_variance = floors_of(table, "variance_intercept", "variance", UNKNOWN)
    assert of_variance["floor"].tolist() == [0, 0, 0, 0]
    assert of_variance["possible"].all()


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


MODEL_3_PRINTED = tuple(tuple(PrintedNumber(number, 3) for number in pair) for pair in MODEL_3)
CORRELATIONS = inferred_correlation_range(PrintedNumber(0.049, 3), PrintedNumber(0.130, 3))


def test_range_of_the_inferred_correlation():
    ends = product([0.0485, 0.0495], [0.1295, 0.1305])
    correlations = [inferred_correlation(*pair) for pair in ends]
    assert (CORRELATIONS.low, CORRELATIONS.high) == (min(correlations), max(correlations))
    assert CORRELATIONS.low < CORRELATION < CORRELATIONS.high


def test_kazakhstan_is_significant_or_not_within_rounding():
    diversity = COUNTRIES.set_index("iso3")["ethnic_fractionalization"]
    table = significance_within_rounding(*MODEL_3_PRINTED, CORRELATIONS, diversity)
    assert table.loc["KAZ", ["least_p", "greatest_p"]].tolist() == pytest.approx(
        [0.045, 0.055], abs=5e-4
    )
    positive = table["estimate"] > 0
    assert ((positive & table["certain"]).sum(), (positive & table["possible"]).sum()) == (1, 2)
    assert ((~positive & table["certain"]).sum(), (~positive & table["possible"]).sum()) == (3, 3)


def test_p_values_within_rounding_are_those_of_a_fine_grid():
    coefficients = (Interval(-0.5, -0.3), Interval(0.8, 1.1))
    errors, correlation = (Interval(0.1, 0.2), Interval(0.15, 0.45)), Interval(-0.9, 0.1)
    places = pd.Series([0.0, 0.1, 0.3, 0.6], index=list("abcd"))
    table = significance_within_rounding(coefficients, errors, correlation, places)
    boxes = [np.linspace(box.low, box.high, 21) for box in (*errors, correlation)]
    for place, d in places.items():
        sizes = [abs(b1 + b3 * d) for b1 in (-0.5, -0.3) for b3 in (0.8, 1.1)]
        effect = (coefficients[0] + coefficients[1] * d).intersect(Interval(-9, 9))
        sizes += [0.0] if effect.contains(0.0) else []
        a, b, r = np.meshgrid(boxes[0], boxes[1] * d, boxes[2])
        root = np.sqrt(a**2 + b**2 + 2 * r * a * b)
        least, greatest = 2 * stats.norm.sf([max(sizes) / root.min(), min(sizes) / root.max()])
        assert table.loc[place, "greatest_p"] == pytest.approx(greatest)
        assert least * 0.9 - 1e-6 <= table.loc[place, "least_p"] <= least
        assert table.loc[place, "certain"] == (greatest < 0.05)
        assert table.loc[place, "possible"] == (table.loc[place, "least_p"] < 0.05)


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
