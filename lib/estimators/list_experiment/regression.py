"""Regression for list experiments."""

from functools import partial

import pandas as pd

from ..errors import InputError
from .data import ListData, read_rows
from .estimate import Estimate
from .linear import fit_linear
from .maximum_likelihood import fit_ml, ml_objective
from .nls import fit_nls, nls_objective
from .results import ListExperimentResultsWrapper, named_results
from .robust import fit_robust
from .specification import Specification

METHODS = ("ml", "nls", "linear")


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
    robust: bool = False,
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
        Column of the arm: 1 if the list had the sensitive item, else 0. If arms had different
        sensitive items, 1, 2 and so on (Blair & Imai 2012); terms are then
        "sensitive.1.male" and so on.
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
    robust : bool
        Maximum likelihood and nonlinear least squares: whether the mean share of the trait is to
        be the difference in means (Blair, Chou & Imai 2019).
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
    if method not in METHODS:
        raise InputError(f"The method {method!r} is unknown; choose 'ml', 'nls' or 'linear'.")
    specification = Specification(constrained, overdispersed, ceiling, floor, error)
    if method != "ml" and not specification.is_basic:
        raise InputError(
            f"The options constrained, overdispersed, ceiling, floor and error belong to "
            f"method='ml', not to {method!r}; drop them."
        )
    rows = read_rows(formula, data, treatment, n_items, weights)
    if rows.n_sensitive > 1 and not specification.admits_several_items:
        raise InputError(
            f"Several sensitive items ({treatment!r} runs to {rows.n_sensitive}) are fitted with "
            "constrained=True and without ceiling, floor and error; drop those options or fit the "
            "items one by one."
        )
    if robust:
        return named_results(rows, _fit_robust(rows, method, specification))
    return named_results(rows, _fit(rows, method, specification))


def _fit(rows: ListData, method: str, specification: Specification) -> Estimate:
    if method == "linear":
        return fit_linear(rows)
    return fit_nls(rows) if method == "nls" else fit_ml(rows, specification)


def _fit_robust(rows: ListData, method: str, specification: Specification) -> Estimate:
    if method == "linear":
        raise InputError(
            "The linear method has the difference in means without being told; drop robust=True."
        )
    if specification.ceiling or specification.floor or specification.error:
        raise InputError(
            "With liars or errors the difference in means is not the share of the trait, which "
            "robust=True makes it; drop robust or the other option."
        )
    own = (
        partial(ml_objective, rows, specification)
        if method == "ml"
        else partial(nls_objective, rows)
    )
    return fit_robust(rows, partial(_fit, rows, method, specification), own)
