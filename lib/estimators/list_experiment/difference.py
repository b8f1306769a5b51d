"""The difference in means of a list experiment, overall and by subgroup."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from ..checks import check_columns
from ..errors import InputError
from ..survey_design import read_design
from . import checks
from .distributions import Array

ALL, DESIGN_EFFECT, COVARIANCES = "all", "design_effect", "covariances"


def difference_in_means(
    data: pd.DataFrame,
    outcome: str,
    treatment: str,
    by: str | None = None,
    weights: str | None = None,
    alpha: float = 0.05,
    strata: str | None = None,
    clusters: str | None = None,
) -> pd.DataFrame:
    """
    Estimate the share with the sensitive trait as the difference of two mean counts.

    Parameters
    ----------
    data : pandas.DataFrame
        One row a respondent.
    outcome : str
        Column of the item count.
    treatment : str
        Column of the arm: 1 if the list had the sensitive item, else 0.
    by : str, optional
        Column of subgroups.
    weights : str, optional
        Column of sampling weights.
    alpha : float
        One minus the level of the intervals.
    strata, clusters : str, optional
        Columns of strata and of clusters (first-stage units) of the sample.

    Returns
    -------
    pandas.DataFrame
        One row for all respondents ("all") or for each subgroup: group, n_control, n_treatment,
        mean_control, mean_treatment, estimate, std_error, df, conf_low, conf_high. The variances
        of the arms may differ: the standard error is that of Welch (1947, Biometrika 34:28), with
        his degrees of freedom. A weighted mean has the variance ``n / (n - 1) sum w^2 (y - mean)^2
        / (sum w)^2`` (Cochran 1977, Sampling Techniques), which is ``s^2 / n`` for
        equal weights. With strata or clusters the difference is linearized
        (`SurveyDesign.covariance`), subgroups as domains of the whole sample, df is clusters less
        strata, and design_effect the variance over the one that leaves them out. Subgroups then
        share clusters: ``attrs["covariances"]`` has their covariances for `subgroup_contrasts`.

    Raises
    ------
    InputError
        If a column is missing or has missing values, the treatment is not 0 and 1, or a subgroup
        has fewer than two respondents in an arm.
    """
    columns = [outcome, treatment, *([] if by is None else [by])]
    check_columns(data, columns)
    checks.check_treatment(data[treatment])
    counts = checks.check_numeric(data[outcome])
    values = checks.read_weights(data, weights)
    rows = pd.DataFrame({"y": counts, "t": data[treatment].to_numpy(), "w": values})
    labels = np.full(len(rows), ALL) if by is None else data[by].to_numpy()
    table = pd.DataFrame([_difference(str(label), own) for label, own in rows.groupby(labels)])
    design = read_design(data, strata, clusters)
    if design is not None:
        influence = [_influence(rows, own) for _, own in rows.groupby(labels)]
        covariance = design.covariance(np.column_stack(influence))
        variances = np.diag(covariance)
        effects = variances / table["std_error"] ** 2
        table = table.assign(std_error=np.sqrt(variances), df=float(design.df))
        table[DESIGN_EFFECT] = effects
        pairs = combinations(range(len(table)), 2)
        groups = table["group"].to_list()
        table.attrs[COVARIANCES] = {(groups[a], groups[b]): covariance[a, b] for a, b in pairs}
    return _with_limits(table, alpha)


def difference_from_summary(arms: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """
    Estimate the share with the sensitive trait where only summary statistics are known.

    Parameters
    ----------
    arms : pandas.DataFrame
        One row a sample: mean_control, mean_treatment, sd_control, sd_treatment (of the counts,
        with divisor n - 1), n_control, n_treatment.
    alpha : float
        One minus the level of the intervals.

    Returns
    -------
    pandas.DataFrame
        The rows with estimate, std_error, df, p_value (two-sided), conf_low and conf_high: what
        `difference_in_means` gives of unweighted respondents with these statistics.

    Raises
    ------
    InputError
        If an arm has fewer than two respondents, or counts do not vary in either arm.
    """
    sizes = arms[["n_control", "n_treatment"]].to_numpy(dtype=float)
    variances = arms[["sd_control", "sd_treatment"]].to_numpy(dtype=float) ** 2 / sizes
    total = variances.sum(axis=1)
    if not (sizes >= 2).all() or not (total > 0).all():
        raise InputError(
            "Each arm needs two respondents and one of them counts that vary; check sizes and "
            "standard deviations."
        )
    table = arms.assign(
        estimate=arms["mean_treatment"] - arms["mean_control"],
        std_error=np.sqrt(total),
        df=total**2 / (variances**2 / (sizes - 1)).sum(axis=1),
    )
    statistic = table["estimate"].abs() / table["std_error"]
    return _with_limits(table.assign(p_value=2 * stats.t.sf(statistic, table["df"])), alpha)


def _difference(group: str, rows: pd.DataFrame) -> dict[str, object]:
    """Difference of the weighted means of one group."""
    arms = [rows[rows["t"] == arm] for arm in (0, 1)]
    for arm, name in zip(arms, ("control", "treatment"), strict=True):
        if len(arm) < 2:
            raise InputError(
                f"Group {group!r} has {len(arm)} respondent{'' if len(arm) else 's'} in the {name} "
                "arm, and a standard error needs two; merge subgroups."
            )
    means = [float(np.average(arm["y"], weights=arm["w"])) for arm in arms]
    variances = [_variance(arm, mean) for arm, mean in zip(arms, means, strict=True)]
    total = sum(variances)
    parts = sum(v**2 / (len(arm) - 1) for v, arm in zip(variances, arms, strict=True))
    return {
        "group": group,
        "n_control": len(arms[0]),
        "n_treatment": len(arms[1]),
        "mean_control": means[0],
        "mean_treatment": means[1],
        "estimate": means[1] - means[0],
        "std_error": np.sqrt(total),
        "df": total**2 / parts if parts else np.inf,
    }


def _influence(rows: pd.DataFrame, own: pd.DataFrame) -> Array:
    """Influence of all rows on the difference of one group, zero outside."""
    influence = pd.Series(0.0, rows.index)
    for sign, arm in ((-1, own[own["t"] == 0]), (1, own[own["t"] == 1])):
        deviations = arm["y"] - np.average(arm["y"], weights=arm["w"])
        influence[arm.index] = sign * arm["w"] * deviations / arm["w"].sum()
    return influence.to_numpy()


def _variance(arm: pd.DataFrame, mean: float) -> float:
    """Variance of a weighted mean."""
    squares = float((arm["w"] ** 2 * (arm["y"] - mean) ** 2).sum())
    return len(arm) / (len(arm) - 1) * squares / float(arm["w"].sum()) ** 2


def _with_limits(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Add the limits of the intervals."""
    width = stats.t.ppf(1 - alpha / 2, table["df"]) * table["std_error"]
    return table.assign(conf_low=table["estimate"] - width, conf_high=table["estimate"] + width)


