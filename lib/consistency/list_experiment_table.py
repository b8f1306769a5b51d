"""The printed table of a list experiment, computed from respondents and held against the print."""

from collections.abc import Sequence

import pandas as pd

from lib.consistency.consistency import PrintedRow, implied_percent, printed_rows
from lib.core.errors import InputError
from lib.estimators.list_experiment.difference import difference_in_means
from lib.sources.published import prints_as

WHOLE = "entire_sample"
PERCENT = ["estimate", "std_error", "conf_low", "conf_high"]
MEANS = {"mean_control": "control_mean", "mean_treatment": "treatment_mean"}


def compare_table(
    printed: pd.DataFrame, rows: pd.DataFrame, weights: str | None = None
) -> pd.DataFrame:
    """
    Compute every cell of the printed table from respondents.

    Parameters
    ----------
    printed : pandas.DataFrame
        The printed numbers, as `lib.sources.published.read_table` gives them, with the columns
        grouping, subgroup and quantity.
    rows : pandas.DataFrame
        One row a respondent: count, treatment and a column of groups for each grouping, missing
        where there is no answer, from `lib.sources.list_experiment.recodes.recode`.
    weights : str, optional
        Column of sampling weights.

    Returns
    -------
    pandas.DataFrame
        The printed numbers with low and high (the computed value; of a share of the sample, the
        share of all respondents and that of those who answered), computed (the end nearer to the
        printed number), determines (whether the ends are one), agrees (whether computed prints as
        the number does) and reason (what a disagreement, or an interval, is due to; else empty).

    Raises
    ------
    InputError
        If a printed group has nobody in it, or fewer than two respondents with a count in an arm.
    """
    names = printed["grouping"].unique()
    everyone = rows.assign(**{WHOLE: WHOLE})
    computed = pd.concat(
        _quantities(everyone, name, printed.loc[printed["grouping"] == name, "subgroup"], weights)
        for name in names
    )
    table = printed.merge(computed, on=["grouping", "subgroup", "quantity"], validate="1:1")
    nearer = (table["value"] - table["low"]).abs() <= (table["high"] - table["value"]).abs()
    table["computed"] = table["low"].where(nearer, table["high"])
    table["agrees"] = prints_as(table["computed"], table["value"], table["decimals"])
    table["determines"] = table["low"] == table["high"]
    return table.assign(reason=_reasons(table, printed_rows(printed)))


def group_estimates(
    printed: pd.DataFrame, rows: pd.DataFrame, weights: str | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Estimate the support of every printed group, with its error.

    Parameters
    ----------
    printed : pandas.DataFrame
        The printed numbers, as for `compare_table`.
    rows : pandas.DataFrame
        One row a respondent, as for `compare_table`; without a count they are left out.
    weights : str, optional
        Column of sampling weights.
    alpha : float, default 0.05
        One minus the level of the intervals.

    Returns
    -------
    pandas.DataFrame
        The rows of printed that hold percentages, in order, with n_control, n_treatment,
        mean_control, mean_treatment, and estimate, std_error, conf_low and conf_high in percent.

    Raises
    ------
    InputError
        If a printed group has nobody in it, or fewer than two respondents with a count in an arm.
    """
    percents = printed[printed["quantity"] == "support_percent"]
    everyone = rows.assign(**{WHOLE: WHOLE})
    tables = [
        _differences(everyone, str(name), list(groups), weights, alpha)
        for name, groups in percents.groupby("grouping", sort=False)["subgroup"]
    ]
    found = pd.concat(tables).rename(columns={"group": "subgroup"})
    found[PERCENT] *= 100
    return percents.merge(found, on="subgroup", validate="1:1")


def _differences(
    rows: pd.DataFrame,
    grouping: str,
    subgroups: Sequence[str],
    weights: str | None,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Differences in means of the printed groups of one grouping."""
    absent = set(subgroups) - set(rows[grouping])
    if absent:
        raise InputError(
            f"No respondent is in the group {min(absent)!r} of {grouping}, which the table prints: "
            "check the file's codes against the schema."
        )
    listed = rows[rows[grouping].isin(subgroups)].dropna(subset=["count"])
    return difference_in_means(listed, "count", "treatment", grouping, weights, alpha)


def _quantities(
    rows: pd.DataFrame, grouping: str, subgroups: Sequence[str], weights: str | None
) -> pd.DataFrame:
    """Means, percentages and shares of the groups of one grouping: one row a cell."""
    means = _differences(rows, grouping, subgroups, weights)
    cells = means.rename(columns=MEANS).assign(support_percent=100 * means["estimate"])
    cells = cells.melt("group", [*MEANS.values(), "support_percent"], "quantity", "low")
    cells = pd.concat([cells.assign(high=cells["low"]), _shares(rows, grouping, weights)])
    return cells.rename(columns={"group": "subgroup"}).assign(grouping=grouping)


def _shares(rows: pd.DataFrame, grouping: str, weights: str | None) -> pd.DataFrame:
    """Percent of all respondents and of those who answered, one row a group."""
    counted = pd.Series(1.0, index=rows.index) if weights is None else rows[weights]
    sizes = counted.groupby(rows[grouping]).sum()
    answered, unanswered = sizes.sum(), counted[rows[grouping].isna()].sum()
    low, high = 100 * sizes / (answered + unanswered), 100 * sizes / answered
    shares = pd.DataFrame({"low": low, "high": high}).rename_axis("group").reset_index()
    return shares.assign(quantity="sample_percent")


def _reasons(table: pd.DataFrame, rows: dict[str, PrintedRow]) -> list[str]:
    cells = zip(
        table["subgroup"], table["quantity"], table["agrees"], table["determines"], strict=True
    )
    return [_reason(rows[group], *cell) for group, *cell in cells]


def _reason(row: PrintedRow, quantity: str, agrees: bool, determines: bool) -> str:
    if not determines:
        return "Some gave no answer: the ends are shares of all respondents and of those who did."
    implied = implied_percent(row.control, row.treatment)
    if quantity == "support_percent" and not agrees and not implied.overlaps(row.percent):
        return (
            f"The means printed in this row give {implied.low:.1f} to {implied.high:.1f} percent, "
            "whoever the respondents are."
        )
    return ""
