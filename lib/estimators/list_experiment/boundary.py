"""How many respondents stand where the list no longer hides the sensitive item."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from . import checks
from .distributions import Array


def floor_and_ceiling_shares(
    data: pd.DataFrame,
    outcome: str,
    treatment: str,
    n_items: int,
    alpha: float = 0.05,
    weights: str | None = None,
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
    weights : str, optional
        Column of sampling weights.

    Returns
    -------
    pandas.DataFrame
        Four rows: arm, end ("floor" or "ceiling"), items (0; J or J + 1), respondents, n (of the
        arm), share, conf_low, conf_high (Wilson 1927, JASA 22:209; with weights for the effective
        size ``(sum w)^2 / sum w^2`` of Kish 1965, Survey Sampling).

    Raises
    ------
    InputError
        If the rows are no list experiment with J control items; the sentence says why.
    """
    counts, arms = checks.check_experiment(data, outcome, treatment, n_items)
    values = checks.read_weights(data, weights)
    rows = []
    for arm, name in enumerate(("control", "treatment")):
        own = arms == arm
        for end, items in (("floor", 0), ("ceiling", n_items + arm)):
            row = {"arm": name, "end": end, "items": items}
            rows.append(row | _share(counts[own] == items, values[own], alpha))
    return pd.DataFrame(rows)


def _share(there: np.ndarray, weights: Array, alpha: float) -> dict[str, float]:
    """Weighted share of those who are there."""
    share = float(np.average(there, weights=weights))
    effective_n = float(weights.sum() ** 2 / (weights**2).sum())
    low, high = proportion_confint(share * effective_n, effective_n, alpha, method="wilson")
    found = {"respondents": int(there.sum()), "n": len(there), "share": share}
    return found | {"conf_low": low, "conf_high": high}
