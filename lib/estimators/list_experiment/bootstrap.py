"""Standard errors of list-experiment regressions from resampled clusters."""

import warnings

import numpy as np
import pandas as pd

from ..errors import ConvergenceError, ConvergenceWarning
from ..survey_design import SurveyDesign
from .data import ListData
from .distributions import Array
from .regression import fit_rows
from .results import ListExperimentResultsWrapper
from .specification import Specification


def cluster_bootstrap(
    results: ListExperimentResultsWrapper, draws: int = 500, seed: int = 0, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Fit a regression again to resampled clusters.

    Parameters
    ----------
    results : ListExperimentResultsWrapper
        The regression; its strata and clusters are resampled, or its rows if it has none.
    draws : int
        Number of replicates.
    seed : int
        Seed of the random numbers.
    alpha : float
        One minus the level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a parameter: term, estimate (of the regression), std_error (root mean square of the
        replicates about it), conf_low and conf_high (percentiles), and replicates, how many had
        finite estimates; the others are left out, so that few of them make the errors too small.
        See `SurveyDesign.replicates` for the weights.
    """
    rows: ListData = results.model.rows
    everybody = SurveyDesign(np.arange(len(rows.y)), np.zeros(len(rows.y), dtype=np.intp))
    generator = np.random.default_rng(seed)
    method = results.method.removeprefix("robust ")
    specification = results.specification or Specification()
    fitted = [
        _fit(rows.reweighted(factors), method, specification, method != results.method)
        for factors in (rows.sampling or everybody).replicates(draws, generator)
    ]
    finite = np.array([params for params in fitted if params is not None])
    low, high = np.quantile(finite, [alpha / 2, 1 - alpha / 2], axis=0)
    return pd.DataFrame(
        {
            "term": results.model.data.param_names,
            "estimate": results.params.to_numpy(),
            "std_error": np.sqrt(((finite - results.params.to_numpy()) ** 2).mean(axis=0)),
            "conf_low": low,
            "conf_high": high,
            "replicates": len(finite),
        }
    )


def _fit(rows: ListData, method: str, specification: Specification, robust: bool) -> Array | None:
    """Estimates, or nothing if they are not finite."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            return fit_rows(rows, method, specification, robust).params
        except (ConvergenceError, ConvergenceWarning, np.linalg.LinAlgError):
            return None
