"""What respondents who answer at random do to a difference in means."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from ..errors import InputError


def inattention_sensitivity(
    estimate: float, std_error: float, shares: Sequence[float], alpha: float = 0.05
) -> pd.DataFrame:
    """
    Correct a difference in means for an assumed share of respondents who answer at random.

    One who picks any count of his list with the same probability averages J / 2 in the control and
    (J + 1) / 2 in the treatment arm, a difference of one half whatever J is. With a share e of
    them the difference in means has the expectation ``(1 - e) p + e / 2``, p being the share with
    the trait among the others (Ahlquist 2018, Political Analysis 26:34, on uniform error).

    Parameters
    ----------
    estimate : float
        Difference in means.
    std_error : float
        Its standard error.
    shares : sequence of float
        Assumed shares of random answers, from 0 to below 1.
    alpha : float
        One minus the level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a share: share, bias (of the difference in means as an estimate of p), estimate
        (of p), std_error, conf_low, conf_high. An estimate outside 0 to 1 speaks against the
        share.

    Raises
    ------
    InputError
        If a share is not from 0 to below 1.
    """
    values = np.asarray(shares, dtype=float)
    bad = ~((values >= 0) & (values < 1))
    if bad.any():
        raise InputError(
            f"A share of random answers must be from 0 to below 1; {values[bad][0]:g} is not."
        )
    corrected, error = (estimate - values / 2) / (1 - values), std_error / (1 - values)
    width = stats.norm.ppf(1 - alpha / 2) * error
    return pd.DataFrame(
        {
            "share": values,
            "bias": estimate - corrected,
            "estimate": corrected,
            "std_error": error,
            "conf_low": corrected - width,
            "conf_high": corrected + width,
        }
    )
