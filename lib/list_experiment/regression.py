"""Regression for list experiments."""

import pandas as pd

from lib.errors import InputError
from lib.list_experiment.data import read_rows
from lib.list_experiment.linear import fit_linear
from lib.list_experiment.maximum_likelihood import fit_ml
from lib.list_experiment.nls import fit_nls
from lib.list_experiment.results import ListExperimentResultsWrapper, named_results
from lib.list_experiment.specification import Specification


def ictreg(
    formula: str,
    data: pd.DataFrame,
    treatment: str,
    n_items: int,
    method: str = "ml",
    constrained: bool = True,
    overdispersed: bool = False,
    ceiling: bool = False,
    floor: bool = False,
    error: str | None = None,
    weights: str | None = None,
) -> ListExperimentResultsWrapper:
    """
    Regress the sensitive trait behind a list experiment on regressors.

    After Imai (2011, JASA 106:407), Blair & Imai (2012, Political Analysis 20:47) and Blair, Chou
    & Imai (2019, Political Analysis 27:455).

    Parameters
    ----------
    formula : str
        Item count and regressors, such as ``"count ~ male + age"``.
    data : pandas.DataFrame
        One row a respondent.
    treatment : str
        Column of the arm: 1 if the list had the sensitive item, else 0.
    n_items : int
        Number of control items, J.
    method : {"ml", "nls", "linear"}
        Maximum likelihood and nonlinear least squares give log odds of the trait, the linear
        regression shares.
    constrained : bool
        Maximum likelihood: whether the control items do not depend on the trait.
    overdispersed : bool
        Maximum likelihood: whether control counts are beta-binomial; "overdispersion" is the logit
        of the correlation between items.
    ceiling, floor : bool
        Maximum likelihood: whether some with the trait and all (none) of the control items deny
        the trait; "ceiling" and "floor" are the logits of their shares.
    error : {"topcode", "uniform"}, optional
        Maximum likelihood: whether some answer the highest count, or any count at random, whatever
        the truth; "topcode" (or "uniform.control", "uniform.treatment") is the logit of their
        share.
    weights : str, optional
        Column of sampling weights.

    Returns
    -------
    ListExperimentResultsWrapper
        Estimates, the coefficients of the sensitive item first.

    Raises
    ------
    InputError
        If the rows or options are not admissible; the sentence says why.
    ConvergenceError
        If no finite estimate is found; the sentence names the parameter.

    Warns
    -----
    ConvergenceWarning
        If an estimate lies at its boundary.
    """
    specification = Specification(constrained, overdispersed, ceiling, floor, error)
    if method != "ml" and not specification.is_basic:
        raise InputError(
            f"The options constrained, overdispersed, ceiling, floor and error belong to "
            f"method='ml', not to {method!r}; drop them."
        )
    rows = read_rows(formula, data, treatment, n_items, weights)
    if method == "ml":
        return named_results(rows, fit_ml(rows, specification))
    if method == "nls":
        return named_results(rows, fit_nls(rows))
    if method == "linear":
        return named_results(rows, fit_linear(rows))
    raise InputError(f"The method {method!r} is unknown; choose 'ml', 'nls' or 'linear'.")
