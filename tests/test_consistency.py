from dataclasses import replace
from itertools import product
from math import inf, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from lib.consistency.consistency import (
    PrintedRow,
    absolute_z,
    allowed_stars,
    arm_solutions,
    complete_cases,
    cuts_of_row,
    grim_sample_sizes,
    implied_percent,
    implied_shares,
    integer_sums,
    mean_and_sd,
    p_value,
    partition_solutions,
    row_of_cells,
    single_cell_repairs,
    weighted_total,
)
from lib.core.errors import InputError
from lib.core.intervals import Interval
from lib.sources.published import PrintedNumber

ANY_PERCENT = Interval(-inf, inf)


def printed(control, treatment, percent, share=None, treatment_decimals=2):
    share = Interval(100, 100) if share is None else PrintedNumber(share, 1)
    return PrintedRow(
        PrintedNumber(control, 2),
        PrintedNumber(treatment, treatment_decimals),
        PrintedNumber(percent, 1),
        share,
    )


# Table 1 of PONARS Eurasia Policy Memo 806, as printed.
WHOLE = printed(2.76, 3.32, 55.9)
GENDER = {"male": printed(2.62, 3.49, 87.3, 45.0), "female": printed(2.87, 3.17, 30.0, 55.0)}
EDUCATION = {
    "secondary": printed(2.83, 3.49, 65.8, 48.6),
    "university": printed(2.69, 3.07, 37.9, 51.4),
}
KAZAKH = printed(2.83, 3.20, 42.3, 60.5)
RUSSIAN = printed(2.90, 3.54, 64.1, 30.0)
ALMATY = printed(2.81, 3.36, 27.0, 21.8)
NUR_SULTAN = printed(2.71, 3.0, 29.2, 13.0, treatment_decimals=1)
OTHERS = printed(2.81, 3.36, 63.6, 64.0)

finite = st.floats(-1e3, 1e3)


@given(finite, finite, finite, finite, st.floats(0, 1), st.floats(0, 1), finite)
def test_interval_arithmetic_holds_every_result(a, b, c, d, s, t, factor):
    first, second = Interval(*sorted((a, b))), Interval(*sorted((c, d)))
    x, y = first.low + s * first.width, second.low + t * second.width
    assert (first + second).contains(x + y)
    assert (first - second).contains(x - y)
    assert (first * factor).contains(x * factor)
    assert abs(first).contains(abs(x))


def test_interval_meets_and_misses():
    assert Interval(0, 1).intersect(Interval(1, 2)) == Interval(1, 1)
    assert Interval(0, 1).overlaps(Interval(1, 2))
    assert not Interval(0, 1).overlaps(Interval(1.001, 2))
    assert Interval(2, 1).is_empty
    assert not Interval(0, 1).contains(1.001)
    assert abs(Interval(-2, 1)) == Interval(0, 2)
    with pytest.raises(InputError, match="no number"):
        Interval(0, nan)


def test_rounding_interval_includes_its_ends():
    interval = PrintedNumber(2.76, 2)
    assert interval.contains(2.755)
    assert interval.contains(2.765)
    assert not interval.contains(2.7651)
    assert PrintedNumber(3.0, 1).contains(2.95)


def test_rounding_interval_refuses_more_decimals_than_stated():
    with pytest.raises(InputError, match="more than 1 decimals"):
        PrintedNumber(2.76, 1)


@pytest.mark.parametrize(
    ("row", "agrees"),
    [
        (WHOLE, True),
        (GENDER["male"], True),
        (GENDER["female"], True),
        (EDUCATION["secondary"], True),
        (EDUCATION["university"], True),
        (KAZAKH, False),
        (RUSSIAN, True),
        (ALMATY, False),
        (NUR_SULTAN, True),
        (OTHERS, False),
    ],
)
def test_which_memo_percentages_agree_with_their_means(row, agrees):
    assert implied_percent(row.control, row.treatment).overlaps(row.percent) is agrees


