from itertools import permutations, product
from math import inf, isinf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from lib.core.errors import InputError
from lib.estimators.few_clusters import (
    WEBB_WEIGHTS,
    count_statistics,
    country_logits,
    effect_statistics,
    exact_two_step,
    leave_one_out,
    permutation_test,
    permutation_test_given,
    residual_df,
    t_inference,
    two_step,
    variance_p_value,
    wild_bootstrap,
)

COUNTRIES = pd.read_csv(
    Path(__file__).parent / "reference" / "few_clusters_countries.csv", index_col="iso3"
)
DIVERSITY = COUNTRIES["ethnic_fractionalization"]
LOGITS = country_logits(COUNTRIES["trust"], COUNTRIES["valid"])
EFFECTS, ERRORS = LOGITS["effect"], LOGITS["std_error"]
WITH_GDP = DIVERSITY.to_frame().assign(log_gdp=np.log(COUNTRIES["gdp_per_capita_2010_usd"]))


@pytest.mark.parametrize("country", COUNTRIES.index)
def test_country_logits_are_those_of_a_logit_of_the_constant(country):
    trust, valid = COUNTRIES.loc[country, ["trust", "valid"]]
    fit = sm.GLM(
        [1, 0], [1, 1], family=sm.families.Binomial(), freq_weights=[trust, valid - trust]
    ).fit(tol=1e-12)
    assert LOGITS.loc[country, "effect"] == pytest.approx(fit.params[0], abs=1e-8)
    assert LOGITS.loc[country, "std_error"] == pytest.approx(fit.bse[0], abs=1e-8)


def test_country_logits_refuse_a_country_without_variation():
    with pytest.raises(InputError, match="no finite log odds"):
        country_logits(pd.Series([0, 3]), pd.Series([5, 5]))
    with pytest.raises(InputError, match="no finite log odds"):
        country_logits(pd.Series([2, 5]), pd.Series([5, 5]))
    with pytest.raises(InputError, match="differ"):
        country_logits(pd.Series([2], index=["A"]), pd.Series([5], index=["B"]))


def test_two_step_by_ordinary_least_squares_in_closed_form():
    results = two_step(LOGITS["effect"], DIVERSITY.to_frame())
    reference = stats.linregress(DIVERSITY, LOGITS["effect"])
    row = results.tidy().set_index("term").loc["ethnic_fractionalization"]
    assert row["estimate"] == pytest.approx(reference.slope)
    assert row["std_error"] == pytest.approx(reference.stderr)
    assert row["p_value"] == pytest.approx(reference.pvalue)
    assert results.df_resid == 5


def test_two_step_weighted_in_closed_form():
    results = two_step(LOGITS["effect"], DIVERSITY.to_frame(), LOGITS["std_error"])
    weights = np.diag(LOGITS["std_error"] ** -2)
    design = np.column_stack([np.ones(7), DIVERSITY])
    inverse = np.linalg.inv(design.T @ weights @ design)
    params = inverse @ design.T @ weights @ LOGITS["effect"]
    residual = LOGITS["effect"] - design @ params
    errors = np.sqrt(np.diag(inverse) * (residual @ weights @ residual) / 5)
    assert results.params.to_numpy() == pytest.approx(params)
    assert results.bse.to_numpy() == pytest.approx(errors)


def test_two_step_results_say_one_thing():
    results = two_step(LOGITS["effect"], DIVERSITY.to_frame())
    tidy = results.tidy(alpha=0.1).set_index("term")
    limits = results.conf_int(alpha=0.1)
    assert tidy["p_value"].to_numpy() == pytest.approx(results.pvalues.to_numpy())
    assert tidy[["conf_low", "conf_high"]].to_numpy() == pytest.approx(limits.to_numpy())
    assert "ethnic_fractionalization" in str(results.summary())


