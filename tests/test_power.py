from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower

from lib.consistency.bounds import independent_items_sd
from lib.core.errors import InputError
from lib.estimators.list_experiment import difference_in_means
from lib.estimators.power import (
    ListExperiment,
    break_even_bias,
    clustering_design_effect,
    contrast_unit_variance,
    count_distribution,
    detectable_effect,
    direct_mean_squared_error,
    exaggeration,
    groups_apart,
    holm_adjusted,
    holm_power,
    joint_distribution,
    list_beats_direct_from,
    plan_contrasts,
    power,
    required_n,
    simulate,
    simulated_mean,
    simulated_root_mean_square,
    weighting_design_effect,
    wrong_sign_share,
)

DRAWS = 20_000
MOST_ERRORS = 4
"""Monte Carlo errors by which a simulation with a fixed seed may miss."""

shares = st.floats(0.05, 0.95)
experiments = st.builds(
    ListExperiment, st.floats(0.3, 2), shares, shares, correlation=st.floats(-0.8, 0.8)
)


@pytest.fixture
def generator():
    return np.random.default_rng(806)


def agrees(simulated, closed):
    value, error = simulated
    return abs(value - closed) < MOST_ERRORS * error


def test_unit_variance_of_a_worked_example():
    """With no correlation and equal arms 4 times 1 plus 2 times 0.25."""
    assert ListExperiment(1.0, 0.5).unit_variance == pytest.approx(4.5)


@given(experiments)
def test_the_best_treatment_share_is_best(experiment):
    best = experiment.best_treatment_share
    others = [best, best + 0.01, best - 0.01]
    variances = [
        experiment.control_sd**2 / (1 - share) + experiment.treatment_sd**2 / share
        for share in others
    ]
    assert variances[0] == pytest.approx(min(variances), rel=1e-12)


@pytest.mark.parametrize("correlation", [-0.3, 0.0, 0.3])
@pytest.mark.parametrize("arms", [(200, 200), (300, 150)])
def test_the_standard_error_is_that_of_simulated_surveys(generator, correlation, arms):
    joint = joint_distribution(count_distribution(2.5, 1.1, 4), 0.4, correlation)
    drawn = simulate(joint, arms, DRAWS, generator)
    experiment = ListExperiment(1.1, 0.4, arms[1] / sum(arms), correlation)
    closed = np.sqrt(experiment.unit_variance / sum(arms))
    errors = drawn["estimate"] - 0.4
    assert agrees(simulated_mean(drawn["estimate"]), 0.4)
    assert agrees(simulated_root_mean_square(errors), closed)
    assert drawn["std_error"].mean() == pytest.approx(closed, rel=0.005)


def test_simulated_standard_errors_are_those_of_the_counts():
    """A seeded draw, repeated respondent by respondent."""
    joint = joint_distribution(count_distribution(2.0, 1.0, 3), 0.3)
    drawn = simulate(joint, (50, 40), 1, np.random.default_rng(1)).iloc[0]
    again = np.random.default_rng(1)
    treatment = np.append(joint[:, 0], 0) + np.insert(joint[:, 1], 0, 0)
    control = np.repeat(range(4), again.multinomial(50, joint.sum(axis=1)))
    treated = np.repeat(range(5), again.multinomial(40, treatment))
    assert drawn["estimate"] == pytest.approx(treated.mean() - control.mean())
    squares = control.var(ddof=1) / 50 + treated.var(ddof=1) / 40
    assert drawn["std_error"] == pytest.approx(np.sqrt(squares))


def test_groups_apart_differ_by_the_contrast_and_in_nothing_else():
    first, second = groups_apart(ListExperiment(1.1, 0.4, 0.6, 0.2), 0.3)
    assert asdict(first) == pytest.approx(asdict(ListExperiment(1.1, 0.25, 0.6, 0.2)))
    assert asdict(second) == pytest.approx(asdict(ListExperiment(1.1, 0.55, 0.6, 0.2)))


def test_the_variance_of_a_contrast_of_a_worked_example():
    """Both groups 4 + 2 times 0.24, one of a quarter: 4.48/0.25 + 4.48/0.75."""
    found = contrast_unit_variance(ListExperiment(1.0, 0.5), 0.2, 0.25)
    assert found == pytest.approx(4.48 * 16 / 3)


