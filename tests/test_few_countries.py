"""Restricted likelihood, jackknife and wild bootstrap for a country-level slope."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from lib.core.errors import ConvergenceError, InputError
from lib.core.paths import DATA, ROOT
from lib.estimators.clustered_logit import cluster_jackknife, linearized_wild_bootstrap
from lib.estimators.few_clusters import country_logits, exact_two_step, webb_draws
from lib.estimators.few_countries import coverage, null_tests, simulate_countries, slope_tests
from lib.estimators.multilevel import MixedLogit, MixedOrderedLogit, logit_from_counts
from lib.estimators.multilevel.maximize import maximize
from lib.estimators.multilevel.restricted import fit_restricted
from lib.sources import article
from lib.sources.simulations import few_countries_hash, read_few_countries

COUNTRY = simulate_countries(9, seed=4)
COUNTS = (COUNTRY["counted"], COUNTRY["n_valid"], COUNTRY["regressor"])


def pooled(rows: pd.DataFrame) -> pd.Series:
    outcome = np.column_stack([rows["counted"], rows["n_valid"] - rows["counted"]])
    design = sm.add_constant(rows["regressor"])
    return sm.GLM(outcome, design, family=sm.families.Binomial()).fit()


def test_the_restricted_variance_is_the_exact_one_where_sampling_error_is_small():
    """On the article's countries, where each log odds is known within 0.06."""
    country = article.countries()
    restricted = fit_restricted(logit_from_counts("trust ~ diversity", country))
    logits = country_logits(country["counted"], country["n_valid"])
    exact = exact_two_step(logits["effect"], logits["std_error"], country[["diversity"]])
    exact = exact.set_index("term")
    assert restricted.params["group variance"] == pytest.approx(
        exact.loc["variance", "estimate"], rel=0.01
    )
    told = restricted.tidy().set_index("term").loc["diversity"]
    for column in ("estimate", "std_error", "df", "conf_low", "conf_high"):
        assert told[column] == pytest.approx(exact.loc["diversity", column], rel=0.01)


def test_the_restricted_fit_maximizes_the_profile_less_half_the_log_determinant():
    model = logit_from_counts("trust ~ regressor", COUNTRY)
    found = fit_restricted(model).params["group variance"]
    likelihood = model.likelihood("adaptive", 25)

    def height(variance: float) -> float:
        start = np.append(model.pooled, np.sqrt(variance))
        top = maximize(likelihood, start, fixed=(2,))
        return top.evaluation.log_likelihood - np.linalg.slogdet(top.information[:2, :2])[1] / 2

    assert height(found) >= max(height(found * 0.98), height(found * 1.02))


def long_rows() -> pd.DataFrame:
    with_it = COUNTRY.assign(group=COUNTRY.index, trust=1, n=COUNTRY["counted"])
    without = with_it.assign(trust=0, n=COUNTRY["n_valid"] - COUNTRY["counted"])
    return pd.concat([with_it, without], ignore_index=True)


def with_age() -> pd.DataFrame:
    rows = long_rows()
    young = rows["n"] // 3
    return pd.concat([rows.assign(age=0, n=young), rows.assign(age=1, n=rows["n"] - young)])


def test_degrees_of_freedom_are_the_countries_only_for_what_varies_between_them():
    rows = with_age()
    model = MixedLogit.from_formula("trust ~ regressor + age", rows, "group", "n")
    df = fit_restricted(model).df
    assert df.to_dict() == {"Intercept": 7, "regressor": 7, "age": np.inf}
    answers = rows.assign(level=(np.arange(36) + np.arange(36) // 9) % 3)
    ordered = MixedOrderedLogit.from_formula("level ~ regressor", answers, "group", "n")
    restricted = fit_restricted(ordered)
    assert restricted.df.tolist() == [7, 7, 7]
    assert restricted.params["group variance"] >= ordered.fit().group_variance - 1e-6
    assert "Restricted" in str(restricted.summary())


def test_a_random_slope_is_refused():
    rows = with_age()
    model = MixedLogit.from_formula("trust ~ age", rows, "group", "n", random_slopes="age")
    with pytest.raises(InputError, match="takes a random intercept"):
        fit_restricted(model)


def test_the_jackknife_leaves_out_one_country_at_a_time():
    whole = pooled(COUNTRY).params["regressor"]
    left = [pooled(COUNTRY.drop(index=each)).params["regressor"] for each in COUNTRY.index]
    found = cluster_jackknife(*COUNTS)
    assert found.estimate == pytest.approx(whole)
    assert found.std_error == pytest.approx(np.sqrt(8 / 9 * ((np.array(left) - whole) ** 2).sum()))


def test_the_wild_bootstrap_draws_scores_where_the_slope_is_zero():
    """Recomputed draw by draw from the formulas."""
    x = COUNTRY["regressor"] - COUNTRY["regressor"].mean()
    design, n = np.column_stack([np.ones(9), x]), COUNTRY["n_valid"].to_numpy()
    share = COUNTRY["counted"].sum() / n.sum()
    scores = (COUNTRY["counted"] - n * share).to_numpy()[:, None] * design
    parts = [n[g] * share * (1 - share) * np.outer(design[g], design[g]) for g in range(9)]
    inverse = np.linalg.inv(sum(parts))
    found, statistics = linearized_wild_bootstrap(*COUNTS, draws=200, seed=3), []
    for weights in webb_draws(9, 200, 3):
        drawn = weights[:, None] * scores
        step = inverse @ drawn.sum(axis=0)
        left = [drawn[g] - parts[g] @ step for g in range(9)]
        middle = sum(np.outer(each, each) for each in left)
        statistics.append(abs(step[1]) / np.sqrt(9 / 8 * (inverse @ middle @ inverse)[1, 1]))
    observed = abs(found.estimate) / found.std_error
    assert found.p_value == pytest.approx(np.mean(np.array(statistics) >= observed))


def test_what_no_logit_can_tell_is_refused():
    nobody = COUNTRY.assign(counted=0)
    with pytest.raises(InputError, match="All or none"):
        cluster_jackknife(nobody["counted"], nobody["n_valid"], nobody["regressor"])
    alone = COUNTRY.assign(counted=[5, *[0] * 8])
    with pytest.raises((ConvergenceError, np.linalg.LinAlgError)):
        cluster_jackknife(alone["counted"], alone["n_valid"], alone["regressor"])


def test_methods_stand_side_by_side():
    told = slope_tests(COUNTRY, 99, bootstraps=4).set_index("method")
    assert (
        told.loc["maximum likelihood, t", "p_value"]
        > told.loc["maximum likelihood, normal", "p_value"]
    )
    assert (
        told.loc["restricted likelihood, t", "variance"]
        > told.loc["maximum likelihood, t", "variance"]
    )
    assert told["p_value"].between(0, 1).all()
    covered = coverage(null_tests(7, [1, 2]))
    assert covered["replicates"].tolist() == [2] * 6


def test_the_stored_simulation_is_of_this_code():
    stored = read_few_countries(DATA / "simulations")
    assert set(stored["hash"]) == {few_countries_hash(ROOT)}
    assert (stored["std_error"] < 0.03).all()
