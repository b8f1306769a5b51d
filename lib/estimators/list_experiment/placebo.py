"""List experiments whose control list is as long as the other: an item that applies to nobody."""

import numpy as np
import pandas as pd
from scipy import stats

from ..checks import check_columns
from ..errors import InputError
from . import checks

ARMS = ("control", "placebo", "treatment")


def placebo_estimates(
    data: pd.DataFrame, outcome: str, arm: str, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Estimate the share with the trait where some of the control arm had a placebo item.

    With two arms, treatment and placebo, `difference_in_means` is the estimate (Riambau & Ostwald
    2021, PSRM 9:172). With the third, a control list without it, the length of the lists shows
    what it does. Of a share s who give any count of their list at random the difference in means
    makes 1/2 with the short control list and 0 with the placebo (Agerberg & Tannenberg 2021,
    Research & Politics 8, equations 4 and 6), so that the two differ by s/2.

    Parameters
    ----------
    data : pandas.DataFrame
        One row a respondent.
    outcome : str
        Column of the count.
    arm : str
        Column of the arm: "control" (J items), "placebo" (these and the placebo item) or
        "treatment" (these and the sensitive item).
    alpha : float
        One minus the level of the intervals, which are normal.

    Returns
    -------
    pandas.DataFrame
        Rows "control", "placebo" and "mixed": the mean of the treatment arm less that of one
        control list or of both, each with weight one half (their equation 7); "length": placebo
        less control, zero if nobody counts the placebo item and nobody answers at random;
        "random answers", s, twice that; "corrected", the share among the others, ``(treatment -
        placebo) / (1 - s)``, which takes thousands of respondents. Columns estimator, estimate,
        std_error (delta method, independent arms), p_value (two-sided, of zero), conf_low,
        conf_high.

    Raises
    ------
    InputError
        If a column is missing, has missing values or another arm, an arm has fewer than two
        respondents, or all seem to answer at random.
    """
    check_columns(data, [outcome, arm])
    counts, labels = checks.check_numeric(data[outcome]), data[arm].to_numpy()
    sizes = {str(name): int((labels == name).sum()) for name in data[arm].unique()}
    if set(sizes) != set(ARMS) or min(sizes.values()) < 2:
        found = ", ".join(f"{name!r} ({size})" for name, size in sizes.items())
        raise InputError(
            f"The arms of {arm!r} must be 'control', 'placebo' and 'treatment', two respondents in "
            f"each; found: {found}."
        )
    samples = [counts[labels == name] for name in ARMS]
    control, placebo, treatment = means = [float(sample.mean()) for sample in samples]
    variances = [float(sample.var(ddof=1)) / len(sample) for sample in samples]
    attentive = 1 - 2 * (placebo - control)
    if attentive <= 0:
        raise InputError(
            f"The placebo list has a mean {placebo - control:.2f} above that of the control list, "
            "as if nobody read it; check the arms."
        )
    corrected = (treatment - placebo) / attentive
    slopes = {
        "control": (-1, 0, 1),
        "placebo": (0, -1, 1),
        "mixed": (-1 / 2, -1 / 2, 1),
        "length": (-1, 1, 0),
        "random answers": (-2, 2, 0),
        "corrected": np.array([-2 * corrected, 2 * corrected - 1, 1]) / attentive,
    }
    weights = np.array(list(slopes.values()), dtype=float)
    estimates, errors = weights @ means, np.sqrt(weights**2 @ variances)
    estimates[-1] = corrected
    width = stats.norm.isf(alpha / 2) * errors
    return pd.DataFrame(
        {
            "estimator": list(slopes),
            "estimate": estimates,
            "std_error": errors,
            "p_value": 2 * stats.norm.sf(np.abs(estimates / errors)),
            "conf_low": estimates - width,
            "conf_high": estimates + width,
        }
    )
