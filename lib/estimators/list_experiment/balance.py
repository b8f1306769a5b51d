"""Whether the arms of a list experiment are alike in what was measured beside the list."""

from collections.abc import Sequence

import pandas as pd
from scipy.stats import chi2_contingency

NO_ANSWER = "no answer"


def arm_balance(data: pd.DataFrame, treatment: str, columns: Sequence[str]) -> pd.DataFrame:
    """
    Compare the arms by groups, those who did not answer being one.

    Parameters
    ----------
    data : pandas.DataFrame
        One row a respondent.
    treatment : str
        Column of the arm: 1 if the list had the sensitive item, else 0.
    columns : sequence of str
        Columns of groups, missing without an answer.

    Returns
    -------
    pandas.DataFrame
        One row a group: variable, group, control and treatment (percent of the arm, so that no
        small group is counted) and p_value (Pearson's chi-squared test that the variable does not
        depend on the arm, the same for its groups).
    """
    tables = [_balance(data[treatment], data[name].fillna(NO_ANSWER)) for name in columns]
    return pd.concat(tables, ignore_index=True)


def _balance(arms: pd.Series, groups: pd.Series) -> pd.DataFrame:
    counts = pd.crosstab(groups, arms)
    percents = 100 * counts / counts.sum()
    return pd.DataFrame(
        {
            "variable": groups.name,
            "group": counts.index,
            "control": percents[0].to_numpy(),
            "treatment": percents[1].to_numpy(),
            "p_value": float(chi2_contingency(counts, correction=False).pvalue),
        }
    )
