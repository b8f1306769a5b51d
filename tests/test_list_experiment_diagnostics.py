"""Design-effect test, Hausman's test, floor and ceiling of the list experiment."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import minimize
from scipy.special import expit
from statsmodels.stats.proportion import proportion_confint

from lib.core.errors import InputError
from lib.estimators.list_experiment import (
    design_effect_test,
    floor_and_ceiling_shares,
    hausman_test,
    ictreg,
)
from lib.estimators.list_experiment.design_effect import Family, chi_bar_weights

REFERENCE = Path(__file__).parent / "reference"
KNOWN = json.loads((REFERENCE / "list_sim_reference.json").read_text())
FORMULAS = {"n400": "y ~ male", "n2000": "y ~ male + university + age10 + russian + capital"}
EQUICORRELATED = np.full((3, 3), 0.4) + 0.6 * np.eye(3)


def rows(size):
    return pd.read_csv(REFERENCE / f"list_sim_{size}.csv")


def simulate(generator, n, trait, items_in_treatment, items=0.6):
    treat = generator.permutation(n) % 2
    controls = generator.binomial(4, np.where(treat, items_in_treatment, items))
    return pd.DataFrame({"y": controls + treat * (generator.random(n) < trait), "treat": treat})


@pytest.mark.parametrize("size", FORMULAS)
@pytest.mark.parametrize("name", ["design_test", "design_test_gms"])
def test_types_against_r(size, name):
    known = KNOWN[size][name]
    result = design_effect_test(
        rows(size), "y", "treat", 4, "own_errors" if "gms" in name else None
    )
    np.testing.assert_allclose(result.types["share"], known["pi"]["est"], atol=1e-4)
    np.testing.assert_allclose(result.types["std_error"], known["pi"]["se"], atol=1e-4)
    assert result.p_value == known["p_bonferroni"] == 1
    labels = [
        f"pi(Y_i(0) = {c}, Z_i = {t})" for t, c in result.types[["trait", "count"]].to_numpy()
    ]
    assert labels == known["pi"]["rows"]


def test_shares_of_types_sum_to_one_and_give_the_difference_in_means():
    data = rows("n400")
    types = design_effect_test(data, "y", "treat", 4).types
    means = data.groupby("treat")["y"].mean()
    assert types["share"].sum() == pytest.approx(1)
    assert types.loc[types["trait"] == 1, "share"].sum() == pytest.approx(means[1] - means[0])


def test_one_item_is_a_one_sided_z_test():
    """90 of 100 count 0 of one item in control, 96 of 100 in treatment: pi(0, 1) = -0.06."""
    y = [1] * 10 + [0] * 90 + [1] * 4 + [0] * 96
    data = pd.DataFrame({"y": y, "treat": [0] * 100 + [1] * 100})
    result = design_effect_test(data, "y", "treat", 1, selection=None)
    z = -0.06 / np.sqrt(0.09 / 100 + 0.96 * 0.04 / 100)
    assert result.families["p_value"][0] == pytest.approx(stats.norm.cdf(z))
    assert result.p_value == pytest.approx(2 * stats.norm.cdf(z))


def test_statistic_is_the_distance_to_the_orthant():
    family = Family(np.array([0.5, -1.0, -0.2]), EQUICORRELATED)
    inverse = np.linalg.inv(EQUICORRELATED)
    found = minimize(
        lambda t: (family.shares - t) @ inverse @ (family.shares - t),
        np.ones(3),
        bounds=[(0, None)] * 3,
        tol=1e-12,
    )
    assert family.statistic() == pytest.approx(found.fun, abs=1e-6)


def test_chi_bar_weights_of_independent_shares_are_binomial():
    for k in (1, 2, 3, 4):
        expected = stats.binom.pmf(np.arange(k + 1), k, 0.5)
        np.testing.assert_allclose(chi_bar_weights(np.eye(k)), expected, atol=1e-4)


def test_chi_bar_weights_of_two_correlated_shares():
    """Kudo's closed form for two shares with correlation 0.3."""
    both_positive = 0.25 + np.arcsin(0.3) / (2 * np.pi)
    weights = chi_bar_weights(np.array([[4, 0.6], [0.6, 1]]))
    np.testing.assert_allclose(weights, [both_positive, 0.5, 0.5 - both_positive])


def test_chi_bar_weights_of_three_correlated_shares():
    """An even number of shares is zero with probability one half, and orthants are known."""
    covariance = np.array([[1.0, 0.5, 0.3], [0.5, 2.0, -0.2], [0.3, -0.2, 1.5]])

    def orthant(matrix):
        deviations = np.sqrt(np.diag(matrix))
        correlation = matrix / np.outer(deviations, deviations)
        return 1 / 8 + np.arcsin(correlation[np.triu_indices(3, 1)]).sum() / (4 * np.pi)

    none, every = orthant(covariance), orthant(np.linalg.inv(covariance))
    expected = [none, 0.5 - every, 0.5 - none, every]
    np.testing.assert_allclose(chi_bar_weights(covariance), expected, atol=1e-4)


