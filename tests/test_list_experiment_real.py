"""
List experiments that somebody ran, from counts by arm: what was published of them must come out.

The race and affirmative-action items are of the 1991 National Race and Politics Survey (Imai 2011,
JASA 106:407; Blair & Imai 2012, Political Analysis 20:47), vote buying in Mexico 2012 and the
misreporting experiment of the R package list, vote selling of Bahamonde's. p-values with selection
are those of R's ict.test (list 9.2.6). reference/check_real_experiments.py checks the data.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lib.core.errors import InputError
from lib.estimators.list_experiment import design_effect_test, difference_in_means

CONTROL = [8, 132, 222, 227]
SOLD = [128, 108, 97, 37]
COUNTS = {
    "race": (CONTROL, [19, 123, 229, 219, 34]),
    "affirmative action": (CONTROL, [9, 78, 172, 184, 139]),
    "mexico": ([21, 233, 181, 61], [34, 189, 177, 83, 25]),
    "misreporting": ([1, 51, 86, 78, 16], [2, 24, 64, 72, 40, 9]),
    "vote for 100 dollars": (SOLD, [132, 116, 92, 25, 20]),
    "vote for 500 dollars": (SOLD, [116, 122, 70, 25, 21]),
}
P_VALUES = {  # as R selects moments, and without selection
    "race": (0.0443, 0.1539),
    "affirmative action": (0.7881, 1),
    "mexico": (0.0863, 0.2726),
    "misreporting": (0.5163, 1),
    "vote for 100 dollars": (0.8567, 1),
    "vote for 500 dollars": (0.3298, 0.7117),
}


def rows(name):
    arms = [np.repeat(np.arange(len(counts)), counts) for counts in COUNTS[name]]
    tables = [pd.DataFrame({"y": counts, "treat": arm}) for arm, counts in enumerate(arms)]
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("name", COUNTS)
def test_published_p_values_of_the_design_effect_test(name):
    n_items = len(COUNTS[name][0]) - 1
    for selection, published in zip(("between_shares", None), P_VALUES[name], strict=True):
        found = design_effect_test(rows(name), "y", "treat", n_items, selection)
        assert found.p_value == pytest.approx(published, abs=5e-5)


def test_selection_by_own_errors_leaves_in_what_is_not_slack():
    """R leaves in one inequality of three about the trait; by its own error none is slack."""
    by_errors = design_effect_test(rows("race"), "y", "treat", 3)
    assert by_errors.families["n_inequalities"].tolist() == [3, 0]
    assert by_errors.p_value == pytest.approx(0.1539, abs=5e-5)
    as_in_r = design_effect_test(rows("race"), "y", "treat", 3, "between_shares")
    assert as_in_r.families["n_inequalities"].tolist() == [1, 0]


def test_the_inequality_that_is_left_gets_a_welch_test():
    below = rows("race").assign(below=lambda d: d.y <= 0)
    arms = [group for _, group in below.groupby("treat")["below"]]
    known = stats.ttest_ind(*arms, equal_var=False, alternative="less").pvalue
    found = design_effect_test(below, "y", "treat", 3, "between_shares").families["p_value"][0]
    assert found == pytest.approx(known, rel=1e-9)


def test_an_unknown_selection():
    with pytest.raises(
        InputError, match="'gms' is unknown; choose 'own_errors' or 'between_shares'"
    ):
        design_effect_test(rows("race"), "y", "treat", 3, "gms")


@pytest.mark.parametrize(
    ("name", "estimate", "std_error", "decimals"),
    [("race", 0.068, 0.050, 3), ("affirmative action", 0.494740, 0.054252, 6)],
)
def test_published_differences_in_means(name, estimate, std_error, decimals):
    (found,) = difference_in_means(rows(name), "y", "treat").to_dict("records")
    assert found["estimate"] == pytest.approx(estimate, abs=0.5 * 10**-decimals)
    assert found["std_error"] == pytest.approx(std_error, abs=0.5 * 10**-decimals)


@pytest.mark.parametrize(
    ("dollars", "mean", "difference", "t", "df"),
    [(100, 1.182, 0.066, 0.846, 748), (500, 1.189, 0.073, 0.913, 700)],
)
def test_published_differences_in_vote_selling(dollars, mean, difference, t, df):
    (found,) = difference_in_means(rows(f"vote for {dollars} dollars"), "y", "treat").to_dict(
        "records"
    )
    assert [found["mean_control"], found["mean_treatment"]] == pytest.approx(
        [1.116, mean], abs=5e-4
    )
    assert found["estimate"] == pytest.approx(difference, abs=5e-4)
    assert found["estimate"] / found["std_error"] == pytest.approx(t, abs=5e-4)
    assert found["df"] == pytest.approx(df, abs=1)
