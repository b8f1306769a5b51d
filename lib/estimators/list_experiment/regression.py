"""Regression for list experiments."""

from dataclasses import replace
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
    ceiling: bool | str = False,
    floor: bool | str = False,
    error: str | None = None,
    robust: bool = False,
    weights: str | None = None,
    prior: float | None = None,
    strata: str | None = None,
    clusters: str | None = None,
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
    ceiling, floor : bool or str
        Maximum likelihood: whether some with the trait and all (none) of the control items deny
        the trait; "ceiling" and "floor" are the logits of their shares. A formula, such as
        ``"male + age"``, if the shares depend on regressors ("ceiling.male" and so on).
    error : {"topcode", "uniform"}, optional
        Maximum likelihood: whether some answer the highest count, or any count at random, whatever
        the truth; "topcode" (or "uniform.control", "uniform.treatment") is the logit of their
        share.
    robust : bool
        Maximum likelihood and nonlinear least squares: whether the mean share of the trait is to
        be the difference in means (Blair, Chou & Imai 2019); see the notes.
    weights : str, optional
        Column of sampling weights.
    prior : float, optional
        Scale of a Cauchy prior about 0 of the coefficients of ceiling and floor, the constant
        included: estimates are then the mode of the posterior. 2.5 is what R's package list takes
        with ``ceiling.fit="bayesglm"``, ``floor.fit="bayesglm"``. So few stand at floor and ceiling
        that without it shares with regressors often run to 0 or 1.
    strata, clusters : str, optional
        Columns of strata and of clusters (first-stage units) of the sample. Standard errors are
        then linearized (`SurveyDesign.covariance`), and tests and intervals by the t distribution
        with as many degrees of freedom as clusters less strata; `cluster_bootstrap` gives others.

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

    Notes
    -----
    Standard errors of robust fits are smaller than those of R's package list (9.2.6), most of all
    that of the constant: 0.49 for 0.79 in the affirmative-action experiment of Blair & Imai (2012).
    R enters the difference in means as one of inverse-probability (Horvitz-Thompson) means, whose
    error contains the level of the counts; the difference of the arms' means, which is what the
    share is made equal to, has an error without it. In simulations with 5,000 respondents R's
    interval of the constant held the truth in all of 1,000 samples, the one here in 94 percent.

    R's package stops its EM steps for floor and ceiling before the maximum of the posterior and
    takes its curvature there for standard errors; here the mode is found by Newton's method.
    """
    if method not in METHODS:
        raise InputError(f"The method {method!r} is unknown; choose 'ml', 'nls' or 'linear'.")
    specification = Specification(constrained, overdispersed, ceiling, floor, error, prior)
    if method != "ml" and not specification.is_basic:
        raise InputError(
            f"The options constrained, overdispersed, ceiling, floor, error and prior belong to "
            f"method='ml', not to {method!r}; drop them."
        )
    rows = read_rows(
        formula, data, treatment, n_items, weights, specification.share_formulas, strata, clusters
    )
    if rows.n_sensitive > 1 and not specification.admits_several_items:
        raise InputError(
            f"Several sensitive items ({treatment!r} runs to {rows.n_sensitive}) are fitted with "
            "constrained=True and without ceiling, floor and error; drop those options or fit the "
            "items one by one."
        )
    return named_results(rows, fit_rows(rows, method, specification, robust))


def fit_rows(
    rows: ListData, method: str, specification: Specification, robust: bool = False
) -> Estimate:
    """Fit rows that have been checked."""
    if robust:
        return _fit_robust(rows, method, specification)
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
    return fit_robust(
        rows, partial(fit_rows, replace(rows, sampling=None), method, specification), own
    )