def test_p_value_is_the_share_of_larger_statistics_under_the_null():
    shares = np.array([0.3, -1.4, -0.9])
    family = Family(shares, EQUICORRELATED)
    generator = np.random.default_rng(2)
    draws = generator.multivariate_normal(np.zeros(3), EQUICORRELATED, size=20_000)
    larger = np.mean([Family(d, EQUICORRELATED).statistic() >= family.statistic() for d in draws])
    assert family.p_value() == pytest.approx(larger, abs=3 * np.sqrt(0.25 / 20_000))


def test_planted_design_effect_is_found_with_more_power_by_moment_selection():
    """One in twelve who read the sensitive item counts none at all."""
    data = simulate(np.random.default_rng(1), 600, 0.5, items_in_treatment=0.6)
    offended = (data["treat"] == 1) & (np.arange(600) % 12 == 0)
    data["y"] = data["y"].where(~offended, 0)
    with_selection = design_effect_test(data, "y", "treat", 4)
    without = design_effect_test(data, "y", "treat", 4, selection=None)
    assert with_selection.p_value < 0.05
    assert with_selection.families["n_inequalities"].sum() < 8
    assert with_selection.p_value < without.p_value


def test_an_empty_category_does_not_make_the_test_singular():
    data = simulate(np.random.default_rng(3), 300, 0.4, items_in_treatment=0.6)
    data = data[~data["y"].isin([0, 1])]
    result = design_effect_test(data, "y", "treat", 4, selection=None)
    assert np.isfinite(result.p_value)
    assert result.families["n_inequalities"].tolist() == [2, 3]


PLANTED = json.loads((REFERENCE / "list_design_effect.json").read_text())


@pytest.mark.parametrize("selection", ["own_errors", None])
def test_planted_design_effect_against_r(selection):
    """Statistics by quadratic programming, p-values by simulation (list_design_effect.R)."""
    data = pd.read_csv(REFERENCE / "list_design_effect.csv")
    result = design_effect_test(data, "y", "treat", 4, selection)
    known = PLANTED["moment_selection" if selection else "all_inequalities"]
    for ours, theirs in zip(result.families.to_dict("records"), known, strict=True):
        assert (ours["trait"], ours["n_inequalities"]) == (
            theirs["trait"],
            theirs["n_inequalities"],
        )
        assert ours["statistic"] == pytest.approx(theirs["statistic"], abs=1e-6)
        error = np.sqrt(theirs["p_value"] * (1 - theirs["p_value"]) / PLANTED["draws"])
        assert ours["p_value"] == pytest.approx(theirs["p_value"], abs=3 * error + 1e-12)
    assert result.p_value < 0.005


def offend(data, generator, share):
    """Some of those who read the sensitive item count nothing at all."""
    offended = (data["treat"] == 1) & (generator.random(len(data)) < share)
    return data.assign(y=data["y"].where(~offended, 0))


SCENARIOS = {
    "nobody has the trait": {"trait": 0.0, "items": 0.6, "offended": 0.0},
    "half have the trait": {"trait": 0.5, "items": 0.6, "offended": 0.0},
    "one in twelve offended": {"trait": 0.5, "items": 0.6, "offended": 1 / 12},
    "items less popular": {"trait": 0.1, "items": 0.48, "offended": 0.0},
}


def rejections(scenario, n, n_samples, selection, seed=806):
    """Share of samples in which the test rejects at 5 percent."""
    generator, rejected = np.random.default_rng(seed), 0
    for _ in range(n_samples):
        data = simulate(generator, n, scenario["trait"], scenario["items"])
        data = offend(data, generator, scenario["offended"])
        rejected += design_effect_test(data, "y", "treat", 4, selection).p_value < 0.05
    return rejected / n_samples


def least_power(scenario, n):
    """
    Power of a cruder test: that the worst share lies beyond the greatest critical value.

    The statistic is at least the squared z of the worst share, and a mixture of chi-squared
    distributions is exceeded no more often than the one of most degrees of freedom, with which the
    other family, by Bonferroni, has half of the level.
    """
    many = 400_000
    data = simulate(np.random.default_rng(1), many, scenario["trait"], scenario["items"])
    types = design_effect_test(
        offend(data, np.random.default_rng(2), scenario["offended"]), "y", "treat", 4, None
    ).types
    worst = (types["share"] / types["std_error"]).min() * np.sqrt(n / many)
    greatest = stats.chi2.isf(0.025, types.groupby("trait").size().max())
    return stats.norm.cdf(-np.sqrt(greatest) - worst)