def test_kazakh_and_almaty_means_give_percentages_two_points_wide():
    kazakh = implied_percent(KAZAKH.control, KAZAKH.treatment)
    almaty = implied_percent(ALMATY.control, ALMATY.treatment)
    assert (kazakh.low, kazakh.high) == pytest.approx((36, 38))
    assert (almaty.low, almaty.high) == pytest.approx((54, 56))


@given(st.integers(1, 60), st.integers(0, 300), st.integers(1, 3))
def test_grim_finds_the_total_behind_a_rounded_mean(n, total, decimals):
    mean = PrintedNumber(round(total / n, decimals), decimals)
    assert total in integer_sums(mean, n)
    assert all(mean.contains(s / n) for s in integer_sums(mean, n))


def test_grim_known_answers():
    # Brown & Heathers 2017: 28 integers cannot have a mean of 5.19 (145/28 = 5.18, 146/28 = 5.21).
    assert list(integer_sums(PrintedNumber(5.19, 2), 28)) == []
    assert list(integer_sums(PrintedNumber(5.18, 2), 28)) == [145]
    assert grim_sample_sizes(PrintedNumber(0.33, 2), range(1, 10)) == [3, 6, 9]


def test_education_shares_are_no_integer_split_of_400_but_of_399():
    secondary, university = (EDUCATION[k].share * 0.01 for k in ("secondary", "university"))
    assert not integer_sums(secondary, 400)
    assert not integer_sums(university, 400)
    assert list(integer_sums(secondary, 399)) == [194]
    assert list(integer_sums(university, 399)) == [205]


def test_grim_refuses_an_empty_sample():
    with pytest.raises(InputError, match="at least one answer"):
        integer_sums(PrintedNumber(0.5, 1), 0)


def brute_force(row, n, maximum):
    """Every count by trying all of them."""
    found = []
    for n0 in range(1, n):
        n1 = n - n0
        for s0, s1 in product(range(maximum * n0 + 1), range((maximum + 1) * n1 + 1)):
            means = row.control.contains(s0 / n0) and row.treatment.contains(s1 / n1)
            if means and row.percent.contains(100 * (s1 / n1 - s0 / n0)):
                found.append((n0, n1, s0, s1))
    return found


def test_arm_solutions_are_those_of_brute_force():
    row = printed(2.8, 3.33, 53.3)
    found = [tuple(solution) for solution in arm_solutions(row, 11).to_numpy()]
    assert found == brute_force(row, 11, 4)
    assert (5, 6, 14, 20) in found


def test_arms_of_one_respondent():
    solutions = arm_solutions(printed(1.0, 2.0, 100.0, 50.0), 2)
    assert solutions.to_numpy().tolist() == [[1, 1, 1, 2]]


def test_no_solution_is_a_table_of_integers_too():
    assert (arm_solutions(KAZAKH, 20).dtypes == "int64").all()
    solutions = partition_solutions(KAZAKH, {"a": KAZAKH}, 20, n_control_items=4)
    assert (solutions.dtypes == "int64").all()


def test_nur_sultan_fits_two_splits_of_52():
    solutions = arm_solutions(NUR_SULTAN, 52)
    assert solutions.to_numpy().tolist() == [[24, 28, 65, 84], [48, 4, 130, 12]]


@pytest.mark.parametrize(("row", "n"), [(KAZAKH, 242), (ALMATY, 87), (OTHERS, 256)])
def test_contradicted_rows_have_no_integer_split(row, n):
    assert arm_solutions(row, n).empty
    assert not arm_solutions(replace(row, percent=ANY_PERCENT), n).empty


def test_gender_and_total_have_one_solution():
    solutions = partition_solutions(WHOLE, GENDER, 400, n_control_items=4)
    assert len(solutions) == 1
    solution = solutions.iloc[0]
    assert solution["whole"].tolist() == [197, 203, 544, 674]
    assert solution["male"].tolist() == [86, 94, 225, 328]
    assert solution["female"].tolist() == [111, 109, 319, 346]


