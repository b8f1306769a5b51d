"""Double lists and placebo items: estimates, their errors and the tests of the design."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, wilcoxon

from lib.core.errors import InputError
from lib.estimators.list_experiment import (
    carryover_tests,
    difference_in_means,
    double_list,
    placebo_estimates,
)
from lib.estimators.list_experiment.double import signed_ranks

SHARE = 0.3


def simulate(generator, n=800, deflating=0.0, prevalence=SHARE):
    """Two lists that correlate; some count one item less once they have seen the sensitive one."""
    together = generator.binomial(2, 0.5, n)
    lists = [together + generator.binomial(2, 0.5, n) for _ in range(2)]
    arm = generator.permutation(n) % 2
    trait = generator.random(n) < prevalence
    wary = generator.random(n) < deflating
    first = lists[0] + arm * (trait * 1 - wary * (lists[0] > 0))
    second = lists[1] + (1 - arm) * trait - wary * (lists[1] > 0)
    age = generator.choice(["old", "young"], n)
    return pd.DataFrame({"a": first, "b": second, "arm": arm, "age": age, "w": 0.5 + age.size % 2})


@pytest.fixture(scope="module")
def data():
    return simulate(np.random.default_rng(1))


def stacked(data):
    """One row an answer, as a regression with standard errors clustered by respondent wants it."""
    lists = [
        pd.DataFrame({"y": data["a"], "seen": data["arm"], "second": 0}),
        pd.DataFrame({"y": data["b"], "seen": 1 - data["arm"], "second": 1}),
    ]
    rows = pd.concat(lists)
    design = pd.DataFrame({"one": 1.0, "second": rows["second"], "seen": rows["seen"]})
    design["more"] = rows["seen"] * rows["second"]
    fit = sm.OLS(rows["y"], design)
    return fit.fit(
        cov_type="cluster", cov_kwds={"groups": rows.index, "use_correction": False}, use_t=False
    )


def test_errors_are_those_of_a_regression_clustered_by_respondent(data):
    clustered, table = stacked(data), double_list(data, "a", "b", "arm").set_index("estimator")
    half = len(data) / 2
    average = clustered.t_test([0, 0, 1, 0.5])
    scale = np.sqrt(half / (half - 1))  # the divisor of a variance
    assert table.loc["average", "estimate"] == pytest.approx(float(average.effect[0]))
    assert table.loc["average", "std_error"] == pytest.approx(scale * average.sd.item())
    test = carryover_tests(data, "a", "b", "arm").iloc[0]
    assert test["estimate"] == pytest.approx(-clustered.params["more"])
    assert test["std_error"] == pytest.approx(scale * clustered.bse["more"])


def test_each_list_is_a_difference_in_means_and_the_average_lies_midway(data):
    table = double_list(data, "a", "b", "arm", alpha=0.1)
    own = difference_in_means(data, "a", "arm", alpha=0.1).iloc[0]
    other = difference_in_means(data.assign(arm=1 - data["arm"]), "b", "arm", alpha=0.1).iloc[0]
    columns = ["estimate", "std_error", "df", "conf_low", "conf_high"]
    for row, known in zip((0, 1), (own, other), strict=True):
        assert table.loc[row, columns].tolist() == pytest.approx(known[columns].tolist())
    assert table["estimate"][2] == pytest.approx(table["estimate"][:2].mean())


def test_groups_and_weights_are_taken_as_by_the_difference_in_means(data):
    rows = data.assign(w=np.where(data["age"] == "old", 2.0, 0.7))
    table = double_list(rows, "a", "b", "arm", by="age", weights="w")
    assert table["estimator"].tolist() == ["first"] * 2 + ["second"] * 2 + ["average"] * 2
    old = double_list(rows[rows["age"] == "old"], "a", "b", "arm").set_index("estimator")
    found = table[table["group"] == "old"].set_index("estimator")
    assert found["std_error"].to_dict() == pytest.approx(old["std_error"].to_dict())


def test_the_variance_is_that_of_the_formula():
    """Glynn (2013), equation 2: (Va + Vb - 2 Cab + p (1 - p)) / n; here 2 * 1 - 2 * 0.5."""
    generator = np.random.default_rng(2)
    tables = [double_list(simulate(generator, 400), "a", "b", "arm").iloc[2] for _ in range(200)]
    found = pd.DataFrame(tables)
    closed = np.sqrt((2 - 1 + SHARE * (1 - SHARE)) / 400)
    assert found["std_error"].mean() == pytest.approx(closed, rel=0.01)
    assert found["estimate"].std() == pytest.approx(closed, rel=3 / np.sqrt(2 * 200))
    covered = (found["conf_low"] <= SHARE) & (found["conf_high"] >= SHARE)
    assert covered.mean() == pytest.approx(0.95, abs=3 * np.sqrt(0.05 * 0.95 / 200))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=4, max_size=8), st.integers(2, 4))
def test_signed_ranks_count_subsets(differences, subset):
    values = np.array(differences, dtype=float)
    counted = np.zeros(len(values))
    subsets = list(combinations(range(len(values)), subset))
    for each in subsets:
        largest = [i for i in each if abs(values[i]) == max(abs(values[list(each)]))]
        ties = [i for i in range(len(values)) if abs(values[i]) == abs(values[largest[0]])]
        counted[ties] += 1 / len(ties)  # every tie of the sample is the largest as often
    assert signed_ranks(values, subset) == pytest.approx(np.sign(values) * counted / len(subsets))


def test_subsets_of_two_are_the_test_of_wilcoxon():
    """Without ties; of ranks from 0, which the p-value hardly notices."""
    generator = np.random.default_rng(3)
    differences, arms = generator.normal(-0.1, 1, 400), np.arange(400) % 2
    data = pd.DataFrame({"a": differences, "b": 0.0, "arm": arms})
    found = carryover_tests(data, "a", "b", "arm", subset=2, draws=20_000).iloc[1]
    known = wilcoxon(np.where(arms == 1, differences, -differences), alternative="less")
    assert found["p_value"] == pytest.approx(known.pvalue, abs=0.015)


def test_the_p_value_is_that_of_all_assignments():
    data = pd.DataFrame(
        {"a": [3, 0, 1, 2, 0, 4], "b": [1, 1, 1, 3, 2, 1], "arm": [0, 1, 0, 1, 1, 0]}
    )
    scores = signed_ranks((data["a"] - data["b"]).to_numpy(dtype=float), 3)
    sums = [scores @ (2 * np.array(arms) - 1) for arms in set(permutations(data["arm"]))]
    known = np.mean(np.array(sums) <= scores @ (2 * data["arm"] - 1) + 1e-12)
    found = carryover_tests(data, "a", "b", "arm", subset=3).iloc[1]["p_value"]
    assert found == pytest.approx(known, abs=4 * np.sqrt(known * (1 - known) / 100_000))


def test_many_large_subsets_do_not_overflow(data):
    assert np.isfinite(carryover_tests(data, "a", "b", "arm", subset=700)["p_value"]).all()


def test_both_tests_keep_their_level_and_find_deflation():
    """Half of all respondents deflate, more than have the trait (Diaz 2024, figure 2)."""
    generator, repeats = np.random.default_rng(4), 200
    rejected = {}
    for deflating in (0.0, 0.5):
        drawn = [
            carryover_tests(simulate(generator, 1_000, deflating, 0.15), "a", "b", "arm", draws=999)
            for _ in range(repeats)
        ]
        rejected[deflating] = np.mean([table["p_value"] <= 0.05 for table in drawn], axis=0)
    error = np.sqrt(0.05 * 0.95 / repeats)
    assert rejected[0.0][0] <= 0.05 + 3 * error
    assert rejected[0.0][1] <= 0.05  # the trait makes it conservative
    assert rejected[0.5][0] > 0.9
    signs = carryover_tests(simulate(generator, 20_000, 0.5, 0.15), "a", "b", "arm", draws=99)
    assert signs["statistic"].iloc[0] < 0


def three_arms(generator, n, random=0.0, prevalence=SHARE):
    arm = generator.permutation(np.resize(["control", "placebo", "treatment", "treatment"], n))
    honest = generator.binomial(4, 0.5, n) + (arm == "treatment") * (
        generator.random(n) < prevalence
    )
    any_count = generator.integers(0, np.where(arm == "control", 5, 6))
    return pd.DataFrame(
        {"y": np.where(generator.random(n) < random, any_count, honest), "arm": arm}
    )


def test_placebo_estimates_are_differences_in_means():
    rows = three_arms(np.random.default_rng(5), 600)
    table = placebo_estimates(rows, "y", "arm").set_index("estimator")
    for name in ("control", "placebo"):
        two = rows[rows["arm"].isin([name, "treatment"])]
        known = difference_in_means(two.assign(t=two["arm"] == "treatment"), "y", "t").iloc[0]
        assert table.loc[name, "estimate"] == pytest.approx(known["estimate"])
        assert table.loc[name, "std_error"] == pytest.approx(known["std_error"])
    assert table.loc["mixed", "estimate"] == pytest.approx(table["estimate"][:2].mean())


def test_bias_of_random_answers_is_that_of_the_paper_and_is_corrected():
    """Agerberg & Tannenberg (2021): s(1/2 - p), -sp and s(1/4 - p)."""
    s, rows = 0.2, three_arms(np.random.default_rng(6), 400_000, 0.2)
    table = placebo_estimates(rows, "y", "arm").set_index("estimator")
    bias = {"control": s * (0.5 - SHARE), "placebo": -s * SHARE, "mixed": s * (0.25 - SHARE)}
    expected = {name: SHARE + each for name, each in bias.items()}
    expected |= {"length": s / 2, "random answers": s, "corrected": SHARE}
    deviation = (table["estimate"] - pd.Series(expected)) / table["std_error"]
    assert deviation.abs().max() < 4


def test_the_corrected_estimate_has_the_stated_error():
    generator = np.random.default_rng(7)
    tables = [placebo_estimates(three_arms(generator, 6_000, 0.2), "y", "arm") for _ in range(400)]
    last = pd.DataFrame([table.iloc[-1] for table in tables])
    assert last["estimate"].std() == pytest.approx(
        last["std_error"].median(), rel=3 / np.sqrt(2 * 400)
    )
    covered = (last["conf_low"] <= SHARE) & (last["conf_high"] >= SHARE)
    assert covered.mean() == pytest.approx(0.95, abs=3 * np.sqrt(0.05 * 0.95 / 400))
    row = tables[0].iloc[3]
    assert row["p_value"] == pytest.approx(2 * norm.sf(abs(row["estimate"]) / row["std_error"]))


GOOD = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 2, 2, 1], "arm": [0, 1, 0, 1]})
LISTS = pd.DataFrame(
    {"y": [1, 2, 3, 2, 1, 2], "arm": np.repeat(["control", "placebo", "treatment"], 2)}
)
REFUSED = {
    "text": (lambda: double_list(GOOD.assign(b="x"), "a", "b", "arm"), "'b' is not numeric"),
    "column": (lambda: double_list(GOOD, "a", "c", "arm"), "no column 'c'"),
    "arm": (lambda: double_list(GOOD.assign(arm=2), "a", "b", "arm"), "must be 0"),
    "one": (lambda: double_list(GOOD[1:], "a", "b", "arm"), "has 1 respondent in the control"),
    "subset": (lambda: carryover_tests(GOOD, "a", "b", "arm"), "Subsets of 10 of 4 respondents"),
    "missing": (lambda: carryover_tests(GOOD.assign(a=np.nan), "a", "b", "arm"), "missing values"),
    "arms": (lambda: placebo_estimates(LISTS[:4], "y", "arm"), r"'control' \(2\), 'placebo' \(2\)"),
    "label": (lambda: placebo_estimates(LISTS.assign(arm=0), "y", "arm"), r"found: '0' \(6\)"),
    "length": (
        lambda: placebo_estimates(LISTS.assign(y=[0, 0, 4, 5, 1, 2]), "y", "arm"),
        "nobody read",
    ),
}


@pytest.mark.parametrize(("call", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_gets_one_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        call()
    assert len(str(caught.value)) <= 300
