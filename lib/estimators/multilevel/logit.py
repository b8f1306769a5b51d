"""Binary logit with normally distributed random effects by group."""

from typing import Any

import numpy as np
import pandas as pd

from . import checks
from .families import Array, BinaryLogit
from .likelihood import ClusteredData
from .model import MixedModel


class MixedLogit(MixedModel):  # numpydoc ignore=PR02
    """
    Logit with a random intercept by group, fitted by maximum marginal likelihood.

    ``logit Pr(y = 1) = offset + x'b + u``, with ``u`` normal with mean 0 and the group variance.
    The parameters are the coefficients followed by the group variance. Identical rows are
    collapsed, so that grouped counts and their respondent rows are the same model. With
    ``random_slopes="z"``, ``u + v z`` in place of ``u``: the covariance of u and v and the
    variance of v follow.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Responses, 0 or 1, or Boolean.
    exog : array_like, shape (n, p)
        Regressors, with a constant if one is wanted.
    groups : array_like, shape (n,)
        Group labels.
    frequency_weights : array_like, shape (n,), optional
        How many respondents each row stands for.
    sampling_weights : array_like, shape (n,), optional
        Weights of a pseudo-likelihood, used as they are (Rabe-Hesketh & Skrondal 2006, JRSS A
        169:805, discuss their scaling); the covariance is then a sandwich clustered by group.
    offset : array_like, shape (n,), optional
        Known part of the linear predictor.
    random_slopes : str, optional
        Regressor whose coefficient varies by group, correlated with the random intercept.
    **kwargs
        What statsmodels' ``from_formula`` hands on.

    Raises
    ------
    InputError
        If the data do not admit a fit; the sentence says why.
    """

    title = "Mixed logit"

    def _response(self, response: Any) -> Any:
        checks.check_response(np.squeeze(np.asarray(response)))
        return response

    def _code(self, response: Array) -> Array:
        return response

    def _rows(self) -> tuple[ClusteredData, BinaryLogit]:
        return self.patterns, BinaryLogit()

    def _marginal_cut_points(self) -> Array:
        return np.zeros(0)


def logit_from_counts(
    formula: str, country: pd.DataFrame, successes: str = "counted", n: str = "n_valid"
) -> MixedLogit:
    """
    Create a mixed logit from how many of each group's respondents have the outcome.

    Parameters
    ----------
    formula : str
        A name for the outcome and the group-level regressors: ``"trust ~ diversity"``.
    country : pandas.DataFrame
        One row a group, the regressors among its columns.
    successes, n : str
        Columns of the number of respondents with the outcome, and of all respondents.

    Returns
    -------
    MixedLogit
        The same model that the respondents' rows would give.

    Raises
    ------
    InputError
        If the data do not admit a fit; the sentence says why.
    """
    outcome = formula.partition("~")[0].strip()
    with_it, without = (country.assign(group=np.arange(len(country))) for _ in range(2))
    with_it[outcome], with_it["respondents"] = 1, country[successes]
    without[outcome], without["respondents"] = 0, country[n] - country[successes]
    rows = pd.concat([with_it, without], ignore_index=True)
    return MixedLogit.from_formula(formula, rows, "group", "respondents")
