"""What a chapter asks of groups: attempts, predictions, balance, and simulated direct answers."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import norm

from lib.core.errors import InputError
from lib.estimators import list_experiment as le
from lib.estimators.power import count_distribution, joint_distribution

N_ITEMS = 4


def experiment(n: int, intercept: float, slope: float, seed: int = 1) -> pd.DataFrame:
    """Draw a list experiment whose trait depends on an attribute."""
    generator = np.random.default_rng(seed)
    male = generator.integers(0, 2, n)
    trait = generator.random(n) < expit(intercept + slope * male)
    treatment = np.arange(n) % 2
    counts = generator.binomial(N_ITEMS, 0.6, n) + trait * treatment
    return pd.DataFrame({"count": counts, "treatment": treatment, "male": male})


@pytest.fixture(scope="module")
def rows():
    return experiment(3000, -0.5, 1.5)


@pytest.fixture(scope="module")
def hopeless():
    """All men of the treatment arm count all items: more than the trait can explain."""
    rows = experiment(200, -0.5, 1.0)
    rows.loc[(rows["male"] == 1) & (rows["treatment"] == 1), "count"] = N_ITEMS + 1
    return rows


def fit(rows, **options):
    return le.attempt_ictreg("count ~ male", rows, "treatment", N_ITEMS, **options)


def test_an_attempt_that_succeeds_is_the_fit(rows):
    attempt = fit(rows)
    expected = le.ictreg("count ~ male", rows, "treatment", N_ITEMS)
    assert attempt.remark == ""
    pd.testing.assert_series_equal(attempt.required().params, expected.params)


def test_an_attempt_without_finite_estimates_says_so(hopeless):
    attempt = fit(hopeless, method="nls")
    assert attempt.results is None
    assert "no finite estimate" in attempt.remark
    with pytest.raises(InputError, match="no finite estimate"):
        attempt.required()


def test_an_attempt_at_a_boundary_keeps_its_warning(hopeless):
    attempt = fit(hopeless)
    assert attempt.results is not None
    assert "run to infinity" in attempt.remark


def test_an_attempt_with_collinear_regressors_says_so(rows):
    doubled = rows.assign(again=rows["male"])
    attempt = le.attempt_ictreg("count ~ male + again", doubled, "treatment", N_ITEMS)
    assert "collinear" in attempt.remark


def test_support_of_all_attempts_names_those_that_failed(rows, hopeless):
    table = le.attempted_support({"good": fit(rows), "bad": fit(hopeless, method="nls")})
    assert table["model"].tolist() == ["good", "bad"]
    assert table["estimate"].isna().tolist() == [False, True]
    assert table["estimate"][0] == fit(rows).required().predict()["estimate"][0]
    assert table.index.tolist() == [0, 1]
    assert table["remark"][0] == ""
    assert "no finite estimate" in table["remark"][1]


def test_support_without_any_estimates_is_refused(hopeless):
    with pytest.raises(InputError, match="no finite estimate"):
        le.attempted_support({"bad": fit(hopeless, method="nls")})


def test_terms_are_those_of_the_sensitive_item(rows, hopeless):
    table = le.attempted_terms({"ml": fit(rows), "bad": fit(hopeless, method="nls")})
    assert table["term"].tolist() == ["Intercept", "male"]
    assert set(table["model"]) == {"ml"}
    both = le.attempted_terms({"ml": fit(rows), "nls": fit(rows, method="nls")})
    assert both[["model", "term"]].to_numpy().tolist() == [
        [model, term] for model in ("ml", "nls") for term in ("Intercept", "male")
    ]
    np.testing.assert_array_equal(both["estimate"][:2], fit(rows).required().params[:2])
    assert list(both) == [*fit(rows).required().tidy(), "model"]


def test_hausman_needs_both_fits(rows, hopeless):
    test = le.attempted_hausman(fit(rows), fit(rows, method="nls"))
    assert test["df"] == 4
    assert 0 <= test["robust_p_value"] <= 1
    missing = le.attempted_hausman(fit(rows), fit(hopeless, method="nls"))
    assert np.isnan(missing["statistic"])
    assert missing["explanation"].startswith("Nonlinear least squares: ")
    assert missing.keys() == test.keys()
    missing = le.attempted_hausman(fit(hopeless), fit(rows, method="nls"))
    assert missing["explanation"].startswith("Maximum likelihood: ")


def test_predicted_support_of_a_group_is_the_share_of_its_members(rows):
    results = le.ictreg("count ~ male", rows, "treatment", N_ITEMS)
    table = le.predicted_support(results, rows, ["male"])
    logit = results.params.filter(like="sensitive").to_numpy()
    assert table["indicator"].tolist() == ["male", "male"]
    assert table.index.tolist() == [0, 1]
    assert table["value"].tolist() == [1, 0]
    assert table["n"].sum() == len(rows)
    assert table["estimate"].tolist() == pytest.approx([expit(logit.sum()), expit(logit[0])])


def test_a_saturated_linear_model_predicts_the_differences_in_means(rows):
    results = le.ictreg("count ~ male", rows, "treatment", N_ITEMS, method="linear")
    predicted = le.predicted_support(results, rows, ["male"])["estimate"]
    means = le.difference_in_means(rows, "count", "treatment", by="male")["estimate"]
    assert predicted.tolist() == pytest.approx(means[::-1].tolist())


def test_the_average_difference_of_the_only_regressor_is_that_of_the_groups(rows):
    results = le.ictreg("count ~ male", rows, "treatment", N_ITEMS)
    groups = le.predicted_support(results, rows, ["male"])["estimate"]
    difference = le.average_differences(results, rows, ["male"])
    assert difference["estimate"][0] == pytest.approx(groups[0] - groups[1])
    assert difference["conf_low"][0] < difference["estimate"][0] < difference["conf_high"][0]
    assert le.average_differences(results, rows, ["male", "male"])["indicator"].to_dict() == {
        0: "male",
        1: "male",
    }


def test_posteriors_are_described_by_arm_and_count(rows):
    attempt = le.attempt_ictreg("count ~ male", rows, "treatment", N_ITEMS)
    table = le.posterior_by_count(attempt, fewest=10).set_index(["arm", "items"])
    own = rows[(rows["treatment"] == 1) & (rows["count"] == 3)]
    posterior = attempt.required().posterior[own.index]
    row = table.loc[("treatment", 3)]
    assert row["mean"] == pytest.approx(posterior.mean())
    assert set(row[["lower_quartile", "upper_quartile"]]) <= set(posterior)
    assert list(table) == ["mean", "lower_quartile", "upper_quartile", "remark"]
    assert set(table["remark"]) == {""}
    assert set(table.index.get_level_values("arm")) == {"control", "treatment"}
    assert table.loc[("control", 3), "mean"] == pytest.approx(
        attempt.required().posterior[(rows["treatment"] == 0) & (rows["count"] == 3)].mean()
    )
    treated = table.loc["treatment", "mean"]
    assert treated.is_monotonic_increasing
    assert (treated[0], treated[N_ITEMS + 1]) == (0, 1)


def test_weights_count_in_the_description_of_posteriors(rows):
    attempt = fit(rows.assign(w=1.0 + 9 * rows["male"]), weights="w")
    table = le.posterior_by_count(attempt, fewest=10).set_index(["arm", "items"])
    own = rows[(rows["treatment"] == 1) & (rows["count"] == 3)]
    posterior = attempt.required().posterior[own.index]
    expected = np.average(posterior, weights=1 + 9 * own["male"])
    assert table.loc[("treatment", 3), "mean"] == pytest.approx(expected)
    assert table.loc[("treatment", 3), "lower_quartile"] == posterior[own["male"] == 1].iloc[0]


def test_few_respondents_are_not_described_and_no_fit_is_a_remark(rows):
    attempt = le.attempt_ictreg("count ~ male", rows, "treatment", N_ITEMS)
    sizes = rows.groupby(["treatment", "count"]).size().to_numpy()
    fewest = int(np.median(sizes))
    table = le.posterior_by_count(attempt, fewest)
    blank = table[["mean", "lower_quartile", "upper_quartile"]].isna().all(axis=1)
    np.testing.assert_array_equal(blank, sizes < fewest)
    assert set(table.loc[blank, "remark"]) == {f"Fewer than {fewest} respondents."}
    assert le.posterior_by_count(attempt, len(rows))["mean"].dtype == float
    failed = le.posterior_by_count(le.Attempt(None, "It fails."), fewest)
    assert list(failed) == list(table)
    assert failed["remark"].tolist() == ["It fails."]
    assert failed.drop(columns="remark").isna().all(axis=None)


def test_balance_has_every_respondent_and_tests_as_chi_squared_does(rows):
    answers = rows["male"].map({1: "male", 0: "female"}).mask(rows.index < 30)
    table = le.arm_balance(rows.assign(gender=answers), "treatment", ["gender"])
    assert table["group"].tolist() == ["female", "male", "no answer"]
    assert list(table) == ["variable", "group", "control", "treatment", "p_value"]
    assert table[["control", "treatment"]].sum().tolist() == pytest.approx([100, 100])
    observed = 15 * table[["control", "treatment"]].to_numpy()  # of 1,500 respondents an arm
    expected = np.outer(observed.sum(1), observed.sum(0)) / observed.sum()
    statistic = ((observed - expected) ** 2 / expected).sum()
    assert table["p_value"][0] == pytest.approx(np.exp(-statistic / 2))  # 2 degrees of freedom


def test_balance_of_two_groups_is_without_correction(rows):
    halves = rows.assign(half=np.where(rows.index % 3 + rows["male"] > 1, "a", "b"))
    table = le.arm_balance(halves, "treatment", ["half", "male"])
    assert table["variable"].tolist() == ["half", "half", "male", "male"]
    assert table.index.tolist() == [0, 1, 2, 3]
    counts = pd.crosstab(halves["half"], halves["treatment"])
    assert table["control"][0] == pytest.approx(100 * counts.loc["a", 0] / counts[0].sum())
    shares = counts.loc["a"] / counts.sum()
    pooled = counts.loc["a"].sum() / len(rows)
    z = shares.diff()[1] / np.sqrt(pooled * (1 - pooled) * (1 / counts.sum()).sum())
    assert table["p_value"][0] == pytest.approx(2 * norm.sf(abs(z)))


def test_arms_that_differ_are_found(rows):
    lopsided = rows.assign(group=np.where(rows["treatment"] & (rows.index < 800), "a", "b"))
    assert le.arm_balance(lopsided, "treatment", ["group"])["p_value"].max() < 1e-6


def test_simulated_respondents_have_the_moments_asked_for():
    types = 3 * joint_distribution(count_distribution(2.76, 1.0, N_ITEMS), 0.56)
    rows = le.simulate_with_direct_question(types, 0.3, 200_000, np.random.default_rng(1))
    means = rows.groupby("treatment")["count"].mean()
    assert means.diff()[1] == pytest.approx(0.56, abs=0.02)
    assert means[0] == pytest.approx(2.76, abs=0.02)
    assert rows["direct"].mean() == pytest.approx(0.7 * 0.56, abs=0.01)
    combined = le.combined_estimator(rows, "count", "treatment", "direct", N_ITEMS)
    found = combined.estimates.set_index("estimator").loc["combined"]
    assert found["estimate"] == pytest.approx(0.56, abs=4 * found["std_error"])