def test_two_step_refuses_other_countries_and_too_many_regressors():
    with pytest.raises(InputError, match="same order"):
        two_step(LOGITS["effect"], DIVERSITY.iloc[::-1].to_frame())
    with pytest.raises(InputError, match="same order"):
        two_step(LOGITS["effect"], DIVERSITY.to_frame(), LOGITS["std_error"].iloc[::-1])
    with pytest.raises(InputError, match="no degrees of freedom"):
        two_step(LOGITS["effect"].iloc[:2], DIVERSITY.iloc[:2].to_frame())


def test_residual_df():
    assert residual_df(7, 1) == 5
    assert residual_df(3, 1) == 1
    with pytest.raises(InputError, match="drop a regressor"):
        residual_df(3, 2)


def test_t_inference_with_five_degrees_of_freedom():
    table = t_inference(pd.Series({"slope": 2.571}), pd.Series({"slope": 1.0}), 5)
    assert table["p_value"].item() == pytest.approx(0.05, abs=1e-4)
    assert table["conf_low"].item() == pytest.approx(0.0, abs=1e-3)
    assert table["conf_high"].item() == pytest.approx(2 * 2.571, abs=1e-3)
    assert table["term"].item() == "slope"


def exact(effects=EFFECTS, errors=ERRORS, regressors=WITH_GDP.iloc[:, :1], **options):
    return exact_two_step(effects, errors, regressors, **options).set_index("term")


def q_statistic(variance, effects, errors, regressors):
    """Weighted squared residuals about the line, by statsmodels."""
    weights = 1 / (variance + errors**2)
    fit = sm.WLS(effects, sm.add_constant(regressors), weights=weights).fit()
    return fit.ssr


@pytest.mark.parametrize("regressors", [WITH_GDP.iloc[:, :1], WITH_GDP])
def test_ends_of_the_interval_of_the_variance_are_quantiles_of_q(regressors):
    row = exact(regressors=regressors, alpha=0.1).loc["variance"]
    df = 6 - regressors.shape[1]
    for column, quantile in (("conf_low", 0.95), ("conf_high", 0.05)):
        q = q_statistic(row[column], EFFECTS, ERRORS, regressors)
        assert q == pytest.approx(stats.chi2.ppf(quantile, df))
    assert q_statistic(row["estimate"], EFFECTS, ERRORS, regressors) == pytest.approx(df)
    assert row["df"] == df


def test_without_sampling_variance_it_is_the_interval_of_a_residual_variance():
    tiny = pd.Series(1e-6, index=EFFECTS.index)
    row = exact(errors=tiny).loc["variance"]
    squares = two_step(EFFECTS, DIVERSITY.to_frame()).regression.ssr
    assert row["estimate"] == pytest.approx(squares / 5)
    expected = squares / stats.chi2.ppf([0.975, 0.025], 5)
    assert row[["conf_low", "conf_high"]].to_numpy(dtype=float) == pytest.approx(expected)
    assert np.isnan(row["std_error"])


def test_exact_intervals_of_the_seven_countries():
    alone, given = exact(), exact(regressors=WITH_GDP)
    ends = ["estimate", "conf_low", "conf_high"]
    assert alone.loc["variance", ends].tolist() == pytest.approx([0.72, 0.28, 4.34], abs=0.006)
    slope = alone.loc["ethnic_fractionalization", ends].tolist()
    assert slope == pytest.approx([1.20, -3.34, 5.73], abs=0.006)
    assert given.loc["variance", ends].tolist() == pytest.approx([0.65, 0.23, 5.43], abs=0.006)
    assert alone.loc["const", "df"] == 5
    assert (ERRORS**2).mean() / alone.loc["variance", "estimate"] < 0.006
    assert variance_p_value(EFFECTS, ERRORS, WITH_GDP.iloc[:, :1], 0.201) == pytest.approx(
        0.0076, abs=5e-5
    )


