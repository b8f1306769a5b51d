"""MixedLogit against lme4, an independent program and numerical integration."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import log_expit
from scipy.stats import norm

from lib.estimators.multilevel import (
    GROUP_VARIANCE,
    MixedLogit,
    nonadaptive_optima,
    random_starts,
)
from tests.pinned_starts import start_at_nodes

REFERENCE = Path(__file__).parent / "reference"
KNOWN = json.loads((REFERENCE / "glmm_reference.json").read_text())["logit"]
FORMULA = "yb ~ x1 + x2 + x3 + x4 + x5 + div"


@pytest.fixture(scope="module")
def model():
    return MixedLogit.from_formula(FORMULA, pd.read_csv(REFERENCE / "glmm_sim.csv"), groups="group")


@pytest.fixture(scope="module")
def fit(model):
    return model.fit()


@pytest.fixture(scope="module")
def countries():
    return MixedLogit.from_formula(
        "trust ~ diversity",
        pd.read_csv(REFERENCE / "glmm_countries.csv"),
        groups="iso3",
        frequency_weights="respondents",
    )


def test_adaptive_log_likelihood(fit):
    assert fit.llf == pytest.approx(KNOWN["adaptive25"]["ll"], abs=1e-6)


def test_adaptive_coefficients(fit):
    np.testing.assert_allclose(fit.params.iloc[:-1], KNOWN["adaptive25"]["coef"][:-1], atol=1e-5)
    assert fit.group_variance == pytest.approx(KNOWN["adaptive25"]["var"], abs=1e-5)


def test_adaptive_standard_errors(fit):
    np.testing.assert_allclose(fit.bse.iloc[:-1], KNOWN["adaptive25"]["se"][:-1], atol=1e-4)
    assert fit.group_variance_std_error == pytest.approx(KNOWN["adaptive25"]["se_var"], abs=1e-4)


def test_lme4_with_25_points(fit):
    assert fit.llf == pytest.approx(KNOWN["glmer_agq25"]["logLik"], abs=1e-6)
    estimates = list(KNOWN["glmer_agq25"]["coef"].values())
    np.testing.assert_allclose(fit.params.iloc[:-1], estimates, atol=3e-4)
    exact = list(KNOWN["glmer_agq25"]["se_rx"].values())
    np.testing.assert_allclose(fit.bse.iloc[:-1], exact, rtol=2e-3)


def test_one_adaptive_point_is_laplace(model):
    laplace = model.fit(n_points=1)
    assert laplace.llf == pytest.approx(KNOWN["glmer_laplace"]["logLik"], abs=1e-6)
    assert laplace.group_variance == pytest.approx(KNOWN["glmer_laplace"]["var"], abs=1e-4)


@pytest.mark.parametrize("points", KNOWN["nonadaptive"])
def test_nonadaptive_quadrature_from_pinned_nodes(model, points):
    n_points, known = int(points[1:]), KNOWN["nonadaptive"][points]
    start = start_at_nodes(model, known["nodes"], n_points)
    fit = model.fit("nonadaptive", n_points, start=start)
    assert fit.llf == pytest.approx(known["ll"], abs=1e-4)
    assert fit.params["div"] == pytest.approx(known["div"], abs=1e-4)
    assert fit.bse["div"] == pytest.approx(known["se_div"], abs=1e-4)
    assert fit.bse["Intercept"] == pytest.approx(known["se_const"][0], abs=1e-4)
    assert fit.group_variance == pytest.approx(known["var"], abs=1e-4)
    assert fit.group_variance_std_error == pytest.approx(known["se_var"], abs=1e-4)
    assert fit.node_probabilities.idxmax(axis=1).tolist() == known["nodes"]
    np.testing.assert_allclose(fit.node_probabilities.max(axis=1), known["max_post"], atol=1e-6)


def test_clustered_sandwich():
    rows = pd.read_csv(REFERENCE / "glmm_sim.csv").assign(weight=1.0)
    fit = MixedLogit.from_formula(FORMULA, rows, groups="group", sampling_weights="weight").fit()
    known = KNOWN["adaptive25"]["cluster_sandwich"]
    assert fit.bse["div"] == pytest.approx(known["se_div"], abs=1e-4)
    assert fit.bse["Intercept"] == pytest.approx(known["se_const"][0], abs=1e-4)
    assert fit.group_variance_std_error == pytest.approx(known["se_var"], abs=1e-4)


def test_seven_countries_adaptive(countries):
    fit = countries.fit()
    assert fit.nobs == 10023
    assert fit.llf == pytest.approx(-6323.38, abs=0.005)
    assert fit.params["diversity"] == pytest.approx(1.199, abs=0.0005)
    assert fit.bse["diversity"] == pytest.approx(1.485, abs=0.0005)
    assert fit.group_variance == pytest.approx(0.508, abs=0.0005)
    assert fit.group_variance_std_error == pytest.approx(0.275, abs=0.0005)


def test_seven_countries_plain_from_the_default_start(countries):
    fit = countries.fit("nonadaptive", 7)
    assert fit.llf == pytest.approx(-6321.56, abs=0.005)
    np.testing.assert_allclose(fit.params, [-0.297, 1.510, 0.195], atol=0.0005)
    np.testing.assert_allclose(fit.bse, [0.054, 0.118, 0.016], atol=0.0005)


def test_seven_countries_have_many_plain_optima(countries):
    optima = nonadaptive_optima(countries, 7, random_starts(countries, 1000, seed=1))
    assert optima["n_starts"].sum() == 1000
    optima = optima[optima["converged"].astype(bool)]
    assert optima["n_starts"].sum() > 990
    assert len(optima) >= 142
    best = optima.iloc[0]
    assert best["log_likelihood"] == pytest.approx(-6321.51, abs=0.005)
    assert best["diversity"] == pytest.approx(-0.67, abs=0.005)
    assert best["diversity_std_error"] == pytest.approx(0.146, abs=0.0005)
    assert optima["log_likelihood"].is_monotonic_decreasing


def test_every_listed_optimum_is_stationary_and_distinct(countries):
    optima = nonadaptive_optima(countries, 7, random_starts(countries, 100, seed=2))
    for _, row in optima[optima["converged"].astype(bool)].iterrows():
        params = row[["Intercept", "diversity", GROUP_VARIANCE]].to_numpy(dtype=float)
        assert countries.loglike(params, "nonadaptive", 7) == pytest.approx(row["log_likelihood"])
        np.testing.assert_allclose(countries.score(params, "nonadaptive", 7), 0, atol=1e-3)
    assert not optima[["Intercept", "diversity", GROUP_VARIANCE]].round(6).duplicated().any()


def test_profile_of_the_seven_countries(countries):
    fit = countries.fit()
    ratio = 2 * (fit.llf - fit.profile_log_likelihood("diversity", 1.603))
    assert ratio == pytest.approx(0.07, abs=0.005)
    low, high = fit.profile_interval("diversity")
    for limit in (low, high):
        drop = fit.llf - fit.profile_log_likelihood("diversity", limit)
        assert drop == pytest.approx(norm.ppf(0.975) ** 2 / 2, abs=1e-6)
    assert low < fit.params["diversity"] < high
    # Seven clusters: the likelihood is wider than its normal approximation.
    assert high - low > 2 * norm.ppf(0.975) * fit.bse["diversity"]
    variance_low, variance_high = fit.profile_interval(GROUP_VARIANCE)
    assert 0 < variance_low < fit.group_variance < variance_high


@pytest.mark.parametrize("params", [[0.2, 0.5, 0.6], [-1.0, 2.0, 3.0]])
def test_log_likelihood_by_numerical_integration(params):
    generator = np.random.default_rng(3)
    rows = pd.DataFrame({"group": np.repeat(np.arange(5), 6), "x": generator.normal(size=30)})
    rows["y"] = generator.integers(0, 2, 30)
    constant, slope, variance = params

    def integrand(effect, group):
        predictor = constant + slope * group["x"] + effect
        sign = 2 * group["y"] - 1
        density = norm.pdf(effect, scale=np.sqrt(variance))
        return np.exp(log_expit(sign * predictor).sum()) * density

    exact = sum(
        np.log(quad(integrand, -30, 30, args=(group,), points=[0], epsabs=1e-14, limit=200)[0])
        for _, group in rows.groupby("group")
    )
    model = MixedLogit.from_formula("y ~ x", rows, groups="group")
    assert model.loglike(params) == pytest.approx(exact, abs=1e-7)
    assert model.loglike(params, "nonadaptive", 150) == pytest.approx(exact, abs=1e-5)


def test_random_effects_by_numerical_integration(countries):
    fit = countries.fit()
    rows = pd.read_csv(REFERENCE / "glmm_countries.csv").query("iso3 == 'ARM'")
    effects = np.linspace(-3, 3, 60_001)
    predictor = fit.params["Intercept"] + fit.params["diversity"] * rows["diversity"].iloc[0]
    log_density = norm.logpdf(effects, scale=np.sqrt(fit.group_variance))
    for _, row in rows.iterrows():
        sign = 2 * row["trust"] - 1
        log_density += row["respondents"] * log_expit(sign * (predictor + effects))
    density = np.exp(log_density - log_density.max())
    mean = (effects * density).sum() / density.sum()
    deviation = np.sqrt(((effects - mean) ** 2 * density).sum() / density.sum())
    assert fit.random_effects.loc["ARM", "mean"] == pytest.approx(mean, abs=1e-6)
    assert fit.random_effects.loc["ARM", "std_dev"] == pytest.approx(deviation, abs=1e-6)
