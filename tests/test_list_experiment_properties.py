"""What must hold of the list experiment's estimators whatever the data."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit, logit

from lib.core.errors import ConvergenceError, ConvergenceWarning
from lib.estimators.list_experiment import (
    difference_from_summary,
    difference_in_means,
    ictreg,
    subgroup_contrasts,
)
from lib.estimators.list_experiment.data import read_rows
from lib.estimators.list_experiment.distributions import beta_binomial, binomial
from lib.estimators.list_experiment.estimate import runaways
from lib.estimators.list_experiment.maximize import invert_information
from lib.estimators.list_experiment.specification import Specification

SPECIFICATIONS = {
    "basic": Specification(),
    "unconstrained": Specification(constrained=False),
    "overdispersed": Specification(overdispersed=True),
    "ceiling and floor": Specification(ceiling=True, floor=True),
    "overdispersed floor": Specification(overdispersed=True, floor=True),
    "topcode": Specification(error="topcode"),
    "uniform": Specification(error="uniform"),
}


def simulate(n, seed, items=4):
    generator = np.random.default_rng(seed)
    x, male = generator.normal(size=n), generator.integers(0, 2, n)
    trait = generator.random(n) < expit(-0.3 + 0.8 * male + 0.4 * x)
    controls = generator.binomial(items, expit(0.2 + 0.3 * x))
    treat = generator.permutation(n) % 2
    weight = generator.uniform(0.5, 2, n)
    count = controls + treat * trait
    return pd.DataFrame({"y": count, "treat": treat, "x": x, "male": male, "w": weight})


@pytest.fixture(scope="module")
def rows():
    return simulate(600, 5)


def point(likelihood, seed=1):
    n_parameters = sum(design.shape[1] for design in likelihood.designs)
    return np.random.default_rng(seed).normal(scale=0.7, size=n_parameters)


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_score_and_information_are_derivatives(rows, name):
    data = read_rows("y ~ x + male", rows, "treat", 4, weights="w")
    likelihood = SPECIFICATIONS[name].likelihood(data)
    at, step = point(likelihood), 1e-5
    evaluation = likelihood.evaluate(at)
    for direction in np.eye(len(at)):
        up, down = (likelihood.evaluate(at + s * step * direction) for s in (1, -1))
        slope = (up.log_likelihood - down.log_likelihood) / (2 * step)
        assert evaluation.score @ direction == pytest.approx(slope, abs=1e-5)
        change = (up.score - down.score) / (2 * step)
        np.testing.assert_allclose(-evaluation.information @ direction, change, atol=1e-5)


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_probabilities_of_all_counts_sum_to_one(name):
    """In each arm, the exponentiated log-likelihoods of counts 0, 1, ... are a distribution."""
    for arm, highest in ((0, 4), (1, 5)):
        probabilities = []
        for count in range(highest + 1):
            pair = pd.DataFrame({"y": [count, 0], "treat": [arm, 1 - arm]})
            likelihood = SPECIFICATIONS[name].likelihood(read_rows("y ~ 1", pair, "treat", 4))
            first_row = replace(likelihood, weights=np.array([1.0, 0.0]))
            at = point(likelihood, seed=3)
            probabilities.append(np.exp(first_row.evaluate(at).log_likelihood))
        assert sum(probabilities) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("error", "floor", "ceiling"), [("topcode", 0, 1), ("uniform", 0.2, 0.2)])
def test_probabilities_of_the_ends_with_random_answers(error, floor, ceiling):
    """Control items of probability one half; a fifth answers with the highest count, or any."""
    for count, random in ((0, floor), (4, ceiling)):
        pair = pd.DataFrame({"y": [count, 0], "treat": [0, 1]})
        likelihood = Specification(error=error).likelihood(read_rows("y ~ 1", pair, "treat", 4))
        first_row = replace(likelihood, weights=np.array([1.0, 0.0]))
        at = np.full(sum(design.shape[1] for design in likelihood.designs), logit(0.2))
        at[:2] = 0
        found = first_row.evaluate(at).log_likelihood
        assert np.exp(found) == pytest.approx(0.8 / 16 + 0.2 * random)


def test_beta_binomial_is_that_of_scipy_and_has_the_binomial_as_its_limit():
    counts, eta, rho = np.arange(5.0), np.linspace(-1, 1, 5), 0.3
    mean, scale = expit(eta), (1 - rho) / rho
    ours = beta_binomial(eta, np.full(5, np.log(rho / (1 - rho))), counts, 4).log_probability
    theirs = stats.betabinom.logpmf(counts, 4, mean * scale, (1 - mean) * scale)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    limit = beta_binomial(eta, np.full(5, -40.0), counts, 4).log_probability
    np.testing.assert_allclose(limit, binomial(eta, counts, 4).log_probability, atol=1e-12)
    np.testing.assert_allclose(limit, stats.binom.logpmf(counts, 4, mean), atol=1e-12)


@pytest.mark.parametrize("unit", [1e-8, 1e3])
@pytest.mark.parametrize("method", ["linear", "nls", "ml"])
def test_order_and_scale_do_not_matter(rows, method, unit):
    fit = ictreg("y ~ x + male", rows, "treat", 4, method=method)
    scaled = rows.sample(frac=1, random_state=1).assign(x=lambda d: unit * d.x)
    other = ictreg("y ~ x + male", scaled, "treat", 4, method=method)
    factor = np.array([1, unit, 1, 1, unit, 1])
    np.testing.assert_allclose(other.params * factor, fit.params, rtol=1e-5)
    np.testing.assert_allclose(other.bse * factor, fit.bse, rtol=1e-5)


@pytest.mark.parametrize("method", ["linear", "nls", "ml"])
def test_whole_weights_give_the_estimates_of_repeated_rows(rows, method):
    weighted = rows.assign(w=1.0 + np.arange(len(rows)) % 3)
    repeated = weighted.loc[weighted.index.repeat(weighted.w.astype(int))]
    ours = ictreg("y ~ x + male", weighted, "treat", 4, method=method, weights="w")
    theirs = ictreg("y ~ x + male", repeated, "treat", 4, method=method)
    np.testing.assert_allclose(ours.params, theirs.params, atol=1e-6)
    np.testing.assert_allclose(ours.predict()["estimate"], theirs.predict()["estimate"], atol=1e-7)


@pytest.mark.parametrize("method", ["linear", "nls", "ml"])
def test_scaled_weights_change_nothing_but_the_likelihood(rows, method):
    first, second = (
        ictreg("y ~ x + male", rows.assign(w=factor * rows.w), "treat", 4, method, weights="w")
        for factor in (1, 50)
    )
    np.testing.assert_allclose(first.params, second.params, atol=1e-6)
    np.testing.assert_allclose(first.bse, second.bse, rtol=1e-5)


@pytest.mark.parametrize("options", [{}, {"ceiling": True}, {"floor": True}, {"error": "topcode"}])
def test_mean_posterior_is_the_mean_share(rows, options):
    """The score of the sensitive item's constant is zero at the maximum."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fit = ictreg("y ~ x + male", rows, "treat", 4, **options)
    assert fit.posterior.mean() == pytest.approx(fit.predict()["estimate"][0], abs=1e-6)
    assert fit.posterior.between(0, 1).all()


