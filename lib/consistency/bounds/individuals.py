"""Least standard errors of individual-level coefficients in a logit or ordered logit."""

import numpy as np

from lib.core.errors import InputError

LOGIT_INFORMATION = 1 / 4
ORDERED_LOGIT_OBSERVED_INFORMATION = 1 / 2


def binary_sum_of_squares(n: int, most_ones: float) -> float:
    """
    Bound the sum of squares about the mean of a binary regressor.

    Parameters
    ----------
    n : int
        Number of respondents.
    most_ones : float
        Greatest possible number of ones, k.

    Returns
    -------
    float
        Of k ones k(1 - k/n) if at most half can be ones, else n/4.
    """
    ones = min(most_ones, n / 2)
    return ones * (1 - ones / n)


def logit_coefficient_floor(sum_of_squares: float, information: float = LOGIT_INFORMATION) -> float:
    """
    Least standard error of an individual-level coefficient in a logit or ordered logit.

    Parameters
    ----------
    sum_of_squares : float
        Upper bound of the regressor's sum of squares about its mean.
    information : float, default LOGIT_INFORMATION
        Greatest information of one answer on its linear predictor. Binary logit, p(1 - p): 1/4,
        observed or expected. Ordered logit, any number of categories: expected at most 1/3, that of
        the logistic location, of which the categories are a grouping; observed, f(a) + f(b) with f
        the logistic density at the two cut points, at most 1/2
        (ORDERED_LOGIT_OBSERVED_INFORMATION), the bound that always holds for standard errors from
        the observed information.

    Returns
    -------
    float
        1 over the root of information times sum of squares.

    Raises
    ------
    InputError
        If the regressor does not vary.

    Notes
    -----
    With respondent i's information w_i, what the likelihood tells of the coefficient of x, given
    the other regressors v (a constant or cut points among them), is the least sum of
    w_i (x_i - c'v_i)^2 over c. Taking c'v to be the mean of x shows that it is at most
    the greatest w times the sum of squares about the mean; further regressors only widen the
    choice of c. Random intercepts only lower it: by Louis (1982) the observed information is at
    most the expectation, given the answers, of that with the intercepts known.
    """
    if sum_of_squares <= 0:
        raise InputError("The regressor does not vary: its sum of squares must be above 0.")
    return float(1 / np.sqrt(information * sum_of_squares))
