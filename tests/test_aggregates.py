"""What counts and sums imply: bounds hold for real rows, and are tight where they must be."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.consistency.aggregates import (
    count_bounds,
    country_level_summary,
    moments,
    no_answer_bounds,
    summaries,
    summary_bounds,
)
from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.sources.wvs import read_confidence, read_counts
from lib.sources.wvs.recodes import Recode

answers = st.lists(st.integers(1, 4), min_size=2, max_size=30)


def counts_of(countries, counted_codes=None, squares=False):
    """Counts and sums of codes of respondent rows, one list of codes a country."""
    return pd.DataFrame(
        {
            "n_valid": [len(codes) for codes in countries],
            "sum_of_codes": [sum(codes) for codes in countries],
            "sum_of_squares": [
                sum(c * c for c in codes) if squares else None for codes in countries
            ],
            "counted_codes": counted_codes,
            "counted": [
                sum(str(code) in counted_codes.split() for code in codes) if counted_codes else None
                for codes in countries
            ],
        }
    )


def summary_of(rows):
    values = pd.Series(rows, dtype=float)
    return {
        "observations": len(values),
        "mean": values.mean(),
        "standard_deviation": values.std(),
        "minimum": values.min(),
        "maximum": values.max(),
    }


@settings(max_examples=40, deadline=None)
@given(
    countries=st.lists(answers, min_size=1, max_size=3),
    counted=st.sampled_from([None, "1 2"]),
    squares=st.booleans(),
    values=st.sampled_from([(3.0, 2.0, 1.0, 0.0), (0.0, 0.0, 1.0, 0.0)]),
)
def test_the_rows_lie_within_their_bounds(countries, counted, squares, values):
    values = dict(enumerate(values, start=1))
    bounds = summary_bounds(counts_of(countries, counted, squares), values).set_index("statistic")
    truth = summary_of([values[code] for codes in countries for code in codes])
    for statistic, value in truth.items():
        assert bounds.loc[statistic, "low"] - 1e-6 <= value <= bounds.loc[statistic, "high"] + 1e-6


@settings(max_examples=20, deadline=None)
@given(countries=st.lists(answers, min_size=1, max_size=3))
def test_counts_determine_the_variable_they_count(countries):
    values = {1: 1.0, 2: 1.0, 3: 0.0, 4: 0.0}
    bounds = summary_bounds(counts_of(countries, "1 2"), values).set_index("statistic")
    truth = summary_of([values[code] for codes in countries for code in codes])
    for statistic in ("observations", "mean", "standard_deviation"):
        assert bounds.loc[statistic, "low"] == pytest.approx(truth[statistic], abs=1e-7)
        assert bounds.loc[statistic, "high"] == pytest.approx(truth[statistic], abs=1e-7)


def test_a_share_is_bounded_by_the_mean_code():
    """Mean 2.5 on codes 1 to 4: nobody or, at 1 and 4, one half may have answered 1."""
    bounds = summary_bounds(counts_of([[2, 3]]), {1: 1.0, 2: 0.0, 3: 0.0, 4: 0.0})
    mean = bounds.set_index("statistic").loc["mean"]
    assert (mean["low"], mean["high"]) == pytest.approx((0.0, 0.5))


def test_bounds_of_the_standard_deviation_are_attained():
    """Of a mean of 1.5 on codes 1 to 4, the answers 1 and 2 vary least and 1 and 4 most."""
    values = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0}
    free = summary_bounds(counts_of([[1, 2] * 3]), values).set_index("statistic")
    found = free.loc["standard_deviation", ["low", "high"]].tolist()
    extremes = [1, 2] * 3, [1, 1, 1, 1, 1, 4]
    assert found == pytest.approx([np.std(answers, ddof=1) for answers in extremes])
    two = summary_bounds(counts_of([[1, 1, 1, 4]], "1"), values).set_index("statistic")
    assert two.loc["standard_deviation", "low"] == pytest.approx(1.5)
    binary = summary_bounds(counts_of([[1, 2, 2]], "1"), {1: 0.0, 2: 1.0}).set_index("statistic")
    found = binary.loc["standard_deviation", ["low", "high"]].tolist()
    assert found == pytest.approx([np.std([0, 1, 1], ddof=1)] * 2)


def test_several_items_are_summarised_by_variable():
    values = {1: 1.0, 2: 0.0}
    recodes = {name: Recode(name, item, values, "") for name, item in (("a", "V1"), ("b", "V2"))}
    counts = {"V1": counts_of([[1, 2, 2]], "1"), "V2": counts_of([[1, 1]], "1")}
    table = summaries(recodes, counts)
    assert list(table.columns) == ["variable", "statistic", "low", "high"]
    means = table[table["statistic"] == "mean"].set_index("variable")
    assert means["low"].to_dict() == pytest.approx({"a": 1 / 3, "b": 1.0})


def test_an_extreme_that_somebody_must_have_given_is_determined():
    bounds = summary_bounds(counts_of([[4, 4, 4], [1, 1, 2]], "1 2"), {1: 1, 2: 2, 3: 3, 4: 4})
    extremes = bounds.set_index("statistic")
    assert tuple(extremes.loc["minimum", ["low", "high"]]) == (1.0, 1.0)
    assert tuple(extremes.loc["maximum", ["low", "high"]]) == (4.0, 4.0)


def test_counts_that_contradict_each_other_are_refused():
    counts = counts_of([[1, 2]]).assign(sum_of_codes=9, country="Ruritania")
    with pytest.raises(InputError, match=r"of Ruritania .* 9 as the sum of their codes; restore"):
        summary_bounds(counts, {1: 1.0, 2: 0.0})
    with pytest.raises(InputError, match=r"of a country contradict .* the file of counts\.$"):
        summary_bounds(counts.drop(columns="country"), {1: 1.0, 2: 0.0})


def test_country_level_values_are_summarised_over_respondents():
    values, sizes = pd.Series([0.1, 0.7, 0.4]), pd.Series([3, 5, 2])
    rows = np.repeat(values.to_numpy(), sizes)
    summary = country_level_summary(values, sizes).set_index("statistic")
    for statistic, value in summary_of(rows).items():
        assert summary.loc[statistic, "low"] == summary.loc[statistic, "high"]
        assert summary.loc[statistic, "low"] == pytest.approx(value)


@settings(max_examples=20, deadline=None)
@given(countries=st.lists(answers, min_size=1, max_size=3))
def test_sums_of_squares_determine_the_standard_deviation(countries):
    bounds = summary_bounds(counts_of(countries, squares=True), {1: 1, 2: 2, 3: 3, 4: 4})
    found = bounds.set_index("statistic").loc["standard_deviation", ["low", "high"]]
    rows = [code for codes in countries for code in codes]
    assert found.tolist() == pytest.approx([np.std(rows, ddof=1)] * 2, abs=1e-6)


def compositions(n, codes):
    """Every way to spread n respondents over codes."""
    for dividers in combinations(range(n + codes - 1), codes - 1):
        yield np.diff([-1, *dividers, n + codes - 1]) - 1


@settings(max_examples=20, deadline=None)
@given(codes=st.lists(st.integers(1, 5), min_size=2, max_size=9), squares=st.booleans())
def test_bounds_on_a_count_are_those_of_all_whole_numbers(codes, squares):
    """Against every way to spread the respondents over five codes."""
    every = np.array(list(compositions(len(codes), 5)))
    powers = [np.arange(1, 6) ** power for power in ((1, 2) if squares else (1,))]
    fits = np.all([every @ power == power[np.array(codes) - 1].sum() for power in powers], axis=0)
    found = count_bounds(counts_of([codes], squares=squares), range(1, 6), [1, 2]).iloc[0]
    chosen = every[fits][:, :2].sum(axis=1)
    assert (found["low"], found["high"]) == (chosen.min(), chosen.max())


def test_whole_numbers_bound_more_closely_than_shares():
    """Three codes that add up to 7 are 1, 2, 4 or 2, 2, 3 or 1, 3, 3: never two ones."""
    counts = counts_of([[2, 2, 3]])
    assert count_bounds(counts, range(1, 5), [3]).iloc[0][["low", "high"]].tolist() == [0, 2]
    assert count_bounds(counts, range(1, 5), [1]).iloc[0][["low", "high"]].tolist() == [0, 1]


def test_an_extreme_that_some_answers_lack_is_bounded():
    """Of mean 2.5 all may have answered 2 or 3, or some 1 or 4; of mean 4 nobody less."""
    extremes = summary_bounds(counts_of([[2, 2, 3, 3]]), {1: 1, 2: 2, 3: 3, 4: 4})
    extremes = extremes.set_index("statistic")
    assert tuple(extremes.loc["minimum", ["low", "high"]]) == (1, 2)
    assert tuple(extremes.loc["maximum", ["low", "high"]]) == (3, 4)
    highest = summary_bounds(counts_of([[4, 4]]), {1: 1, 2: 2, 3: 3, 4: 4}).set_index("statistic")
    assert tuple(highest.loc["minimum", ["low", "high"]]) == (4, 4)


def test_the_deviation_of_an_indicator_follows_from_its_share():
    """One or two of four answered 1: the share is a quarter or a half."""
    bounds = summary_bounds(counts_of([[1, 2, 2, 3]]), {1: 1.0, 2: 0.0, 3: 0.0}).set_index(
        "statistic"
    )
    assert tuple(bounds.loc["mean", ["low", "high"]]) == pytest.approx((0.0, 0.5))
    low, high = bounds.loc["standard_deviation", ["low", "high"]]
    assert (low, high) == pytest.approx((0.0, np.std([0, 0, 1, 1], ddof=1)))


def test_moments_are_those_of_the_rows():
    countries = [[1, 2, 4], [3, 3, 1, 1]]
    counts = counts_of(countries, squares=True)
    for ddof in (0, 1):
        found = moments(counts, ddof)
        assert found["mean"].tolist() == pytest.approx([np.mean(codes) for codes in countries])
        expected = [np.std(codes, ddof=ddof) for codes in countries]
        assert found["standard_deviation"].tolist() == pytest.approx(expected)
    assert moments(counts_of([[2, 2, 2]], squares=True))["standard_deviation"].tolist() == [0.0]


def test_those_without_an_answer_may_all_or_none_trust():
    counts = pd.DataFrame({"n_interviewed": [100, 50], "n_valid": [80, 50], "counted": [40, 10]})
    found = no_answer_bounds(counts)
    assert found["no_answer"].tolist() == [0.2, 0.0]
    assert found["share"].tolist() == [0.5, 0.2]
    assert found["low"].tolist() == [0.4, 0.2]
    assert found["high"].tolist() == [0.6, 0.2]
    unknown = no_answer_bounds(counts.assign(n_valid=np.nan))
    assert unknown["low"].tolist() == [0.4, 0.2]
    assert unknown[["no_answer", "share", "high"]].isna().all(axis=None)


def test_moments_of_real_answers_print_as_table_1_with_either_divisor():
    """Trust Levels (from 4 less the code), age and finances: Table 1 prints 0.91, 16.90, 2.45."""
    answers = read_confidence(DATA / "open" / "wvs_confidence_answers.csv")
    named = {"cis": answers.query("item == 'E069_43'")}
    for item in ("V242", "V59"):
        named[item] = read_counts(DATA / "open" / "wvs6_country_counts.csv", item)
    sums = ["n_valid", "sum_of_codes", "sum_of_squares"]
    pooled = pd.DataFrame({name: table[sums].sum() for name, table in named.items()}).T
    for ddof in (0, 1):
        deviations = moments(pooled, ddof)["standard_deviation"]
        assert [f"{value:.2f}" for value in deviations] == ["0.91", "16.90", "2.45"]