def test_posterior_is_certain_where_the_count_is(rows):
    posterior = ictreg("y ~ x + male", rows, "treat", 4).posterior
    treated = rows.treat == 1
    assert posterior[treated & (rows.y == 5)].eq(1).all()
    assert posterior[treated & (rows.y == 0)].eq(0).all()


def test_delta_method_is_that_of_numerical_derivatives(rows):
    fit = ictreg("y ~ x + male", rows, "treat", 4)
    X, gamma, step = fit.model.exog, fit.params.to_numpy()[:3], 1e-6
    slopes = [
        (expit(X @ (gamma + step * e)).mean() - expit(X @ (gamma - step * e)).mean()) / (2 * step)
        for e in np.eye(3)
    ]
    variance = slopes @ fit.cov_params().to_numpy()[:3, :3] @ slopes
    assert fit.predict()["std_error"][0] == pytest.approx(np.sqrt(variance), rel=1e-6)


def test_linear_prediction_is_the_difference_in_means(rows):
    fit = ictreg("y ~ C(male)", rows, "treat", 4, method="linear")
    shares = fit.predict(pd.DataFrame({"male": [0, 1]}), average=False)
    table = difference_in_means(rows, "y", "treat", by="male")
    np.testing.assert_allclose(shares["estimate"], table["estimate"], atol=1e-12)
    chosen = rows.iloc[[7, 3]]
    assert fit.predict(chosen, average=False).index.tolist() == chosen.index.tolist() == [7, 3]
    assert fit.predict(average=False).index.equals(rows.index)


