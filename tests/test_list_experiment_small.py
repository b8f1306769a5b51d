"""What 400 respondents can bear: every fit ends in numbers or in a sentence that names why not."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from lib.core.errors import ConvergenceError, ConvergenceWarning
from lib.estimators.ascent import NoMaximumError
from lib.estimators.list_experiment import difference_in_means, ictreg
from lib.estimators.list_experiment.data import read_rows
from lib.estimators.list_experiment.specification import Specification

N, N_SAMPLES, N_COMPARED = 400, 200, 20
FINITE, BEYOND = 10, 20
TERMS = ("sensitive.", "control.", "overdispersion", "ceiling", "floor")
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
    """The fit, whose missing errors are those of the warning, or the error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fit = ictreg(formula, data, "treat", 4, **options)
        except ConvergenceError as error:
            return error
    assert {each.category for each in caught} <= {ConvergenceWarning}
    named = " ".join(str(each.message) for each in caught)
    missing = fit.bse.isna()
    assert all(term in named for term in fit.bse.index[missing])
    assert np.isfinite(fit.bse[~missing]).all()
    assert (fit.bse[~missing] > 0).all()
    assert bool(caught) == missing.any()
    return fit


def to_minimize(rows, method="ml", **assumptions):
    """What the estimator minimizes, with its gradient and the designs of its parameters."""
    if method == "ml":
        likelihood = Specification(**assumptions).likelihood(rows)
        return lambda b: _negative(likelihood.evaluate(b)), likelihood.designs
    (control, treated), start = rows.arms, np.zeros(rows.X.shape[1])
    items = minimize(_squares(rows.X[control], rows.y[control], 4), start, jac=True, tol=1e-12).x
    rest = rows.y - 4 * expit(rows.X @ items)
    return _squares(rows.X[treated], rest[treated], 1), [rows.X]


def _negative(found):
    return -found.log_likelihood, -found.score


def _squares(X, y, n_items):
    def squares(b):
        share = expit(X @ b)
        rest = n_items * share - y
        return rest @ rest / 2, X.T @ (rest * n_items * share * (1 - share))

    return squares


def lowest(objective, designs, reach, start):
    """Lowest point where no logit moves by more than the reach, by another optimizer."""
    spread = np.concatenate([np.ptp(design, axis=0) for design in designs])
    limits = reach / np.where(spread > 0, spread, 1.0)
    return minimize(
        objective,
        np.clip(start, -limits, limits),
        jac=True,
        method="L-BFGS-B",
        bounds=np.column_stack([-limits, limits]),
        options={"ftol": 1e-14, "gtol": 1e-8, "maxiter": 2_000, "maxfun": 20_000},
    )


@pytest.mark.long
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("model", MODELS)
def test_no_finite_estimate_is_better_and_a_refusal_has_none(formula, model):
    """
    Another optimizer, held to logits of 10, finds no better maximum than what is returned.

    Where a fit is refused, the best that it finds there is beaten farther out. What it finds at its
    own limits is no maximum.
    """
    generator = np.random.default_rng(400)
    for _ in range(N_COMPARED):
        data = simulate(generator)
        objective, designs = to_minimize(
            read_rows(FORMULAS[formula], data, "treat", 4), **MODELS[model]
        )
        start = generator.normal(size=sum(design.shape[1] for design in designs))
        finite = lowest(objective, designs, FINITE, start)
        beyond = lowest(objective, designs, BEYOND, finite.x).fun
        found = outcome(data, FORMULAS[formula], MODELS[model])
        if isinstance(found, ConvergenceError):
            assert any(term in str(found) for term in (*TERMS, model))
            climbed = isinstance(found, NoMaximumError)
            least = -found.reached.log_likelihood if climbed else beyond
            assert least < finite.fun - 1e-8
        elif beyond > finite.fun - 1e-6:
            ours = -found.llf if found.method == "ml" else objective(found.params[: len(start)])[0]
            assert ours < finite.fun + 1e-6


@pytest.mark.long
def test_least_squares_refuses_just_where_no_share_fits():
    """With one binary regressor a finite estimate exists if both differences are shares."""
    generator = np.random.default_rng(401)
    for _ in range(N_SAMPLES):
        data = simulate(generator)
        shares = difference_in_means(data, "y", "treat", by="male")["estimate"]
        found = outcome(data, "y ~ male", {"method": "nls"})
        refused = isinstance(found, ConvergenceError)
        assert refused == (not shares.between(0, 1, inclusive="neither").all())
