"""What the design of a list experiment makes of the precision of its estimates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, plain

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
    design_effect : float
        Variance over that of a simple random sample of the same size, above 0: of clusters, strata
        and weights together.

    Raises
    ------
    InputError
        If one of the five lies outside its range.
    """

    control_sd: float
    prevalence: float
    treatment_share: float = 0.5
    correlation: float = 0.0
    design_effect: float = 1.0

    def __post_init__(self) -> None:
        require_share("prevalence", self.prevalence)
        require_share("treatment share", self.treatment_share)
        if self.control_sd <= 0 or not -1 < self.correlation < 1:
            raise InputError(
                f"A standard deviation of {self.control_sd} and a correlation of "
                f"{self.correlation}: give one above 0 and one between -1 and 1."
            )
        if not self.design_effect > 0:
            raise InputError(
                f"A design effect of {self.design_effect} is not above 0; give another."
            )

    @property
    def treatment_sd(self) -> float:
        """Standard deviation of a control count plus the sensitive item."""
        trait = np.sqrt(self.prevalence * (1 - self.prevalence))
        covariance = self.correlation * self.control_sd * trait
        return float(np.sqrt(self.control_sd**2 + trait**2 + 2 * covariance))

    @property
    def unit_variance(self) -> float:
        """
        Variance of the difference in means times n.

        That of a simple random sample (Imai 2011, JASA 106, 407-416) times the design effect.
        """
        control = self.control_sd**2 / (1 - self.treatment_share)
        return self.design_effect * (control + self.treatment_sd**2 / self.treatment_share)

    @property
    def best_treatment_share(self) -> float:
        """Share that makes the variance least (Neyman 1934, JRSS 97, 558-625)."""
        return self.treatment_sd / (self.control_sd + self.treatment_sd)


def groups_apart(
    experiment: ListExperiment, contrast: float
) -> tuple[ListExperiment, ListExperiment]:
    """Give two groups whose prevalences differ by a contrast, around that of an experiment."""
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
        Sum of u1/s and u2/(1 - s), u being the unit variances of `groups_apart` and s the share:
        the estimates of two groups are independent.

    Raises
    ------
    InputError
        If the share or a prevalence is not between 0 and 1.
    """
    require_share("share of the first group", first_share)
    first, second = groups_apart(experiment, contrast)
    return first.unit_variance / first_share + second.unit_variance / (1 - first_share)


def clustering_design_effect(cluster_size: float, correlation: float) -> float:
    """
    Give the cost of interviewing in clusters.

    Parameters
    ----------
    cluster_size : float
        Respondents of a cluster, at least 1; on average, if sizes differ little.
    correlation : float
        Intraclass correlation of what is averaged, 0 to 1. If arms are drawn within clusters, that
        of what respondents add to the difference, ``y / share`` with the sign of the arm, about the
        arm's mean: what both arms of a cluster have in common cancels. If whole clusters get an
        arm, that of the counts.

    Returns
    -------
    float
        The variance over that of a simple random sample, ``1 + (m - 1) r`` (Kish 1965, Survey
        Sampling, section 5.4).

    Raises
    ------
    InputError
        If the size is below 1 or the correlation not from 0 to 1.
    """
    if cluster_size < 1 or not 0 <= correlation <= 1:
        raise InputError(
            f"Clusters of {cluster_size} with a correlation of {correlation}: give a size of at "
            "least 1 and a correlation from 0 to 1."
        )
    return 1 + (cluster_size - 1) * correlation


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
            raise InputError(f"Shares of {plain(list(shares))}: each must be above 0, their sum 1.")
    pairs = zip(population_shares, sample_shares, strict=True)
    return float(sum(population**2 / sample for population, sample in pairs))


def require_share(name: str, share: float) -> None:
    """Refuse what is no share."""
    if not 0 < share < 1:
        raise InputError(f"A {name} of {share} is not between 0 and 1; give another.")
