"""Strata, clusters and weights of a sample: linearized and bootstrapped errors of every fit."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from lib.core.errors import InputError
from lib.estimators.list_experiment import (
    cluster_bootstrap,
    difference_in_means,
    hausman_test,
    ictreg,
    subgroup_contrasts,
)
from lib.estimators.survey_design import SurveyDesign, read_design

N_ITEMS = 4
CENTRE = 0.35  # standard deviation of the clusters' log odds of the items


def sample(generator, clusters=40, size=15):
    """Villages in two regions, whose people answer alike; arms are drawn within villages."""
    village = np.repeat(np.arange(clusters), size)
    n = len(village)
    treat, male = (
        generator.permuted(np.tile(np.arange(n) % 2, (1, 1)))[0],
        generator.random(n) < 0.5,
    )
    effect = generator.normal(0, CENTRE, clusters)[village]
    items = generator.binomial(N_ITEMS, 1 / (1 + np.exp(-effect - 0.3 * male)))
    trait = generator.random(n) < 1 / (1 + np.exp(0.4 - 0.8 * male - effect))
    return pd.DataFrame(
        {
            "y": items + treat * trait,
            "treat": treat,
            "male": male.astype(int),
            "village": village,
            "region": village % 2,
            "w": np.where(village % 2, 1.5, 0.5) * generator.uniform(0.5, 1.5, n),
        }
    )


@pytest.fixture(scope="module")
def rows():
    return sample(np.random.default_rng(17))


def test_linear_errors_are_those_of_clustered_least_squares(rows):
    """Without weights and strata, but for the factor (n - 1) / (n - k) of statsmodels."""
    fit = ictreg("y ~ male", rows, "treat", N_ITEMS, "linear", clusters="village")
    X = np.column_stack([rows.treat, rows.treat * rows.male, np.ones(len(rows)), rows.male])
    known = sm.OLS(rows.y, X).fit(cov_type="cluster", cov_kwds={"groups": rows.village})
    factor = np.sqrt((len(rows) - X.shape[1]) / (len(rows) - 1))
    np.testing.assert_allclose(fit.params, known.params, atol=1e-10)
    np.testing.assert_allclose(fit.bse, known.bse * factor, rtol=1e-10)
    assert fit.pvalues["sensitive.male"] == pytest.approx(fit.t_test("sensitive.male = 0").pvalue)
    width = fit.conf_int().loc["sensitive.male"].diff()[1] / 2
    assert width / fit.bse["sensitive.male"] == pytest.approx(2.0227, abs=1e-4)  # t with 39


@pytest.mark.parametrize("weights", [None, "w"])
def test_the_difference_is_the_linear_fit_without_regressors(rows, weights):
    design = {"weights": weights, "strata": "region", "clusters": "village"}
    fit = ictreg("y ~ 1", rows, "treat", N_ITEMS, "linear", **design)
    (found,) = difference_in_means(rows, "y", "treat", **design).to_dict("records")
    assert found["estimate"] == pytest.approx(fit.params["sensitive.Intercept"])
    assert found["std_error"] == pytest.approx(fit.bse["sensitive.Intercept"], rel=1e-9)
    assert found["df"] == 38
    limits = fit.conf_int().loc["sensitive.Intercept"]
    assert [found["conf_low"], found["conf_high"]] == pytest.approx(limits.tolist())


def test_the_formula_of_the_survey_package_by_hand():
    """Two strata of two clusters: half the sum of the strata's squared differences of totals."""
    rows = pd.DataFrame(
        {
            "y": [1, 2, 0, 3, 2, 2, 1, 3],
            "treat": [0, 1, 0, 1, 0, 1, 0, 1],
            "place": [1, 1, 2, 2, 1, 1, 2, 2],  # numbered anew in each stratum
            "region": ["a"] * 4 + ["b"] * 4,
            "w": [1.0, 2, 1, 2, 3, 1, 1, 1],
        }
    )
    control, treated = 8 / 6, 15 / 6  # (1 + 0 + 6 + 1) / 6 and (4 + 6 + 2 + 3) / 6
    totals = [
        2 * (2 - treated) / 6 - 1 * (1 - control) / 6,
        2 * (3 - treated) / 6 - 1 * (0 - control) / 6,
        1 * (2 - treated) / 6 - 3 * (2 - control) / 6,
        1 * (3 - treated) / 6 - 1 * (1 - control) / 6,
    ]
    variance = (totals[0] - totals[1]) ** 2 + (totals[2] - totals[3]) ** 2
    (found,) = difference_in_means(
        rows, "y", "treat", weights="w", strata="region", clusters="place"
    ).to_dict("records")
    assert found["estimate"] == pytest.approx(treated - control)
    assert found["std_error"] == pytest.approx(np.sqrt(variance))
    assert found["df"] == 2


def test_a_respondent_a_cluster_is_a_simple_random_sample(rows):
    """The influence of each is (y - mean) / n: Welch's variances with n - 1 of the whole sample."""
    (simple,) = difference_in_means(rows, "y", "treat").to_dict("records")
    numbered = rows.assign(number=np.arange(len(rows)))
    (found,) = difference_in_means(numbered, "y", "treat", clusters="number").to_dict("records")
    n, half = len(rows), len(rows) / 2
    factor = n / (n - 1) * (half - 1) / half
    assert found["design_effect"] == pytest.approx(factor)
    assert found["std_error"] == pytest.approx(simple["std_error"] * np.sqrt(factor), rel=1e-9)


