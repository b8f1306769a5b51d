"""The list experiment with a direct question, and with respondents who answer at random."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lib.core.errors import InputError
from lib.estimators.list_experiment import (
    combined_estimator,
    difference_in_means,
    inattention_sensitivity,
)


def simulate(generator, n=1_000, admitting=0.6, boasting=0.0):
    """Trait of 50 percent; of those who have it 60 percent admit it."""
    trait, treat = generator.random(n) < 0.5, generator.permutation(n) % 2
    direct = np.where(trait, generator.random(n) < admitting, generator.random(n) < boasting)
    count = generator.binomial(4, 0.5, n) + treat * trait
    return pd.DataFrame({"y": count, "treat": treat, "direct": direct.astype(int)})


def estimates(data):
    result = combined_estimator(data, "y", "treat", "direct", 4)
    return result.estimates.set_index("estimator")


def test_combined_estimate_is_the_admitted_and_what_the_list_finds_among_the_rest():
    data = simulate(np.random.default_rng(1))
    table = estimates(data)
    share = data["direct"].mean()
    (rest,) = difference_in_means(data[data["direct"] == 0], "y", "treat")["estimate"]
    (whole,) = difference_in_means(data, "y", "treat")["estimate"]
    assert table.loc["combined", "estimate"] == pytest.approx(share + (1 - share) * rest)
    assert table.loc["direct", "estimate"] == share
    assert table.index.tolist() == ["direct", "list", "combined", "list - direct"]
    assert table.loc["direct", "std_error"] == pytest.approx(data["direct"].sem())
    half = stats.norm.isf(0.025) * table["std_error"]
    np.testing.assert_allclose(table["conf_low"], table["estimate"] - half)
    np.testing.assert_allclose(table["conf_high"], table["estimate"] + half)
    assert table.loc["list", "estimate"] == pytest.approx(whole)


def test_variances_are_those_of_the_parts_by_the_derivatives_in_them():
    data = simulate(np.random.default_rng(1))
    table, share = estimates(data), data["direct"].mean()
    denying, admitting = difference_in_means(data, "y", "treat", by="direct").to_dict("records")
    errors = [data["direct"].sem(), denying["std_error"], admitting["std_error"]]
    combined = [1 - denying["estimate"], 1 - share, 0]
    beyond = [admitting["estimate"] - 1 - denying["estimate"], 1 - share, share]
    for name, slopes in (("combined", combined), ("list - direct", beyond)):
        expected = np.linalg.norm(np.multiply(slopes, errors))
        assert table.loc[name, "std_error"] == pytest.approx(expected)


def test_standard_errors_are_the_spread_of_repeated_estimates():
    """200 samples of 1,000; the combined estimate is less spread than the list alone."""
    generator = np.random.default_rng(2)
    tables = [estimates(simulate(generator)) for _ in range(200)]
    for name in ("direct", "list", "combined", "list - direct"):
        spread = np.std([table.loc[name, "estimate"] for table in tables])
        claimed = np.mean([table.loc[name, "std_error"] for table in tables])
        assert claimed == pytest.approx(spread, rel=3 / np.sqrt(2 * 200))
    means = pd.concat([table["estimate"] for table in tables], axis=1).mean(axis=1)
    assert means["combined"] == pytest.approx(0.5, abs=0.01)
    assert means["direct"] == pytest.approx(0.3, abs=0.01)
    errors = tables[0]["std_error"]
    assert errors["combined"] < 0.9 * errors["list"]


def test_placebo_tests_find_boasting_and_direct_answers_that_the_treatment_changes():
    generator = np.random.default_rng(3)
    honest = combined_estimator(simulate(generator, 4_000), "y", "treat", "direct", 4)
    assert honest.placebo_tests["p_value"].gt(0.05).all()
    assert honest.placebo_tests[["test", "null", "expected"]].to_numpy().tolist() == [
        ["I", "all who admit the trait have it", 1],
        ["II", "the arms admit it alike", 0],
    ]
    boasting = simulate(generator, 4_000, boasting=0.3)
    tests = combined_estimator(boasting, "y", "treat", "direct", 4).placebo_tests
    assert tests.loc[0, "p_value"] < 0.01 < tests.loc[1, "p_value"]
    primed = simulate(generator, 4_000)
    hidden = (primed["treat"] == 1) & (np.arange(4_000) % 3 == 0)
    primed["direct"] = primed["direct"].where(~hidden, 0)
    tests = combined_estimator(primed, "y", "treat", "direct", 4).placebo_tests
    assert tests.loc[1, "p_value"] < 0.01


BAD = {
    "third answer": (lambda d: d.assign(direct=d.direct * 2), "both 0 and 1 .* it holds 0, 2"),
    "text": (
        lambda d: d.assign(direct=d.direct.astype(object).where(d.index > 0, "yes")),
        "both 0 and 1 .* it holds 0, 1, 'yes'",
    ),
    "one answer": (lambda d: d.assign(direct=1), "both 0 and 1 .* it holds 1"),
    "missing answer": (lambda d: d.assign(direct=d.direct.where(d.y > 1)), "'direct' has"),
    "too high a count": (lambda d: d.assign(y=d.y + 5), "must be a whole number from 0 to"),
    "nobody of an arm admits it": (
        lambda d: d.assign(direct=d.direct * d.treat),
        "Group '1' has 0 respondents in the control arm",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_direct_questions(name):
    change, sentence = BAD[name]
    with pytest.raises(InputError, match=sentence):
        combined_estimator(change(simulate(np.random.default_rng(4))), "y", "treat", "direct", 4)


def test_random_answers_are_corrected_for():
    """A fifth of 200,000 picks any count; the others have the trait with probability 0.3."""
    generator = np.random.default_rng(5)
    n = 200_000
    treat, random = generator.permutation(n) % 2, generator.random(n) < 0.2
    honest = generator.binomial(4, 0.7, n) + treat * (generator.random(n) < 0.3)
    y = np.where(random, generator.integers(0, 5 + treat), honest)
    (row,) = difference_in_means(pd.DataFrame({"y": y, "t": treat}), "y", "t").to_dict("records")
    table = inattention_sensitivity(row["estimate"], row["std_error"], [0, 0.2])
    assert table["estimate"][0] == row["estimate"]
    assert table["conf_low"][1] < 0.3 < table["conf_high"][1]
    assert table["bias"].tolist() == pytest.approx([0, 0.2 * (0.5 - table["estimate"][1])])
    assert row["estimate"] - 0.3 > 3 * row["std_error"]


def test_correction_for_random_answers_by_hand():
    table = inattention_sensitivity(0.4, 0.1, [0, 0.2], alpha=0.1)
    assert list(table) == ["share", "bias", "estimate", "std_error", "conf_low", "conf_high"]
    corrected, error = (0.4 - 0.1) / 0.8, 0.1 / 0.8
    half = stats.norm.isf(0.05) * error
    expected = [0.2, 0.4 - corrected, corrected, error, corrected - half, corrected + half]
    assert table.loc[1].tolist() == pytest.approx(expected)


@pytest.mark.parametrize("share", [-0.1, 1.0, np.nan])
def test_bad_shares_of_random_answers(share):
    with pytest.raises(InputError, match="must be from 0 to below 1"):
        inattention_sensitivity(0.4, 0.1, [0.1, share])
