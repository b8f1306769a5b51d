"""Random slopes against lme4, ordinal and numerical integration, and what must hold of them."""

import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logsumexp
from scipy.stats import multivariate_normal

from lib.core.errors import ConvergenceError, ConvergenceWarning, InputError
from lib.estimators.multilevel import (
    GROUP_VARIANCE,
    MixedLogit,
    MixedOrderedLogit,
    nonadaptive_optima,
    random_starts,
)
from lib.estimators.multilevel.maximize import maximize

REFERENCE = Path(__file__).parent / "reference"
ROWS = pd.read_csv(REFERENCE / "glmm_slope.csv")
KNOWN = json.loads((REFERENCE / "glmm_slope.json").read_text())
COVARIANCE_NAMES = [GROUP_VARIANCE, "covariance with x", "variance of x"]
MODELS = {"binary": (MixedLogit, "yb ~ x"), "ordered": (MixedOrderedLogit, "yo ~ x")}


def build(kind, rows=ROWS, **arguments):
    model, formula = MODELS[kind]
    return model.from_formula(formula, rows, groups="group", random_slopes="x", **arguments)


@pytest.fixture(scope="module", params=MODELS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def fit(kind):
    return build(kind).fit()


def integrated(kind, params, spacing=0.15, reach=7.0):
    """Log-likelihood by the trapezoid rule over both effects, with the formula of the model."""
    intercept_variance, covariance, slope_variance = params[-3:]
    matrix = [[intercept_variance, covariance], [covariance, slope_variance]]
    deviations = np.sqrt([intercept_variance, slope_variance])
    axes = [np.arange(-reach, reach, spacing) * deviation for deviation in deviations]
    intercepts, slopes = (axis.ravel() for axis in np.meshgrid(*axes))
    density = multivariate_normal([0, 0], matrix).logpdf(np.column_stack([intercepts, slopes]))
    cell = np.log(spacing**2 * deviations.prod())
    total = 0.0
    for _, group in ROWS.groupby("group"):
        x = group["x"].to_numpy()[:, None]
        if kind == "binary":
            predictor = params[0] + params[1] * x + intercepts + slopes * x
            probability = expit(np.where(group[["yb"]] == 1, predictor, -predictor))
        else:
            edges = np.concatenate([[-np.inf], params[:3], [np.inf]])
            predictor = params[3] * x + intercepts + slopes * x
            category = group[["yo"]].to_numpy()
            probability = expit(edges[category] - predictor) - expit(
                edges[category - 1] - predictor
            )
        total += logsumexp(np.log(probability).sum(0) + density + cell)
    return total


def test_log_likelihood_by_numerical_integration(kind, fit):
    elsewhere = fit.params.to_numpy() + 0.1
    for params in (fit.params.to_numpy(), elsewhere):
        exact = integrated(kind, params)
        assert integrated(kind, params, spacing=0.25) == pytest.approx(exact, abs=1e-9)
        assert fit.model.loglike(params) == pytest.approx(exact, abs=1e-7)
        assert fit.model.loglike(params, "nonadaptive", 60) == pytest.approx(exact, abs=1e-4)


def test_estimates_and_errors_by_numerical_integration(kind, fit):
    estimates, step, short = fit.params.to_numpy(), 2e-3, 2e-4
    shifts = step * np.eye(len(estimates))

    def height(params):
        return integrated(kind, params, spacing=0.4, reach=6)

    gradient = [
        (height(estimates + each) - height(estimates - each)) / (2 * short)
        for each in short * np.eye(len(estimates))
    ]
    hessian = [
        [
            height(estimates + a + b)
            - height(estimates + a - b)
            - height(estimates - a + b)
            + height(estimates - a - b)
            for b in shifts
        ]
        for a in shifts
    ]
    covariance = np.linalg.inv(-np.array(hessian) / (4 * step**2))
    errors = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(fit.bse, errors, rtol=2e-3)
    newton_step = covariance @ np.array(gradient)
    np.testing.assert_allclose(newton_step / errors, 0, atol=1e-4)


def test_one_adaptive_point_is_the_laplace_approximation_of_lme4():
    known, laplace = KNOWN["glmer_laplace"], build("binary").fit(n_points=1)
    assert laplace.llf == pytest.approx(known["logLik"], abs=1e-7)
    np.testing.assert_allclose(laplace.params, known["coef"] + known["covariance"], atol=1e-6)


def test_one_adaptive_point_is_the_laplace_approximation_of_clmm():
    known, laplace = KNOWN["clmm_laplace"], build("ordered").fit(n_points=1)
    assert laplace.llf == pytest.approx(known["logLik"], abs=1e-6)
    np.testing.assert_allclose(laplace.params, known["coef"] + known["covariance"], atol=5e-5)


@pytest.mark.parametrize("quadrature", ["adaptive", "nonadaptive"])
def test_score_is_the_derivative_of_what_is_maximized(kind, fit, quadrature):
    point = fit.params.to_numpy() + 0.05
    differences = [
        fit.model.loglike(point + step, quadrature, 5)
        - fit.model.loglike(point - step, quadrature, 5)
        for step in 1e-5 * np.eye(len(point))
    ]
    score = fit.model.score(point, quadrature, 5)
    np.testing.assert_allclose(score, np.array(differences) / 2e-5, atol=1e-4)


def test_results(fit):
    assert fit.converged
    assert not fit.at_boundary
    assert list(fit.params.index[-3:]) == COVARIANCE_NAMES
    matrix = fit.random_effects_covariance
    assert matrix.loc["intercept", "intercept"] == pytest.approx(fit.group_variance)
    assert matrix.loc["intercept", "x"] == pytest.approx(fit.params["covariance with x"])
    assert matrix.loc["x", "x"] == pytest.approx(fit.params["variance of x"])
    assert fit.group_variance_std_error == pytest.approx(fit.bse[GROUP_VARIANCE])
    table = fit.tidy().set_index("term")
    assert table.loc[[GROUP_VARIANCE, "variance of x"], "p_value"].isna().all()
    assert table.loc["covariance with x", "p_value"] == pytest.approx(
        fit.pvalues["covariance with x"]
    )
    assert (table.loc[[GROUP_VARIANCE, "variance of x"], "conf_low"] > 0).all()
    assert "interior" in str(fit.summary())


def test_a_slope_that_varies_makes_the_coefficient_less_certain(kind, fit):
    model, formula = MODELS[kind]
    without = model.from_formula(formula, ROWS, groups="group").fit()
    assert fit.llf > without.llf + 3
    assert fit.bse["x"] > 1.5 * without.bse["x"]


def test_random_effects_by_numerical_integration():
    fit = build("binary").fit()
    group = ROWS[ROWS["group"] == 3]
    grid = np.linspace(-4, 4, 401)
    intercepts, slopes = (axis.ravel() for axis in np.meshgrid(grid, grid))
    x = group["x"].to_numpy()[:, None]
    predictor = fit.params["Intercept"] + fit.params["x"] * x + intercepts + slopes * x
    log_density = np.log(expit(np.where(group[["yb"]] == 1, predictor, -predictor))).sum(0)
    effects = np.column_stack([intercepts, slopes])
    log_density += multivariate_normal([0, 0], fit.random_effects_covariance).logpdf(effects)
    weights = np.exp(log_density - logsumexp(log_density))
    mean = weights @ effects
    deviation = np.sqrt(weights @ (effects - mean) ** 2)
    known = fit.random_effects.loc[3]
    np.testing.assert_allclose(known[["mean", "x_mean"]], mean, atol=1e-6)
    np.testing.assert_allclose(known[["std_dev", "x_std_dev"]], deviation, atol=1e-6)


@pytest.mark.parametrize("factor", [1e-6, 1e3])
def test_rescaled_regressor(kind, fit, factor):
    rescaled = build(kind, ROWS.assign(x=ROWS["x"] * factor)).fit()
    assert rescaled.llf == pytest.approx(fit.llf, abs=1e-8)
    assert rescaled.params["x"] * factor == pytest.approx(fit.params["x"], rel=1e-6)
    assert rescaled.bse["variance of x"] * factor**2 == pytest.approx(
        fit.bse["variance of x"], rel=1e-5
    )


def test_shifted_regressor_moves_the_intercept_variance(kind, fit):
    shifted = build(kind, ROWS.assign(x=ROWS["x"] + 2)).fit()
    assert shifted.llf == pytest.approx(fit.llf, abs=1e-8)
    assert shifted.params["variance of x"] == pytest.approx(fit.params["variance of x"], rel=1e-5)
    at_minus_two = np.array([1, -2])
    expected = at_minus_two @ fit.random_effects_covariance @ at_minus_two
    assert shifted.group_variance == pytest.approx(expected, rel=1e-5)


def test_results_survive_pickling(fit):
    copy = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(copy.tidy(), fit.tidy())
    pd.testing.assert_frame_equal(copy.random_effects, fit.random_effects)


def test_profile_of_a_coefficient(fit):
    assert fit.profile_log_likelihood("x", fit.params["x"]) == pytest.approx(fit.llf, abs=1e-8)
    low, high = fit.profile_interval("x")
    assert low < fit.params["x"] < high
    for term in COVARIANCE_NAMES[1:]:
        with pytest.raises(InputError, match="no term"):
            fit.profile_log_likelihood(term, 0.1)


def test_sampling_weights_keep_the_estimates(kind, fit):
    weighted = build(kind, ROWS.assign(w=1.0), sampling_weights="w").fit()
    np.testing.assert_allclose(weighted.params, fit.params, rtol=1e-8)
    assert (weighted.bse / fit.bse - 1).abs().max() > 0.01


def lines(intercepts, slopes):
    """Groups whose answers follow given intercepts and slopes as evenly as counts can."""
    x = np.array([-1.0, 0.0, 1.0])
    counts = [
        {"group": group, "x": value, "yb": answer, "n": number, "yo": answer + (value > 0)}
        for group, (intercept, slope) in enumerate(zip(intercepts, slopes, strict=True))
        for value in x
        for yes in [round(60 * expit(intercept + slope * value))]
        for answer, number in ((1, yes), (0, 60 - yes))
    ]
    return pd.DataFrame(counts)


BOUNDARY = {
    "no slope variance": lines([-1.5, -0.5, 0.0, 0.5, 1.5], [0.4] * 5),
    "correlation of one": lines([-1.5, -0.5, 0.0, 0.5, 1.5], [-1.1, -0.1, 0.4, 0.9, 1.9]),
    "hardly any intercept variance": lines([0.2, 0.25, 0.2, 0.15, 0.2], [-1.5, -0.5, 0, 0.5, 1.5]),
    "no variance at all": lines([0.2] * 5, [0.4] * 5),
}


@pytest.mark.parametrize("case", BOUNDARY)
def test_a_singular_covariance_is_reported_as_one(case):
    model = build("binary", BOUNDARY[case], frequency_weights="n")
    with pytest.warns(ConvergenceWarning, match="covariance of the random effects .* boundary"):
        fit = model.fit()
    assert fit.at_boundary
    assert fit.converged
    assert fit.iterations > 0
    assert np.linalg.det(fit.random_effects_covariance) == pytest.approx(0, abs=1e-12)
    table = fit.tidy().set_index("term")
    assert table.loc[COVARIANCE_NAMES, "std_error"].isna().all()
    assert np.isfinite(table.loc[["Intercept", "x"], "std_error"]).all()
    assert "at the boundary" in str(fit.summary())


@pytest.mark.filterwarnings("ignore::lib.core.errors.ConvergenceWarning")
def test_a_climb_that_crawls_goes_by_the_top_of_the_ridge(monkeypatch):
    """On the ridge the covariance is singular, and the last pivot zero."""
    model = build("binary", BOUNDARY["correlation of one"], frequency_weights="n")
    expected, held = model.fit(), []

    def crawls_at_first(likelihood, start, fixed=()):
        held.append(fixed)
        if len(held) == 1:
            raise ConvergenceError("The log-likelihood was still rising.")
        return maximize(likelihood, start, fixed)

    monkeypatch.setattr("lib.estimators.multilevel.solution.maximize", crawls_at_first)
    fit = model.fit()
    np.testing.assert_allclose(fit.params, expected.params, atol=1e-6)
    assert held[:3] == [(), (4,), ()]
    held.clear()
    with pytest.raises(ConvergenceError, match="still rising"):
        MixedLogit.from_formula("yb ~ x", ROWS, groups="group").fit()


def test_no_slope_variance_gives_the_random_intercept():
    rows = BOUNDARY["no variance at all"]
    with pytest.warns(ConvergenceWarning):
        both = build("binary", rows, frequency_weights="n").fit()
    with pytest.warns(ConvergenceWarning):
        intercept = MixedLogit.from_formula(
            "yb ~ x", rows, groups="group", frequency_weights="n"
        ).fit()
    assert both.llf == pytest.approx(intercept.llf, abs=1e-9)
    np.testing.assert_allclose(both.bse[["Intercept", "x"]], intercept.bse[["Intercept", "x"]])


def test_nonadaptive_quadrature_has_starts_and_optima():
    model = build("binary")
    starts = random_starts(model, 6, seed=1)
    assert starts.shape == (6, 5)
    np.testing.assert_array_equal(starts[:, 3], 0)
    np.testing.assert_allclose(starts[:, 4] * ROWS["x"].var(ddof=0), starts[:, 2])
    optima = nonadaptive_optima(model, 7, starts)
    assert optima["n_starts"].sum() == 6
    converged = optima[optima["converged"].astype(bool)]
    for _, row in converged.iterrows():
        params = row[model.data.param_names].to_numpy(dtype=float)
        assert model.loglike(params, "nonadaptive", 7) == pytest.approx(row["log_likelihood"])


@pytest.mark.parametrize("slope", ["z", "Intercept"])
def test_a_slope_needs_a_regressor(slope):
    with pytest.raises(InputError, match=f"A random slope needs a regressor, not '{slope}'"):
        MixedLogit.from_formula("yb ~ x", ROWS, groups="group", random_slopes=slope)


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ([0, 0.5, 0.4, 0.1], "5 finite numbers, the variances above 0"),
        ([0, 0.5, 0.4, 0.1, 0], "the variances above 0"),
        ([0, 0.5, 0.4, 0.9, 0.2], "correlation would be beyond one"),
    ],
)
def test_starts_that_are_no_covariance(start, sentence):
    with pytest.raises(InputError, match=sentence):
        build("binary").fit(start=start)
