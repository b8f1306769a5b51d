"""Likelihood intervals of shares of liars and errors, which may lie at their boundary."""

import warnings

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2

from lib.core.errors import ConvergenceError, ConvergenceWarning, InputError
from lib.estimators.list_experiment import attempt_ictreg, attempted_shares, ictreg
from lib.estimators.list_experiment.specification import Specification
from tests.test_list_experiment_coverage import SHARE, simulate

QUANTILE = chi2.isf(0.05, 1)


def quiet(data, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return ictreg("y ~ x", data, "treat", 4, **options)


def drop(fit, model, value):
    """Twice the drop of the log-likelihood where the last share is held, by another optimizer."""
    rows, estimate = fit.model.rows, fit.params.to_numpy()
    likelihood = Specification(**{model: True}).likelihood(rows)
    others = np.where(np.isfinite(estimate[:-1]), estimate[:-1], 0.0)

    def negative(free):
        found = likelihood.evaluate(np.append(free, value))
        return -found.log_likelihood, -found.score[:-1]

    return 2 * (fit.llf + minimize(negative, others, jac=True, tol=1e-10).fun)


@pytest.mark.parametrize("model", ["ceiling", "overdispersed"])
def test_ends_are_where_the_likelihood_has_dropped_enough(model):
    fit = quiet(simulate(np.random.default_rng(1), 2_000, model), **{model: True})
    table = fit.share_intervals()
    assert list(table) == ["term", "estimate", "conf_low", "conf_high"]
    interval = table.iloc[0]
    assert interval["estimate"] == pytest.approx(expit(fit.params.iloc[-1]))
    assert interval["conf_low"] < interval["estimate"] < interval["conf_high"]
    for end in ("conf_low", "conf_high"):
        logit = np.log(interval[end] / (1 - interval[end]))
        assert drop(fit, model, logit) == pytest.approx(QUANTILE, abs=2e-3)


def test_in_large_samples_it_is_the_interval_of_the_standard_error():
    fit = quiet(simulate(np.random.default_rng(2), 15_000, "overdispersed"), overdispersed=True)
    interval = fit.share_intervals().iloc[0]
    low, high = expit(fit.conf_int().iloc[-1])
    assert (interval["conf_low"], interval["conf_high"]) == pytest.approx((low, high), abs=4e-3)


def test_a_share_at_its_boundary_has_an_interval():
    """Nobody lies; the likelihood is highest at no ceiling share in this sample."""
    fit = quiet(simulate(np.random.default_rng(3), 1_500, "honest"), ceiling=True)
    assert np.isneginf(fit.params["ceiling"])
    interval = fit.share_intervals().iloc[0]
    assert (interval["term"], interval["estimate"], interval["conf_low"]) == ("ceiling", 0, 0)
    logit = np.log(interval["conf_high"] / (1 - interval["conf_high"]))
    assert drop(fit, "ceiling", logit) == pytest.approx(QUANTILE, abs=2e-3)


def test_higher_levels_have_wider_intervals_and_each_error_its_own():
    fit = quiet(simulate(np.random.default_rng(4), 1_000, "honest"), error="uniform")
    narrow, wide = (fit.share_intervals(alpha) for alpha in (0.2, 0.05))
    assert narrow["term"].tolist() == ["uniform.control", "uniform.treatment"]
    assert (wide["conf_high"] > narrow["conf_high"]).all()
    assert (wide["conf_low"] <= narrow["conf_low"]).all()


def test_what_has_no_likelihood_interval():
    data = simulate(np.random.default_rng(5), 400, "honest").assign(w=1.0)
    with pytest.raises(InputError, match="has no share of liars or errors"):
        quiet(data).share_intervals()
    with pytest.raises(InputError, match="fit with method='ml'"):
        quiet(data, method="linear").share_intervals()
    with pytest.raises(InputError, match="not defined with weights"):
        quiet(data, ceiling=True, weights="w").share_intervals()


def test_collected_shares_leave_out_fits_that_have_none(monkeypatch):
    data = simulate(np.random.default_rng(7), 500, "ceiling")
    fits = {"nonadaptive": {}, "ceiling": {"ceiling": True}, "impossible": {"n_items": 3}}
    attempts = {
        name: attempt_ictreg("y ~ x", data, "treat", **({"n_items": 4} | options))
        for name, options in fits.items()
    }
    table = attempted_shares(attempts)
    assert table[["model", "term", "remark"]].to_numpy().tolist() == [["ceiling", "ceiling", ""]]
    expected = attempts["ceiling"].required().share_intervals()
    np.testing.assert_allclose(
        table[["estimate", "conf_high"]], expected[["estimate", "conf_high"]]
    )

    def fails(*_):
        raise ConvergenceError("The likelihood rises.")

    monkeypatch.setattr("lib.estimators.list_experiment.results.share_intervals", fails)
    columns = list(table)
    table = attempted_shares(attempts | {"again": attempts["ceiling"]})
    assert list(table) == columns
    assert table["model"].to_dict() == {0: "ceiling", 1: "again"}
    assert set(table["remark"]) == {"The likelihood rises."}
    assert table["conf_high"].isna().all()


def coverage(n, model, n_samples):
    """How often intervals of the likelihood, and of the standard error, hold the share."""
    generator, covered = np.random.default_rng(2012), []
    for _ in range(n_samples):
        fit = quiet(simulate(generator, n, model), **{model: True})
        likelihood = fit.share_intervals().iloc[0]
        ends = likelihood[["conf_low", "conf_high"]], expit(fit.conf_int().iloc[-1])
        covered.append([low <= SHARE <= high for low, high in ends])
    return np.mean(covered, axis=0)


@pytest.mark.long
@pytest.mark.parametrize("model", ["ceiling", "floor"])
def test_coverage_of_likelihood_intervals_with_5000_respondents(model):
    """200 samples: the level, within two Monte Carlo errors."""
    found = coverage(5_000, model, 200)[0]
    assert found == pytest.approx(0.95, abs=2 * np.sqrt(0.95 * 0.05 / 200))


@pytest.mark.long
@pytest.mark.parametrize("model", ["ceiling", "floor"])
def test_coverage_of_likelihood_intervals_with_400_respondents(model):
    """
    200 samples, many at the boundary, where an estimate has no standard error.

    The interval of the standard error fails then. That of the likelihood may hold the share too
    often, never too seldom: many reach from 0 to 1.
    """
    likelihood, standard_error = coverage(400, model, 200)
    least = 0.95 - 2 * np.sqrt(0.95 * 0.05 / 200)
    assert standard_error < least <= likelihood