def test_gender_without_the_percentages_is_not_pinned():
    rows = {name: replace(row, percent=ANY_PERCENT) for name, row in GENDER.items()}
    whole = replace(WHOLE, percent=ANY_PERCENT)
    assert len(partition_solutions(whole, rows, 400, n_control_items=4)) == 854


def test_education_cannot_meet_the_totals_with_nobody_missing():
    assert partition_solutions(WHOLE, EDUCATION, 400, n_control_items=4).empty
    # Not even if either share were up to a percentage point off.
    shares = {"secondary": Interval(47.6, 49.6), "university": Interval(50.4, 52.4)}
    loose = {name: replace(row, share=shares[name]) for name, row in EDUCATION.items()}
    assert partition_solutions(WHOLE, loose, 400, n_control_items=4).empty


def test_education_with_one_missing_needs_lopsided_arms():
    solutions = partition_solutions(WHOLE, EDUCATION, 400, n_control_items=4, answered=399)
    assert solutions["whole"].to_numpy().tolist() == [[277, 123, 764, 408]]


def test_partition_solutions_keep_every_printed_figure():
    solutions = partition_solutions(WHOLE, EDUCATION, 400, n_control_items=4, answered=393)
    assert solutions.index.tolist() == list(range(41))
    for name, row in {"whole": WHOLE, **EDUCATION}.items():
        part = solutions[name]
        control = part["control_sum"] / part["control_n"]
        treatment = part["treatment_sum"] / part["treatment_n"]
        assert control.map(row.control.contains).all()
        assert treatment.map(row.treatment.contains).all()
        assert (100 * (treatment - control)).map(row.percent.contains).all()
    rest = solutions["whole"] - solutions["secondary"] - solutions["university"]
    assert (rest["control_n"] + rest["treatment_n"] == 7).all()
    assert (rest["control_sum"].between(0, 4 * rest["control_n"])).all()
    assert (rest["treatment_sum"].between(0, 5 * rest["treatment_n"])).all()


def test_partition_solutions_are_those_of_brute_force():
    groups = {
        "a": printed(1.5, 2.0, 50.0, 45.5),
        "b": printed(2.0, 2.33, 33.3, 54.5),
    }
    whole = PrintedRow(PrintedNumber(1.8, 1), PrintedNumber(2.2, 1), Interval(0, 100))
    found = partition_solutions(whole, groups, 12, n_control_items=2, answered=11)
    expected = set()
    for a, b in product(brute_force(groups["a"], 5, 2), brute_force(groups["b"], 6, 2)):
        for w in brute_force(whole, 12, 2):
            rest = np.array(w) - a - b
            most = [2 * rest[0], 3 * rest[1]]
            if rest.min() >= 0 and rest[2] <= most[0] and rest[3] <= most[1]:
                expected.add((*w, *a, *b))
    assert expected
    assert {tuple(row) for row in found.to_numpy()} == expected


def test_partition_refuses_more_answers_than_respondents():
    with pytest.raises(InputError, match="401 answers of 400"):
        partition_solutions(WHOLE, GENDER, 400, n_control_items=4, answered=401)
    with pytest.raises(InputError, match="0 answers of 400"):
        partition_solutions(WHOLE, GENDER, 400, n_control_items=4, answered=0)
    assert partition_solutions(WHOLE, {"a": WHOLE}, 400, n_control_items=4, answered=1).empty


@pytest.mark.parametrize(
    ("row", "percent", "control", "treatment"),
    [
        (KAZAKH, (36.0, 38.0), (2.77, 2.78), (3.25, 3.26)),
        (ALMATY, (54.0, 56.0), (3.08, 3.10), (3.07, 3.09)),
        (OTHERS, (54.0, 56.0), (2.72, 2.73), (3.44, 3.45)),
    ],
)
def test_single_cell_repairs(row, percent, control, treatment):
    repairs = single_cell_repairs(row)[["low", "high"]]
    assert repairs.loc["percent"].tolist() == pytest.approx(percent)
    assert repairs.loc["control_mean"].tolist() == pytest.approx(control)
    assert repairs.loc["treatment_mean"].tolist() == pytest.approx(treatment)


