"""What 400 respondents can bear: every fit ends in numbers or in a sentence that names why not."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from lib.errors import ConvergenceError, ConvergenceWarning
from lib.list_experiment import difference_in_means, ictreg

N, N_SAMPLES = 400, 200
FORMULAS = {"one": "y ~ male", "five": "y ~ male + university + age10 + russian + capital"}
MODELS = {
    "nls": {"method": "nls"},
    "ml": {},
    "unconstrained": {"constrained": False},
    "overdispersed": {"overdispersed": True},
    "ceiling": {"ceiling": True},
    "floor": {"floor": True},
    "topcode": {"error": "topcode"},
    "uniform": {"error": "uniform"},
}
LEAST_NUMBERS = {"one": 195, "five": 110}


def simulate(generator):
    """Draw respondents as tests/reference/list_sim.R does: 4 items, five regressors."""
    male, university = generator.random((2, N)) < np.array([[0.45], [0.514]])
    age = np.clip(generator.normal(43, 15, N), 18, 85).round()
    group, region = generator.random((2, N))
    russian, capital = (group > 0.605) & (group < 0.905), region < 0.35
    logit = 0.1 + 0.9 * male - 0.6 * university + 0.5 * russian - 0.3 * capital
    trait = generator.random(N) < expit(logit + 0.01 * (age - 43))
    items = expit(0.8 - 0.1 * male - 0.15 * university + 0.1 * russian)
    treat = generator.permutation(N) % 2
    y = generator.binomial(4, items) + treat * trait
    regressors = {"male": male, "university": university, "russian": russian, "capital": capital}
    table = pd.DataFrame(regressors).astype(int)
    return table.assign(y=y, treat=treat, age10=age / 10)


def outcome(data, formula, options):
    """Number of fits without and with a warning, or the sentence of a refusal."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fit = ictreg(formula, data, "treat", 4, **options)
        except ConvergenceError as error:
            return str(error)
    assert {each.category for each in caught} <= {ConvergenceWarning}
    named = " ".join(str(each.message) for each in caught)
    missing = fit.bse.isna()
    assert all(term in named for term in fit.bse.index[missing])
    assert np.isfinite(fit.bse[~missing]).all()
    assert (fit.bse[~missing] > 0).all()
    assert bool(caught) == missing.any()
    return fit


@pytest.mark.long
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("model", MODELS)
def test_every_fit_ends_in_numbers_or_names_what_is_not_identified(formula, model):
    generator, numbers = np.random.default_rng(400), 0
    for _ in range(N_SAMPLES):
        found = outcome(simulate(generator), FORMULAS[formula], MODELS[model])
        if isinstance(found, str):
            terms = ("sensitive.", "control.", "overdispersion", "ceiling", "floor", model)
            assert any(term in found for term in terms)
        else:
            numbers += 1
    assert numbers >= LEAST_NUMBERS[formula]


@pytest.mark.long
def test_least_squares_refuses_just_where_no_share_fits():
    """With one binary regressor a finite estimate exists if both differences are shares."""
    generator = np.random.default_rng(401)
    for _ in range(N_SAMPLES):
        data = simulate(generator)
        shares = difference_in_means(data, "y", "treat", by="male")["estimate"]
        found = outcome(data, "y ~ male", {"method": "nls"})
        assert isinstance(found, str) == (not shares.between(0, 1, inclusive="neither").all())
