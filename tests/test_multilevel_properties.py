"""What must hold of MixedLogit whatever the data."""

import pickle

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from lib.core.errors import ConvergenceError, ConvergenceWarning
from lib.estimators.multilevel import (
    GROUP_VARIANCE,
    MixedLogit,
    fit_if_possible,
    nonadaptive_optima,
    random_starts,
)
from lib.estimators.multilevel.families import BinaryLogit
from lib.estimators.multilevel.likelihood import ClusteredData, MarginalLikelihood
from lib.estimators.multilevel.maximize import maximize
from lib.estimators.multilevel.optima import _distinct
from lib.estimators.multilevel.quadrature import gauss_hermite

TRUTH = np.array([-0.3, 0.8])


def simulate(seed, n_groups, size, variance):
    generator = np.random.default_rng(seed)
    group = np.repeat(np.arange(n_groups), size)
    x = generator.normal(size=len(group))
    effect = generator.normal(scale=np.sqrt(variance), size=n_groups)[group]
    predictor = TRUTH[0] + TRUTH[1] * x + effect
    y = (generator.logistic(size=len(group)) < predictor).astype(int)
    return pd.DataFrame({"y": y, "x": x, "group": group})


def build(rows, formula="y ~ x", **columns):
    return MixedLogit.from_formula(formula, rows, groups="group", **columns)


@pytest.fixture(scope="module")
def rows():
    return simulate(1, 12, 30, 0.6).assign(x=lambda frame: frame["x"].round())


@pytest.fixture(scope="module")
def fit(rows):
    return build(rows).fit()


def test_row_order_changes_nothing(rows, fit):
    shuffled = build(rows.sample(frac=1, random_state=5)).fit()
    assert shuffled.llf == fit.llf
    pd.testing.assert_series_equal(shuffled.params, fit.params, check_exact=True)
    pd.testing.assert_frame_equal(shuffled.random_effects, fit.random_effects, check_exact=True)


def test_group_labels_change_only_labels(rows, fit):
    renamed = build(rows.assign(group=rows["group"].map(lambda code: f"land {99 - code}"))).fit()
    np.testing.assert_allclose(renamed.params, fit.params, rtol=1e-8)
    np.testing.assert_allclose(renamed.bse, fit.bse, rtol=1e-8)
    assert renamed.random_effects.loc["land 99", "mean"] == pytest.approx(
        fit.random_effects.loc[0, "mean"]
    )


@pytest.mark.parametrize("factor", [1e-4, 1e4])
def test_rescaled_regressor(rows, fit, factor):
    rescaled = build(rows.assign(x=rows["x"] * factor)).fit()
    assert rescaled.llf == pytest.approx(fit.llf, abs=1e-9)
    assert rescaled.params["x"] * factor == pytest.approx(fit.params["x"], rel=1e-7)
    assert rescaled.bse["x"] * factor == pytest.approx(fit.bse["x"], rel=1e-7)


@pytest.mark.parametrize("quadrature", ["adaptive", "nonadaptive"])
def test_grouped_counts_and_respondent_rows_are_identical(rows, quadrature):
    counts = rows.groupby(["group", "x", "y"], as_index=False).size()
    by_row = build(rows).fit(quadrature)
    by_count = build(counts, frequency_weights="size").fit(quadrature)
    assert by_count.nobs == by_row.nobs == len(rows)
    pd.testing.assert_frame_equal(by_count.tidy(), by_row.tidy(), check_exact=True)


def test_rows_of_no_weight_do_not_count(rows, fit):
    absent = rows.assign(group=99, y=1 - rows["y"], n=0)
    padded = build(pd.concat([rows.assign(n=1), absent]), frequency_weights="n").fit()
    pd.testing.assert_frame_equal(padded.tidy(), fit.tidy())
    assert 99 not in padded.random_effects.index


def test_whole_sampling_weights_give_the_estimates_of_frequencies(rows):
    weighted = rows.assign(w=1 + rows.index % 3)
    frequencies = build(weighted, frequency_weights="w").fit()
    sampling = build(weighted, sampling_weights="w").fit()
    np.testing.assert_allclose(sampling.params, frequencies.params, rtol=1e-9)
    assert sampling.nobs == len(rows)
    assert (sampling.bse / frequencies.bse - 1).abs().max() > 0.01