def test_planned_contrasts_are_those_of_the_functions():
    case = {"control_sd": 1.1, "prevalence": 0.4, "contrast": 0.2, "share": 0.3, "n": 2000}
    planned = plan_contrasts(pd.DataFrame([case]), 0.05, 0.9).iloc[0]
    unit = contrast_unit_variance(ListExperiment(1.1, 0.4), 0.2, 0.3)
    error = np.sqrt(unit / 2000)
    assert planned["std_error"] == pytest.approx(error)
    assert planned["least_significant"] == pytest.approx(1.959964 * error)
    assert planned["power"] == pytest.approx(power(0.2, error))
    assert planned["exaggeration"] == pytest.approx(exaggeration(0.2, error))
    assert planned["wrong_sign"] == pytest.approx(wrong_sign_share(0.2, error))
    assert planned["required_n"] == required_n(0.2, unit, 0.05, 0.9)
    clustered = plan_contrasts(pd.DataFrame([case | {"design_effect": 2.0}]), 0.05, 0.9).iloc[0]
    assert clustered["std_error"] == pytest.approx(error * np.sqrt(2))
    assert clustered["required_n"] == required_n(0.2, 2 * unit, 0.05, 0.9)


def test_the_design_effect_of_clusters_that_get_an_arm_whole():
    """What a clustered sample costs is what the correlation of its counts says (Kish 1965)."""
    assert clustering_design_effect(20, 0.05) == pytest.approx(1.95)
    assert ListExperiment(1.0, 0.5, design_effect=1.95).unit_variance == pytest.approx(1.95 * 4.5)
    generator, clusters, size = np.random.default_rng(5), 4_000, 10
    village, effect = np.repeat(np.arange(clusters), size), generator.normal(0, 0.5, clusters)
    y = generator.binomial(4, 1 / (1 + np.exp(-effect[village])))
    rows = pd.DataFrame({"y": y, "treat": village % 2, "village": village})
    between = rows.groupby("village")["y"].mean().var()
    within = rows.groupby("village")["y"].var().mean()
    correlation = (between - within / size) / (between - within / size + within)
    found = difference_in_means(rows, "y", "treat", clusters="village")["design_effect"][0]
    assert found == pytest.approx(clustering_design_effect(size, correlation), rel=0.03)


def test_power_agrees_with_statsmodels():
    known = NormalIndPower().power(effect_size=0.3, nobs1=100, alpha=0.05, ratio=1)
    assert power(0.3, np.sqrt(2 / 100)) == pytest.approx(known, abs=1e-9)


def test_power_without_an_effect_is_the_level():
    assert power(0.0, 2.0, 0.01) == pytest.approx(0.01)


@pytest.mark.parametrize("effect", [0.1, -0.2, 0.3])
def test_the_required_n_has_the_power_and_one_fewer_has_not(effect):
    n = required_n(effect, 18.0, 0.05, 0.8)
    assert power(effect, np.sqrt(18 / n)) >= 0.8
    assert power(effect, np.sqrt(18 / (n - 1))) < 0.8


def test_the_detectable_effect_is_found_with_the_power_stated():
    errors = np.array([0.05, 0.1, 0.4])
    found = power(detectable_effect(errors, 0.05, 0.8), errors, 0.05)
    np.testing.assert_allclose(found, 0.8, atol=2e-6)  # what it adds is the wrong sign
    assert (found >= 0.8).all()


def test_the_detectable_effect_needs_the_sample_that_it_is_for():
    effect = float(detectable_effect(np.sqrt(4.0 / 400)))
    assert required_n(effect * (1 + 1e-9), unit_variance=4.0) == 400


def test_no_effect_is_detectable_with_a_power_below_the_level_or_without_error():
    with pytest.raises(InputError, match=r"power of 0\.04 at a level of 0\.05"):
        detectable_effect(0.1, 0.05, 0.04)
    with pytest.raises(InputError, match=r"standard error of 0\.0 is not above 0"):
        detectable_effect([0.1, 0.0])


def test_the_required_n_of_a_worked_example():
    """18 times ((1.959964 + 0.841621) / 0.2)^2 = 3531.96."""
    assert required_n(0.2, 18.0) == 3532


@pytest.mark.parametrize("ratio", [0.1, 0.5, 1.0, 2.8])
def test_exaggeration_is_the_mean_of_the_significant_estimates(ratio):
    critical = norm.isf(0.025)
    sides = [(-np.inf, -critical), (critical, np.inf)]
    beyond = sum(quad(lambda x: abs(x) * norm.pdf(x, ratio), *side)[0] for side in sides)
    expected = beyond / power(ratio, 1.0) / ratio
    assert exaggeration(ratio, 1.0) == pytest.approx(expected, rel=1e-7)


