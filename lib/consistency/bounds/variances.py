"""What a mean tells of the variance of an integer variable, and of the shares at its ends."""

from collections.abc import Sequence

import numpy as np

from lib.core.errors import InputError
from lib.core.intervals import Interval


def variance_bounds(mean: Interval, maximum: int) -> Interval:
    """Bound the variance of an integer variable by its mean."""
    possible = _on_scale(mean, maximum)
    ends = np.array([possible.low, possible.high])
    crosses_integer = np.floor(possible.high) >= np.ceil(possible.low)
    fraction = ends - np.floor(ends)
    low = 0.0 if crosses_integer else float((fraction * (1 - fraction)).min())
    mode = float(np.clip(maximum / 2, *ends))
    return Interval(low, mode * (maximum - mode))


def sd_bounds(mean: Interval, maximum: int) -> Interval:
    """
    Bound the standard deviation of an integer variable by its mean.

    Parameters
    ----------
    mean : Interval
        Range of the mean.
    maximum : int
        Greatest value; the least is 0. A binary variable has 1.

    Returns
    -------
    Interval
        Square roots of the bounds of `variance_bounds`.
    """
    variance = variance_bounds(mean, maximum)
    return Interval(float(np.sqrt(variance.low)), float(np.sqrt(variance.high)))


def ceiling_share_bounds(mean: Interval, maximum: int) -> Interval:
    """
    Bound the share of answers at the greatest value of an integer variable by its mean.

    Parameters
    ----------
    mean : Interval
        Range of the mean, within 0 to `maximum`; for a printed mean its rounding interval.
    maximum : int
        Greatest value, J; the least is 0. In a list experiment, the number of control items.

    Returns
    -------
    Interval
        From the least, m - (J - 1) or 0 (all others at J - 1), to the greatest, m/J (all others
        at 0: Markov's inequality), over the range of the mean m.

    Raises
    ------
    InputError
        If no mean of the interval lies between 0 and the maximum.
    """
    possible = _on_scale(mean, maximum)
    return Interval(max(0.0, possible.low - (maximum - 1)), possible.high / maximum)


def floor_share_bounds(mean: Interval, maximum: int) -> Interval:
    """
    Bound the share of answers at 0 of an integer variable by its mean.

    Parameters
    ----------
    mean : Interval
        Range of the mean, within 0 to `maximum`.
    maximum : int
        Greatest value, J; the least is 0.

    Returns
    -------
    Interval
        The bounds of `ceiling_share_bounds` for the number of items not counted, J - m.

    Raises
    ------
    InputError
        If no mean of the interval lies between 0 and the maximum.
    """
    possible = _on_scale(mean, maximum)
    not_counted = Interval(maximum - possible.high, maximum - possible.low)
    return ceiling_share_bounds(not_counted, maximum)


def _on_scale(mean: Interval, maximum: int) -> Interval:
    """Means of the interval that integers from 0 to the maximum can have."""
    possible = mean.intersect(Interval(0.0, float(maximum)))
    if possible.is_empty:
        raise InputError(
            f"A mean from {mean.low} to {mean.high} does not lie on 0 to {maximum}; "
            "check the mean and the number of items."
        )
    return possible


def independent_items_sd(mean: float, n_items: int) -> float:
    """
    Give the largest standard deviation of a count of independent items with a given mean.

    Parameters
    ----------
    mean : float
        Mean count.
    n_items : int
        Number of items, J.

    Returns
    -------
    float
        Root of m(1 - m/J), that of the binomial: among independent items with mean count m the
        variance is greatest when all are equally likely (Hoeffding 1956, Annals of Mathematical
        Statistics 27, 713-721).

    Raises
    ------
    InputError
        If the mean does not lie between 0 and the number of items.
    """
    if not 0 <= mean <= n_items:
        raise InputError(f"A mean of {mean} is no count of {n_items} items; check both.")
    return float(np.sqrt(mean * (1 - mean / n_items)))


def standard_error_bounds(variances: Sequence[Interval], sizes: Sequence[float]) -> Interval:
    """Bound the standard error of a difference (or any sum or difference) of independent means."""
    ends = [sum(v.low / n for v, n in zip(variances, sizes, strict=True))]
    ends.append(sum(v.high / n for v, n in zip(variances, sizes, strict=True)))
    return Interval(float(np.sqrt(ends[0])), float(np.sqrt(ends[1])))
