"""Robust fits, whose mean share is the difference in means, and several sensitive items."""

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit

from lib.core.errors import ConvergenceError, InputError
from lib.estimators.list_experiment import difference_in_means, hausman_test, ictreg
from lib.estimators.list_experiment.data import read_rows
from lib.estimators.list_experiment.maximum_likelihood import ml_objective
from lib.estimators.list_experiment.nls import nls_objective
from lib.estimators.list_experiment.specification import Specification

REFERENCE = Path(__file__).parent / "reference"
KNOWN = json.loads((REFERENCE / "list_sim_reference.json").read_text())["n2000"]
FORMULA = "y ~ male + university + age10 + russian + capital"
COEFFICIENTS = np.array([-0.5, 0.8, 0.2, 0.3])


def simulate(generator, n, correlation=0.0, items=1):
    """
    Draw counts of 4 items from one regressor x, standard normal.

    logit Pr(trait) = -0.5 + 0.8 x, less one for each further sensitive item; logit Pr(control
    item) = 0.2 + 0.3 x, with a correlation between items; a weight that has nothing to do with it.
    """
    x, arm = generator.normal(size=n), generator.permutation(n) % (items + 1)
    trait = generator.random(n) < expit(COEFFICIENTS[0] + COEFFICIENTS[1] * x - (arm - 1))
    affirmed = expit(COEFFICIENTS[2] + COEFFICIENTS[3] * x)
    if correlation:
        scale = 1 / correlation - 1
        affirmed = generator.beta(affirmed * scale, (1 - affirmed) * scale)
    y = generator.binomial(4, affirmed) + (arm > 0) * trait
    return pd.DataFrame({"y": y, "x": x, "treat": arm, "w": generator.uniform(0.5, 2, n)})


@pytest.fixture(scope="module")
def rows():
    return simulate(np.random.default_rng(1), 800)


@pytest.fixture(scope="module")
def reference():
    return pd.read_csv(REFERENCE / "list_sim_n2000.csv")


