"""Fits that may fail: the estimates, or the sentence that says why there are none."""

import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ConvergenceError, ConvergenceWarning, InputError
from .hausman import HausmanResults, hausman_test
from .regression import ictreg
from .results import ListExperimentResultsWrapper

PREFIX = "sensitive."


@dataclass(frozen=True)
class Attempt:
    """
    Outcome of a fit.

    Attributes
    ----------
    results : ListExperimentResultsWrapper or None
        The estimates; None if there are none.
    remark : str
        Why there are none, or what a reader of the estimates must know; else empty.
    """

    results: ListExperimentResultsWrapper | None
    remark: str

    def required(self) -> ListExperimentResultsWrapper:
        """
        Insist on estimates.

        Returns
        -------
        ListExperimentResultsWrapper
            The estimates.

        Raises
        ------
        InputError
            If there are none; the sentence says why.
        """
        if self.results is None:
            raise InputError(self.remark)
        return self.results


def attempt_ictreg(
    formula: str, data: pd.DataFrame, treatment: str, n_items: int, **options: Any
) -> Attempt:
    """
    Fit a list-experiment regression, or say why it cannot be fitted.

    Parameters
    ----------
    formula : str
        Item count and regressors.
    data : pandas.DataFrame
        One row a respondent.
    treatment : str
        Column of the arm: 1 if the list had the sensitive item, else 0.
    n_items : int
        Number of control items, J.
    **options : object
        Further arguments of `ictreg`.

    Returns
    -------
    Attempt
        Estimates with the warnings they came with, or the sentence of the error.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        try:
            results = ictreg(formula, data, treatment, n_items, **options)
        except (ConvergenceError, InputError) as error:
            return Attempt(None, str(error))
    remarks = [str(each.message) for each in caught if each.category is ConvergenceWarning]
    return Attempt(results, " ".join(dict.fromkeys(remarks)))


def attempted_support(attempts: Mapping[str, Attempt]) -> pd.DataFrame:
    """
    Collect what each model says of the share with the sensitive trait.

    Parameters
    ----------
    attempts : mapping of str to Attempt
        The fits by name of the model.

    Returns
    -------
    pandas.DataFrame
        One row a model: model, estimate, std_error, conf_low, conf_high (mean share over the rows
        of the fit, missing if there is none) and remark.

    Raises
    ------
    InputError
        If no model has estimates; the sentence is that of the first.
    """
    if all(attempt.results is None for attempt in attempts.values()):
        next(iter(attempts.values())).required()
    rows = [_support(attempt).assign(model=name) for name, attempt in attempts.items()]
    return pd.concat(rows, ignore_index=True)


def _support(attempt: Attempt) -> pd.DataFrame:
    if attempt.results is None:
        return pd.DataFrame({"remark": [attempt.remark]})
    return pd.DataFrame(attempt.results.predict()).assign(remark=attempt.remark)


def attempted_terms(attempts: Mapping[str, Attempt]) -> pd.DataFrame:
    """
    Collect the coefficients of the sensitive trait.

    Parameters
    ----------
    attempts : mapping of str to Attempt
        The fits by name of the model.

    Returns
    -------
    pandas.DataFrame
        One row a model and regressor, for models with estimates: model and the columns of
        `ListExperimentResults.tidy`, the terms without their prefix.
    """
    rows = [
        attempt.results.tidy().assign(model=name)
        for name, attempt in attempts.items()
        if attempt.results is not None
    ]
    terms = pd.concat(rows, ignore_index=True)
    names = terms["term"].str.removeprefix(PREFIX)
    sensitive: pd.DataFrame = terms.assign(term=names)[names != terms["term"]]
    return sensitive.reset_index(drop=True)


def attempted_shares(attempts: Mapping[str, Attempt]) -> pd.DataFrame:
    """
    Collect the shares of liars and errors, and the correlation of items, with their intervals.

    Parameters
    ----------
    attempts : mapping of str to Attempt
        The fits by name of the model, without weights; those without estimates or without such a
        share are left out.

    Returns
    -------
    pandas.DataFrame
        One row a model and share: model, the columns of `ListExperimentResults.share_intervals`
        (missing if no interval is found) and remark, which says why.
    """
    rows = [
        _shares(attempt.results).assign(model=name)
        for name, attempt in attempts.items()
        if attempt.results is not None and attempt.results.extras
    ]
    return pd.concat(rows, ignore_index=True)


def _shares(fit: ListExperimentResultsWrapper) -> pd.DataFrame:
    try:
        return pd.DataFrame(fit.share_intervals()).assign(remark="")
    except ConvergenceError as error:
        nothing = dict.fromkeys(["estimate", "conf_low", "conf_high"], np.nan)
        return pd.DataFrame({"term": fit.extras} | nothing | {"remark": str(error)})


def attempted_hausman(maximum_likelihood: Attempt, nls: Attempt) -> dict[str, Any]:
    """
    Compare maximum likelihood with nonlinear least squares if both have finite estimates.

    Parameters
    ----------
    maximum_likelihood, nls : Attempt
        Fits of one formula to the same rows, as `hausman_test` takes them.

    Returns
    -------
    dict of str to object
        The attributes of `HausmanResults`; if a fit has none or not finite estimates, numbers are
        missing and the explanation says which and why.
    """
    fits = {"Maximum likelihood": maximum_likelihood, "Nonlinear least squares": nls}
    for name, attempt in fits.items():
        if attempt.remark:
            nothing = dict.fromkeys([field.name for field in fields(HausmanResults)], np.nan)
            return nothing | {"explanation": f"{name}: {attempt.remark}"}
    return asdict(hausman_test(maximum_likelihood.required(), nls.required()))