def test_doubt_about_the_printed_variance_rests_on_uzbekistan():
    rest = (EFFECTS.drop("UZB"), ERRORS.drop("UZB"), DIVERSITY.drop("UZB").to_frame())
    row = exact(*rest).loc["variance"]
    assert row[["conf_low", "conf_high"]].tolist() == pytest.approx([0.04, 1.05], abs=0.006)
    assert variance_p_value(*rest, 0.201) == pytest.approx(0.71, abs=0.005)


def test_p_value_of_a_variance_is_alpha_at_the_ends_of_its_interval():
    row = exact(alpha=0.2).loc["variance"]
    for column in ("conf_low", "conf_high"):
        p = variance_p_value(EFFECTS, ERRORS, WITH_GDP.iloc[:, :1], row[column])
        assert p == pytest.approx(0.2)


def test_variance_that_sampling_error_explains_may_be_zero():
    row = exact(errors=ERRORS * 15).loc["variance"]
    assert row[["estimate", "conf_low"]].tolist() == [0, 0]
    assert variance_p_value(EFFECTS, ERRORS * 15, DIVERSITY.to_frame(), 0.0) > 0.05


def test_intervals_of_the_variance_cover_as_often_as_they_say():
    rng, errors = np.random.default_rng(6), ERRORS * 8
    covered = []
    for _ in range(250):
        effects = pd.Series(rng.normal(2 * DIVERSITY, np.sqrt(0.3 + errors**2)), EFFECTS.index)
        row = exact(effects, errors, alpha=0.2).loc["variance"]
        covered.append(row["conf_low"] <= 0.3 <= row["conf_high"])
    assert 0.74 < np.mean(covered) < 0.86


def test_exact_two_step_refuses_bad_input():
    with pytest.raises(InputError, match="is not above 0"):
        exact(errors=ERRORS * 0)
    with pytest.raises(InputError, match="leave one out"):
        exact(regressors=WITH_GDP.assign(same=1.0))
    with pytest.raises(InputError, match="same order"):
        exact(errors=ERRORS.iloc[::-1])
    with pytest.raises(InputError, match="cannot be; give 0 or more"):
        variance_p_value(EFFECTS, ERRORS, DIVERSITY.to_frame(), -0.1)


def test_leave_one_out_estimates_without_each_country():
    data = LOGITS.assign(x=DIVERSITY)
    table = leave_one_out(data, lambda d: two_step(d["effect"], d[["x"]]).params["x"])
    assert table["left_out"].tolist() == list(COUNTRIES.index)
    kept = data.drop(index="RUS")
    slope = stats.linregress(kept["x"], kept["effect"]).slope
    assert table.set_index("left_out").loc["RUS", "estimate"] == pytest.approx(slope)
    assert slope == pytest.approx(0.546, abs=5e-4)


def test_permutation_of_four_points_by_hand():
    # Effects 1, 2, 3, 5 (mean 2.75) on values 0, 0, 0, 1: the slope is the effect with the 1 less
    # the mean of the others, 3, 1/3, -1 and -7/3, each in 6 of 24 orders.
    effects, errors = pd.Series([1.0, 2.0, 3.0, 5.0]), pd.Series([1.0, 1.0, 1.0, 1.0])
    statistics = effect_statistics(effects, errors)
    top = permutation_test(pd.Series([0.0, 0, 0, 1]), statistics).set_index("statistic")
    bottom = permutation_test(pd.Series([1.0, 0, 0, 0]), statistics).set_index("statistic")
    middle = permutation_test(pd.Series([0.0, 1, 0, 0]), statistics).set_index("statistic")
    name = "OLS slope of effects"
    assert top.loc[name, ["observed", "p_value"]].tolist() == pytest.approx([3, 6 / 24])
    assert bottom.loc[name, ["observed", "p_value"]].tolist() == pytest.approx([-7 / 3, 12 / 24])
    assert middle.loc[name, ["observed", "p_value"]].tolist() == pytest.approx([-1, 18 / 24])
    assert (top["n_orders"] == 24).all()
    assert (top["smallest_p"] == 1 / 24).all()