@pytest.mark.long
@pytest.mark.parametrize("n", [400, 1_000])
def test_size_and_power_of_the_design_effect_test(n):
    """
    Four items, 500 samples, level 5 percent; the figures are in list_notes.md.

    The test is at its largest size where nobody has the trait, so that the inequalities about
    those who have it bind. It has more power with moment selection, and more than a cruder test.
    """
    with_selection, without = (
        {name: rejections(scenario, n, 500, selection) for name, scenario in SCENARIOS.items()}
        for selection in (True, False)
    )
    for found in (with_selection, without):
        limit = 0.05 + 2 * np.sqrt(0.05 * 0.95 / 500)
        assert found["half have the trait"] <= found["nobody has the trait"] < limit
    for name in ("one in twelve offended", "items less popular"):
        least = least_power(SCENARIOS[name], n)
        error = 2 * np.sqrt(least * (1 - least) / 500)
        assert with_selection[name] >= without[name] > least - error


def test_floor_and_ceiling_shares():
    data = rows("n400")
    table = floor_and_ceiling_shares(data, "y", "treat", 4)
    assert table["items"].tolist() == [0, 4, 0, 5]
    assert table["arm"].tolist() == ["control", "control", "treatment", "treatment"]
    assert table["end"].tolist() == ["floor", "ceiling", "floor", "ceiling"]
    for row in table.to_dict("records"):
        arm = data.loc[data["treat"] == (row["arm"] == "treatment"), "y"]
        assert row["share"] == pytest.approx((arm == row["items"]).mean())
        assert row["respondents"] == round(row["share"] * row["n"])
        test = stats.binomtest(row["respondents"], row["n"])
        interval = test.proportion_ci(method="wilson")
        assert (row["conf_low"], row["conf_high"]) == pytest.approx((interval.low, interval.high))


def test_hausman_statistic_against_r():
    """R takes the p-value (0.025) of the same statistic though the difference is indefinite."""
    fits = [ictreg(FORMULAS["n2000"], rows("n2000"), "treat", 4, m) for m in ("ml", "nls")]
    result, known = hausman_test(*fits), KNOWN["n2000"]["hausman"]
    assert result.statistic == pytest.approx(known["stat"], rel=1e-3)
    assert result.df == known["df"]
    excess = fits[1].cov_params() - fits[0].cov_params()
    assert np.linalg.eigvalsh(excess)[0] < -0.01
    assert np.isnan(result.p_value)
    assert "negative eigenvalues" in result.explanation


def list_with_regressor(generator, n, correlation=1e-6):
    x, treat = generator.normal(size=n), generator.permutation(n) % 2
    trait = generator.random(n) < expit(0.5 * x - 0.5)
    mean, scale = expit(0.3 * x), 1 / correlation - 1
    items = generator.beta(mean * scale, (1 - mean) * scale)
    y = generator.binomial(4, items) + treat * trait
    return pd.DataFrame({"y": y, "x": x, "treat": treat})


def test_hausman_statistic_is_one_only_if_the_difference_of_covariances_is_definite():
    data = list_with_regressor(np.random.default_rng(9), 500)
    ml, nls = (ictreg("y ~ 1", data, "treat", 4, m) for m in ("ml", "nls"))
    difference, excess = ml.params - nls.params, nls.cov_params() - ml.cov_params()
    result = hausman_test(ml, nls)
    assert result.statistic == pytest.approx(difference @ np.linalg.inv(excess) @ difference)
    assert result.p_value == pytest.approx(stats.chi2.sf(result.statistic, 2))
    data = list_with_regressor(np.random.default_rng(14), 500)
    ml, nls = (ictreg("y ~ 1", data, "treat", 4, m) for m in ("ml", "nls"))
    low, high = np.linalg.eigvalsh(nls.cov_params() - ml.cov_params())
    assert low < 0 < high
    assert np.isnan(hausman_test(ml, nls).p_value)


def test_hausman_finds_misspecified_counts():
    """Control items with a correlation of 0.15, which the likelihood takes as independent."""
    data = list_with_regressor(np.random.default_rng(8), 10_000, correlation=0.15)
    result = hausman_test(*(ictreg("y ~ x", data, "treat", 4, m) for m in ("ml", "nls")))
    assert result.robust_p_value < 0.001


@pytest.mark.long
def test_size_of_the_robust_hausman_test():
    """3,000 respondents, binomial counts, 200 samples, level 5 percent: it is conservative."""
    generator = np.random.default_rng(9)
    rejected = []
    for _ in range(200):
        data = list_with_regressor(generator, 3_000)
        fits = [ictreg("y ~ x", data, "treat", 4, m) for m in ("ml", "nls")]
        rejected.append(hausman_test(*fits).robust_p_value < 0.05)
    assert np.mean(rejected) < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)