@pytest.mark.parametrize("row", [KAZAKH, ALMATY, OTHERS])
def test_a_repaired_row_agrees_and_the_next_value_does_not(row):
    repairs = single_cell_repairs(row)
    for cell, decimals in (("percent", 1), ("control_mean", 2), ("treatment_mean", 2)):
        field, unit = cell.removesuffix("_mean"), 10.0**-decimals
        low, high = repairs.loc[cell, ["low", "high"]]
        for value, agrees in ((low, True), (high, True), (low - unit, False), (high + unit, False)):
            mended = replace(row, **{field: PrintedNumber(round(value, decimals), decimals)})
            implied = implied_percent(mended.control, mended.treatment)
            assert implied.overlaps(mended.percent) is agrees


@pytest.mark.parametrize(("treatment", "low", "high"), [(1.56, 1.0, 1.1), (1.54, 1.0, 1.1)])
def test_repairs_whose_rounding_just_touches(treatment, low, high):
    """The control means 1.05 and 1.03 to 1.05 print as 1.0 or 1.1, the ends included."""
    means = PrintedNumber(1.0, 1), PrintedNumber(treatment, 2)
    repairs = single_cell_repairs(PrintedRow(*means, PrintedNumber(50, 0)))
    assert repairs.loc["control_mean", ["low", "high"]].tolist() == pytest.approx([low, high])


def test_a_consistent_row_needs_no_repair():
    repairs = single_cell_repairs(GENDER["male"])
    assert (repairs["low"] <= repairs["printed"]).all()
    assert (repairs["printed"] <= repairs["high"]).all()


def test_weighted_total_by_hand():
    total = weighted_total(
        [Interval(1, 2), Interval(3, 4)], [Interval(0.4, 0.5), Interval(0.5, 0.6)]
    )
    assert (total.low, total.high) == pytest.approx((0.5 * 1 + 0.5 * 3, 0.4 * 2 + 0.6 * 4))


def test_weighted_total_of_memo_percentages():
    gender = weighted_total(
        [row.percent for row in GENDER.values()], [row.share * 0.01 for row in GENDER.values()]
    )
    assert gender.overlaps(WHOLE.percent)
    education = weighted_total(
        [row.percent for row in EDUCATION.values()],
        [row.share * 0.01 for row in EDUCATION.values()],
    )
    assert (education.low, education.high) == pytest.approx((51.395, 51.523), abs=1e-3)
    rows = [KAZAKH, RUSSIAN]
    ethnicity = weighted_total(
        [row.percent for row in rows], [row.share * 0.01 for row in rows], Interval(0, 100)
    )
    assert not ethnicity.overlaps(WHOLE.percent)


def test_weighted_total_refuses_shares_that_do_not_sum_to_one():
    with pytest.raises(InputError, match="cannot sum to 1"):
        weighted_total([Interval(1, 1)], [Interval(0.4, 0.5)])
    with pytest.raises(InputError, match="cannot sum to 1"):
        weighted_total([Interval(1, 1)], [Interval(1.1, 1.2)], Interval(0, 1))


def test_z_p_and_stars_of_a_printed_coefficient():
    estimate, error = PrintedNumber(0.150, 3), PrintedNumber(0.090, 3)
    z = absolute_z(estimate, error)
    assert (z.low, z.high) == pytest.approx((0.1495 / 0.0905, 0.1505 / 0.0895))
    p = p_value(estimate, error)
    assert (p.low, p.high) == pytest.approx((2 * norm.sf(z.high), 2 * norm.sf(z.low)))
    assert allowed_stars(estimate, error) == {1}


@pytest.mark.parametrize(
    ("estimate", "error", "stars"),
    [(-0.064, 0.049, {0}), (-0.451, 0.131, {3}), (-0.174, 0.089, {1, 2}), (-0.000, 0.043, {0})],
)
def test_allowed_stars(estimate, error, stars):
    assert allowed_stars(PrintedNumber(estimate, 3), PrintedNumber(error, 3)) == stars


