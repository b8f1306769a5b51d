from math import isnan, log

import pandas as pd
import pytest

from lib.consistency.unanswered import (
    against_line,
    composition_shift,
    difference_slope_bounds,
    mean_bounds,
    slope_bounds,
)
from lib.core.errors import InputError

X = pd.Series([0.0, 0.5, 1.0], list("abc"))


def test_mean_bounds_by_hand():
    counts = pd.DataFrame({"n_interviewed": [10, 10], "n_valid": [8, 10], "mean": [1.5, 2.0]})
    found = mean_bounds(counts, 0, 3)
    assert found["low"].tolist() == pytest.approx([1.2, 2.0])
    assert found["high"].tolist() == pytest.approx([1.8, 2.0])


def test_slope_bounds_take_the_far_ends():
    """The weights are -1, 0 and 1: the middle country does not matter."""
    means = pd.DataFrame({"low": [1.0, 0, 1.5], "high": [1.2, 9, 2.0]}, X.index)
    assert slope_bounds(means, X) == pytest.approx((0.3, 1.0))


def test_what_the_silent_say_alike_cancels():
    first = pd.DataFrame({"low": [1.0, 1, 1.5], "high": [2.0, 2, 2.5]}, X.index)
    found = difference_slope_bounds(first, first - 0.25 * X.to_numpy()[:, None], X)
    assert found.loc["first"].tolist() == pytest.approx([-0.5, 1.5])
    assert found.loc["alike"].tolist() == pytest.approx([0.25, 0.25])
    assert found.loc["any"].tolist() == pytest.approx([0.25 - 2, 0.25 + 2])


def test_a_line_against_known_and_unknown_numbers_of_answers():
    counts = pd.DataFrame({"n_interviewed": [100, 100], "n_valid": [80, None], "counted": 40})
    found = against_line(counts, pd.Series([log(3), 0.0]))
    assert found["predicted"].tolist() == pytest.approx([0.75, 0.5])
    assert found["low"].tolist() == pytest.approx([0.5, 0.4])
    assert found["high"].tolist() == pytest.approx([0.5, 1.0])
    assert found["miss"][0] == pytest.approx(-log(3))
    assert isnan(found["miss"][1])
    assert isnan(found["needed_no_answer"][0])
    assert found["needed_no_answer"][1] == pytest.approx(0.2)
    assert found["fits"].tolist() == [False, True]


def test_a_shift_can_save_the_line():
    counts = pd.DataFrame({"n_interviewed": [100], "n_valid": [80], "counted": 40})
    found = against_line(counts, pd.Series([log(3)]), (-2.0, 0.0))
    assert found["fits"].item()
    assert found["predicted_low"].item() < 0.5 < found["predicted_high"].item()


def test_composition_by_hand():
    assert composition_shift(pd.Series([-0.5, 0.25, 1.0, -0.125])) == (-0.625, 1.25)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: mean_bounds(
                pd.DataFrame({"n_interviewed": [9], "n_valid": [9], "mean": [4.0]}), 0, 3
            ),
            "outside 0 to 3",
        ),
        (
            lambda: against_line(
                pd.DataFrame({"n_interviewed": [9], "n_valid": [9], "counted": [0]}),
                pd.Series([0.0]),
            ),
            "gave the answer",
        ),
        (
            lambda: against_line(
                pd.DataFrame({"n_interviewed": [9], "n_valid": [9], "counted": [3]}),
                pd.Series([0.0], [7]),
            ),
            "different surveys",
        ),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputError, match=words):
        call()
