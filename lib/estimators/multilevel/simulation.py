"""Simulated surveys of several countries, and what a multilevel model makes of them."""

import numpy as np
import pandas as pd

from ..errors import InputError
from .logit import MixedLogit


def simulate_survey(
    n_respondents: int, n_countries: int, slope: float, variance: float, seed: int
) -> pd.DataFrame:
    """Draw respondents from a logit with a random intercept by country."""
    if not 2 <= n_countries <= n_respondents or variance < 0:
        raise InputError(
            f"{n_respondents} respondents, {n_countries} countries and a variance of {variance} "
            "make no survey: at least two countries, a respondent in each, no negative variance."
        )
    generator = np.random.default_rng(seed)
    diversity = np.linspace(0, 1, n_countries)
    intercepts = np.sqrt(variance) * generator.standard_normal(n_countries)
    country = np.arange(n_respondents) % n_countries
    shares = 1 / (1 + np.exp(-(slope * diversity + intercepts)))
    return pd.DataFrame(
        {
            "country": country,
            "diversity": diversity[country],
            "age": generator.standard_normal(n_respondents),
            "answer": (generator.random(n_respondents) < shares[country]).astype(int),
        }
    )


def fit_simulated_survey(
    n_respondents: int,
    seed: int,
    n_countries: int = 7,
    slope: float = 0.0,
    variance: float = 0.5,
    formula: str = "answer ~ diversity",
    quadrature: str = "adaptive",
    n_points: int = 25,
) -> pd.DataFrame:
    """Fit a logit with a random intercept to a simulated survey."""
    rows = simulate_survey(n_respondents, n_countries, slope, variance, seed)
    model = MixedLogit.from_formula(formula, rows, groups="country")
    tidy: pd.DataFrame = model.fit(quadrature, n_points).tidy()
    return tidy
