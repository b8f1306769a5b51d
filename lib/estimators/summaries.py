"""Summary statistics of respondents, named as a table prints them."""

import pandas as pd

STATISTICS = {
    "observations": "count",
    "mean": "mean",
    "standard_deviation": "std",
    "minimum": "min",
    "maximum": "max",
}


def summary_statistics(variables: pd.DataFrame) -> pd.DataFrame:
    """
    Summarise variables.

    Parameters
    ----------
    variables : pandas.DataFrame of float
        One row a respondent; NaN where missing. The country (iso3) is left out.

    Returns
    -------
    pandas.DataFrame
        One row a variable and statistic: variable, statistic (observations, mean,
        standard_deviation with divisor n - 1, minimum, maximum) and value.
    """
    numbers = variables.drop(columns="iso3")
    columns = {name: numbers.agg(function) for name, function in STATISTICS.items()}
    wide = pd.DataFrame(columns).rename_axis("variable").reset_index()
    return wide.melt("variable", var_name="statistic", value_name="value")