def subgroup_contrasts(
    tables: Mapping[str, pd.DataFrame] | pd.DataFrame, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Compare subgroups, with p-values adjusted for the number of comparisons.

    Parameters
    ----------
    tables : pandas.DataFrame, or mapping of str to pandas.DataFrame
        What `difference_in_means` gives by one variable, or by several (name to table). All
        comparisons together are the family.
    alpha : float
        One minus the level of the intervals, which are not adjusted.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of subgroups of a variable: variable, contrast ("a - b"), estimate,
        std_error, df (Welch-Satterthwaite), p_value (two-sided), p_holm (Holm 1979, Scand. J.
        Statist. 6:65), family (number of comparisons), conf_low, conf_high.

    Raises
    ------
    InputError
        If there is nothing to compare.
    """
    named = {"": tables} if isinstance(tables, pd.DataFrame) else tables
    rows = [
        {"variable": variable} | _contrast(first, second, table.attrs.get(COVARIANCES))
        for variable, table in named.items()
        for first, second in combinations(table.to_dict("records"), 2)
    ]
    if not rows:
        raise InputError("No variable has two subgroups to compare; give differences by subgroup.")
    table = pd.DataFrame(rows)
    statistic = table["estimate"].abs() / table["std_error"]
    table["p_value"] = 2 * stats.t.sf(statistic, table["df"])
    table["p_holm"] = multipletests(table["p_value"], method="holm")[1]
    table["family"] = len(table)
    return _with_limits(table, alpha)


def _contrast(
    first: Mapping[Any, Any], second: Mapping[Any, Any], shared: Mapping[Any, float] | None
) -> dict[str, object]:
    """Difference between two subgroups: independent samples, or domains that share clusters."""
    variances = [row["std_error"] ** 2 for row in (first, second)]
    parts = [v**2 / row["df"] for v, row in zip(variances, (first, second), strict=True)]
    variance = sum(variances)
    df = variance**2 / sum(parts) if sum(parts) else np.inf
    if DESIGN_EFFECT in first:
        if shared is None:
            raise InputError(
                "These groups share clusters and their covariances are lost; give the table as "
                "difference_in_means returned it."
            )
        variance, df = variance - 2 * shared[first["group"], second["group"]], first["df"]
    return {
        "contrast": f"{first['group']} - {second['group']}",
        "estimate": first["estimate"] - second["estimate"],
        "std_error": np.sqrt(variance),
        "df": df,
    }
