"""The list experiment against the R package list 9.2.6 (tests/reference/list_sim.R)."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.core.errors import ConvergenceWarning
from lib.estimators.list_experiment import difference_in_means, ictreg
from lib.estimators.list_experiment.specification import Specification

REFERENCE = Path(__file__).parent / "reference"
KNOWN = json.loads((REFERENCE / "list_sim_reference.json").read_text())
FORMULAS = {"n400": "y ~ male", "n2000": "y ~ male + university + age10 + russian + capital"}
MODELS = {
    "linear": {"method": "linear"},
    "nls": {"method": "nls"},
    "ml": {},
    "ml_unconstrained": {"constrained": False},
    "ml_betabinomial": {"overdispersed": True},
    "ml_ceiling": {"ceiling": True},
    "ml_floor": {"floor": True},
    "ml_topcode": {"error": "topcode"},
    "ml_uniform": {"error": "uniform"},
}
AT_BOUNDARY = {
    ("n400", "ml_betabinomial"): "overdispersion",
    ("n400", "ml_topcode"): "topcode",
    ("n2000", "ml_ceiling"): "ceiling",
    ("n2000", "ml_uniform"): "uniform.control",
}
FAILED_IN_R = {("n400", "nls"), ("n400", "ml_betabinomial")}
COMPARED = [(n, m) for n in FORMULAS for m in MODELS if (n, m) not in FAILED_IN_R]
LIKELIHOODS = [(n, m) for n, m in COMPARED if m.startswith("ml")]


def rows(size):
    return pd.read_csv(REFERENCE / f"list_sim_{size}.csv")


@pytest.fixture(scope="module")
def fits():
    """Every fit, with what it warned of."""
    made = {}
    for size, formula in FORMULAS.items():
        for name, options in MODELS.items():
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                made[size, name] = (ictreg(formula, rows(size), "treat", 4, **options), caught)
    return made


def known_table(size, name):
    """Coefficients and standard errors of R under our names; a parameter beyond 10 left out."""
    answer, table = KNOWN[size][name], {}
    parts = {"treat": "sensitive", "control": "control", "control_psi0": "control.z0"}
    for part, ours in (parts | {"control_psi1": "control.z1"}).items():
        if f"par_{part}" not in answer:
            continue
        terms = ["Intercept", *FORMULAS[size].split(" ~ ")[1].split(" + ")]
        pairs = zip(answer[f"par_{part}"], answer[f"se_{part}"], strict=True)
        table |= {f"{ours}.{term}": pair for term, pair in zip(terms, pairs, strict=True)}
    for part in ("ceiling", "floor", "overdispersion"):
        if f"par_{part}" in answer:
            table[part] = (answer[f"par_{part}"], answer.get(f"se_{part}"))
    if "lp_est" in answer:
        table["topcode"] = (answer["lp_est"], None)
    return {term: pair for term, pair in table.items() if abs(pair[0]) <= 10}


@pytest.mark.parametrize(("size", "name"), COMPARED)
def test_coefficients_and_standard_errors(fits, size, name):
    fit = fits[size, name][0]
    table = known_table(size, name)
    assert len(table) >= 2 * len(FORMULAS[size].split("+")) + 2
    loose = 2.0 if name == "ml_ceiling" or (size, name) == ("n400", "ml_unconstrained") else 1.0
    tolerance = 1e-8 if name == "linear" else 1e-3 * loose
    for term, (estimate, error) in table.items():
        assert fit.params[term] == pytest.approx(estimate, abs=tolerance, rel=0)
        if error is not None:
            relative = 3e-3 if term in ("ceiling", "floor") else tolerance
            assert fit.bse[term] == pytest.approx(error, rel=relative)


def test_where_r_stops_short_of_the_unconstrained_maximum(fits):
    """Its coefficient of control.z0.male is off by 1.7e-3, of a standard error of 3.7."""
    fit = fits["n400", "ml_unconstrained"][0]
    table = known_table("n400", "ml_unconstrained")
    reached = np.array([table[term][0] for term in fit.params.index])
    likelihood = Specification(constrained=False).likelihood(fit.model.rows)
    theirs = likelihood.evaluate(reached)
    ours = likelihood.evaluate(fit.params.to_numpy())
    assert np.abs(ours.score).max() < 1e-5 < 5e-5 < np.abs(theirs.score).max()
    assert ours.log_likelihood > theirs.log_likelihood


@pytest.mark.parametrize(("size", "name"), LIKELIHOODS)
def test_log_likelihoods(fits, size, name):
    """In no reference fit is ours higher by more than 1e-3: R reached the same maxima."""
    ours, theirs = fits[size, name][0].llf, KNOWN[size][name]["llik"]
    assert ours == pytest.approx(theirs, abs=1e-4)
    assert ours >= theirs - 1e-8


@pytest.mark.parametrize(("size", "name"), [key for key in COMPARED if key[1].startswith("ml")])
def test_boundary_shares_are_reported_and_others_are_not(fits, size, name):
    fit, caught = fits[size, name]
    infinite = list(fit.params.index[np.isinf(fit.params)])
    assert infinite == ([AT_BOUNDARY[size, name]] if (size, name) in AT_BOUNDARY else [])
    assert [each.category for each in caught] == [ConvergenceWarning] * len(infinite)
    assert fit.bse[infinite].isna().all()
    assert fit.bse.drop(infinite).gt(0).all()


def test_overdispersion_at_its_boundary_where_r_stops_with_a_singular_matrix(fits):
    """The binomial is the beta-binomial's limit; without a finite maximum the fits are one."""
    fit, caught = fits["n400", "ml_betabinomial"]
    basic = fits["n400", "ml"][0]
    assert "overdispersion is estimated at its boundary" in str(caught[0].message)
    assert fit.llf == pytest.approx(basic.llf, abs=1e-6)
    np.testing.assert_allclose(fit.params.iloc[:4], basic.params, atol=1e-5)
    np.testing.assert_allclose(fit.bse.iloc[:4], basic.bse, rtol=1e-5)


