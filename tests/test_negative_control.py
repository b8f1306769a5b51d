import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from lib.core.errors import InputError
from lib.estimators.few_clusters import two_step
from lib.estimators.negative_control import (
    adjusted_slopes,
    compare_controls,
    first_component_share,
    less_controls,
    order_p_value,
    outcome_slopes,
    slope_weights,
    slopes_without_each,
)

COUNTRIES = list("abcdef")
X = pd.Series([0.1, 0.2, 0.4, 0.5, 0.6, 0.7], COUNTRIES, name="x")
Y = pd.DataFrame(
    {"one": [1.0, 1.3, 1.2, 1.9, 1.4, 2.0], "two": [0.5, 0.9, 0.4, 1.0, 1.3, 0.9]}, COUNTRIES
)


def test_outcomes_keep_their_order_and_are_those_of_one_regression_each():
    found = outcome_slopes(Y[["two", "one"]], X)
    assert list(found["outcome"]) == ["two", "one"]
    alone = two_step(Y["one"], X.to_frame()).tidy().iloc[1]
    assert found.iloc[1]["estimate"] == pytest.approx(alone["estimate"])
    assert found.iloc[1]["conf_low"] == pytest.approx(alone["conf_low"])


def test_the_slope_less_a_control_is_the_difference_of_the_slopes():
    slopes = outcome_slopes(Y, X)["estimate"]
    less = outcome_slopes(less_controls(Y, "one"), X)
    assert less["outcome"].tolist() == ["two"]
    assert less["estimate"].item() == pytest.approx(slopes[0] - slopes[1])


def test_a_confounder_worth_as_much_on_both_cancels():
    noise = pd.Series([0.9, -1.2, 3.0, 0.3, -0.4, 1.0], COUNTRIES)
    confounded = pd.DataFrame({"outcome": noise + 0.25 * X + Y["two"] / 1e6, "control": noise})
    less = outcome_slopes(less_controls(confounded, "outcome"), X)
    assert less["estimate"].item() == pytest.approx(0.25, abs=1e-5)


def test_an_adjusted_slope_is_that_of_the_regression_on_both():
    found = adjusted_slopes(Y["one"], Y[["two"]], X).iloc[0]
    design = np.column_stack([np.ones(6), X, Y["two"]])
    assert found["estimate"] == pytest.approx(np.linalg.lstsq(design, Y["one"])[0][1])


def test_controls_end_with_their_mean():
    three = Y.assign(three=Y["one"] ** 2)
    found = compare_controls(three, "one", X).set_index("control")
    assert list(found.index) == ["two", "three", "mean of the others"]
    ends = found["estimate"]
    assert ends["mean of the others"] == pytest.approx((ends["two"] + ends["three"]) / 2)
    given = adjusted_slopes(Y["one"], three[["two", "three"]].mean(axis=1).to_frame("mean"), X)
    assert found.loc["mean of the others", "estimate_given"] == pytest.approx(given["estimate"][0])


def test_slopes_without_each_leave_out_one():
    found = slopes_without_each(Y, X).set_index(["left_out", "outcome"])["estimate"]
    assert len(found) == 12
    expected = outcome_slopes(Y.drop("c"), X.drop("c"))["estimate"][0]
    assert found["c", "one"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("second", "expected"), [([1, 2, 3], 1 / 6), ([1, 3, 2], 3 / 6), ([3, 2, 1], 1.0)]
)
def test_order_of_three_countries_by_hand(second, expected):
    """Sums of products of ranks over the six orders: 14, 13, 13, 11, 11, 10."""
    assert order_p_value(pd.Series([5, 6, 9]), pd.Series(second)) == pytest.approx(expected)


def test_first_component_of_a_line_and_of_a_circle():
    line = pd.DataFrame({"a": [1.0, 2, 5], "b": [2.0, 4, 10]})
    assert first_component_share(line) == pytest.approx(1)
    circle = pd.DataFrame({"a": [1.0, -1, 0, 0], "b": [0.0, 0, 1, -1]})
    assert first_component_share(circle) == pytest.approx(0.5)


@given(st.lists(st.floats(-5, 5), min_size=6, max_size=6))
def test_weights_times_outcome_are_the_slope(outcome):
    slope = np.polyfit(X, outcome, 1)[0]
    assert (slope_weights(X) * outcome).sum() == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: outcome_slopes(Y, X * 0), "do not vary"),
        (lambda: outcome_slopes(Y, X[::-1]), "same order"),
        (lambda: adjusted_slopes(Y["one"], Y[["two"]], X * 0), "do not vary"),
        (lambda: less_controls(Y, "three"), "No outcome is called 'three'"),
        (lambda: order_p_value(Y["one"], Y["two"][::-1]), "different countries"),
        (lambda: order_p_value(pd.Series([1, 1]), pd.Series([1, 2])), "same value"),
        (lambda: order_p_value(pd.Series(range(10)), pd.Series(range(10))), "at most 9"),
        (lambda: slope_weights(X * 0), "do not vary"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputError, match=words):
        call()


def test_a_prediction_interval_by_its_formula():
    """Estimate plus and less t times s times the root of 1 + 1/n + (x - mean)^2/squares."""
    fit = two_step(Y["one"], X.to_frame())
    found = fit.prediction_interval(pd.DataFrame({"x": [0.9]})).iloc[0]
    squares = ((X - X.mean()) ** 2).sum()
    wide = np.sqrt(1 + 1 / 6 + (0.9 - X.mean()) ** 2 / squares)
    half = t.isf(0.025, 4) * np.sqrt(fit.regression.mse_resid) * wide
    assert found["estimate"] == pytest.approx(fit.params["const"] + 0.9 * fit.params["x"])
    assert found["conf_high"] - found["estimate"] == pytest.approx(half)
    assert found["estimate"] - found["conf_low"] == pytest.approx(half)