def test_sandwich_agrees_with_the_information_where_the_model_is_true():
    data = simulate(2, 400, 20, 0.5).assign(w=1.0)
    sandwich = build(data, sampling_weights="w").fit()
    np.testing.assert_allclose(sandwich.bse, build(data).fit().bse, rtol=0.15)


def test_51_points_give_what_25_give(rows, fit):
    finer = build(rows).fit(n_points=51)
    np.testing.assert_allclose(finer.params, fit.params, atol=1e-8)
    np.testing.assert_allclose(finer.bse, fit.bse, atol=1e-8)


def test_nonadaptive_quadrature_with_small_clusters_converges_to_adaptive():
    model = build(simulate(3, 60, 5, 0.6))
    adaptive, plain = model.fit(), model.fit("nonadaptive", 80)
    np.testing.assert_allclose(plain.params, adaptive.params, atol=1e-5)
    np.testing.assert_allclose(plain.bse, adaptive.bse, atol=1e-5)
    assert plain.llf == pytest.approx(adaptive.llf, abs=1e-6)


def test_offset_stands_for_a_known_coefficient(rows, fit):
    free = build(rows.assign(known=0.25 * rows["x"]), offset="known").fit()
    assert free.params["x"] + 0.25 == pytest.approx(fit.params["x"], abs=1e-8)
    fixed = build(rows.assign(known=0.25 * rows["x"]), "y ~ 1", offset="known").fit()
    assert fit.profile_log_likelihood("x", 0.25) == pytest.approx(fixed.llf, abs=1e-8)


def test_profile_of_the_variance_at_zero_is_the_pooled_logit(rows, fit):
    pooled = sm.Logit(rows["y"], sm.add_constant(rows["x"])).fit(disp=False)
    assert fit.profile_log_likelihood(GROUP_VARIANCE, 0) == pytest.approx(pooled.llf, abs=1e-8)


def test_profile_at_the_estimate_is_the_maximum(fit):
    for term, estimate in fit.params.items():
        assert fit.profile_log_likelihood(term, estimate) == pytest.approx(fit.llf, abs=1e-9)


def test_no_variance_gives_the_pooled_logit():
    # Every group has the same answers: less variation than chance alone would give.
    data = pd.DataFrame({"x": [0, 0, 1, 1, 1], "y": [0, 1, 1, 1, 0]}).loc[np.tile(range(5), 40)]
    model = build(data.assign(group=np.repeat(range(8), 25)))
    with pytest.warns(ConvergenceWarning, match="boundary, zero"):
        fit = model.fit()
    pooled = sm.Logit(data["y"], sm.add_constant(data["x"])).fit(disp=False)
    assert fit.at_boundary
    assert fit.converged
    assert fit.group_variance == 0
    assert fit.icc == 0
    assert np.isnan(fit.group_variance_std_error)
    assert fit.llf == pytest.approx(pooled.llf, abs=1e-8)
    assert model.loglike([*pooled.params, 0.0]) == pytest.approx(pooled.llf, abs=1e-8)
    np.testing.assert_allclose(fit.params.iloc[:2], pooled.params, atol=1e-6)
    np.testing.assert_allclose(fit.bse.iloc[:2], pooled.bse, atol=1e-6)
    assert fit.tidy().set_index("term").loc[GROUP_VARIANCE].iloc[1:].isna().all()
    assert "at the boundary" in str(fit.summary())


def test_simulation_recovery():
    fits = [build(simulate(seed, 60, 40, 0.5)).fit() for seed in range(30)]
    estimates = np.array([fit.params for fit in fits])
    monte_carlo = estimates.std(axis=0, ddof=1) / np.sqrt(len(fits))
    np.testing.assert_array_less(np.abs(estimates.mean(0) - [*TRUTH, 0.5]), 3.5 * monte_carlo)
    average = np.mean([fit.bse for fit in fits], axis=0)
    np.testing.assert_allclose(average, estimates.std(axis=0, ddof=1), rtol=0.4)


def test_large_clusters_do_not_underflow():
    fit = build(simulate(4, 6, 20_000, 0.4)).fit("nonadaptive", 15)
    assert np.isfinite(fit.llf)
    assert fit.node_probabilities.sum(axis=1).to_numpy() == pytest.approx(1)


