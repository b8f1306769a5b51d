"""What fits under many combinations of choices have in common, and which choice moves them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .errors import InputError


def changed_choices(combinations: pd.DataFrame) -> pd.DataFrame:
    """
    Name the choice in which each combination departs from the first.

    Parameters
    ----------
    combinations : pandas.DataFrame
        From `specification_curve.one_at_a_time`.

    Returns
    -------
    pandas.DataFrame
        Columns choice and option, with the index of the combinations; both empty for the first.
    """
    changed = combinations.ne(combinations.iloc[0])
    choice = [", ".join(changed.columns[row]) for row in changed.to_numpy()]
    option = [", ".join(row.dropna()) for _, row in combinations.where(changed).iterrows()]
    return pd.DataFrame({"choice": choice, "option": option}, index=combinations.index)


def same_findings(curve: pd.DataFrame, alpha: float) -> pd.Series:
    """
    Say which coefficients lead to the finding of the first specification.

    Parameters
    ----------
    curve : pandas.DataFrame
        From `specification_curve.fit_specifications`.
    alpha : float
        Level of significance.

    Returns
    -------
    pandas.Series of bool
        By row of the curve: True if the coefficient is significant with the sign that it has in
        the first specification, or in neither; False for a fit that failed.

    Raises
    ------
    InputError
        If the fit of the first specification failed: there is no finding to compare with.
    """
    _require_first_fit(curve)
    finding = np.sign(curve["estimate"]).where(curve["p_value"] < alpha, 0.0)
    finding = finding.where(curve["converged"])
    first = curve["specification"] == 0
    known = finding[first].set_axis(curve.loc[first, "term"])
    same: pd.Series[bool] = finding == curve["term"].map(known)
    return same


def ranges_by_choice(curve: pd.DataFrame, choices: Sequence[str]) -> pd.DataFrame:
    """
    Say how far each choice moves an estimate, averaged over all other choices.

    Parameters
    ----------
    curve : pandas.DataFrame
        Rows of one term from `specification_curve.fit_specifications`; fits that
        failed are left out.
    choices : sequence of str
        Columns that hold the chosen options.

    Returns
    -------
    pandas.DataFrame
        One row a choice, the one that moves the estimate most first: choice, lowest and highest
        (options), low and high (average estimates with them), and range.
    """
    rows = curve[curve["converged"]]
    ranges = pd.DataFrame([_range(choice, rows) for choice in choices])
    return ranges.sort_values("range", ascending=False, ignore_index=True)


def _require_first_fit(curve: pd.DataFrame) -> None:
    first = curve.iloc[0]
    if not first["converged"]:
        raise InputError(
            f"The specification that all others depart from cannot be fitted to {first['n']:,} "
            f"respondents, so that there is nothing to compare: {first['problem']}"
        )


def _range(choice: str, rows: pd.DataFrame) -> dict[str, object]:
    means = rows.groupby(choice, sort=False)["estimate"].mean()
    return {
        "choice": choice,
        "lowest": means.idxmin(),
        "low": means.min(),
        "highest": means.idxmax(),
        "high": means.max(),
        "range": means.max() - means.min(),
    }
