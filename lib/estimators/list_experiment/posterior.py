"""What the counts tell of who has the sensitive trait, in groups and not one by one."""

import numpy as np
import pandas as pd
from statsmodels.stats.weightstats import DescrStatsW

from .attempts import Attempt

QUARTILES = {"lower_quartile": 0.25, "upper_quartile": 0.75}
COLUMNS = ["arm", "items", "mean", *QUARTILES, "remark"]
FEW = "Fewer than {} respondents."


def posterior_by_count(attempt: Attempt, fewest: int) -> pd.DataFrame:
    """
    Describe the posterior probabilities of the sensitive trait by arm and count.

    Parameters
    ----------
    attempt : Attempt
        A fit by maximum likelihood (`ListExperimentResults.posterior`), with one sensitive item.
    fewest : int
        Least respondents of an arm and count that are described; those of fewer are left blank.

    Returns
    -------
    pandas.DataFrame
        One row an arm and count that somebody gave: arm ("control" or "treatment"), items, mean,
        lower_quartile, upper_quartile (between 0 and 1, with the weights of the fit) and remark,
        which says why a row is blank. One row with only the remark if there are no estimates.
    """
    if attempt.results is None:
        return pd.DataFrame({"remark": [attempt.remark]}, columns=COLUMNS)
    rows = attempt.results.model.rows
    table = pd.DataFrame(
        {
            "arm": np.where(rows.treatment == 1, "treatment", "control"),
            "items": rows.y.astype(int),
            "posterior": attempt.results.posterior.to_numpy(),
            "weight": rows.row_weights,
        }
    )
    described = [
        {"arm": arm, "items": items} | _described(own, fewest)
        for (arm, items), own in table.groupby(["arm", "items"])
    ]
    return pd.DataFrame(described, columns=COLUMNS)


def _described(rows: pd.DataFrame, fewest: int) -> dict[str, float | str]:
    if len(rows) < fewest:
        return dict.fromkeys(["mean", *QUARTILES], np.nan) | {"remark": FEW.format(fewest)}
    weighted = DescrStatsW(rows["posterior"], rows["weight"])
    ends = weighted.quantile(list(QUARTILES.values()), return_pandas=False)
    return {"mean": weighted.mean, "remark": ""} | dict(zip(QUARTILES, ends, strict=True))
