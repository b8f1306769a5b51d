"""Simulated respondents of a list experiment who were also asked directly."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def simulate_with_direct_question(
    types: NDArray[np.float64], denying: float, n: int, generator: np.random.Generator
) -> pd.DataFrame:
    """
    Draw respondents who answer the list truthfully and may deny the trait when asked directly.

    Parameters
    ----------
    types : ndarray, shape (J + 1, 2)
        Share of each control count without and with the trait, from
        `power.joint_distribution`.
    denying : float
        Share of those with the trait who deny it when asked directly, 0 to 1; nobody admits a
        trait he does not have.
    n : int
        Number of respondents.
    generator : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    pandas.DataFrame
        One row a respondent: count, treatment (0 or 1, half of them each) and direct (1 if the
        trait is admitted, else 0).
    """
    drawn = generator.choice(types.size, n, p=types.ravel() / types.sum())
    controls, trait = np.divmod(drawn, 2)
    treatment = generator.permutation(np.arange(n) % 2)
    admitted = trait * (generator.random(n) >= denying)
    return pd.DataFrame(
        {"count": controls + trait * treatment, "treatment": treatment, "direct": admitted}
    )