def test_permutation_of_the_seven_countries_by_each_statistic():
    statistics = effect_statistics(LOGITS["effect"], LOGITS["std_error"])
    statistics |= count_statistics(COUNTRIES["trust"], COUNTRIES["valid"])
    table = permutation_test(DIVERSITY, statistics).set_index("statistic")
    expected = {
        "OLS slope of effects": 0.56,
        "WLS slope of effects, precision weights": 0.26,
        "Spearman rank correlation of effects": 0.35,
        "OLS slope of shares": 0.45,
        "Pooled logit slope": 0.36,
        "Pooled logit log-likelihood gain": 0.37,
    }
    assert table["p_value"].to_dict() == pytest.approx(expected, abs=0.005)
    assert (table["n_orders"] == 5040).all()


def test_observed_statistics_are_those_of_other_software():
    statistics = effect_statistics(LOGITS["effect"], LOGITS["std_error"])
    statistics |= count_statistics(COUNTRIES["trust"], COUNTRIES["valid"])
    observed = permutation_test(DIVERSITY, statistics).set_index("statistic")["observed"]
    counts = np.column_stack([COUNTRIES["trust"], COUNTRIES["valid"] - COUNTRIES["trust"]])
    logit = sm.GLM(counts, sm.add_constant(DIVERSITY), family=sm.families.Binomial()).fit(tol=1e-12)
    weighted = two_step(LOGITS["effect"], DIVERSITY.to_frame(), LOGITS["std_error"])
    spearman = stats.spearmanr(DIVERSITY, LOGITS["effect"]).statistic
    shares = COUNTRIES["trust"] / COUNTRIES["valid"]
    gain = (logit.null_deviance - logit.deviance) / 2
    assert observed["OLS slope of effects"] == pytest.approx(1.1970, abs=5e-5)
    assert observed["WLS slope of effects, precision weights"] == pytest.approx(
        weighted.params[-1:]
    )
    assert observed["Spearman rank correlation of effects"] == pytest.approx(spearman)
    assert observed["OLS slope of shares"] == pytest.approx(stats.linregress(DIVERSITY, shares)[0])
    assert observed["Pooled logit slope"] == pytest.approx(logit.params.iloc[1])
    assert observed["Pooled logit log-likelihood gain"] == pytest.approx(gain)


def test_signed_gain_takes_the_sign_of_the_slope():
    statistics = count_statistics(COUNTRIES["trust"], COUNTRIES["valid"])
    forward = permutation_test(DIVERSITY, statistics)
    backward = permutation_test(-DIVERSITY, statistics)
    assert backward["observed"].to_numpy() == pytest.approx(-forward["observed"].to_numpy())
    assert backward["p_value"].to_numpy() == pytest.approx(forward["p_value"].to_numpy())


def test_permutation_does_not_depend_on_order_or_scale():
    shuffled = COUNTRIES.sample(frac=1, random_state=1)
    logits = LOGITS.loc[shuffled.index]
    first = permutation_test(DIVERSITY, effect_statistics(LOGITS["effect"], LOGITS["std_error"]))
    second = permutation_test(
        5 - 3 * shuffled["ethnic_fractionalization"],
        effect_statistics(2 * logits["effect"] + 1, logits["std_error"]),
    )
    assert second["p_value"].to_numpy() == pytest.approx(first["p_value"].to_numpy())


def test_no_data_beat_the_smallest_p():
    effects = pd.Series([1.0, 2.0, 4.0, 8.0, 16.0])
    table = permutation_test(effects**2, effect_statistics(effects, effects * 0 + 1))
    assert (table["p_value"] >= table["smallest_p"]).all()
    by_slope = table.set_index("statistic").loc["OLS slope of effects"]
    assert by_slope["p_value"] == by_slope["smallest_p"] == 1 / 120