def test_a_likelihood_without_a_maximum_is_no_number():
    """150 respondents whose likelihood rises as the slopes grow, more slowly with every step."""
    with pytest.raises(
        ConvergenceError, match=r"still rising .* of sensitive\.\S+.* run to infinity"
    ):
        ictreg("y ~ x", simulate(150, 1), "treat", 4)


def test_parameters_that_are_not_identified_are_named():
    information = np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 3.0], [0.0, 3.0, 9.0]])
    with pytest.raises(ConvergenceError, match="do not identify b, c: the log-likelihood is flat"):
        invert_information(information, ["a", "b", "c"])
    regular = information + np.eye(3)
    inverse = invert_information(regular, ["a", "b", "c"])
    np.testing.assert_allclose(inverse @ regular, np.eye(3), atol=1e-12)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e3])
def test_coefficients_run_away_in_any_unit_of_their_regressor(unit):
    design = np.column_stack([np.ones(3), unit * np.array([0.0, 0.5, 1.0])])
    units = np.array([1.0, unit])

    def found(slope, information):
        return runaways(np.array([1.0, slope]) / units, design, information, ("a", "x"))

    for constant, names in ((8.0, []), (12.0, ["a"])):
        assert runaways(np.array([constant]), np.ones((3, 1)), np.array([[1e-4]]), ("a",)) == names
    flat = np.diag([100.0, 1e-4]) * units[:, None] * units
    assert found(50.0, flat) == ["x"]
    assert found(5.0, flat) == []
    for information, names in ((5e-3, ["x"]), (2e-2, []), (1.0, [])):
        assert found(50.0, np.diag([100.0, information]) * units[:, None] * units) == names


@pytest.mark.parametrize("method", ["nls", "ml"])
def test_a_steep_slope_that_the_rows_determine_has_not_run_away(method):
    generator, x = np.random.default_rng(5), np.linspace(-10, 10, 1_500)
    treat = np.arange(len(x)) % 2
    y = generator.binomial(4, expit(x)) + treat * (generator.random(len(x)) < expit(x))
    fit = ictreg("y ~ x", pd.DataFrame({"y": y, "x": x, "treat": treat}), "treat", 4, method)
    slopes = ["sensitive.x", "control.x"]
    assert ((fit.params[slopes] - 1).abs() < 3 * fit.bse[slopes]).all()


def test_tidy_and_summary_show_what_the_fit_holds(rows):
    fit = ictreg("y ~ x + male", rows, "treat", 4)
    table = fit.tidy()
    np.testing.assert_allclose(table["estimate"], fit.params)
    np.testing.assert_allclose(table["std_error"], fit.bse)
    np.testing.assert_allclose(table[["conf_low", "conf_high"]], fit.conf_int())
    assert fit.df_resid == len(rows) - len(fit.params)
    text = str(fit.summary())
    assert "maximum likelihood" in text
    assert f"{fit.llf:.4f}" in text
    assert all(term in text for term in table["term"])
    words = text.split()
    for label, value in (("Items:", "4"), ("Observations:", "600"), ("arm:", "300")):
        assert words[[word.lower() for word in words].index(label.lower()) + 1] == value
    for part in ("List experiment", "Method:", "[0.025", "0.975]"):
        assert part in text
    by_nls = str(ictreg("y ~ x + male", rows, "treat", 4, "nls").summary())
    assert "Log-Likelihood:" in by_nls
    assert "none" in by_nls


def test_summary_statistics_give_the_difference_in_means_of_the_rows(rows):
    groups = rows.groupby(rows["treat"].map({0: "control", 1: "treatment"}))["y"]
    summary = groups.agg(mean="mean", sd="std", n="size").stack().swaplevel()
    arms = pd.DataFrame([{f"{name}_{arm}": value for (name, arm), value in summary.items()}])
    (found,) = difference_from_summary(arms).to_dict("records")
    (row,) = difference_in_means(rows, "y", "treat").to_dict("records")
    names = ["estimate", "std_error", "df", "conf_low", "conf_high"]
    assert [found[name] for name in names] == pytest.approx([row[name] for name in names])
    (at_p,) = difference_in_means(rows, "y", "treat", alpha=found["p_value"]).to_dict("records")
    assert min(abs(at_p["conf_low"]), abs(at_p["conf_high"])) == pytest.approx(0, abs=1e-9)


