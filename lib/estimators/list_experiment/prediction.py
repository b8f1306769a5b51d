"""What a list-experiment regression says of groups: their support, and how far they are apart."""

from collections.abc import Sequence

import pandas as pd

from .results import ListExperimentResultsWrapper


def predicted_support(
    results: ListExperimentResultsWrapper, data: pd.DataFrame, indicators: Sequence[str]
) -> pd.DataFrame:
    """
    Predict the share with the sensitive trait among those with and without each attribute.

    Parameters
    ----------
    results : ListExperimentResultsWrapper
        The regression.
    data : pandas.DataFrame
        Rows of the fit.
    indicators : sequence of str
        Columns of 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Two rows a column: indicator, value (1 or 0), n, and estimate, std_error, conf_low and
        conf_high of the mean share of these respondents (delta method).
    """
    members = [(name, value, data[data[name] == value]) for name in indicators for value in (1, 0)]
    tables = [
        pd.DataFrame(results.predict(rows)).assign(indicator=name, value=value, n=len(rows))
        for name, value, rows in members
    ]
    return pd.concat(tables, ignore_index=True)


def average_differences(
    results: ListExperimentResultsWrapper, data: pd.DataFrame, indicators: Sequence[str]
) -> pd.DataFrame:
    """
    Change one attribute of every respondent, the others held, and average what that does.

    Parameters
    ----------
    results : ListExperimentResultsWrapper
        The regression.
    data : pandas.DataFrame
        Rows of the fit.
    indicators : sequence of str
        Regressors of 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a regressor: indicator, and estimate, std_error, conf_low and conf_high of the mean
        difference in the share with the sensitive trait (delta method).
    """
    tables = [
        pd.DataFrame(
            results.predict(data.assign(**{name: 1}), contrast=data.assign(**{name: 0}))
        ).assign(indicator=name)
        for name in indicators
    ]
    return pd.concat(tables, ignore_index=True)
