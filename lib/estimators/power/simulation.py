"""Simulated list experiments beside what the formulas say of them."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from ..errors import InputError, plain
from .answers import joint_distribution
from .design import ListExperiment, contrast_unit_variance, groups_apart, weighting_design_effect
from .direct_question import direct_mean_squared_error
from .significance import exaggeration, power

Floats = NDArray[np.float64]


def simulate(
    joint: Floats, arms: tuple[int, int], draws: int, generator: np.random.Generator
) -> pd.DataFrame:
    """Simulate the difference in means of many list experiments."""
    if min(arms) < 2:
        raise InputError(
            f"Arms of {plain(arms)} have no variance; give at least 2 respondents each."
        )
    treatment = np.append(joint[:, 0], 0) + np.insert(joint[:, 1], 0, 0)
    control_mean, control_square = _sample_moments(joint.sum(axis=1), arms[0], draws, generator)
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


def compare_share(
    experiment: ListExperiment,
    counts: Floats,
    n: int,
    alpha: float,
    draws: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Hold the stated precision of one share against simulated surveys."""
    drawn = _simulate_group(experiment, counts, n, draws, generator)
    errors = drawn["estimate"] - experiment.prevalence
    covered = errors.abs() <= norm.isf(alpha / 2) * drawn["std_error"]
    closed = float(np.sqrt(experiment.unit_variance / n))
    return _compared(
        ("standard error", closed, simulated_root_mean_square(errors)),
        ("coverage", 1 - alpha, simulated_mean(covered)),
    )


def compare_contrast(
    experiment: ListExperiment,
    counts: Floats,
    contrast: float,
    n: int,
    alpha: float,
    draws: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Hold the stated power and exaggeration of a difference between halves against simulation."""
    groups = groups_apart(experiment, contrast)
    first, second = (_simulate_group(group, counts, n / 2, draws, generator) for group in groups)
    estimate = second["estimate"] - first["estimate"]
    error = np.hypot(first["std_error"], second["std_error"])
    significant = estimate.abs() > norm.isf(alpha / 2) * error
    closed = np.sqrt(contrast_unit_variance(experiment, contrast, 0.5) / n)
    size = estimate[significant].abs() / abs(contrast)
    stated = [float(each(contrast, closed, alpha)) for each in (power, exaggeration)]
    return _compared(
        ("power", stated[0], simulated_mean(significant)),
        ("exaggeration", stated[1], simulated_mean(size)),
    )


def compare_strata(
    experiment: ListExperiment,
    counts: Floats,
    shares: tuple[float, float],
    n: int,
    draws: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Hold the stated precision of an oversample against simulated surveys."""
    population, sample = ([share, 1 - share] for share in shares)
    drawn = [_simulate_group(experiment, counts, n * q, draws, generator) for q in sample]
    first, second = (each["estimate"] for each in drawn)
    national = population[0] * first + population[1] * second - experiment.prevalence
    effect = weighting_design_effect(population, sample)
    weighted = float(np.sqrt(experiment.unit_variance * effect / n))
    between = float(np.sqrt(contrast_unit_variance(experiment, 0, sample[0]) / n))
    return _compared(
        ("weighted back", weighted, simulated_root_mean_square(national)),
        ("difference of strata", between, simulated_root_mean_square(first - second)),
    )


def compare_direct(
    n: int, prevalence: float, bias: float, draws: int, generator: np.random.Generator
) -> pd.DataFrame:
    """Hold the stated error of a biased direct question against simulated answers."""
    closed = float(np.sqrt(direct_mean_squared_error(n, prevalence, bias)))
    errors = generator.binomial(n, prevalence + bias, draws) / n - prevalence
    return _compared(("direct, total error", closed, simulated_root_mean_square(errors)))


def _simulate_group(
    experiment: ListExperiment,
    counts: Floats,
    n: float,
    draws: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    joint = joint_distribution(counts, experiment.prevalence, experiment.correlation)
    treated = round(n * experiment.treatment_share)
    return simulate(joint, (round(n) - treated, treated), draws, generator)


def _compared(*rows: tuple[str, float, tuple[float, float]]) -> pd.DataFrame:
    tidy = [(quantity, formula, *simulated) for quantity, formula, simulated in rows]
    return pd.DataFrame(tidy, columns=["quantity", "formula", "simulated", "error"])


def simulated_mean(values: ArrayLike) -> tuple[float, float]:
    """Give the mean of simulated values and its Monte Carlo error."""
    drawn = np.asarray(values, dtype=float)
    return float(drawn.mean()), float(drawn.std(ddof=1) / np.sqrt(drawn.size))


def simulated_root_mean_square(values: ArrayLike) -> tuple[float, float]:
    """Give the root mean square of simulated errors and its Monte Carlo error."""
    mean_square, error = simulated_mean(np.square(values))
    return float(np.sqrt(mean_square)), error / (2 * float(np.sqrt(mean_square)))