def test_difference_in_means_is_welchs(rows):
    (row,) = difference_in_means(rows, "y", "treat").to_dict("records")
    treated, control = rows[rows.treat == 1].y, rows[rows.treat == 0].y
    assert (row["n_treatment"], row["n_control"]) == (len(treated), len(control))
    test = stats.ttest_ind(treated, control, equal_var=False)
    interval = test.confidence_interval(0.95)
    assert row["estimate"] == pytest.approx(treated.mean() - control.mean())
    assert row["estimate"] / row["std_error"] == pytest.approx(test.statistic)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((interval.low, interval.high))
    assert row["df"] == pytest.approx(test.df)


def test_equal_weights_change_nothing(rows):
    plain = difference_in_means(rows, "y", "treat", by="male")
    weighted = difference_in_means(rows.assign(w=7.0), "y", "treat", by="male", weights="w")
    pd.testing.assert_frame_equal(plain, weighted)


def test_contrasts_name_their_family_and_adjust_for_it(rows):
    cut = rows.assign(third=pd.cut(rows.x, 3, labels=list("abc")).astype(str))
    tables = {v: difference_in_means(cut, "y", "treat", by=v) for v in ("male", "third")}
    contrasts = subgroup_contrasts(tables)
    assert contrasts["contrast"].tolist() == ["0 - 1", "a - b", "a - c", "b - c"]
    assert contrasts["family"].eq(4).all()
    ordered = contrasts.sort_values("p_value")
    expected = np.minimum(1, np.maximum.accumulate(ordered["p_value"] * [4, 3, 2, 1]))
    np.testing.assert_allclose(ordered["p_holm"], expected)
    assert contrasts["variable"].tolist() == ["male", "third", "third", "third"]
    first, second = tables["male"].to_dict("records")
    squares = np.array([row["std_error"] ** 2 for row in (first, second)])
    parts = squares**2 / [row["df"] for row in (first, second)]
    assert contrasts["df"][0] == pytest.approx(squares.sum() ** 2 / parts.sum())
    assert contrasts["estimate"][0] == pytest.approx(first["estimate"] - second["estimate"])
    assert contrasts["std_error"][0] == pytest.approx(
        np.hypot(first["std_error"], second["std_error"])
    )


def test_counts_that_do_not_vary_leave_no_doubt_of_a_contrast():
    data = pd.DataFrame({"group": list("aaaabbbb"), "t": [0, 0, 1, 1] * 2})
    data["y"] = 1 + data["t"] * (1 + (data["group"] == "b"))
    (row,) = subgroup_contrasts(difference_in_means(data, "y", "t", by="group")).to_dict("records")
    assert (row["estimate"], row["std_error"], row["df"], row["p_value"]) == (-1, 0, np.inf, 0)


@pytest.mark.parametrize("method", ["linear", "nls", "ml"])
def test_influence_is_what_the_weight_of_a_row_moves(rows, method):
    """
    The influence is the derivative in the weight, up to the precision of the fits.

    That of least squares leaves out averages that vanish as one over the root of the rows.
    """
    fit = ictreg("y ~ x + male", rows, "treat", 4, method=method)
    share = 3 / np.sqrt(len(rows)) if method == "nls" else 1e-5
    for row in (0, 17, 101):
        moved = [
            ictreg("y ~ x + male", rows.assign(w=w), "treat", 4, method=method, weights="w").params
            for w in (1 + step * (rows.index == row) for step in (0.1, -0.1))
        ]
        influence = fit.influence.loc[row]
        miss = (moved[0] - moved[1]) / 0.2 - influence
        assert np.abs(miss).max() < share * np.abs(influence).max()


def test_influence_in_weighted_least_squares_makes_the_sandwich(rows):
    fit = ictreg("y ~ x + male", rows, "treat", 4, method="linear", weights="w")
    sandwich = fit.influence.T @ fit.influence
    np.testing.assert_allclose(sandwich, fit.cov_params(), rtol=0.1, atol=1e-3)


@pytest.mark.parametrize("method", ["linear", "nls", "ml"])
def test_sandwich_of_unit_weights_is_near_the_covariance_without(rows, method):
    plain = ictreg("y ~ x + male", rows, "treat", 4, method=method)
    weighted = ictreg("y ~ x + male", rows.assign(w=1.0), "treat", 4, method=method, weights="w")
    np.testing.assert_allclose(weighted.params, plain.params, atol=1e-8)
    np.testing.assert_allclose(weighted.bse, plain.bse, rtol=0.1)