def test_stars_follow_the_thresholds():
    estimate, error = Interval(2.0, 2.0), Interval(1.0, 1.0)
    assert allowed_stars(estimate, error) == {2}
    assert allowed_stars(estimate, error, thresholds=(0.05, 0.01, 0.001)) == {1}
    assert allowed_stars(estimate, error, thresholds=(p_value(estimate, error).low,)) == {0}


def test_a_standard_error_printed_as_zero():
    estimate = PrintedNumber(0.009, 3)
    assert absolute_z(estimate, PrintedNumber(0.000, 3)).high == inf
    assert absolute_z(estimate, Interval(0.0, 0.1)).high == inf
    with pytest.raises(InputError, match="cannot be"):
        absolute_z(estimate, Interval(-0.1, 0.0))
    with pytest.raises(InputError, match="cannot be"):
        absolute_z(estimate, Interval(-0.2, -0.1))


def test_implied_shares_of_a_plain_ordered_logit():
    shares = implied_shares([-1.0, 0.5], 0.25)
    first, second = 1 / (1 + np.exp(1.25)), 1 / (1 + np.exp(-0.25))
    assert shares == pytest.approx([first, second - first, 1 - second])


def test_implied_shares_between_close_cut_points():
    assert implied_shares([0.0, 0.5], 0.0)[1] == pytest.approx(1 / (1 + np.exp(-0.5)) - 0.5)


def test_implied_shares_average_over_the_random_intercept():
    rng = np.random.default_rng(806)
    u = rng.normal(-0.7, np.sqrt(0.559), 400_000)
    cumulative = [(1 / (1 + np.exp(u - cut))).mean() for cut in (-2.632, -1.036, 1.276)]
    expected = np.diff([0, *cumulative, 1])
    assert implied_shares([-2.632, -1.036, 1.276], -0.7, 0.559) == pytest.approx(expected, abs=2e-3)


def test_cut_points_of_model_4_imply_shares_near_table_1():
    # Linear predictor of each country: printed coefficients at printed means, the country's own
    # xenophobia, ethnic diversity and GDP per capita.
    diversity = np.array([0.127154, 0.322184, 0.617122, 0.675182, 0.245170, 0.473672, 0.412514])
    gdp = np.array([3124.8, 5818.9, 9070.6, 880.0, 10675.0, 2974.0, 1377.1])
    hostile = np.array([205, 516, 415, 460, 821, 293, 184])
    xenophobia = hostile / [1100, 1535, 1500, 1500, 2493, 1500, 1500]
    individual = 0.183 * 0.06 - 0.011 * 0.07 - 0.113 * 0.42 + 0.008 * 43.34
    individual += -0.037 * 0.26 - 0.264 * 0.03 + 0.009 * 5.01
    predictors = individual + 1.213 * diversity - 0.180 * np.log(gdp)
    predictors += xenophobia * (1.031 * diversity - 0.551)
    cuts = [-2.632, -1.036, 1.276]
    shares = np.mean([implied_shares(cuts, eta, 0.559) for eta in predictors], axis=0)
    assert shares == pytest.approx([0.148, 0.271, 0.428, 0.152], abs=1e-3)
    assert mean_and_sd(shares) == pytest.approx((1.584, 0.919), abs=1e-3)


def test_implied_shares_refuse_cut_points_out_of_order():
    for cuts in ([1.0, 0.5], [1.0, 1.0]):
        with pytest.raises(InputError, match="; give increasing cut points and a variance"):
            implied_shares(cuts, 0.0)
    with pytest.raises(InputError, match="variance of 0 or more"):
        implied_shares([0.5, 1.0], 0.0, -1.0)


def test_mean_and_sd_of_codes():
    assert mean_and_sd([0.5, 0.5]) == pytest.approx((0.5, 0.5))
    assert mean_and_sd([0.1, 0.2, 0.3, 0.4]) == pytest.approx((2.0, 1.0))


