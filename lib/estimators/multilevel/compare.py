"""Fits of one model side by side."""

from collections.abc import Mapping

import pandas as pd

from .results import MixedLogitResults


def compare_fits(fits: Mapping[str, MixedLogitResults], term: str) -> pd.DataFrame:
    """
    Put one coefficient and the group variance of several fits side by side.

    Parameters
    ----------
    fits : mapping of str to MixedLogitResults
        Results by the name to show.
    term : str
        A coefficient that all fits have.

    Returns
    -------
    pandas.DataFrame
        One row a fit: fit, estimate, std_error, variance, variance_std_error, log_likelihood.
    """
    rows = [
        {
            "fit": name,
            "estimate": fit.params[term],
            "std_error": fit.bse[term],
            "variance": fit.group_variance,
            "variance_std_error": fit.group_variance_std_error,
            "log_likelihood": fit.llf,
        }
        for name, fit in fits.items()
    ]
    return pd.DataFrame(rows)
