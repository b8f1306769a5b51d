"""What the chapters on the memo say, computed from data/published; and what lib adds for them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from lib.consistency.bounds import (
    ceiling_share_bounds,
    contrast_p_values,
    contrast_scale,
    critical_sd,
    floor_share_bounds,
    independent_items_sd,
    standard_error_bounds,
    support_bounds,
    variance_bounds,
)
from lib.consistency.consistency import (
    ROW_CELLS,
    PrintedRow,
    cuts_of_row,
    implied_percent,
    p_value,
    pooled_row,
    printed_rows,
    row_of_cells,
)
from lib.core.errors import InputError
from lib.core.intervals import Interval
from lib.core.paths import DATA
from lib.sources.published import PrintedNumber, read_table

ARMS = (197, 203)
PRINTED = read_table(DATA / "published" / "memo806_table1.csv")
PAIRS = {
    "gender": ("male", "female"),
    "education": ("secondary_or_less", "university"),
    "ethnicity": ("russian", "kazakh"),
    "capitals": ("all_others", "capitals"),
    "almaty": ("all_others", "almaty"),
    "nur_sultan": ("all_others", "nur_sultan"),
}


@pytest.fixture
def rows():
    found = printed_rows(PRINTED)
    return found | {"capitals": pooled_row([found["almaty"], found["nur_sultan"]])}


def test_printed_rows_are_those_of_the_table():
    rows = printed_rows(PRINTED)
    assert list(rows) == list(dict.fromkeys(PRINTED["subgroup"]))
    assert rows["nur_sultan"] == PrintedRow(
        PrintedNumber(2.71, 2),
        PrintedNumber(3.0, 1),
        PrintedNumber(29.2, 1),
        PrintedNumber(13.0, 1),
    )
    assert rows["entire_sample"].share == Interval(100, 100)


def test_printed_rows_need_every_cell():
    without = PRINTED[PRINTED["id"] != "memo806.table1.gender.male.treatment_mean"]
    with pytest.raises(InputError, match="row male has no treatment_mean"):
        printed_rows(without)


def test_pooled_row_by_hand():
    first = PrintedRow(*[PrintedNumber(x, 1) for x in (2.0, 3.0, 100.0, 10.0)])
    second = PrintedRow(*[PrintedNumber(x, 1) for x in (1.0, 1.0, 0.0, 30.0)])
    pooled = pooled_row([first, second])
    assert pooled.control.middle == pytest.approx(1.25, abs=1e-3)
    assert pooled.treatment.middle == pytest.approx(1.5, abs=1e-3)
    assert pooled.percent.middle == pytest.approx(25, abs=1e-3)
    # A quarter, give or take 0.05 of 40, is in the first group.
    least = 9.95 / 40
    assert pooled.control.low == pytest.approx(1.95 * least + 0.95 * (1 - least))
    assert (pooled.share.low, pooled.share.high) == pytest.approx((39.9, 40.1))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40))
def test_shares_at_the_ends_lie_within_their_bounds(counts):
    mean = Interval(np.mean(counts), np.mean(counts))
    assert ceiling_share_bounds(mean, 4).contains(np.mean(np.array(counts) == 4))
    assert floor_share_bounds(mean, 4).contains(np.mean(np.array(counts) == 0))


@pytest.mark.parametrize(
    ("counts", "end"), [([3, 3, 4], "low"), ([4, 4, 0], "high"), ([2, 3], "low"), ([4], "low")]
)
def test_bounds_of_the_share_at_the_ceiling_are_attained(counts, end):
    mean = Interval(np.mean(counts), np.mean(counts))
    share = np.mean(np.array(counts) == 4)
    assert getattr(ceiling_share_bounds(mean, 4), end) == pytest.approx(share)
    mirrored = floor_share_bounds(Interval(4 - mean.low, 4 - mean.low), 4)
    assert getattr(mirrored, end) == pytest.approx(share)


def test_shares_at_the_ends_of_the_memo():
    control = PrintedNumber(2.76, 2)
    ceiling, floor = ceiling_share_bounds(control, 4), floor_share_bounds(control, 4)
    assert (ceiling.low, ceiling.high) == pytest.approx((0, 2.765 / 4))
    assert (floor.low, floor.high) == pytest.approx((0, 1.245 / 4))
    with pytest.raises(InputError, match="does not lie on 0 to 4"):
        floor_share_bounds(Interval(4.1, 4.2), 4)


@pytest.fixture
def found(rows):
    comparisons = {name: [rows[group] for group in pair] for name, pair in PAIRS.items()}
    comparisons["whole"] = [rows["entire_sample"]]
    return support_bounds(comparisons, ARMS, 4).set_index(["basis", "name"])


def test_support_bounds_are_made_of_the_bounds_of_each_cell(rows, found):
    male, female = rows["male"], rows["female"]
    means = [(male.control, 4), (male.treatment, 5), (female.control, 4), (female.treatment, 5)]
    sizes = [0.45 * 197, 0.45 * 203, 0.55 * 197, 0.55 * 203]
    error = standard_error_bounds([variance_bounds(*mean) for mean in means], sizes)
    gender = found.loc[("percentages", "gender")]
    spread = np.array([gender["least_sd"], gender["greatest_sd"]]) * gender["scale"]
    assert spread == pytest.approx([error.low, error.high])
    assert gender["scale"] == pytest.approx(contrast_scale(sizes))
    p = p_value(Interval(0.572, 0.574), error)
    assert (gender["least_p"], gender["greatest_p"]) == pytest.approx((p.low, p.high))
    assert found.loc[("means", "gender"), "estimate"] == pytest.approx(0.57)


def test_the_spread_of_independent_items_is_possible(found):
    assert (found["least_sd"] < found["independent_sd"]).all()
    assert (found["independent_sd"] < found["greatest_sd"]).all()
    cells = [independent_items_sd(2.76, 4) ** 2 / 197, independent_items_sd(3.32, 5) ** 2 / 203]
    whole = found.loc[("percentages", "whole")]
    assert whole["independent_sd"] * whole["scale"] == pytest.approx(np.sqrt(sum(cells)))


def test_no_possible_error_separates_the_total_from_half(found):
    whole = found.loc[("percentages", "whole")]
    least, greatest = whole[["least_sd", "greatest_sd"]] * whole["scale"]
    assert (least, greatest) == pytest.approx((0.0444, 0.2120), abs=5e-5)
    z = norm.isf(0.025)
    assert whole["estimate"] - z * least < 0.5 < whole["estimate"] + z * least
    assert whole["estimate"] - z * greatest > 0


@pytest.fixture
def contrasts(found):
    return found.drop(index="whole", level="name")


def test_critical_sds_of_the_printed_percentages(contrasts):
    printed = contrasts.loc["percentages"]
    sds = [critical_sd(row.estimate, row.scale) for row in printed.itertuples()]
    assert sds == pytest.approx([1.45, 0.71, 0.50, 0.87, 0.75, 0.58], abs=0.005)


def test_printed_percentages_leave_every_contrast_open(contrasts):
    printed = contrasts.loc["percentages"]
    assert (printed["least_p"] < 0.05).all()
    assert (printed["greatest_p"] > 0.05).all()


def test_printed_means_leave_neither_almaty_nor_both_capitals_significant(contrasts):
    by_means = contrasts.loc["means"]
    assert set(by_means.index[by_means["least_p"] >= 0.05]) == {"capitals", "almaty"}
    assert by_means.loc["almaty", "estimate"] == pytest.approx(0, abs=1e-9)
    assert by_means.loc["capitals", "estimate"] == pytest.approx(0.097, abs=5e-4)


def test_no_split_into_arms_makes_the_capitals_significant_by_their_means(rows):
    others, capitals = rows["all_others"], rows["capitals"]
    least = 0.0
    for row in (others, capitals):
        # The best split of a group gives each arm a share in proportion to its deviation.
        cells = [variance_bounds(row.control, 4), variance_bounds(row.treatment, 5)]
        deviations = np.sqrt([variance.low for variance in cells])
        least += deviations.sum() ** 2 / (row.share.middle / 100 * 400)
    gap = implied_percent(others.control, others.treatment) - implied_percent(
        capitals.control, capitals.treatment
    )
    assert gap.high / 100 < norm.isf(0.025) * np.sqrt(least)


@pytest.mark.parametrize(("family", "p"), [(list(PAIRS), 0.026), (list(PAIRS)[:4], 0.017)])
def test_only_gender_holds_after_holm_at_sd_1(contrasts, family, p):
    chosen = contrasts.loc["percentages"].loc[family]
    at_one = contrast_p_values(chosen["estimate"], chosen["scale"], [1.0]).set_index("contrast")
    assert at_one.loc["gender", "p_holm"] == pytest.approx(p, abs=5e-4)
    assert (at_one["p_holm"].drop("gender") > 0.05).all()


def test_independent_items_leave_gender_significant_and_nothing_else(contrasts):
    printed = contrasts.loc["percentages"]
    z = printed["estimate"] / (printed["scale"] * printed["independent_sd"])
    assert list(printed.index[z > norm.isf(0.025)]) == ["gender"]


def test_the_other_cut_of_nur_sultan_changes_the_capitals(rows):
    texts = PRINTED[PRINTED["subgroup"] == "nur_sultan"].set_index("quantity").loc[ROW_CELLS]
    as_read, other = cuts_of_row("".join(texts["printed"]))
    found = {}
    for cut in (as_read, other):
        row = row_of_cells(cut, rows["nur_sultan"].share)
        capitals = pooled_row([rows["almaty"], row])
        table = support_bounds({"capitals": [rows["all_others"], capitals]}, ARMS, 4)
        gap = table.set_index("basis").loc["percentages"]
        agrees = implied_percent(row.control, row.treatment).overlaps(row.percent)
        found[cut] = (gap["estimate"], critical_sd(gap["estimate"], gap["scale"]), agrees)
    assert found[as_read] == pytest.approx((0.358, 0.867, True), abs=5e-4)
    assert found[other] == pytest.approx((0.432, 1.048, False), abs=5e-4)