def test_permutation_refuses_what_cannot_be_listed_or_does_not_vary():
    effects = pd.Series(np.arange(10.0))
    statistics = effect_statistics(effects, effects + 1)
    with pytest.raises(InputError, match="3,628,800 orders"):
        permutation_test(effects, statistics)
    with pytest.raises(InputError, match="do not vary"):
        permutation_test(pd.Series(np.ones(5)), statistics)


def naive_freedman_lane(effects, x, given):
    """Every order of the residuals, each regression fitted by statsmodels."""
    reduced = sm.OLS(effects, sm.add_constant(given)).fit()
    full = sm.add_constant(np.column_stack([x, given]))
    sizes = [
        abs(sm.OLS(reduced.fittedvalues + np.array(order), full).fit().tvalues[1])
        for order in permutations(reduced.resid)
    ]
    return np.mean(np.array(sizes) >= sizes[0] * (1 - 1e-9)), sizes[0]


def test_permutation_given_others_is_that_of_naive_enumeration():
    y, x = pd.Series([0.3, -0.4, 1.9, 1.2, 0.7]), pd.Series([0.1, 0.3, 0.4, 0.7, 0.2])
    given = pd.DataFrame({"income": [2.0, 1.0, 4.0, 3.5, 0.0]})
    row = permutation_test_given(y, x, given).iloc[0]
    p_value, size = naive_freedman_lane(y.to_numpy(), x.to_numpy(), given.to_numpy())
    assert row["p_value"] == pytest.approx(p_value)
    assert abs(row["observed"]) == pytest.approx(size)
    assert (row["n_orders"], row["smallest_p"]) == (120, 1 / 120)


def test_permutation_given_nothing_is_that_of_the_slope():
    nothing = pd.DataFrame(index=DIVERSITY.index)
    given = permutation_test_given(EFFECTS, DIVERSITY, nothing)["p_value"].item()
    table = permutation_test(DIVERSITY, effect_statistics(EFFECTS, ERRORS))
    assert given == pytest.approx(table.set_index("statistic")["p_value"]["OLS slope of effects"])


def test_permutation_of_the_seven_countries_given_gdp():
    row = permutation_test_given(EFFECTS, DIVERSITY, WITH_GDP[["log_gdp"]]).iloc[0]
    fit = sm.OLS(EFFECTS, sm.add_constant(WITH_GDP)).fit()
    assert row["observed"] == pytest.approx(fit.tvalues["ethnic_fractionalization"])
    assert row["p_value"] == pytest.approx(0.823, abs=5e-4)
    assert row["n_orders"] == 5040


def test_permutation_given_others_does_not_depend_on_their_line_or_on_scale():
    income = WITH_GDP[["log_gdp"]]
    first = permutation_test_given(EFFECTS, DIVERSITY, income).iloc[0]
    moved = 3 * EFFECTS + 5 * income["log_gdp"] + 2
    second = permutation_test_given(moved, 1 - 2 * DIVERSITY + income["log_gdp"], income).iloc[0]
    assert second["observed"] == pytest.approx(-first["observed"])
    assert second["p_value"] == pytest.approx(first["p_value"])


def test_size_of_the_permutation_given_gdp():
    rng, income = np.random.default_rng(7), WITH_GDP[["log_gdp"]]
    p_values = []
    for draw in rng.normal(size=(400, 7)):
        effects = pd.Series(draw, DIVERSITY.index) + 2 * income["log_gdp"]
        p_values.append(permutation_test_given(effects, DIVERSITY, income)["p_value"].item())
    for level, margin in ((0.05, 0.03), (0.2, 0.06)):
        assert np.mean(np.array(p_values) <= level) == pytest.approx(level, abs=margin)