@pytest.mark.parametrize("method", ["ml", "nls"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_mean_share_is_the_difference_in_means(rows, method, weights):
    fit = ictreg("y ~ x", rows, "treat", 4, method, robust=True, weights=weights)
    (found,) = difference_in_means(rows, "y", "treat", weights=weights).to_dict("records")
    share = fit.predict().loc[0]
    assert share["estimate"] == pytest.approx(found["estimate"], abs=1e-7)
    assert share["std_error"] == pytest.approx(found["std_error"], rel=0.03)


def test_without_regressors_least_squares_is_the_difference_in_means_already(rows):
    plain, robust = (ictreg("y ~ 1", rows, "treat", 4, "nls", robust=r) for r in (False, True))
    np.testing.assert_allclose(robust.params, plain.params, atol=1e-6)
    np.testing.assert_allclose(robust.bse, plain.bse, rtol=1e-6)


def errors_of_r(params, rows, X):
    """
    Standard errors by the formula of the R package, of least squares with 4 items.

    Its weights are the inverse second moments of the conditions, that of the difference in means
    with the fitted shares less the difference. Its sandwich takes the difference as one of
    inverse-probability means (Horvitz & Thompson 1952, JASA 47:663), whose error does not leave
    out the level of the counts.
    """
    n, p = X.shape
    t, y = rows.treat.to_numpy(), rows.y.to_numpy()
    trait, items = expit(X @ params[:p]), 4 * expit(X @ params[p:])
    Z, W = (trait * (1 - trait))[:, None] * X, (items * (1 - items / 4))[:, None] * X
    treated, control = t[:, None] * Z, (1 - t)[:, None] * W
    rest = (y - items - t * trait)[:, None]
    weighted = n * (t / t.sum() - (1 - t) / (1 - t).sum()) * y
    own = [rest * treated, rest * control]
    first, second = (np.column_stack([*own, trait - d]) for d in (weighted.mean(), weighted))
    slopes = -np.block(
        [
            [treated.T @ Z, treated.T @ W],
            [np.zeros((p, p)), control.T @ W],
            [-Z.sum(axis=0), np.zeros(p)],
        ]
    )
    moved = np.linalg.solve(first.T @ first, slopes)
    inverse = np.linalg.inv(slopes.T @ moved) @ moved.T
    return np.sqrt(np.diag(inverse @ (second.T @ second) @ inverse.T))


def test_against_r(reference):
    """
    R gives the condition a large weight, so that it is nearly met; ours is met.

    R's standard errors of the two constants (0.906 and 0.138, ours 0.708 and 0.123) are not
    those of a difference in means: `test_standard_errors_of_r` and `test_coverage_of_constants`.
    """
    fit = ictreg(FORMULA, reference, "treat", 4, "nls", robust=True)
    known = KNOWN["nls_robust"]
    estimates = np.array(known["par_treat"] + known["par_control"])
    errors = np.array(known["se_treat"] + known["se_control"])
    np.testing.assert_allclose((fit.params - estimates) / fit.bse, 0, atol=0.025)
    slopes = ~fit.params.index.str.endswith("Intercept")
    np.testing.assert_allclose(fit.bse[slopes], errors[slopes], rtol=5e-3)
    theirs = expit(fit.model.exog @ estimates[:6]).mean()
    assert theirs == pytest.approx(fit.predict()["estimate"][0], abs=1e-4)


def test_standard_errors_of_r(reference):
    """All twelve are those of an inverse-probability (Horvitz-Thompson) difference."""
    known = KNOWN["nls_robust"]
    estimates = np.array(known["par_treat"] + known["par_control"])
    errors = np.array(known["se_treat"] + known["se_control"])
    X = ictreg(FORMULA, reference, "treat", 4).model.exog
    np.testing.assert_allclose(errors_of_r(estimates, reference, X), errors, rtol=1e-3)


@pytest.mark.long
def test_coverage_of_constants():
    """
    5,000 respondents, 1,000 samples: ours hold the truth as often as they should, R's too often.

    Of the constants that is; those of the slopes agree. Ours are held to three Monte Carlo errors,
    as they are four at once.
    """
    generator, ours, theirs = np.random.default_rng(2012), [], []
    for _ in range(1_000):
        rows = simulate(generator, 5_000)
        fit = ictreg("y ~ x", rows, "treat", 4, "nls", robust=True)
        misses = np.abs(fit.params - COEFFICIENTS) / stats.norm.isf(0.025)
        ours.append(misses <= fit.bse)
        theirs.append(misses <= errors_of_r(fit.params.to_numpy(), rows, fit.model.exog))
    error = np.sqrt(0.95 * 0.05 / 1_000)
    np.testing.assert_allclose(np.mean(ours, axis=0), 0.95, atol=3 * error)
    assert (np.mean(theirs, axis=0)[[0, 2]] > 0.95 + 3 * error).all()


def distance_to_derivative(rows, method):
    """Largest miss of the influences of three rows by the derivatives in their weights."""
    fit = ictreg("y ~ x", rows, "treat", 4, method, robust=True)
    misses = []
    for row in (0, 17, 101):
        moved = [
            ictreg("y ~ x", rows.assign(w=w), "treat", 4, method, robust=True, weights="w").params
            for w in (1 + step * (rows.index == row) for step in (0.1, -0.1))
        ]
        misses.append(np.abs((moved[0] - moved[1]) / 0.2 - fit.influence.loc[row]).max())
    return max(misses) / np.abs(fit.influence.loc[[0, 17, 101]]).to_numpy().max()


def test_influence_is_what_the_weight_of_a_row_moves(rows):
    """By maximum likelihood the influence is the derivative, up to the precision of the fits."""
    assert distance_to_derivative(rows, "ml") < 1e-4


def test_influence_in_least_squares_leaves_out_what_vanishes():
    """The terms left out have mean zero: with a hundred times the rows, about a tenth is left."""
    generator = np.random.default_rng(9)
    few, many = (distance_to_derivative(simulate(generator, n), "nls") for n in (500, 50_000))
    assert many < few / 3


@pytest.mark.parametrize("method", ["ml", "nls"])
def test_scaled_weights_change_nothing(rows, method):
    first, second = (
        ictreg("y ~ x", rows.assign(w=f * rows.w), "treat", 4, method, robust=True, weights="w")
        for f in (1, 50)
    )
    np.testing.assert_allclose(first.params, second.params, atol=1e-4)
    np.testing.assert_allclose(first.bse, second.bse, rtol=1e-4)


@pytest.mark.parametrize(
    "objective", [nls_objective, lambda data, params: ml_objective(data, Specification(), params)]
)
def test_conditions_of_the_rows_are_minus_the_gradient_of_the_objective(rows, objective):
    data = read_rows("y ~ x", rows, "treat", 4, "w")
    at = objective(data, COEFFICIENTS)
    step = 1e-5 * np.eye(4)[at.free]
    moved = [
        objective(data, COEFFICIENTS + d).value - objective(data, COEFFICIENTS - d).value
        for d in step
    ]
    gradient = np.array(moved) / 2e-5
    np.testing.assert_allclose(at.rows.sum(axis=0)[at.free], -gradient, rtol=1e-5, atol=1e-4)


def test_no_likelihood_higher_meets_the_condition(rows):
    """Neighbours on the same side of the condition have a lower likelihood."""
    plain, robust = (ictreg("y ~ x", rows, "treat", 4, robust=r) for r in (False, True))
    likelihood = Specification().likelihood(plain.model.rows)
    best = likelihood.evaluate(robust.params.to_numpy()).log_likelihood
    assert best < plain.llf
    X, params = robust.model.exog, robust.params.to_numpy()
    shares = expit(X @ params[:2])
    slopes = np.concatenate([(shares * (1 - shares)) @ X / len(X), [0, 0]])
    for direction in np.random.default_rng(2).normal(size=(20, 4)):
        along = direction - slopes * (slopes @ direction) / (slopes @ slopes)
        for step in (-0.05, 0.05):
            moved = params + step * along
            gap = expit(X @ moved[:2]).mean() - shares.mean()
            moved[0] -= gap / slopes[0]
            assert likelihood.evaluate(moved).log_likelihood < best + 1e-4


@pytest.mark.parametrize("method", ["ml", "nls"])
def test_bad_robust_fits(rows, method):
    options = {"data": rows, "treatment": "treat", "n_items": 4, "robust": True}
    with pytest.raises(InputError, match="drop robust=True"):
        ictreg("y ~ x", method="linear", **options)
    with pytest.raises(InputError, match="drop robust or the other option"):
        ictreg("y ~ x", ceiling=True, **options)
    fit = ictreg("y ~ x", method=method, **options)
    with pytest.raises(InputError, match="does not maximize a likelihood"):
        _ = fit.llf
    with pytest.raises(InputError, match=f"not 'robust {method}'"):
        hausman_test(fit, fit)
    assert f"robust {'maximum' if method == 'ml' else 'nonlinear'}" in str(fit.summary())


def test_a_difference_in_means_that_is_no_share_is_refused(rows):
    turned = rows.assign(treat=1 - rows.treat)
    turned["y"] = turned["y"].clip(upper=4)
    with pytest.raises(ConvergenceError, match=r"sensitive item 1 is -0\.\d+, which no share"):
        ictreg("y ~ x", turned, "treat", 4, robust=True)


@pytest.mark.long
@pytest.mark.parametrize("correlation", [0.0, 0.15])
def test_coverage_of_the_mean_share(correlation):
    """
    1,000 respondents, 300 samples; with correlated items the binomial likelihood is wrong.

    Robust intervals of the mean share hold the truth as often as they should; those of maximum
    likelihood fail with correlated items. A sample without finite estimates counts as missed.
    """
    generator, covered = np.random.default_rng(3), {}
    for _ in range(300):
        data = simulate(generator, 1_000, correlation)
        truth = expit(COEFFICIENTS[0] + COEFFICIENTS[1] * data.x).mean()
        for method, robust in (("ml", False), ("ml", True), ("nls", True)):
            with suppress(ConvergenceError):
                fit = ictreg("y ~ x", data, "treat", 4, method, robust=robust)
                share = fit.predict().loc[0]
                inside = share["conf_low"] <= truth <= share["conf_high"]
                covered.setdefault((method, robust), []).append(inside)
    error = np.sqrt(0.95 * 0.05 / 300)
    for method in ("ml", "nls"):
        assert sum(covered[method, True]) / 300 == pytest.approx(0.95, abs=2 * error)
    fails = sum(covered["ml", False]) / 300 < 0.95 - 2 * error
    assert fails == (correlation > 0)


@pytest.fixture(scope="module")
def two_items():
    return simulate(np.random.default_rng(5), 3_000, items=2)


@pytest.mark.parametrize("method", ["linear", "nls"])
def test_several_items_by_least_squares_are_the_items_one_by_one(two_items, method):
    """The control arm is common, so the estimates are those of each arm against it."""
    both = ictreg("y ~ x", two_items, "treat", 4, method)
    for item in (1, 2):
        alone = two_items[two_items.treat.isin([0, item])].assign(
            treat=lambda d: 1.0 * (d.treat > 0)
        )
        fit = ictreg("y ~ x", alone, "treat", 4, method)
        own = [f"sensitive.{item}.Intercept", f"sensitive.{item}.x"]
        np.testing.assert_allclose(both.params[own], fit.params.iloc[:2], atol=1e-6)
        np.testing.assert_allclose(both.bse[own], fit.bse.iloc[:2], rtol=1e-6)
        average = both.predict(two_items, item=item)
        np.testing.assert_allclose(average, fit.predict(two_items), atol=1e-6)


@pytest.mark.parametrize("overdispersed", [False, True])
def test_several_items_by_maximum_likelihood_recover_the_truth(two_items, overdispersed):
    data = simulate(np.random.default_rng(6), 9_000, 0.2 * overdispersed, items=2)
    fit = ictreg("y ~ x", data, "treat", 4, overdispersed=overdispersed)
    truth = np.array([-0.5, 0.8, -1.5, 0.8, 0.2, 0.3, np.log(0.25)])[: len(fit.params)]
    z = (fit.params - truth) / fit.bse
    assert np.abs(z).max() < 3
    first, second = (fit.predict(item=item)["estimate"][0] for item in (1, 2))
    assert first == pytest.approx(expit(-0.5 + 0.8 * data.x).mean(), abs=0.08)
    assert second == pytest.approx(expit(-1.5 + 0.8 * data.x).mean(), abs=0.08)


def test_several_items_share_what_the_control_items_tell(two_items):
    """More rows tell of the control items than in a fit of one item alone."""
    both = ictreg("y ~ x", two_items, "treat", 4)
    alone = ictreg("y ~ x", two_items[two_items.treat < 2], "treat", 4)
    assert list(both.params.index[:4]) == [
        "sensitive.1.Intercept",
        "sensitive.1.x",
        "sensitive.2.Intercept",
        "sensitive.2.x",
    ]
    assert (both.bse.iloc[4:].to_numpy() < alone.bse.iloc[2:].to_numpy()).all()
    assert (both.bse.iloc[:2].to_numpy() < alone.bse.iloc[:2].to_numpy()).all()


def test_the_likelihood_of_several_items_is_that_of_each_arm(two_items):
    """At the same coefficients the log-likelihood is the sum over arms of fits of one item."""
    at = np.array([-0.3, 0.5, -1.0, 0.2, 0.1, 0.4])
    whole = Specification().likelihood(read_rows("y ~ x", two_items, "treat", 4)).evaluate(at)
    total = 0.0
    for item, own in ((1, at[:2]), (2, at[2:4])):
        arm = two_items[two_items.treat.isin([0, item])].assign(treat=lambda d: 1.0 * (d.treat > 0))
        likelihood = Specification().likelihood(read_rows("y ~ x", arm, "treat", 4))
        found = likelihood.evaluate(np.concatenate([own, at[4:]]))
        total += found.log_likelihood
    control = two_items[two_items.treat == 0]
    counted_twice = stats.binom.logpmf(control.y, 4, expit(0.1 + 0.4 * control.x)).sum()
    assert whole.log_likelihood == pytest.approx(total - counted_twice)


def test_posteriors_of_several_items_concern_the_own_arm(two_items):
    posterior = ictreg("y ~ x", two_items, "treat", 4).posterior
    assert posterior[two_items.treat == 0].isna().all()
    treated = two_items.treat > 0
    assert posterior[treated].between(0, 1).all()
    assert posterior[treated & (two_items.y == 5)].eq(1).all()


@pytest.mark.parametrize("method", ["ml", "nls"])
def test_several_robust_items_have_their_differences_in_means(two_items, method):
    fit = ictreg("y ~ x", two_items, "treat", 4, method, robust=True)
    means = two_items.groupby("treat")["y"].mean()
    for item in (1, 2):
        share = fit.predict(item=item)["estimate"][0]
        assert share == pytest.approx(means[item] - means[0], abs=1e-7)


def test_bad_items(two_items):
    with pytest.raises(InputError, match="holds 3"):
        ictreg("y ~ x", two_items.assign(treat=two_items.treat.replace(2, 3)), "treat", 4)
    with pytest.raises(InputError, match=r"runs to 2.* fitted with constrained=True"):
        ictreg("y ~ x", two_items, "treat", 4, constrained=False)
    with pytest.raises(InputError, match="no sensitive item 3; the treatment runs to 2"):
        ictreg("y ~ x", two_items, "treat", 4).predict(item=3)
    flat = two_items.assign(x=two_items.x.where(two_items.treat != 2, 1.0))
    with pytest.raises(InputError, match="In the treatment 2 arm the regressors"):
        ictreg("y ~ x", flat, "treat", 4)
