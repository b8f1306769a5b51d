"""Shares of liars at floor and ceiling that depend on regressors, with and without a prior."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit
from scipy.stats import binom

from lib.core.errors import InputError
from lib.estimators.list_experiment import ictreg

N_ITEMS = 3


def rows(n=20_000, seed=8):
    """More men than women with the trait lie at the floor: logits 0 and -2."""
    generator = np.random.default_rng(seed)
    male, treat = generator.integers(0, 2, n), np.arange(n) % 2
    trait = generator.random(n) < expit(0.5 * male)
    items = generator.binomial(N_ITEMS, 0.35, n)
    lies = (items == 0) & (generator.random(n) < expit(2 * male - 2))
    return pd.DataFrame({"y": items + treat * trait * ~lies, "treat": treat, "male": male})


@pytest.fixture(scope="module")
def data():
    return rows()


def log_posterior(params, data, scale):
    """Blair & Imai (2012): counts of the treatment arm with liars at floor and ceiling."""
    X = np.column_stack([np.ones(len(data)), data.male])
    trait, items, ceiling, floor = (expit(X @ part) for part in np.split(params, 4))
    y = data.y.to_numpy()
    without = (1 - trait) * binom.pmf(y, N_ITEMS, items)
    honest = trait * binom.pmf(y - 1, N_ITEMS, items)
    honest *= np.where(y == 1, 1 - floor, 1) * np.where(y == N_ITEMS + 1, 1 - ceiling, 1)
    lie = trait * binom.pmf(y, N_ITEMS, items)
    lie *= np.where(y == 0, floor, 0) + np.where(y == N_ITEMS, ceiling, 0)
    shares = np.where(data.treat == 1, without + honest + lie, binom.pmf(y, N_ITEMS, items))
    return np.log(shares).sum() - np.log1p((params[4:] / scale) ** 2).sum()


def test_the_mode_of_the_posterior(data):
    few = data.head(600)
    fit = ictreg("y ~ male", few, "treat", N_ITEMS, ceiling="male", floor="male", prior=2.5)
    params = fit.params.to_numpy()
    assert list(fit.params.index[4:]) == [
        *("ceiling.Intercept", "ceiling.male", "floor.Intercept", "floor.male")
    ]
    at_mode = log_posterior(params, few, 2.5)
    assert fit.llf == pytest.approx(at_mode + np.log1p((params[4:] / 2.5) ** 2).sum())
    gradient = approx_fprime(params, log_posterior, 1e-6, few, 2.5)
    np.testing.assert_allclose(gradient, 0, atol=2e-3)
    slopes = [
        approx_fprime(params + step, log_posterior, 1e-5, few, 2.5)
        - approx_fprime(params - step, log_posterior, 1e-5, few, 2.5)
        for step in 1e-3 * np.eye(8)
    ]
    errors = np.sqrt(np.diag(np.linalg.inv(-np.array(slopes) / 2e-3)))
    np.testing.assert_allclose(fit.bse, errors, rtol=5e-3)


def test_shares_that_depend_on_a_regressor_are_found(data):
    fit = ictreg("y ~ male", data, "treat", N_ITEMS, floor="male")
    truth = [0, 0.5, np.log(0.35 / 0.65), 0, -2, 2]
    assert (np.abs(fit.params - truth) < 3 * fit.bse).all()
    assert (fit.bse < [0.1, 0.2, 0.1, 0.1, 0.5, 0.5]).all()
    constant = ictreg("y ~ male", data, "treat", N_ITEMS, floor=True)
    assert fit.llf > constant.llf + 3


def test_a_formula_without_regressors_is_one_share(data):
    few = data.head(2_000)
    one, same = (ictreg("y ~ male", few, "treat", N_ITEMS, floor=floor) for floor in (True, "1"))
    assert list(same.params.index)[-1] == "floor.Intercept"
    np.testing.assert_allclose(same.params, one.params, atol=1e-5)
    vague = ictreg("y ~ male", few, "treat", N_ITEMS, floor=True, prior=1e6)
    np.testing.assert_allclose(vague.params, one.params, atol=1e-5)
    near = ictreg("y ~ male", few, "treat", N_ITEMS, floor=True, prior=0.01)
    assert abs(near.params["floor"]) < 0.01 < abs(one.params["floor"])


BAD = {
    "prior of nothing": ({"prior": 2.5}, "prior is about the shares of ceiling or floor"),
    "negative prior": ({"floor": True, "prior": -1.0}, "with a scale above 0"),
    "unknown regressor": ({"floor": "age"}, "'age' cannot be read"),
    "collinear": ({"ceiling": "male + I(2 * male)"}, "collinear; leave one"),
    "another method": ({"method": "nls", "floor": "male"}, "belong to method='ml'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_options(data, name):
    options, sentence = BAD[name]
    with pytest.raises(InputError, match=sentence):
        ictreg("y ~ male", data.head(400), "treat", N_ITEMS, **options)


def test_likelihood_intervals_are_of_shares_without_regressors(data):
    fit = ictreg("y ~ male", data.head(2_000), "treat", N_ITEMS, floor="male")
    with pytest.raises(InputError, match="no share of liars or errors"):
        fit.share_intervals()
