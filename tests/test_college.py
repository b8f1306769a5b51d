"""Codings of a college degree: those that fit are found, and no others."""

import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.sources.published import PrintedNumber
from lib.sources.wvs.college import (
    closest_codes,
    college_codings,
    read_college_candidates,
    read_college_missing,
)

CANDIDATES = read_college_candidates(DATA / "codebook" / "college_codings.csv")
MISSING = {"every negative code": [-1, -2], "no answer only": [-2], "also code 1": [-1, -2, 1]}
# 100 respondents: 2 without an answer, 3 who do not know, 5 without education, then levels.
ANSWERS = pd.Series([-2] * 2 + [-1] * 3 + [1] * 5 + [5] * 40 + [7] * 20 + [8] * 10 + [9] * 20)


def fitting(n, mean):
    table = college_codings(ANSWERS, CANDIDATES, MISSING, PrintedNumber(n, 0), mean)
    assert len(table) == len(CANDIDATES) * len(MISSING)
    assert table["fits"].is_monotonic_decreasing
    return {(row["codes"], row["missing"]) for _, row in table[table["fits"]].iterrows()}


@pytest.mark.parametrize(
    ("n", "mean", "expected"),
    [
        (95, 20 / 95, {("9", "every negative code")}),
        (95, 30 / 95, {("8 9", "every negative code")}),
        (98, 30 / 98, {("8 9", "no answer only")}),
        (90, 70 / 90, {("5 8 9", "also code 1")}),
        (95, 60 / 95, {("5 9", "every negative code")}),
        (99, 20 / 95, set()),
        (95, 0.5, set()),
    ],
)
def test_the_coding_that_made_the_numbers_is_found(n, mean, expected):
    assert fitting(n, PrintedNumber(round(mean, 2), 2)) == expected


@pytest.mark.parametrize(
    ("n", "mean", "codes"),
    [
        (95, 30 / 95, [8, 9]),
        (50, 30 / 95, [8, 9]),
        (50, 0.29, [8, 9]),
        (95, 0.24, [9]),
        (95, 0.97, [5, 6, 7, 8, 9]),
        (90, 0.5, [7, 8, 9]),
    ],
)
def test_the_closest_coding_is_the_nearest_in_mean_then_in_number(n, mean, codes):
    printed = PrintedNumber(n, 0), PrintedNumber(round(mean, 2), 2)
    codings = college_codings(ANSWERS, CANDIDATES, MISSING, *printed)
    assert closest_codes(codings) == codes
    gaps = (codings["mean"] - printed[1].value).abs()
    nearest = codings.loc[gaps <= gaps.min() + printed[1].half_unit, "codes"]
    assert " ".join(map(str, codes)) in set(nearest)


@pytest.mark.parametrize("order", [1, -1])
def test_the_closest_coding_need_not_be_the_first_of_the_list(order):
    answers = pd.Series([9] * 229 + [8] * 38 + [7] * 100 + [5] * 633)  # 0.229 and 0.267
    printed = PrintedNumber(11_119, 0), PrintedNumber(0.26, 2)
    codings = college_codings(answers, CANDIDATES.iloc[::order], MISSING, *printed)
    assert closest_codes(codings) == [8, 9]


def test_codings_that_cannot_be_told_apart_are_all_reported():
    same = {codes for codes, _ in fitting(95, PrintedNumber(round(90 / 95, 2), 2))}
    assert same == {"5 6 7 8 9", "4 5 6 7 8 9", "3 4 5 6 7 8 9", "2 3 4 5 6 7 8 9", "5 7 8 9"}


def test_candidates_are_all_upper_sets_and_some_others():
    upper = CANDIDATES.query("kind == 'upper'")["codes"]
    expected = [" ".join(map(str, range(lowest, 10))) for lowest in range(9, 1, -1)]
    assert list(upper) == expected
    assert CANDIDATES["codes"].str.contains("9").all()
    assert not CANDIDATES.query("kind == 'other'").empty


def test_nobody_left_gets_one_sentence():
    everyone = {"all": [-2, -1, 1, 5, 7, 8, 9]}
    with pytest.raises(InputError, match="No answer is left if all count as missing"):
        college_codings(ANSWERS, CANDIDATES, everyone, PrintedNumber(1, 0), PrintedNumber(1, 0))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [("8 nine,upper,x", "codes '8 nine'"), (",upper,x", "codes ''"), ("9,upper", "line 2, has")],
)
def test_a_wrong_file_gets_one_sentence(tmp_path, row, sentence):
    file = tmp_path / "college.csv"
    file.write_text(f"codes,kind,reading\n{row}\n")
    with pytest.raises(InputError, match=sentence):
        read_college_candidates(file)


def test_codes_that_may_be_missing():
    choices = read_college_missing(DATA / "codebook" / "college_missing.csv")
    assert choices["nobody"] == []
    assert choices["every negative code"] == [-1, -2, -3, -4, -5]
    assert all(set(codes) <= {1, *range(-5, 0)} for codes in choices.values())


def test_a_wrong_list_of_missing_codes_gets_one_sentence(tmp_path):
    file = tmp_path / "missing.csv"
    file.write_text("missing,codes\nall,-1 two\n")
    with pytest.raises(InputError, match="codes that are no whole numbers"):
        read_college_missing(file)