def test_errors_of_type_m_and_s_of_the_published_example():
    """An effect of 2, error 8.1: Gelman & Carlin (2014) simulated a ratio of about 9.7."""
    assert power(2, 8.1) == pytest.approx(0.06, abs=0.005)
    assert wrong_sign_share(2, 8.1) == pytest.approx(0.24, abs=0.005)
    assert exaggeration(2, 8.1) == pytest.approx(9.7, abs=0.2)


@pytest.mark.parametrize("effect", [0.1, -0.3])
def test_errors_of_type_m_and_s_are_those_of_simulated_estimates(generator, effect):
    estimates = generator.normal(effect, 0.2, 10 * DRAWS)
    significant = estimates[np.abs(estimates) > 0.2 * norm.isf(0.025)]
    size = np.abs(significant) / abs(effect)
    assert agrees(simulated_mean(size), exaggeration(effect, 0.2))
    wrong = np.sign(significant) != np.sign(effect)
    assert agrees(simulated_mean(wrong), wrong_sign_share(effect, 0.2))


def test_a_powerful_study_hardly_exaggerates():
    assert exaggeration(1.0, 0.1) == pytest.approx(1, abs=1e-6)
    assert wrong_sign_share(1.0, 0.1) < 1e-20


@given(shares, shares)
def test_a_sample_in_proportion_has_no_design_effect_and_no_other_has_less(population, sample):
    strata = [population, 1 - population]
    assert weighting_design_effect(strata, strata) == pytest.approx(1)
    assert weighting_design_effect(strata, [sample, 1 - sample]) >= 1 - 1e-12


def test_design_effect_is_kish_for_the_weights_of_respondents():
    weights = np.repeat([0.2 / 0.5, 0.8 / 0.5], 500)
    kish = weights.size * (weights**2).sum() / weights.sum() ** 2
    assert weighting_design_effect([0.2, 0.8], [0.5, 0.5]) == pytest.approx(kish)


def test_weighted_estimate_and_contrast_have_the_stated_errors(generator):
    joint = joint_distribution(count_distribution(2.76, 1.0, 4), 0.5)
    first = simulate(joint, (175, 175), DRAWS, generator)["estimate"]
    second = simulate(joint, (325, 325), DRAWS, generator)["estimate"]
    experiment = ListExperiment(1.0, 0.5)
    effect = weighting_design_effect([0.2, 0.8], [0.35, 0.65])
    national = 0.2 * first + 0.8 * second - 0.5
    closed = np.sqrt(experiment.unit_variance * effect / 1000)
    assert agrees(simulated_root_mean_square(national), closed)
    closed = np.sqrt(contrast_unit_variance(experiment, 0, 0.35) / 1000)
    assert agrees(simulated_root_mean_square(first - second), closed)


@pytest.mark.parametrize("prevalence", [0.2, 0.5, 0.55])
def test_at_the_break_even_bias_both_errors_are_equal(prevalence):
    experiment = ListExperiment(1.0, prevalence)
    possible = [bias for bias in break_even_bias(2000, experiment) if 0 <= prevalence + bias <= 1]
    assert len(possible) == 2
    for bias in possible:
        direct = direct_mean_squared_error(2000, prevalence, bias)
        assert direct == pytest.approx(experiment.unit_variance / 2000)


@pytest.mark.parametrize("bias", [-0.1, 0.05])
def test_the_list_beats_the_direct_question_from_the_n_stated(bias):
    experiment = ListExperiment(1.0, 0.55)
    n = list_beats_direct_from(bias, experiment)
    sizes = np.array([n - 1, n])
    loses = experiment.unit_variance / sizes > direct_mean_squared_error(sizes, 0.55, bias)
    assert loses.tolist() == [True, False]


def test_holm_adjusts_each_family_as_statsmodels_does(generator):
    p_values = generator.uniform(0, 0.2, (50, 4))
    known = [multipletests(family, method="holm")[1] for family in p_values]
    assert holm_adjusted(p_values) == pytest.approx(np.array(known))


def test_holm_keeps_the_level_of_the_family(generator):
    none = holm_power(np.zeros(4), np.ones(4), 0.05, DRAWS, generator)
    assert none.sum() < 0.055