def test_hausman_compares_like_with_like():
    data = rows("n400")
    ml, nls, linear = (ictreg("y ~ male", data, "treat", 4, m) for m in ("ml", "nls", "linear"))
    with pytest.raises(InputError, match="not 'nls' with 'ml'"):
        hausman_test(nls, ml)
    with pytest.raises(InputError, match="not 'ml' with 'linear'"):
        hausman_test(ml, linear)
    other = ictreg("y ~ 1", data, "treat", 4)
    with pytest.raises(InputError, match="other rows or parameters"):
        hausman_test(other, nls)


@pytest.mark.parametrize("test", [design_effect_test, floor_and_ceiling_shares])
def test_diagnostics_refuse_what_is_no_list_experiment(test):
    data = rows("n400")
    with pytest.raises(InputError, match="no column 'count'"):
        test(data, "count", "treat", 4)
    with pytest.raises(InputError, match="must be a whole number from 0 to"):
        test(data, "y", "treat", 3)
    with pytest.raises(InputError, match="treatment arm is empty"):
        test(data[data["treat"] == 0], "y", "treat", 4)
    with pytest.raises(InputError, match="'y' is not numeric"):
        test(data.assign(y="many"), "y", "treat", 4)


def weighted_rows():
    data = rows("n400")
    return data.assign(w=1.0 + np.arange(len(data)) % 3, same=7.0)


def test_equal_weights_do_not_change_the_design_effect_test():
    data = weighted_rows()
    plain, same = (design_effect_test(data, "y", "treat", 4, weights=w) for w in (None, "same"))
    pd.testing.assert_frame_equal(plain.types, same.types)
    pd.testing.assert_frame_equal(plain.families, same.families)


def test_weighted_types_are_those_of_repeated_rows():
    """Their errors are not: a repeated row tells nothing new."""
    data = weighted_rows()
    repeated = data.loc[data.index.repeat(data.w.astype(int))]
    ours = design_effect_test(data, "y", "treat", 4, weights="w").types
    theirs = design_effect_test(repeated, "y", "treat", 4).types
    np.testing.assert_allclose(ours["share"], theirs["share"], atol=1e-12)
    assert (ours["std_error"] > theirs["std_error"]).sum() >= 9


def test_errors_of_weighted_types_are_those_of_the_bootstrap():
    data, generator = weighted_rows(), np.random.default_rng(5)
    known = design_effect_test(data, "y", "treat", 4, weights="w").types["std_error"]
    arms = [data[data.treat == arm] for arm in (0, 1)]
    draws = [
        design_effect_test(
            pd.concat([arm.sample(frac=1, replace=True, random_state=generator) for arm in arms]),
            "y",
            "treat",
            4,
            weights="w",
        ).types["share"]
        for _ in range(300)
    ]
    np.testing.assert_allclose(np.std(draws, axis=0)[:4], known[:4], rtol=0.15)


def test_weighted_shares_at_floor_and_ceiling():
    data = weighted_rows()
    plain, same, weighted = (
        floor_and_ceiling_shares(data, "y", "treat", 4, weights=w) for w in (None, "same", "w")
    )
    pd.testing.assert_frame_equal(plain, same)
    own = data[data.treat == 1]
    share = np.average(own.y == 5, weights=own.w)
    effective = own.w.sum() ** 2 / (own.w**2).sum()
    low, high = proportion_confint(share * effective, effective, method="wilson")
    ceiling = weighted.iloc[3]
    assert tuple(ceiling[["share", "conf_low", "conf_high"]]) == pytest.approx((share, low, high))
    assert ceiling["respondents"] == (own.y == 5).sum()


def test_hausman_with_weights_keeps_only_the_robust_statistic():
    data = list_with_regressor(np.random.default_rng(8), 2_000).assign(w=lambda d: 1 + (d.x > 0))
    fits = [ictreg("y ~ x", data, "treat", 4, m, weights="w") for m in ("ml", "nls")]
    result = hausman_test(*fits)
    assert np.isnan(result.p_value)
    assert 0 < result.robust_p_value < 1
    assert "clusters maximum likelihood is not efficient" in result.explanation


@pytest.mark.parametrize("test", [design_effect_test, floor_and_ceiling_shares])
def test_diagnostics_refuse_bad_weights(test):
    data = rows("n400")
    with pytest.raises(InputError, match="no column 'w'"):
        test(data, "y", "treat", 4, weights="w")
    with pytest.raises(InputError, match="above zero; row 0 has -1"):
        test(data.assign(w=-1.0), "y", "treat", 4, weights="w")
    with pytest.raises(InputError, match="'w' is not numeric"):
        test(data.assign(w="one"), "y", "treat", 4, weights="w")
