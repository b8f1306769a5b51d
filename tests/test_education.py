"""Which cuts three levels of education allow, and what share each code can have."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.consistency.education import common_cuts, possible_cuts, share_bounds
from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.sources.published import printed_number, read_table
from lib.sources.wvs import read_education

ARTICLE = 11_119
SEVEN = ["ARM", "BLR", "KAZ", "KGZ", "RUS", "UKR", "UZB"]
codes = st.lists(st.integers(1, 8), min_size=1, max_size=25)


def education_of(countries, lower_to, middle_to):
    """Levels and sums of respondent rows, one list of codes a country."""
    rows = [
        {
            "iso3": f"C{number}",
            "country": f"Country {number}",
            "lower": sum(c <= lower_to for c in each),
            "middle": sum(lower_to < c <= middle_to for c in each),
            "upper": sum(c > middle_to for c in each),
            "sum_of_codes": sum(each),
            "sum_of_squares": sum(c * c for c in each),
        }
        for number, each in enumerate(countries)
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def education():
    return read_education(DATA / "open" / "wvs6_education.csv")


@settings(max_examples=10, deadline=None)
@given(countries=st.lists(codes, min_size=1, max_size=3), cuts=st.sampled_from([(1, 5), (3, 6)]))
def test_the_cuts_that_made_the_levels_are_possible(countries, cuts):
    assert cuts in common_cuts(possible_cuts(education_of(countries, *cuts)))


@settings(max_examples=15, deadline=None)
@given(countries=st.lists(codes, min_size=1, max_size=3), cuts=st.sampled_from([(1, 5), (3, 6)]))
def test_true_shares_lie_within_their_bounds(countries, cuts):
    everybody = np.concatenate(countries)
    for chosen in ([9], [8, 9], [5, 7]):
        made = education_of(countries, *cuts)
        low, high = share_bounds(made, chosen, cuts, len(everybody))
        share = np.isin(everybody + 1, chosen).mean()
        assert low - 1e-9 <= share <= high + 1e-9


def test_bounds_are_attained():
    """Two of level upper (codes 7 and 8) that add up to 15: one of each; to 14: none has code 8."""
    for rows, degrees in (([7, 8], 1), ([7, 7], 0), ([8, 8], 2)):
        made = education_of([rows], 3, 6)
        assert share_bounds(made, [9], (3, 6), 2) == pytest.approx((degrees / 2, degrees / 2))


def test_upper_is_university_if_the_cuts_are_the_same_in_the_seven_countries(education):
    cuts = common_cuts(possible_cuts(education[education["iso3"].isin(SEVEN)]))
    assert cuts == [(1, 6), (2, 6), (3, 6)]


def test_germany_and_ghana_exclude_a_lower_level_of_one_code(education):
    possible = possible_cuts(education)
    assert common_cuts(possible) == [(2, 6), (3, 6)]
    for country in ("DEU", "GHA"):
        assert 1 not in set(possible.loc[possible["iso3"] == country, "lower_to"])


def test_university_with_or_without_degree_is_not_the_printed_share(education):
    seven = education[education["iso3"].isin(SEVEN)]
    low, high = share_bounds(seven, [8, 9], (2, 6), ARTICLE)
    assert low == high == pytest.approx(0.3249, abs=5e-5)
    table = read_table(DATA / "published" / "kc2018_table1.csv").set_index("id")
    printed = printed_number(table.loc["kc2018.table1.college_educated.mean"])
    assert low > printed.high


@pytest.mark.parametrize(
    ("cuts", "low", "high"),
    [((1, 6), 0.042, 0.212), ((2, 6), 0.077, 0.295), ((3, 6), 0.146, 0.316)],
)
def test_whether_a_degree_alone_can_be_the_printed_share_depends_on_the_lower_cut(
    education, cuts, low, high
):
    seven = education[education["iso3"].isin(SEVEN)]
    found = share_bounds(seven, [9], cuts, ARTICLE)
    assert [round(end, 3) for end in found] == [low, high]
    assert (found[0] <= 0.26 <= found[1]) == (cuts != (1, 6))


def test_impossible_cuts_and_codes_are_refused(education):
    seven = education[education["iso3"].isin(SEVEN)]
    with pytest.raises(InputError, match=r"Armenia has other .* up to code 3 .* up to 5 can give"):
        share_bounds(seven, [9], (3, 5), ARTICLE)
    for chosen in ([1], [9, 10]):
        with pytest.raises(InputError, match="are not all from 2 to 9"):
            share_bounds(seven, chosen, (3, 6), ARTICLE)