# Valid answers in WVS wave 6 by country: ARM, BLR, KAZ, KGZ, RUS, UKR, UZB.
INTERVIEWED = pd.Series([1100, 1535, 1500, 1500, 2500, 1500, 1500])
VALID = pd.DataFrame(
    {
        "trust": [900, 1516, 1500, 1496, 1856, 1500, 1255],
        "xenophobia": [1100, 1535, 1500, 1500, 2493, 1500, 1500],
        "immigrant": [1100, 1535, 1500, 1493, 2479, 1500, 1499],
        "manual": [888, 1510, 1500, 1499, 2138, 1500, 1278],
        "unemployed": [1100, 1535, 1500, 1499, 2468, 1500, 1500],
        "class": [1076, 1524, 1500, 1494, 2289, 1500, 1436],
        "finances": [1098, 1530, 1500, 1500, 2475, 1500, 1492],
    }
)
MODEL_1 = ["trust", "xenophobia", "immigrant", "manual", "unemployed"]


def test_printed_sample_sizes_lie_where_valid_answers_allow():
    first = complete_cases(VALID[MODEL_1], INTERVIEWED).sum()
    third = complete_cases(VALID, INTERVIEWED).sum()
    assert first["independent"] == pytest.approx(9323, abs=0.5)
    assert third["independent"] == pytest.approx(9088, abs=0.5)
    assert (first["least"], first["most"]) == (9132, 10002)
    assert (third["least"], third["most"]) == (8776, 10002)
    assert first["least"] <= 9345 <= first["most"]
    assert third["least"] <= 9184 <= third["most"]


@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=30))
def test_complete_cases_bounds_hold_for_any_pattern(pattern):
    answers = np.array(pattern)
    bounds = complete_cases(pd.DataFrame([answers.sum(axis=0)]), pd.Series([len(answers)])).loc[0]
    assert bounds["least"] <= answers.all(axis=1).sum() <= bounds["most"]
    assert bounds["least"] - 1e-9 <= bounds["independent"] <= bounds["most"] + 1e-9


def test_complete_cases_refuses_impossible_counts():
    with pytest.raises(InputError, match=r"^A variable has more valid answers .* its count\.$"):
        complete_cases(VALID + 1000, INTERVIEWED)
    with pytest.raises(InputError, match=r"^Valid answers and .* different groups; match them\.$"):
        complete_cases(VALID, INTERVIEWED.iloc[:-1])


def test_complete_cases_are_not_fewer_than_none():
    bounds = complete_cases(pd.DataFrame({"a": [4], "b": [3]}), pd.Series([10])).loc[0]
    assert (bounds["least"], bounds["most"]) == (0, 3)


def test_a_run_of_cells_is_cut_in_every_way():
    assert cuts_of_row("2.713.029.2") == [("2.71", "3.0", "29.2"), ("2.71", "3.02", "9.2")]
    assert cuts_of_row("2.763.3255.9") == [("2.76", "3.32", "55.9")]
    assert cuts_of_row("2.73.4100.0") == [("2.7", "3.4", "100.0")]
    for impossible in ("2.763.32105.9", "2.763.3200.9", "12.763.3255.9", "2.763.32", ""):
        assert cuts_of_row(impossible) == []


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 1000), st.booleans())
def test_the_cells_of_a_row_are_among_its_cuts(control, treatment, percent, short):
    cells = (
        f"{control / 100:.2f}",
        f"{treatment / 100:.{1 if short else 2}f}",
        f"{percent / 10:.1f}",
    )
    if cells[1] != "10.0":
        assert cells in cuts_of_row("".join(cells))


def test_a_row_of_cells_has_the_decimals_of_its_texts():
    row = row_of_cells(("2.71", "3.0", "29.2"), PrintedNumber(13.0, 1))
    assert row == PrintedRow(
        PrintedNumber(2.71, 2),
        PrintedNumber(3.0, 1),
        PrintedNumber(29.2, 1),
        PrintedNumber(13.0, 1),
    )
    assert row_of_cells(("3", "4", "50")).treatment == PrintedNumber(4.0, 0)
    assert row_of_cells(("3", "4", "50")).share == Interval(100, 100)
