"""Simulated surveys of several designs against formulas, and against the estimators themselves."""

import numpy as np
import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.estimators.list_experiment import combined_estimator, double_list
from lib.estimators.power import (
    ListExperiment,
    Respondents,
    compare_designs,
    count_distribution,
    direct_mean_squared_error,
)
from lib.estimators.power.designs import _simulate_combined

COUNTS = count_distribution(2.5, 1.0, 4)
N, DRAWS = 1_000, 20_000
MOST_ERRORS = 4
"""Monte Carlo errors by which a simulation with a fixed seed may miss."""


def simulated(**given):
    respondents = Respondents(COUNTS, **({"prevalence": 0.4} | given))
    return compare_designs(respondents, N, DRAWS, np.random.default_rng(1)).set_index("design")


def assert_agrees(table, column, design, closed):
    gap = table.loc[design, column] - closed
    assert abs(gap) < MOST_ERRORS * table.loc[design, f"{column}_error"], (design, gap)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_the_gain_of_a_second_list_is_that_of_the_formula(correlation):
    """4 V + 2 p (1 - p) of one list, 2 V (1 - r) + p (1 - p) of two (Glynn 2013, equation 2)."""
    table = simulated(list_correlation=correlation)
    trait = 0.4 * 0.6
    assert_agrees(
        table, "std_error", "single list", np.sqrt(ListExperiment(1, 0.4).unit_variance / N)
    )
    assert_agrees(table, "std_error", "double list", np.sqrt((2 - 2 * correlation + trait) / N))
    assert_agrees(table, "bias", "double list", 0)
    ratio = (2 - 2 * correlation + trait) / (4 + 2 * trait)
    assert table.loc["double list", "variance_ratio"] == pytest.approx(ratio, rel=0.05)


def test_who_answers_honestly_is_covered_as_stated():
    table = simulated(list_correlation=0.3)
    for design in table.index:
        assert_agrees(table, "bias", design, 0)
        assert table.loc[design, "coverage"] == pytest.approx(0.95, abs=0.01)


def test_random_answers_bias_lists_as_the_literature_says():
    """s(1/2 - p) with one list or two, -sp with a placebo item (Agerberg & Tannenberg 2021)."""
    table = simulated(random=0.2)
    assert_agrees(table, "bias", "single list", 0.2 * 0.1)
    assert_agrees(table, "bias", "double list", 0.2 * 0.1)
    assert_agrees(table, "bias", "placebo item", -0.2 * 0.4)
    assert_agrees(table, "bias", "direct question", 0)


def test_a_placebo_item_that_is_counted_is_taken_from_the_estimate():
    table = simulated(placebo=0.05)
    assert_agrees(table, "bias", "placebo item", -0.05)
    assert_agrees(table, "bias", "single list", 0)


def test_who_withholds_the_trait_is_missing_from_the_direct_question_only():
    table = simulated(withheld=0.25)
    closed = float(np.sqrt(direct_mean_squared_error(N, 0.4, -0.1)))
    assert_agrees(table, "total_error", "direct question", closed)
    assert_agrees(table, "bias", "direct question", -0.1)
    assert_agrees(table, "bias", "list and direct", 0)
    assert table.loc["list and direct", "variance_ratio"] < 0.9


def drawn(generator, n, respondents):
    """Respondents one by one, as the estimators want them."""
    first, second = (generator.choice(5, n, p=COUNTS) for _ in range(2))
    second = np.where(generator.random(n) < respondents.list_correlation, first, second)
    trait = generator.random(n) < respondents.prevalence
    arm = generator.permutation(n) % 2
    at_random = generator.random(n) < respondents.random
    a, b = (
        np.where(at_random, generator.integers(0, 5 + seen), count + seen * trait)
        for count, seen in ((first, arm), (second, 1 - arm))
    )
    admits = trait & (generator.random(n) >= respondents.withheld)
    return pd.DataFrame({"a": a, "b": b, "arm": arm, "direct": admits.astype(int)})


def test_the_estimators_have_the_errors_that_are_simulated():
    """The same bias and spread of 100 data sets, and the standard errors that they state."""
    respondents = Respondents(COUNTS, 0.4, 0.3, 0.25, 0.2)
    table = compare_designs(respondents, 400, DRAWS, np.random.default_rng(2)).set_index("design")
    generator, found = np.random.default_rng(3), {"double list": [], "list and direct": []}
    for _ in range(100):
        rows = drawn(generator, 400, respondents)
        double = double_list(rows, "a", "b", "arm").iloc[2]
        combined = combined_estimator(rows, "a", "arm", "direct", 4).estimates.iloc[2]
        for name, each in zip(found, (double, combined), strict=True):
            found[name].append((each["estimate"] - 0.4, each["std_error"]))
    for name, values in found.items():
        errors, stated = np.array(values).T
        assert errors.mean() == pytest.approx(table.loc[name, "bias"], abs=3.5 * errors.std() / 10)
        assert errors.std() == pytest.approx(table.loc[name, "std_error"], rel=3.5 / np.sqrt(200))
        assert stated.mean() == pytest.approx(table.loc[name, "std_error"], rel=0.05)


def test_the_combined_estimate_is_that_of_the_estimator():
    """A seeded draw, repeated respondent by respondent."""
    respondents = Respondents(COUNTS, 0.4, withheld=0.25, random=0.1)
    simulated = _simulate_combined(respondents, (50, 40), 1, np.random.default_rng(4)).iloc[0]
    generator, rows = np.random.default_rng(4), []
    for arm, size in enumerate((50, 40)):
        cells = respondents.answers(bool(arm))
        numbers = generator.multinomial(size, cells.ravel() / cells.sum(), 1)[0]
        places = np.repeat(np.arange(len(numbers)), numbers)
        rows.append(pd.DataFrame({"y": places % 6, "direct": places // 6, "arm": arm}))
    data = pd.concat(rows, ignore_index=True)
    known = combined_estimator(data, "y", "arm", "direct", 4).estimates.iloc[2]
    assert simulated["estimate"] == pytest.approx(known["estimate"])
    assert simulated["std_error"] == pytest.approx(known["std_error"])


def test_items_are_those_read_out():
    assert simulated()["items"].to_dict() == {
        "single list": 4.5, "placebo item": 5, "double list": 9, "direct question": 1,
        "list and direct": 5.5,
    }  # fmt: skip


REFUSED = {
    "prevalence": (lambda: Respondents(COUNTS, 1.0), r"prevalence of 1\.0"),
    "correlation": (lambda: Respondents(COUNTS, 0.4, -0.1), r"-0\.1, 0, 0, 0: give each"),
    "random": (lambda: Respondents(COUNTS, 0.4, random=1.0), "give each from 0"),
    "n": (
        lambda: compare_designs(Respondents(COUNTS, 0.4), 3, 10, np.random.default_rng(1)),
        "3 respondents make no two arms",
    ),
}


@pytest.mark.parametrize(("call", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_gets_one_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