def test_permutation_given_others_refuses_bad_input():
    income = WITH_GDP[["log_gdp"]]
    with pytest.raises(InputError, match="does not vary given the others"):
        permutation_test_given(EFFECTS, 2 * income["log_gdp"] + 1, income)
    with pytest.raises(InputError, match="same order"):
        permutation_test_given(EFFECTS, DIVERSITY, income.iloc[::-1])
    with pytest.raises(InputError, match="no degrees of freedom"):
        permutation_test_given(EFFECTS.iloc[:3], DIVERSITY.iloc[:3], income.iloc[:3])
    ten = pd.Series(np.arange(10.0) ** 2)
    with pytest.raises(InputError, match="3,628,800 orders"):
        permutation_test_given(ten, ten + 1, ten.rename("x").to_frame())


def test_webb_weights_have_mean_0_and_variance_1():
    weights = np.array(WEBB_WEIGHTS)
    assert weights.mean() == pytest.approx(0)
    assert (weights**2).mean() == pytest.approx(1)
    assert len(set(weights)) == 6


def naive_wild_bootstrap(y, x, null=0.0, term=1):
    """Every combination of weights, each regression fitted by statsmodels, clusters of one row."""
    design = sm.add_constant(x)
    tested, other = design[:, term], design[:, [1 - term]]

    def t_statistic(outcome, value):
        fit = sm.OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": range(len(x))})
        return (fit.params[term] - value) / fit.bse[term], fit

    observed, fit = t_statistic(y, null)
    restricted = sm.OLS(y - null * tested, other).fit()
    resampled = [
        t_statistic(null * tested + restricted.fittedvalues + restricted.resid * np.array(w), null)
        for w in product(WEBB_WEIGHTS, repeat=len(x))
    ]
    sizes = np.abs([statistic for statistic, _ in resampled])
    return fit, (sizes >= abs(observed) * (1 - 1e-9)).mean()


def test_wild_bootstrap_is_that_of_naive_enumeration():
    y, x = np.array([0.3, -0.4, 1.9, 1.2]), np.array([0.1, 0.3, 0.4, 0.7])
    results = wild_bootstrap(pd.Series(y), pd.Series(x))
    fit, p_value = naive_wild_bootstrap(y, x)
    assert results.estimate == pytest.approx(fit.params[1])
    assert results.std_error == pytest.approx(fit.bse[1])
    assert results.statistic == pytest.approx(fit.tvalues[1])
    assert results.p_value == pytest.approx(p_value)
    assert (results.n_draws, results.exact) == (6**4, True)
    assert results == wild_bootstrap(pd.Series(y), pd.Series(x), alpha=0.05)


def test_wild_bootstrap_interval_holds_the_slopes_that_are_not_rejected():
    y, x = np.array([0.0, 1.3, 1.6, 3.4]), np.array([0.0, 1.0, 2.0, 3.0])
    results = wild_bootstrap(pd.Series(y), pd.Series(x), alpha=0.25)
    assert results.conf_low < results.estimate < results.conf_high
    width = results.conf_high - results.conf_low
    for end, outward in ((results.conf_low, -1), (results.conf_high, 1)):
        assert naive_wild_bootstrap(y, x, end - outward * 1e-3 * width)[1] >= 0.25
        assert naive_wild_bootstrap(y, x, end + outward * 1e-3 * width)[1] < 0.25


def test_wild_bootstrap_of_a_height_is_that_of_naive_enumeration():
    y, x = np.array([0.3, -0.4, 1.9, 1.2]), np.array([0.1, 0.3, 0.4, 0.7])
    results = wild_bootstrap(pd.Series(y), pd.Series(x), alpha=0.25, at=0.5)
    fit, p_value = naive_wild_bootstrap(y, x - 0.5, term=0)
    assert results.estimate == pytest.approx(fit.params[0])
    assert results.std_error == pytest.approx(fit.bse[0])
    assert results.p_value == pytest.approx(p_value)
    width = results.conf_high - results.conf_low
    for end, outward in ((results.conf_low, -1), (results.conf_high, 1)):
        inside, outside = end - outward * 1e-3 * width, end + outward * 1e-3 * width
        assert naive_wild_bootstrap(y, x - 0.5, inside, term=0)[1] >= 0.25
        assert naive_wild_bootstrap(y, x - 0.5, outside, term=0)[1] < 0.25