def test_subgroups_are_domains_of_the_whole_sample(rows):
    """They share clusters: their difference is that of the linear fit, not of two samples."""
    design = {"strata": "region", "clusters": "village"}
    table = difference_in_means(rows, "y", "treat", by="male", **design)
    fit = ictreg("y ~ 0 + C(male)", rows, "treat", N_ITEMS, "linear", **design)
    np.testing.assert_allclose(table["estimate"], fit.params.iloc[:2])
    np.testing.assert_allclose(table["std_error"], fit.bse.iloc[:2], rtol=1e-9)
    (contrast,) = subgroup_contrasts(table).to_dict("records")
    test = fit.t_test("sensitive.C(male)[0] - sensitive.C(male)[1] = 0")
    assert contrast["estimate"] == pytest.approx(test.effect[0])
    assert contrast["std_error"] == pytest.approx(test.sd[0, 0], rel=1e-9)
    assert contrast["p_value"] == pytest.approx(float(test.pvalue), rel=1e-9)
    with pytest.raises(InputError, match="share clusters and their covariances are lost"):
        subgroup_contrasts(pd.DataFrame(table.to_dict("list")))


FITS = {
    "linear": {"method": "linear"},
    "nls": {"method": "nls"},
    "ml": {},
    "robust ml": {"robust": True},
    "robust nls": {"method": "nls", "robust": True},
    "floor": {"floor": True, "prior": 2.5},
}


@pytest.mark.parametrize("name", FITS)
def test_every_fit_clusters_its_influences(rows, name):
    design = {"weights": "w", "strata": "region", "clusters": "village"}
    fit = ictreg("y ~ male", rows, "treat", N_ITEMS, **FITS[name], **design)
    alone = ictreg("y ~ male", rows, "treat", N_ITEMS, **FITS[name], weights="w")
    np.testing.assert_allclose(fit.params, alone.params, atol=1e-6)
    totals = fit.influence.groupby(rows.village).sum()
    parts = [part - part.mean() for _, part in totals.groupby(totals.index % 2)]
    variances = sum(20 / 19 * (part**2).sum() for part in parts)
    np.testing.assert_allclose(fit.bse, np.sqrt(variances), rtol=1e-9)
    predicted = fit.predict()
    width = (predicted["conf_high"] - predicted["conf_low"]) / 2 / predicted["std_error"]
    assert width[0] == pytest.approx(2.0244, abs=1e-4)  # t with 38


def test_bootstrap_and_linearization_agree(rows):
    fit = ictreg("y ~ male", rows, "treat", N_ITEMS, "nls", clusters="village", strata="region")
    table = cluster_bootstrap(fit, draws=300, seed=1)
    assert table["term"].tolist() == list(fit.params.index)
    assert (table["replicates"] > 280).all()
    controls = table["term"].str.startswith("control")
    np.testing.assert_allclose(table["std_error"][controls], fit.bse.iloc[2:], rtol=0.15)
    np.testing.assert_allclose(table["std_error"], fit.bse, rtol=0.35)
    again = cluster_bootstrap(fit, draws=300, seed=1)
    pd.testing.assert_frame_equal(table, again)


def test_bootstrap_of_a_mean_has_the_linearized_variance():
    """For a total the variance over all replicates is the linearized one (Rao & Wu 1988)."""
    generator = np.random.default_rng(2)
    design = SurveyDesign(np.repeat(np.arange(7), 5), np.array([0, 0, 0, 1, 1, 1, 1]))
    values = generator.normal(size=35)
    totals = [factors @ values for factors in design.replicates(20_000, generator)]
    known = design.covariance(values[:, None])[0, 0]
    assert np.var(totals) == pytest.approx(known, rel=0.04)
    assert np.mean(totals) == pytest.approx(values.sum(), abs=4 * np.sqrt(known / 20_000))


def test_what_needs_a_simple_random_sample_says_so(rows):
    fits = [
        ictreg("y ~ male", rows, "treat", N_ITEMS, method, clusters="village")
        for method in ("ml", "nls")
    ]
    test = hausman_test(*fits)
    assert np.isnan(test.p_value)
    assert 0 <= test.robust_p_value <= 1
    assert "strata or clusters" in test.explanation
    floor = ictreg("y ~ male", rows, "treat", N_ITEMS, floor=True, prior=2.5, clusters="village")
    with pytest.raises(InputError, match="not defined with weights, strata or clusters"):
        floor.share_intervals()


BAD = {
    "unknown strata": ({"strata": "land"}, "no column 'land'"),
    "missing cluster": ({"clusters": "holes"}, "'holes' has 1 missing"),
    "one cluster": ({"clusters": "one"}, "The sample has one cluster"),
    "one cluster in a stratum": (
        {"clusters": "village", "strata": "alone"},
        "Stratum 7 of 'alone' has one cluster, and a variance needs two; merge strata",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_designs(rows, name):
    arguments, sentence = BAD[name]
    holes = rows.village.where(rows.index > 0)
    spoilt = rows.assign(one=1, holes=holes, alone=7 * (rows.village == 3))
    with pytest.raises(InputError, match=sentence):
        difference_in_means(spoilt, "y", "treat", **arguments)
    with pytest.raises(InputError, match=sentence):
        ictreg("y ~ 1", spoilt, "treat", N_ITEMS, **arguments)


def test_no_design_is_none(rows):
    assert read_design(rows, None, None) is None