def test_nls_where_r_stops_with_a_singular_gradient(fits):
    """With one binary regressor the model is saturated: the fitted shares are the differences."""
    fit = fits["n400", "nls"][0]
    shares = fit.predict(pd.DataFrame({"male": [0, 1]}), average=False)
    table = difference_in_means(rows("n400"), "y", "treat", by="male")
    np.testing.assert_allclose(shares["estimate"], table["estimate"], atol=1e-9)
    assert shares["std_error"].to_numpy() == pytest.approx(table["std_error"].to_numpy(), rel=0.01)


def test_difference_in_means_with_the_covariance_of_r():
    """R's standard error without regressors is HC3, each variance over n - 1 instead of n."""
    for size in FORMULAS:
        known = KNOWN[size]["dim"]
        (row,) = difference_in_means(rows(size), "y", "treat").to_dict("records")
        assert row["estimate"] == pytest.approx(known["coef"]["sensitive.(Intercept)"], abs=1e-8)
        fit = ictreg("y ~ 1", rows(size), "treat", 4, method="linear")
        assert fit.bse["sensitive.Intercept"] == pytest.approx(known["se_treat"], abs=1e-8)
        factor = np.sqrt(row["n_control"] / (row["n_control"] - 1))
        assert row["std_error"] * factor == pytest.approx(known["se_treat"], abs=1e-8)


@pytest.mark.parametrize(("size", "name"), [("n400", "ml"), ("n2000", "ml"), ("n2000", "nls")])
def test_predictions(fits, size, name):
    """R draws 10,000 coefficient vectors where we use derivatives: 2 percent between errors."""
    known, fit = KNOWN[size][f"predict_{name}"], fits[size, name][0]
    average = fit.predict()
    assert average["estimate"][0] == pytest.approx(known["all"]["fit"][0], abs=1e-4)
    assert average["std_error"][0] == pytest.approx(known["all"]["se"], rel=0.03)
    men, women = rows(size).assign(male=1), rows(size).assign(male=0)
    predicted = [fit.predict(men), fit.predict(women), fit.predict(men, contrast=women)]
    groups = known["male_minus_female"]
    for ours, theirs, error in zip(predicted, groups["fit"], groups["se"], strict=True):
        assert ours["estimate"][0] == pytest.approx(theirs[0], abs=1e-4)
        assert ours["std_error"][0] == pytest.approx(error, rel=0.03)


@pytest.mark.parametrize(
    ("size", "name"), [("n400", "ml"), ("n2000", "ml"), ("n2000", "ml_unconstrained")]
)
def test_posterior_means(fits, size, name):
    posterior = fits[size, name][0].posterior
    assert posterior.mean() == pytest.approx(KNOWN[size][name]["pred_post_mean"], abs=1e-4)
