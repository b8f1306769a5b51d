"""Strata and clusters of a sample, and what they make of variances."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .checks import check_columns
from .errors import InputError

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class SurveyDesign:
    """
    Sample of clusters, drawn independently in each stratum.

    Attributes
    ----------
    cluster : ndarray of int, shape (n,)
        Cluster of each row, from 0.
    stratum : ndarray of int, shape (clusters,)
        Stratum of each cluster, from 0.
    """

    cluster: NDArray[np.intp]
    stratum: NDArray[np.intp]

    @cached_property
    def sizes(self) -> NDArray[np.intp]:
        """Clusters of each stratum."""
        return np.bincount(self.stratum)

    @property
    def df(self) -> int:
        """Degrees of freedom of a variance: clusters less strata."""
        return len(self.stratum) - len(self.sizes)

    def covariance(self, influence: Array) -> Array:
        """
        Covariance of linearized estimates.

        Parameters
        ----------
        influence : ndarray, shape (n, q)
            First-order influence of the rows, weights included; the columns sum to zero.

        Returns
        -------
        ndarray, shape (q, q)
            Sum over strata of ``m / (m - 1)`` times the squares of the clusters' totals about their
            mean, m being the clusters of the stratum, drawn with replacement (Binder 1983, Int.
            Stat. Rev. 51:279; svyrecvar of R's package survey, without finite population).
        """
        totals = np.column_stack([np.bincount(self.cluster, column) for column in influence.T])
        means = np.column_stack([np.bincount(self.stratum, column) for column in totals.T])
        centred = totals - (means / self.sizes[:, None])[self.stratum]
        factors = (self.sizes / (self.sizes - 1))[self.stratum]
        covariance: Array = (factors[:, None] * centred).T @ centred
        return covariance

    def replicates(self, draws: int, generator: np.random.Generator) -> Iterator[Array]:
        """
        Draw the rescaled weights of a bootstrap of clusters.

        Parameters
        ----------
        draws : int
            Number of replicates.
        generator : numpy.random.Generator
            Source of the random numbers.

        Yields
        ------
        ndarray, shape (n,)
            What multiplies the rows' weights: of each stratum's m clusters m - 1 are drawn with
            replacement, each draw counting ``m / (m - 1)`` (Rao, Wu & Yue 1992, Survey Methodology
            18:209); zero for the others.
        """
        members = [np.flatnonzero(self.stratum == h) for h in range(len(self.sizes))]
        for _ in range(draws):
            times = np.zeros(len(self.stratum))
            for own in members:
                drawn = generator.choice(own, len(own) - 1)
                times += np.bincount(drawn, minlength=len(times)) * len(own) / (len(own) - 1)
            yield times[self.cluster]


def read_design(
    data: pd.DataFrame, strata: str | None, clusters: str | None
) -> SurveyDesign | None:
    """Read strata and clusters, a cluster's name being its own in each stratum."""
    if strata is None and clusters is None:
        return None
    check_columns(data, [column for column in (strata, clusters) if column is not None])
    own_stratum = pd.factorize(data[strata])[0] if strata else np.zeros(len(data), dtype=np.intp)
    own_cluster = data[clusters].to_numpy() if clusters else np.arange(len(data))
    pairs = pd.MultiIndex.from_arrays([own_stratum, own_cluster])
    cluster, distinct = pd.factorize(pairs)
    design = SurveyDesign(cluster, np.asarray(distinct.get_level_values(0)))
    if (design.sizes < 2).any():
        where = ""
        if strata:
            names = data[strata].unique()
            where = f"Stratum {names[np.argmin(design.sizes)]!s} of {strata!r}"
        raise InputError(
            f"{where or 'The sample'} has one cluster, and a variance needs two; merge strata."
        )
    return design