def test_holm_power_lies_between_that_of_bonferroni_and_that_of_one_test(generator):
    found = holm_power([3.0, 0, 0, 0], np.ones(4), 0.05, DRAWS, generator)[0]
    error = MOST_ERRORS * 0.5 / np.sqrt(DRAWS)
    assert power(3.0, 1.0, 0.05 / 4) - error < found < power(3.0, 1.0, 0.05) - error


def test_holm_power_of_a_family_of_one_is_that_of_the_test(generator):
    found = holm_power([2.0], [1.0], 0.05, DRAWS, generator)[0]
    assert found == pytest.approx(power(2.0, 1.0), abs=MOST_ERRORS * 0.5 / np.sqrt(DRAWS))


@pytest.mark.parametrize(("mean", "sd"), [(2.76, 0.9), (2.76, 1.1), (1.0, 0.5), (2.0, 1.7)])
def test_counts_have_the_moments_asked_for(mean, sd):
    probabilities = count_distribution(mean, sd, 4)
    values = np.arange(5)
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities @ values == pytest.approx(mean)
    assert np.sqrt(probabilities @ (values - mean) ** 2) == pytest.approx(sd)


def test_uniform_counts_have_the_greatest_entropy():
    assert count_distribution(2.0, np.sqrt(2), 4) == pytest.approx(np.full(5, 0.2))


def test_types_have_the_prevalence_and_the_correlation_asked_for():
    counts = count_distribution(2.5, 1.0, 4)
    joint = joint_distribution(counts, 0.4, 0.3)
    assert joint.sum(axis=1) == pytest.approx(counts)
    assert joint[:, 1].sum() == pytest.approx(0.4)
    covariance = joint[:, 1] @ np.arange(5) - 0.4 * 2.5
    assert covariance / np.sqrt(0.24) == pytest.approx(0.3)


def test_more_items_of_the_same_popularity_cost_precision():
    deviations = [independent_items_sd(0.7 * items, items) for items in (3, 4, 5)]
    needed = [required_n(0.2, ListExperiment(sd, 0.5).unit_variance) for sd in deviations]
    assert needed == sorted(needed)


def test_simulated_mean_and_root_mean_square_of_known_values():
    assert simulated_mean([1.0, 3.0]) == pytest.approx((2, 1))
    root, error = simulated_root_mean_square([1.0, -1.0, 1.0])
    assert (root, error) == pytest.approx((1, 0))


EXPERIMENT = ListExperiment(1.0, 0.5)
REFUSED = {
    "prevalence": (lambda: ListExperiment(1.0, 1.2), "prevalence of 1.2"),
    "arm": (lambda: ListExperiment(1.0, 0.5, 0), "treatment share of 0"),
    "sd": (lambda: ListExperiment(0, 0.5), "standard deviation of 0"),
    "correlation": (lambda: ListExperiment(1, 0.5, correlation=1), "correlation of 1"),
    "group": (lambda: contrast_unit_variance(EXPERIMENT, 0.2, 1), "first group of 1"),
    "apart": (lambda: contrast_unit_variance(EXPERIMENT, 1.2, 0.5), "prevalence of -0.0?[19]"),
    "design effect": (
        lambda: ListExperiment(1, 0.5, design_effect=0),
        "effect of 0 is not above 0",
    ),
    "clusters": (lambda: clustering_design_effect(0.5, 0.1), "size of at least 1"),
    "strata": (lambda: weighting_design_effect([0.2, 0.7], [0.5, 0.5]), "their sum 1"),
    "effect": (lambda: required_n(0, 18.0), "An effect of 0"),
    "power": (lambda: required_n(0.2, 18.0, 0.05, 1.0), "power 1.0"),
    "error": (lambda: power(0.2, [0.1, 0.0]), "standard error of 0.0"),
    "no bias": (lambda: list_beats_direct_from(0, EXPERIMENT), "give a bias"),
    "bias": (lambda: direct_mean_squared_error(100, 0.9, 0.2), "off 0 to 1"),
    "one respondent": (lambda: break_even_bias(1, EXPERIMENT), "at least 2"),
    "moments": (lambda: count_distribution(2.5, 2.4, 4), "No distribution"),
    "mean": (lambda: count_distribution(4.5, 0.5, 4), "No distribution"),
    "joint": (
        lambda: joint_distribution(count_distribution(2.5, 1.0, 4), 0.1, 0.5),
        "share with the trait off",
    ),
    "small arm": (lambda: simulate(np.full((2, 2), 0.25), (1, 5), 3, None), "at least 2"),
}


@pytest.mark.parametrize(("call", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_gets_one_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
