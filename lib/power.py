"""How precise a list experiment of a given design will be, before it is fielded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import root
from scipy.special import softmax
from scipy.stats import norm

from lib.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ListExperiment:
    """
    A population and an allocation to arms, as far as the difference in means depends on them.

    Attributes
    ----------
    control_sd : float
        Standard deviation of the control counts, in items.
    prevalence : float
        Share with the sensitive trait, between 0 and 1.
    treatment_share : float
        Share of the respondents in the treatment arm, between 0 and 1.
    correlation : float
        Correlation of the sensitive trait with the control count, between -1 and 1.

    Raises
    ------
    InputError
        If one of the four lies outside its range.
    """

    control_sd: float
    prevalence: float
    treatment_share: float = 0.5
    correlation: float = 0.0

    def __post_init__(self) -> None:
        _require_share("prevalence", self.prevalence)
        _require_share("treatment share", self.treatment_share)
        if self.control_sd <= 0 or not -1 < self.correlation < 1:
            raise InputError(
                f"A standard deviation of {self.control_sd} and a correlation of "
                f"{self.correlation}: give one above 0 and one between -1 and 1."
            )

    @property
    def treatment_sd(self) -> float:
        """Standard deviation of a control count plus the sensitive item."""
        trait = np.sqrt(self.prevalence * (1 - self.prevalence))
        covariance = self.correlation * self.control_sd * trait
        return float(np.sqrt(self.control_sd**2 + trait**2 + 2 * covariance))

    @property
    def unit_variance(self) -> float:
        """Variance of the difference in means times n (Imai 2011, JASA 106, 407-416)."""
        control = self.control_sd**2 / (1 - self.treatment_share)
        return control + self.treatment_sd**2 / self.treatment_share

    @property
    def best_treatment_share(self) -> float:
        """Share that makes the variance least (Neyman 1934, JRSS 97, 558-625)."""
        return self.treatment_sd / (self.control_sd + self.treatment_sd)


def groups_apart(
    experiment: ListExperiment, contrast: float
) -> tuple[ListExperiment, ListExperiment]:
    """
    Give two groups whose prevalences differ by a contrast, around that of an experiment.

    Parameters
    ----------
    experiment : ListExperiment
        What both groups have in common; its prevalence lies in the middle.
    contrast : float
        Prevalence in the second group less that in the first; 0.2 is 20 percentage points.

    Returns
    -------
    tuple of ListExperiment
        The two groups.
    """
    ends = [experiment.prevalence + sign * contrast / 2 for sign in (-1, 1)]
    return replace(experiment, prevalence=ends[0]), replace(experiment, prevalence=ends[1])


def contrast_unit_variance(
    experiment: ListExperiment, contrast: float, first_share: float
) -> float:
    """
    Give n times the variance of the difference in prevalence between two groups.

    Parameters
    ----------
    experiment : ListExperiment
        What both groups have in common; its prevalence lies in the middle.
    contrast : float
        True difference in prevalence.
    first_share : float
        Share of the sample in the first group, between 0 and 1; the others are the second.

    Returns
    -------
    float
        u1/s + u2/(1 - s), u being the unit variances of `groups_apart` and s the share: the
        estimates of two groups are independent.

    Raises
    ------
    InputError
        If the share or a prevalence is not between 0 and 1.
    """
    _require_share("share of the first group", first_share)
    first, second = groups_apart(experiment, contrast)
    return first.unit_variance / first_share + second.unit_variance / (1 - first_share)


def weighting_design_effect(
    population_shares: Sequence[float], sample_shares: Sequence[float]
) -> float:
    """
    Give the cost of weighting an oversample back to the population.

    Parameters
    ----------
    population_shares, sample_shares : sequence of float
        Shares of the strata in the population and in the sample, in the same order.

    Returns
    -------
    float
        Sum of W^2/q (Kish 1992, Journal of Official Statistics 8, 183-200): the variance of the
        weighted mean over that of a sample of the same size with the strata in proportion, if
        the variance is the same in all strata. n over it is the effective sample size.

    Raises
    ------
    InputError
        If either set of shares does not sum to 1 or a share is not above 0.
    """
    for shares in (population_shares, sample_shares):
        if min(shares) <= 0 or not np.isclose(sum(shares), 1):
            raise InputError(f"Shares of {list(shares)}: each must be above 0, their sum 1.")
    pairs = zip(population_shares, sample_shares, strict=True)
    return float(sum(population**2 / sample for population, sample in pairs))


def power(effect: ArrayLike, std_error: ArrayLike, alpha: float = 0.05) -> Floats:
    """
    Give the power of a two-sided z test.

    Parameters
    ----------
    effect : array_like
        True effects.
    std_error : array_like
        Standard errors of the estimates, in the same unit.
    alpha : float, default 0.05
        Level of the test.

    Returns
    -------
    numpy.ndarray
        Probability that the estimate is significant, on either side of 0.
    """
    ratio, critical = _ratio(effect, std_error), norm.isf(alpha / 2)
    return np.asarray(norm.cdf(ratio - critical) + norm.cdf(-ratio - critical))


def wrong_sign_share(effect: ArrayLike, std_error: ArrayLike, alpha: float = 0.05) -> Floats:
    """
    Give the share of significant estimates that have the wrong sign.

    Parameters
    ----------
    effect : array_like
        True effects, not 0.
    std_error : array_like
        Standard errors of the estimates, in the same unit.
    alpha : float, default 0.05
        Level of the two-sided z test.

    Returns
    -------
    numpy.ndarray
        The type S error (Gelman & Carlin 2014, Perspectives on Psychological Science 9, 641-651).
    """
    ratio, critical = np.abs(_ratio(effect, std_error)), norm.isf(alpha / 2)
    return np.asarray(norm.cdf(-ratio - critical) / power(effect, std_error, alpha))


def exaggeration(effect: ArrayLike, std_error: ArrayLike, alpha: float = 0.05) -> Floats:
    """
    Give by how much an estimate exaggerates if it is significant.

    Parameters
    ----------
    effect : array_like
        True effects, not 0.
    std_error : array_like
        Standard errors of the estimates, in the same unit.
    alpha : float, default 0.05
        Level of the two-sided z test.

    Returns
    -------
    numpy.ndarray
        Expected size of a significant estimate over the size of the effect, the type M error
        (Gelman & Carlin 2014). With t the effect over its standard error, c the critical value:
        (f(c - t) + f(c + t) + t(F(t - c) - F(-t - c))) / (t times power), the mean of a normal
        variable outside -c to c; f and F are the standard normal density and distribution.
    """
    ratio, critical = np.abs(_ratio(effect, std_error)), norm.isf(alpha / 2)
    beyond = norm.pdf(critical - ratio) + norm.pdf(critical + ratio)
    beyond += ratio * (norm.cdf(ratio - critical) - norm.cdf(-ratio - critical))
    return np.asarray(beyond / (ratio * power(effect, std_error, alpha)))


def required_n(
    effect: float, unit_variance: float, alpha: float = 0.05, target_power: float = 0.8
) -> int:
    """
    Give the number of respondents that finds an effect with a given power.

    Parameters
    ----------
    effect : float
        True effect, not 0; 0.2 is 20 percentage points.
    unit_variance : float
        n times the variance of the estimate.
    alpha : float, default 0.05
        Level of the two-sided z test.
    target_power : float, default 0.8
        Power wanted, between alpha and 1.

    Returns
    -------
    int
        u((c + z)/effect)^2 rounded up, c being the critical value and z the quantile of the
        power; it leaves out significance with the wrong sign, so that it is never too small.

    Raises
    ------
    InputError
        If the effect is 0, or the power is not between alpha and 1.
    """
    if effect == 0 or not 0 < alpha < target_power < 1:
        raise InputError(
            f"An effect of {effect} at a level of {alpha} with power {target_power} needs no "
            "finite sample; give an effect other than 0 and a power between the level and 1."
        )
    quantiles = norm.isf(alpha / 2) + norm.ppf(target_power)
    return int(np.ceil(unit_variance * (quantiles / effect) ** 2))


def detectable_effect(
    std_error: ArrayLike, alpha: float = 0.05, target_power: float = 0.8
) -> Floats:
    """
    Give the effect that an estimate of known precision finds with a given power.

    Parameters
    ----------
    std_error : array_like
        Standard errors of the estimates, above 0.
    alpha : float, default 0.05
        Level of the two-sided z test.
    target_power : float, default 0.8
        Power wanted, between alpha and 1.

    Returns
    -------
    numpy.ndarray
        (c + z) times the standard error, c being the critical value and z the quantile of the
        power, as in `required_n`: significance with the wrong sign is left out.

    Raises
    ------
    InputError
        If a standard error is not above 0, or the power is not between alpha and 1.
    """
    if not 0 < alpha < target_power < 1:
        raise InputError(
            f"A power of {target_power} at a level of {alpha} is found by no effect; give a power "
            "between the level and 1."
        )
    return _positive(std_error) * (norm.isf(alpha / 2) + norm.ppf(target_power))


def plan_contrasts(cases: pd.DataFrame, alpha: float, target_power: float) -> pd.DataFrame:
    """
    Say of many planned differences between two groups how well they would be found.

    Parameters
    ----------
    cases : pandas.DataFrame
        One row a difference: ``control_sd``, ``prevalence`` (midway between the groups),
        ``contrast`` (true difference, not 0), ``share`` of the sample in the first group, ``n``
        in both together. Arms are equal, the trait is not correlated with the counts.
    alpha : float
        Level of the two-sided z test.
    target_power : float
        Power wanted.

    Returns
    -------
    pandas.DataFrame
        The cases with ``std_error``, ``least_significant`` (size of estimate), ``power``,
        ``exaggeration`` and ``wrong_sign`` (share of the significant), all at ``n``, and
        ``required_n``. Contrasts and shares are not in percent.
    """
    given = cases[["control_sd", "prevalence", "contrast", "share"]].to_numpy()
    units = np.array([contrast_unit_variance(ListExperiment(s, p), c, q) for s, p, c, q in given])
    error = np.sqrt(units / cases["n"].to_numpy())
    effects = cases["contrast"].to_numpy()
    pairs = zip(effects, units, strict=True)
    return cases.assign(
        std_error=error,
        least_significant=norm.isf(alpha / 2) * error,
        power=power(effects, error, alpha),
        exaggeration=exaggeration(effects, error, alpha),
        wrong_sign=wrong_sign_share(effects, error, alpha),
        required_n=[required_n(effect, unit, alpha, target_power) for effect, unit in pairs],
    )


def direct_mean_squared_error(n: ArrayLike, prevalence: float, bias: ArrayLike) -> Floats:
    """
    Give the mean squared error of a direct question that is answered with bias.

    Parameters
    ----------
    n : array_like
        Number of respondents.
    prevalence : float
        True share with the trait.
    bias : array_like
        Sensitivity bias: expected share of direct answers less the true share.

    Returns
    -------
    numpy.ndarray
        b^2 + d(1 - d)/n, d = prevalence + b (the trade-off of Blair, Coppock & Moor 2020, APSR
        114, 1297-1315). That of a list experiment without bias is its unit variance over n.

    Raises
    ------
    InputError
        If the share of direct answers would not lie on 0 to 1.
    """
    share = prevalence + np.asarray(bias, dtype=float)
    if ((share < 0) | (share > 1)).any():
        raise InputError(
            f"A bias of {bias!r} takes a prevalence of {prevalence} off 0 to 1; give a smaller one."
        )
    return np.asarray((share - prevalence) ** 2 + share * (1 - share) / np.asarray(n))


def list_beats_direct_from(bias: float, experiment: ListExperiment) -> int:
    """
    Give the sample size from which a list experiment beats a direct question of the same size.

    Parameters
    ----------
    bias : float
        Sensitivity bias of the direct question, not 0; the list is taken to have none.
    experiment : ListExperiment
        The list experiment.

    Returns
    -------
    int
        Least n at which the mean squared error of the list is not above that of
        `direct_mean_squared_error`: (u - d(1 - d))/b^2, u being the unit variance.

    Raises
    ------
    InputError
        If the bias is 0 or takes the prevalence off 0 to 1.
    """
    if bias == 0:
        raise InputError("Without bias a direct question is better at any n; give a bias.")
    sampling = float(direct_mean_squared_error(1, experiment.prevalence, bias)) - bias**2
    return int(np.ceil((experiment.unit_variance - sampling) / bias**2))


def break_even_bias(n: int, experiment: ListExperiment) -> tuple[float, float]:
    """
    Give the sensitivity biases beyond which a list experiment beats a direct question.

    Parameters
    ----------
    n : int
        Number of respondents of either, at least 2.
    experiment : ListExperiment
        The list experiment, taken to have no bias.

    Returns
    -------
    tuple of float
        The bias of under-reporting (negative) and that of over-reporting (positive) at which
        both have the same mean squared error: the roots of
        (1 - 1/n)b^2 + (1 - 2p)b/n + (p(1 - p) - u)/n = 0, p being the prevalence and u the unit
        variance. One that takes the prevalence off 0 to 1 cannot occur.

    Raises
    ------
    InputError
        If n is below 2.
    """
    if n < 2:
        raise InputError(f"{n} respondents make no comparison; give at least 2.")
    prevalence = experiment.prevalence
    excess = prevalence * (1 - prevalence) - experiment.unit_variance
    low, high = sorted(np.roots([1 - 1 / n, (1 - 2 * prevalence) / n, excess / n]).real)
    return float(low), float(high)


def holm_power(
    effects: ArrayLike,
    std_errors: ArrayLike,
    alpha: float,
    draws: int,
    generator: np.random.Generator,
) -> Floats:
    """
    Simulate the power of each contrast of a family under Holm's correction.

    Parameters
    ----------
    effects, std_errors : array_like, shape (k,)
        True contrasts and their standard errors, in the same unit; the estimates are independent,
        as those of groupings that cross are.
    alpha : float
        Level that holds for the whole family.
    draws : int
        Number of simulated surveys.
    generator : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    numpy.ndarray, shape (k,)
        Share of the surveys in which each contrast is significant (Holm 1979, Scandinavian
        Journal of Statistics 6, 65-70).
    """
    ratio = _ratio(effects, std_errors)
    statistics = generator.normal(ratio, 1, size=(draws, ratio.size))
    return np.asarray((holm_adjusted(2 * norm.sf(np.abs(statistics))) <= alpha).mean(axis=0))


def holm_adjusted(p_values: Floats) -> Floats:
    """
    Adjust the p-values of many families at once.

    Parameters
    ----------
    p_values : numpy.ndarray, shape (draws, k)
        One family a row.

    Returns
    -------
    numpy.ndarray, shape (draws, k)
        Holm-adjusted p-values (Holm 1979), at most 1.
    """
    order = np.argsort(p_values, axis=1)
    remaining = np.arange(p_values.shape[1], 0, -1)
    steps = np.take_along_axis(p_values, order, axis=1) * remaining
    adjusted = np.empty_like(p_values)
    np.put_along_axis(adjusted, order, np.maximum.accumulate(steps, axis=1), axis=1)
    return np.minimum(adjusted, 1)


def count_distribution(mean: float, sd: float, n_items: int) -> Floats:
    """
    Give counts of a given mean and standard deviation the distribution of maximum entropy.

    Parameters
    ----------
    mean : float
        Mean count.
    sd : float
        Standard deviation of the counts.
    n_items : int
        Number of control items, J.

    Returns
    -------
    numpy.ndarray, shape (J + 1,)
        Probabilities of 0 to J, proportional to exp(ak + bk^2) (Jaynes 1957, Physical Review 106,
        620-630): what assumes nothing beyond the two moments.

    Raises
    ------
    InputError
        If no distribution that gives every count a share has these moments.
    """
    counts = np.arange(n_items + 1)
    centred = counts - mean
    features = np.column_stack([centred, centred**2])
    target = np.array([0.0, sd**2])
    found = root(_moment_gap, np.zeros(2), args=(features, target))
    probabilities = np.asarray(softmax(features @ found.x))
    if not np.allclose(probabilities @ features, target, atol=1e-6):
        raise InputError(
            f"No distribution with all counts from 0 to {n_items} has mean {mean} and standard "
            f"deviation {sd}; give moments further within their bounds."
        )
    return probabilities


def _moment_gap(tilt: Floats, features: Floats, target: Floats) -> Floats:
    return np.asarray(softmax(features @ tilt) @ features - target)


def joint_distribution(counts: Floats, prevalence: float, correlation: float = 0.0) -> Floats:
    """
    Give the shares of the types that a list experiment assumes.

    Parameters
    ----------
    counts : numpy.ndarray, shape (J + 1,)
        Probabilities of the control counts, from `count_distribution`.
    prevalence : float
        Share with the sensitive trait.
    correlation : float, default 0
        Correlation of trait and control count.

    Returns
    -------
    numpy.ndarray, shape (J + 1, 2)
        Share of each control count without and with the trait (pi(y, z) of Blair & Imai 2012,
        Political Analysis 20, 47-77), the share with it being linear in the count.

    Raises
    ------
    InputError
        If the prevalence is not between 0 and 1, or the correlation is too large for it.
    """
    _require_share("prevalence", prevalence)
    values = np.arange(len(counts))
    centred = values - counts @ values
    slope = correlation * np.sqrt(prevalence * (1 - prevalence) / (counts @ centred**2))
    with_trait = prevalence + slope * centred
    if with_trait.min() < 0 or with_trait.max() > 1:
        raise InputError(
            f"A correlation of {correlation} takes the share with the trait off 0 to 1; "
            "give one nearer to 0."
        )
    return np.column_stack([counts * (1 - with_trait), counts * with_trait])


def simulate(
    joint: Floats, arms: tuple[int, int], draws: int, generator: np.random.Generator
) -> pd.DataFrame:
    """
    Simulate the difference in means of many list experiments.

    Parameters
    ----------
    joint : numpy.ndarray, shape (J + 1, 2)
        Shares of the types, from `joint_distribution`.
    arms : tuple of int
        Respondents in the control and in the treatment arm, at least 2 each.
    draws : int
        Number of simulated surveys.
    generator : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    pandas.DataFrame
        ``estimate`` and ``std_error`` (unequal variances, Imai 2011), one row a survey, as
        shares: 0.1 is 10 percentage points.

    Raises
    ------
    InputError
        If an arm has fewer than 2 respondents.
    """
    if min(arms) < 2:
        raise InputError(f"Arms of {arms} have no variance; give at least 2 respondents each.")
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
    """
    Hold the stated precision of one share against simulated surveys.

    Parameters
    ----------
    experiment : ListExperiment
        Population and allocation.
    counts : numpy.ndarray, shape (J + 1,)
        Probabilities of the control counts, with the standard deviation of the experiment.
    n : int
        Respondents of one survey.
    alpha : float
        The intervals cover 1 - alpha.
    draws : int
        Number of simulated surveys.
    generator : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    pandas.DataFrame
        ``quantity``, ``formula``, ``simulated`` and Monte Carlo ``error``: the standard error and
        the coverage of the interval.
    """
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
    """
    Hold the stated power and exaggeration of a difference between halves against simulation.

    Parameters
    ----------
    experiment : ListExperiment
        What both halves have in common; its prevalence lies in the middle.
    counts : numpy.ndarray, shape (J + 1,)
        Probabilities of the control counts, with the standard deviation of the experiment.
    contrast : float
        True difference in prevalence.
    n : int
        Respondents of both halves.
    alpha : float
        Level of the two-sided z test, with estimated variances.
    draws : int
        Number of simulated surveys.
    generator : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    pandas.DataFrame
        ``quantity``, ``formula``, ``simulated`` and Monte Carlo ``error``: the power, and the
        exaggeration of significant estimates.
    """
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
    """
    Hold the stated precision of an oversample against simulated surveys.

    Parameters
    ----------
    experiment : ListExperiment
        Population, the same in both strata, and allocation.
    counts : numpy.ndarray, shape (J + 1,)
        Probabilities of the control counts, with the standard deviation of the experiment.
    shares : tuple of float
        Shares of the first stratum in the population and in the sample.
    n : int
        Respondents of both strata.
    draws : int
        Number of simulated surveys.
    generator : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    pandas.DataFrame
        ``quantity``, ``formula``, ``simulated`` and Monte Carlo ``error``: the standard errors of
        the estimate weighted back and of the difference between the strata.
    """
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
    """
    Hold the stated error of a biased direct question against simulated answers.

    Parameters
    ----------
    n : int
        Respondents of one survey.
    prevalence : float
        True share with the trait.
    bias : float
        Sensitivity bias of the answers.
    draws : int
        Number of simulated surveys.
    generator : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    pandas.DataFrame
        ``quantity``, ``formula``, ``simulated`` and Monte Carlo ``error``: the root mean squared
        error.
    """
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
    """
    Give the mean of simulated values and its Monte Carlo error.

    Parameters
    ----------
    values : array_like, shape (draws,)
        One value a draw; for a share, true or false.

    Returns
    -------
    tuple of float
        Mean, and standard deviation over the root of the number of draws.
    """
    drawn = np.asarray(values, dtype=float)
    return float(drawn.mean()), float(drawn.std(ddof=1) / np.sqrt(drawn.size))


def simulated_root_mean_square(values: ArrayLike) -> tuple[float, float]:
    """
    Give the root mean square of simulated errors and its Monte Carlo error.

    Parameters
    ----------
    values : array_like, shape (draws,)
        Errors of estimation, one a draw.

    Returns
    -------
    tuple of float
        Root of the mean square, and its standard error by the delta method.
    """
    mean_square, error = simulated_mean(np.square(values))
    return float(np.sqrt(mean_square)), error / (2 * float(np.sqrt(mean_square)))


def _ratio(effect: ArrayLike, std_error: ArrayLike) -> Floats:
    return np.asarray(np.asarray(effect, dtype=float) / _positive(std_error))


def _positive(std_error: ArrayLike) -> Floats:
    errors = np.asarray(std_error, dtype=float)
    if (errors <= 0).any():
        raise InputError(f"A standard error of {errors.min()} is not above 0; give another.")
    return errors


def _require_share(name: str, share: float) -> None:
    if not 0 < share < 1:
        raise InputError(f"A {name} of {share} is not between 0 and 1; give another.")