@pytest.mark.parametrize("quadrature", ["adaptive", "nonadaptive"])
@pytest.mark.parametrize("n_points", [1, 2, 3, 7, 25])
def test_score_is_the_derivative_of_what_is_maximized(rows, quadrature, n_points):
    model, point = build(rows), np.array([0.1, 0.5, 0.7])
    steps = 1e-5 * np.eye(3)
    differences = [
        model.loglike(point + step, quadrature, n_points)
        - model.loglike(point - step, quadrature, n_points)
        for step in steps
    ]
    score = model.score(point, quadrature, n_points)
    np.testing.assert_allclose(score, np.array(differences) / 2e-5, atol=1e-6)


def correlated_effects(adaptive, n_points=9):
    generator = np.random.default_rng(6)
    x = generator.normal(size=120)
    design = np.column_stack([np.ones(120), x])
    y = generator.integers(0, 2, 120).astype(float)
    first = np.arange(0, 120, 15)
    data = ClusteredData(y, design, design, np.zeros(120), np.ones(120), first)
    return MarginalLikelihood(data, BinaryLogit(), gauss_hermite(n_points, 2), adaptive)


@pytest.mark.parametrize("adaptive", [True, False])
@pytest.mark.parametrize("n_points", [1, 4, 9])
def test_score_with_two_random_effects(adaptive, n_points):
    likelihood = correlated_effects(adaptive, n_points)
    point = np.array([0.1, -0.2, 0.9, 0.3, 0.6])
    differences = [
        likelihood.evaluate(point + step).log_likelihood
        - likelihood.evaluate(point - step).log_likelihood
        for step in 1e-5 * np.eye(5)
    ]
    np.testing.assert_allclose(
        likelihood.evaluate(point).score, np.array(differences) / 2e-5, atol=1e-6
    )


@pytest.mark.parametrize("adaptive", [True, False])
def test_information_is_the_negative_derivative_of_the_score(adaptive):
    likelihood = correlated_effects(adaptive, 25)
    point = np.array([0.1, -0.2, 0.9, 0.3, 0.6])
    differences = [
        likelihood.evaluate(point - step).score - likelihood.evaluate(point + step).score
        for step in 1e-5 * np.eye(5)
    ]
    np.testing.assert_allclose(
        likelihood.evaluate(point).information, np.array(differences) / 2e-5, atol=1e-5
    )


def test_no_number_without_a_maximum(monkeypatch, rows):
    model = build(rows)
    monkeypatch.setattr("lib.estimators.ascent.MAXIMUM_ITERATIONS", 1)
    with pytest.raises(ConvergenceError, match="still rising"):
        model.fit(start=[5.0, -5.0, 3.0])


def test_variance_without_limit_is_no_estimate():
    rows = simulate(7, 2, 60, 1.0)
    rows = rows.assign(y=rows["group"])
    for quadrature in ("adaptive", "nonadaptive"):
        with pytest.raises(ConvergenceError):
            build(rows).fit(quadrature, 7)


def test_all_groups_on_the_node_at_zero_are_no_estimate():
    rows = simulate(8, 6, 4000, 0.0)
    with pytest.raises(ConvergenceError):
        build(rows).fit("nonadaptive", 7, start=[*TRUTH, 4.0])


def test_failed_starts_are_counted(monkeypatch, rows):
    model = build(rows)
    monkeypatch.setattr("lib.estimators.ascent.MAXIMUM_ITERATIONS", 7)
    optima = nonadaptive_optima(model, 7, random_starts(model, 40, seed=1))
    assert optima["n_starts"].sum() == 40
    assert 0 < optima.loc[~optima["converged"].astype(bool), "n_starts"].sum() < 40
    assert optima["log_likelihood"].iloc[-1:].isna().all()
    assert optima["nodes"].iloc[-1] == ()
    monkeypatch.setattr("lib.estimators.ascent.MAXIMUM_ITERATIONS", 1)
    hopeless = nonadaptive_optima(model, 7, random_starts(model, 3, seed=1))
    assert hopeless[["n_starts", "nodes", "converged"]].to_numpy().tolist() == [[3, (), False]]


def test_a_climb_from_the_maximum_takes_one_step_and_from_a_saddle_fails(fit):
    """Without a deviation the score in it is zero, whatever its sign."""
    likelihood = fit.model.likelihood("adaptive", 25)
    *coefficients, variance = fit.params
    assert maximize(likelihood, np.array([*coefficients, np.sqrt(variance)])).iterations == 1
    with pytest.raises(ConvergenceError, match="a stationary point that is no maximum"):
        maximize(likelihood, np.array([*coefficients, 0.0]))