def test_wild_bootstrap_that_rejects_nothing_has_an_infinite_interval():
    results = wild_bootstrap(pd.Series([0.0, 1.0, -2.0]), pd.Series([0.0, 1.0, 2.0]), alpha=1e-3)
    assert (results.conf_low, results.conf_high) == (-inf, inf)


def test_wild_bootstrap_of_the_seven_countries():
    results = wild_bootstrap(LOGITS["effect"], DIVERSITY)
    assert (results.n_draws, results.exact) == (279_936, True)
    assert results.p_value == pytest.approx(0.0218, abs=5e-5)
    without = LOGITS.index != "UZB"
    kept = wild_bootstrap(LOGITS["effect"][without], DIVERSITY[without])
    assert kept.p_value == pytest.approx(0.2525, abs=5e-5)


def test_wild_bootstrap_draws_repeat_and_approach_the_exact_p_value():
    exact = wild_bootstrap(LOGITS["effect"], DIVERSITY)
    first = wild_bootstrap(LOGITS["effect"], DIVERSITY, draws=40_000, seed=3)
    again = wild_bootstrap(LOGITS["effect"], DIVERSITY, draws=40_000, seed=3)
    assert first == again
    assert not first.exact
    assert first.p_value == pytest.approx(exact.p_value, abs=0.003)


def test_wild_bootstrap_is_equivariant():
    first = wild_bootstrap(LOGITS["effect"], DIVERSITY, draws=2_000)
    second = wild_bootstrap(3 - 2 * LOGITS["effect"], 1 + 10 * DIVERSITY, draws=2_000)
    assert second.estimate == pytest.approx(-first.estimate / 5)
    assert second.p_value == pytest.approx(first.p_value)
    assert second.conf_low == pytest.approx(-first.conf_high / 5)
    assert not isinf(first.conf_high)


def test_size_of_the_wild_bootstrap_under_normal_errors():
    rng = np.random.default_rng(52)
    p_values = [
        wild_bootstrap(
            pd.Series(rng.normal(size=7), index=DIVERSITY.index), DIVERSITY, draws=399, seed=i
        ).p_value
        for i in range(600)
    ]
    assert 0.03 < np.mean(np.array(p_values) < 0.05) < 0.09
    assert 0.08 < np.mean(np.array(p_values) < 0.10) < 0.15


def test_wild_bootstrap_refuses_bad_input():
    x = pd.Series([0.0, 1.0, 2.0, 4.0])
    with pytest.raises(InputError, match="lie on a line"):
        wild_bootstrap(2 * x + 1, x)
    with pytest.raises(InputError, match="do not vary"):
        wild_bootstrap(x, x * 0)
    with pytest.raises(InputError, match="no degrees of freedom"):
        wild_bootstrap(x.iloc[:2], x.iloc[:2])
    with pytest.raises(InputError, match="same order"):
        wild_bootstrap(x, x.iloc[::-1])


def test_permutation_p_value_is_uniform_when_nothing_depends_on_the_regressor():
    # Over all orders of the data the exact test rejects at most its level.
    effects, x = np.array([0.2, 0.9, 1.1, 3.0]), pd.Series([0.0, 1.0, 2.5, 4.0])
    name = "OLS slope of effects"
    p_values = [
        permutation_test(x, {name: effect_statistics(pd.Series(y), x * 0 + 1)[name]})["p_value"][0]
        for y in permutations(effects)
    ]
    for level in (0.1, 0.25, 0.5):
        assert np.mean(np.array(p_values) <= level + 1e-12) <= level + 1e-12
