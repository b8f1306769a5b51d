"""How many respondents stand where the list no longer hides the sensitive item."""

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from lib.list_experiment import checks


def floor_and_ceiling_shares(
    data: pd.DataFrame, outcome: str, treatment: str, n_items: int, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Count the respondents at the floor and at the ceiling of each arm.

    A respondent of the treatment arm to whom all control items apply can hide the trait only by a
    lie; one to whom none applies shows it with a count of one (Blair & Imai 2012, Political
    Analysis 20:47). The control arm tells how many they are.

    Parameters
    ----------
    data : pandas.DataFrame
        One row a respondent.
    outcome : str
        Column of the item count.
    treatment : str
        Column of the arm: 1 if the list had the sensitive item, else 0.
    n_items : int
        Number of control items, J.
    alpha : float
        One minus the level of the intervals.

    Returns
    -------
    pandas.DataFrame
        Four rows: arm, end ("floor" or "ceiling"), count (0; J or J + 1), respondents, n (of the
        arm), share, conf_low, conf_high (Wilson 1927, JASA 22:209).

    Raises
    ------
    InputError
        If the rows are no list experiment with J control items; the sentence says why.
    """
    counts, arms = checks.check_experiment(data, outcome, treatment, n_items)
    rows = []
    for arm, name in enumerate(("control", "treatment")):
        sample = counts[arms == arm]
        for end, count in (("floor", 0), ("ceiling", n_items + arm)):
            found = int((sample == count).sum())
            low, high = proportion_confint(found, len(sample), alpha, method="wilson")
            row = {"arm": name, "end": end, "count": count, "respondents": found}
            share = {"n": len(sample), "share": found / len(sample)}
            rows.append(row | share | {"conf_low": low, "conf_high": high})
    return pd.DataFrame(rows)