def test_a_fit_that_reaches_no_maximum_is_none(monkeypatch, rows):
    model = build(rows)
    found = fit_if_possible(model, "nonadaptive", 7)
    pd.testing.assert_frame_equal(found.tidy(), model.fit("nonadaptive", 7).tidy())
    monkeypatch.setattr("lib.estimators.ascent.MAXIMUM_ITERATIONS", 1)
    assert fit_if_possible(model, "nonadaptive", 7) is None


def test_optima_on_the_same_nodes_are_distinct_by_their_height():
    rows = pd.DataFrame({"nodes": [(0, 1)] * 3, "log_likelihood": [-1.0, -2.0, -1 + 1e-12]})
    assert _distinct(rows.assign(n_starts=1))["n_starts"].tolist() == [2, 1]


def test_random_starts_depend_on_the_seed_alone(rows):
    model = build(rows)
    starts = random_starts(model, 500, seed=8)
    np.testing.assert_array_equal(starts, random_starts(model, 500, seed=8))
    assert not np.array_equal(starts, random_starts(model, 500, seed=9))
    assert starts[:, -1].min() >= 0.1**2
    assert starts[:, -1].max() <= 2**2
    assert starts[:, 0].std() == pytest.approx(1, abs=0.1)
    assert starts[:, 1].std() * rows["x"].std() == pytest.approx(1, abs=0.1)


def test_results_mean_what_statsmodels_means(rows, fit):
    assert fit.converged
    assert fit.nobs == len(rows)
    assert (fit.quadrature, fit.n_points) == ("adaptive", 25)
    assert list(fit.params.index) == ["Intercept", "x", GROUP_VARIANCE]
    assert fit.pvalues["x"] == pytest.approx(2 * stats.norm.sf(abs(fit.params["x"] / fit.bse["x"])))
    np.testing.assert_allclose(np.sqrt(np.diag(fit.cov_params())), fit.bse)
    assert fit.t_test("x = 0").pvalue == pytest.approx(fit.pvalues["x"])
    low, high = fit.conf_int().loc["x"]
    assert (high - low) / fit.bse["x"] == pytest.approx(2 * stats.norm.ppf(0.975))
    assert fit.model.loglike(fit.params) == pytest.approx(fit.llf, abs=1e-9)
    assert fit.icc == pytest.approx(fit.group_variance / (fit.group_variance + np.pi**2 / 3))
    summary = " ".join(str(fit.summary()).split())
    for part in (
        "Dep. Variable: y",
        f"No. Observations: {len(rows)}",
        "No. Groups: 12",
        f"Log-Likelihood: {fit.llf:.3f}"[:-3],
        "Quadrature: adaptive, 25 points",
        "Group variance: interior",
    ):
        assert part in summary


def test_tidy_is_the_results(fit):
    table = fit.tidy().set_index("term")
    columns = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    assert list(table.columns) == columns
    np.testing.assert_allclose(table["estimate"], fit.params)
    np.testing.assert_allclose(table["std_error"], fit.bse)
    variance = table.loc[GROUP_VARIANCE]
    assert variance["conf_low"] > 0
    assert np.log(variance["conf_high"] / variance["estimate"]) == pytest.approx(
        stats.norm.ppf(0.975) * variance["std_error"] / variance["estimate"]
    )
    assert variance["conf_low"] * variance["conf_high"] == pytest.approx(variance["estimate"] ** 2)
    assert variance[["statistic", "p_value"]].isna().all()
    narrow = fit.tidy(alpha=0.2).set_index("term")
    assert (narrow["conf_low"] > table["conf_low"]).all()


def test_formula_finds_functions_of_its_caller(rows, fit):
    def half(values):
        return values / 2

    halved = build_here(rows, half)
    assert halved.params["half(x)"] == pytest.approx(2 * fit.params["x"], rel=1e-7)


def build_here(rows, half):
    assert half(2) == 1
    return MixedLogit.from_formula("y ~ half(x)", rows, groups="group").fit()


def test_results_survive_pickling(fit):
    copy = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(copy.tidy(), fit.tidy())
