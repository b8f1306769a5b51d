"""Simulated list experiments, and what they say with which Monte Carlo error."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError, plain

Floats = NDArray[np.float64]


def simulate(
    joint: Floats, arms: tuple[int, int], draws: int, generator: np.random.Generator
) -> pd.DataFrame:
    """Simulate the difference in means of many list experiments."""
    treatment = np.append(joint[:, 0], 0) + np.insert(joint[:, 1], 0, 0)
    return simulate_difference(joint.sum(axis=1), treatment, arms, draws, generator)


def simulate_difference(
    control: Floats,
    treatment: Floats,
    arms: tuple[int, int],
    draws: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Simulate the difference in means of counts from 0 with these shares, in two arms."""
    if min(arms) < 2:
        raise InputError(
            f"Arms of {plain(arms)} have no variance; give at least 2 respondents each."
        )
    control_mean, control_square = _sample_moments(control, arms[0], draws, generator)
    treatment_mean, treatment_square = _sample_moments(treatment, arms[1], draws, generator)
    std_error = np.sqrt(control_square + treatment_square)
    return pd.DataFrame({"estimate": treatment_mean - control_mean, "std_error": std_error})


def _sample_moments(
    probabilities: Floats, n: int, draws: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Mean and squared standard error of the mean in each draw."""
    frequencies = generator.multinomial(n, probabilities / probabilities.sum(), size=draws)
    values = np.arange(len(probabilities))
    mean = frequencies @ values / n
    squares = frequencies @ values**2 - n * mean**2
    return mean, squares / (n - 1) / n


def simulated_mean(values: ArrayLike) -> tuple[float, float]:
    """Give the mean of simulated values and its Monte Carlo error."""
    drawn = np.asarray(values, dtype=float)
    return float(drawn.mean()), float(drawn.std(ddof=1) / np.sqrt(drawn.size))


def simulated_root_mean_square(values: ArrayLike) -> tuple[float, float]:
    """Give the root mean square of simulated errors and its Monte Carlo error."""
    mean_square, error = simulated_mean(np.square(values))
    return float(np.sqrt(mean_square)), error / (2 * float(np.sqrt(mean_square)))
