"""Whole numbers of respondents with given totals: extremes that some of them have."""

import numpy as np
import pytest

from lib.consistency.integer_programs import count_extremes
from lib.core.errors import ConvergenceError


def totals_of(*rows):
    return np.array(rows, dtype=float)


def test_whole_numbers_reach_less_far_than_real_ones():
    """Of 2 a + 3 b = 7 the one whole solution is a = 2, b = 1; a real a goes from 0 to 3.5."""
    equality, total = totals_of([2, 3]), totals_of(7)
    objective = np.array([1.0, 0.0])
    ends = count_extremes(objective, equality, total)
    assert (ends.low, ends.high) == pytest.approx((2, 2))
    relaxed = count_extremes(objective, equality, total, whole=False)
    assert (relaxed.low, relaxed.high) == pytest.approx((0, 3.5))


def test_what_the_totals_determine_has_equal_ends():
    ends = count_extremes(np.array([3.0, 5.0]), totals_of([1, 1], [1, 2]), totals_of(10, 14))
    assert (ends.low, ends.high) == pytest.approx((38, 38))


def test_totals_that_nobody_can_have_give_none():
    assert count_extremes(np.array([1.0, 0.0]), totals_of([2, 4]), totals_of(7)) is None
    assert count_extremes(np.zeros(2), totals_of([1, 1], [1, 2]), totals_of(2, 5)) is None


def test_an_unbounded_problem_is_no_answer():
    with pytest.raises(ConvergenceError, match="No extreme was found"):
        count_extremes(np.array([1.0, 0.0]), totals_of([0, 1]), totals_of(1))
