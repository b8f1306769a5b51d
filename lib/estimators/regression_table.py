"""A printed table of regressions beside fits of the same models."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm

from .errors import InputError, did_you_mean
from .multilevel import GROUP_VARIANCE, MixedLogitResults

INTERCEPT, CUT_POINT, VARIANCE, N = "intercept", "cut_point", "variance_intercept", "n"
PRODUCT = "_x_"
STAR_LEVELS = (0.1, 0.05, 0.01)


def printed_formula(printed: pd.DataFrame, model: str, outcome: str) -> str:
    """
    Write a printed regression as a formula.

    Parameters
    ----------
    printed : pandas.DataFrame
        Printed numbers, one a row, with columns model and term; products of two variables are
        joined by ``_x_``.
    model : str
        The model.
    outcome : str
        Its outcome.

    Returns
    -------
    str
        Outcome and regressors in printed order; a product stands as ``a:b``.

    Raises
    ------
    InputError
        If the table has no such model.
    """
    rows = printed[printed["model"] == model]
    if rows.empty:
        advice = did_you_mean(model, printed["model"].unique())
        raise InputError(f"The printed table has no model {model!r}: {advice}")
    terms = [term for term in rows["term"].unique() if not _is_no_regressor(term)]
    return f"{outcome} ~ {' + '.join(term.replace(PRODUCT, ':') for term in terms)}"


def complete_rows(rows: pd.DataFrame, formula: str, *others: str) -> pd.DataFrame:
    """
    Keep what a model uses, and the respondents who answered all of it.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a respondent.
    formula : str
        The model.
    *others : str
        Further columns that are used.

    Returns
    -------
    pandas.DataFrame
        The columns that the formula names and the others, without missing values.
    """
    used = {*re.findall(r"\w+", formula), *others}
    return rows[[column for column in rows if column in used]].dropna()


def fitted_cells(fits: Mapping[str, MixedLogitResults]) -> pd.DataFrame:
    """
    Put fits into the cells of a printed table.

    Parameters
    ----------
    fits : mapping of str to MixedLogitResults
        Results by the name of the model.

    Returns
    -------
    pandas.DataFrame
        One row a cell: model, term (``a_x_b`` for a product; the first cut point is called
        intercept, the others cut_point_1 and so on), quantity and value. The quantities are
        estimate, std_error and stars (how many of the levels 0.1, 0.05 and 0.01 are passed by
        estimate over standard error, taken as normal) of each term, and n.
    """
    cells = [_cells(results).assign(model=model) for model, results in fits.items()]
    return pd.concat(cells, ignore_index=True)[["model", "term", "quantity", "value"]]


def _is_no_regressor(term: str) -> bool:
    return term in (INTERCEPT, VARIANCE, N) or term.startswith(CUT_POINT)


def _cells(results: MixedLogitResults) -> pd.DataFrame:
    tidy = results.tidy()[["term", "estimate", "std_error"]]
    tidy["term"] = tidy["term"].map(_printed_names(results))
    tidy = tidy.dropna(subset="term")
    z = (tidy["estimate"] / tidy["std_error"]).abs().to_numpy()
    limits = norm.isf(np.array(STAR_LEVELS) / 2)
    tidy["stars"] = (z[:, None] > limits).sum(axis=1)
    cells = tidy.melt("term", var_name="quantity")
    count = pd.DataFrame({"term": [N], "quantity": [N], "value": [float(results.nobs)]})
    return pd.concat([cells, count], ignore_index=True)


def _printed_names(results: MixedLogitResults) -> dict[str, str]:
    """Names of the parameters that are printed; a random slope's are not."""
    names = {name: name.replace(":", PRODUCT) for name in results.model.exog_names}
    first = [INTERCEPT, *(f"{CUT_POINT}_{k}" for k in range(1, len(results.model.cut_points)))]
    names |= dict(zip(results.model.cut_points, first, strict=False))
    return names | {"Intercept": INTERCEPT, GROUP_VARIANCE: VARIANCE}
