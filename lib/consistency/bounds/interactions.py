"""What a printed interaction tells of an effect along its moderator."""

from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from lib.consistency.consistency import p_value
from lib.core.errors import InputError
from lib.core.intervals import Interval


def inferred_correlation(average_effect_error: float, main_effect_error: float) -> float:
    """
    Correlation of main effect and interaction that follows from two printed models.

    Parameters
    ----------
    average_effect_error : float
        Standard error of the effect in the model without the interaction.
    main_effect_error : float
        Standard error of the main effect (the effect at a moderator of 0) in the model with it,
        on the same sample.

    Returns
    -------
    float
        The root of 1 - (first/second)^2, negative: for a moderator that is positive.

    Raises
    ------
    InputError
        If the error with the interaction is smaller than without.

    Notes
    -----
    Assumption: the effect of the model without the interaction is as precise as the effect of the
    model with it at the value of the moderator where that is known best. The variance there is
    var(b1) - cov^2/var(b3) = var(b1)(1 - r^2), whence r.
    """
    if not 0 < average_effect_error <= main_effect_error:
        raise InputError(
            f"An effect with standard error {average_effect_error} without and "
            f"{main_effect_error} with the interaction cannot be; check the two."
        )
    return -float(np.sqrt(1 - (average_effect_error / main_effect_error) ** 2))


def inferred_correlation_range(
    average_effect_error: Interval, main_effect_error: Interval
) -> Interval:
    """
    Range of the inferred correlation that rounding of the two standard errors leaves.

    Parameters
    ----------
    average_effect_error, main_effect_error : Interval
        Rounding intervals of the standard errors without and with the interaction.

    Returns
    -------
    Interval
        `inferred_correlation`, which rises with the first and falls with the second.
    """
    return Interval(
        inferred_correlation(average_effect_error.low, main_effect_error.high),
        inferred_correlation(average_effect_error.high, main_effect_error.low),
    )


def significance_within_rounding(
    coefficients: tuple[Interval, Interval],
    standard_errors: tuple[Interval, Interval],
    correlation: Interval,
    moderator: pd.Series,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """
    Tell where the effect b1 + b3 d is significant whatever was rounded, and where it may be.

    Parameters
    ----------
    coefficients, standard_errors : tuple of Interval
        Rounding intervals of main effect and interaction, and of their standard errors.
    correlation : Interval
        Range of the correlation of the two estimates, within -1 to 1, as from
        `inferred_correlation_range`.
    moderator : pandas.Series
        Values of the moderator d, 0 or above, by place.
    alpha : float, default 0.05
        Level of the two-sided z test.

    Returns
    -------
    pandas.DataFrame
        One row a place, with the index of the moderator: ``moderator``; ``estimate``, of the
        printed coefficients; ``least_p`` and ``greatest_p`` over the rounding intervals;
        ``certain``, significant throughout, and ``possible``, significant somewhere in them. The
        places with a significant effect number at least ``certain`` and at most ``possible``.
    """
    rows = []
    for d in moderator:
        effect = coefficients[0] + coefficients[1] * d
        error = _combined_error(standard_errors[0], standard_errors[1] * d, correlation)
        p = p_value(effect, error)
        rows.append((d, effect.middle, p.low, p.high, p.high < alpha, p.low < alpha))
    columns = ["moderator", "estimate", "least_p", "greatest_p", "certain", "possible"]
    return pd.DataFrame(rows, index=moderator.index, columns=columns)


def _combined_error(first: Interval, second: Interval, correlation: Interval) -> Interval:
    """Range of the root of a^2 + b^2 + 2rab, a and b 0 or above."""

    def root(a: float, b: float, r: float) -> float:
        return sqrt(max(a**2 + b**2 + 2 * r * a * b, 0.0))

    ends = [(a, b) for a in (first.low, first.high) for b in (second.low, second.high)]
    edges = [(a, min(max(-correlation.low * a, second.low), second.high)) for a, _ in ends]
    edges += [(min(max(-correlation.low * b, first.low), first.high), b) for _, b in ends]
    return Interval(
        min(root(a, b, correlation.low) for a, b in edges),
        max(root(a, b, correlation.high) for a, b in ends),
    )


def effect_along_moderator(
    coefficients: tuple[float, float],
    standard_errors: tuple[float, float],
    correlation: float,
    moderator: ArrayLike,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """
    Effect b1 + b3 d of a regressor along its moderator d.

    Parameters
    ----------
    coefficients : tuple of float
        Main effect b1 and interaction b3.
    standard_errors : tuple of float
        Their standard errors.
    correlation : float
        Correlation of the two estimates, printed or from `inferred_correlation`.
    moderator : array_like, shape (m,)
        Values of the moderator, 0 or above.
    alpha : float, default 0.05
        The intervals cover 1 - alpha.

    Returns
    -------
    pandas.DataFrame, shape (m, 10)
        ``moderator``, ``estimate``, ``std_error``, ``statistic`` (z), ``p_value``, ``conf_low``,
        ``conf_high`` (Brambor, Clark & Golder 2006, Political Analysis 14, 63-82), and
        over every correlation from -1 to 1 ``least_std_error``, ``greatest_std_error`` and
        ``least_abs_statistic``.

    Raises
    ------
    InputError
        If the correlation does not lie between -1 and 1.
    """
    if not -1 < correlation < 1:
        raise InputError(f"A correlation of {correlation} is not between -1 and 1; give another.")
    d = np.asarray(moderator, dtype=float)
    estimate = coefficients[0] + coefficients[1] * d
    first, second = standard_errors[0], standard_errors[1] * d
    std_error = np.sqrt(first**2 + second**2 + 2 * correlation * first * second)
    z, critical = estimate / std_error, float(norm.isf(alpha / 2))
    return pd.DataFrame(
        {
            "moderator": d,
            "estimate": estimate,
            "std_error": std_error,
            "statistic": z,
            "p_value": 2 * norm.sf(np.abs(z)),
            "conf_low": estimate - critical * std_error,
            "conf_high": estimate + critical * std_error,
            "least_std_error": np.abs(first - np.abs(second)),
            "greatest_std_error": first + np.abs(second),
            "least_abs_statistic": np.abs(estimate) / (first + np.abs(second)),
        }
    )


def significance_limits(
    coefficients: tuple[float, float],
    standard_errors: tuple[float, float],
    correlation: float,
    alpha: float = 0.05,
) -> tuple[float, ...]:
    """
    Values of the moderator at which an effect passes the limit of significance.

    Parameters
    ----------
    coefficients, standard_errors : tuple of float
        Main effect and interaction, and their standard errors.
    correlation : float
        Correlation of the two estimates.
    alpha : float, default 0.05
        Level of the two-sided z test.

    Returns
    -------
    tuple of float
        The roots, in order, of (b1 + b3 d)^2 = z^2 (var b1 + 2 d cov + d^2 var b3) (Johnson &
        Neyman 1936; Bauer & Curran 2005, Multivariate Behavioral Research 40, 373-400); none if
        the effect never changes between significant and not. If the interaction is significant,
        the effect is not significant between the two and is beyond them.
    """
    square = float(norm.isf(alpha / 2)) ** 2
    (b1, b3), (s1, s3) = coefficients, standard_errors
    roots = np.roots(
        [
            b3**2 - square * s3**2,
            2 * (b1 * b3 - square * correlation * s1 * s3),
            b1**2 - square * s1**2,
        ]
    )
    return tuple(sorted(float(root.real) for root in roots if abs(root.imag) < 1e-12))
