"""How far an answer moves the printed estimates."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from lib.core.errors import ConvergenceError

Array = NDArray[np.floating[Any]]
Integers = NDArray[np.int64]
UNIT = 2**20  # a printed standard error in integers
STEPS = 50
CONVERGED = 1e-9
DECIMALS = 6


@dataclass(frozen=True)
class Influence:
    """A logit or ordered logit with country intercepts at the printed coefficients."""

    probabilities: Array  # probability of each category
    # First-order change of each estimate, in printed standard errors times `UNIT`, that a
    # respondent brings who gives the category.
    influence: Integers
    predictor: Array  # linear predictor without intercept
    categories: Integers  # categories given

    @property
    def deviation(self) -> Integers:
        """Distance of the estimates from the printed ones, to first order; shape (p,)."""
        return np.asarray(self.of(self.categories).sum(axis=0))

    def of(self, categories: Integers) -> Integers:
        """Influence of each respondent in one category."""
        return self.influence[np.arange(len(categories)), categories]

    def among(self, rows: Integers, n: int) -> "Influence":
        """Place respondents among others who have no influence."""
        return Influence(
            *(
                _placed(part, rows, n)
                for part in (self.probabilities, self.influence, self.predictor, self.categories)
            )
        )


def influence_on_estimates(
    categories: Integers, regressors: Array, country: Integers, estimates: Array, std_errors: Array
) -> Influence:
    """
    Influence of every respondent's answer upon every printed estimate.

    Cut points and country intercepts are fitted with the coefficients held at the printed ones. An
    answer's influence is the inverse expected information times its score (one step of Fisher's
    scoring from the printed coefficients): when the influences add up to zero, so does the score,
    and the printed coefficients are the maximum likelihood estimates. With clusters of about a
    thousand respondents, country intercepts stand for random ones. The ordered logit is
    parameterised as in McCullagh (1980, JRSS B 42:109); the binary one has a single cut point.

    ConvergenceError if cut points and country intercepts cannot be fitted.
    """
    predictor = regressors @ estimates
    dummies = (country[:, None] == np.unique(country)[1:]).astype(float)
    nuisance = _fit_nuisance(categories, predictor, dummies).round(DECIMALS)
    probabilities, scores = _scores(
        nuisance, categories.max(), predictor, np.column_stack([dummies, regressors])
    )
    inverse = np.linalg.inv(_information(probabilities, scores))[len(nuisance) :]
    influence = np.einsum("pq,nkq->nkp", inverse, scores) / std_errors
    scaled = np.rint(influence * UNIT).astype(np.int64)
    return Influence(probabilities, scaled, predictor, categories)


def _placed(part: NDArray[Any], rows: Integers, n: int) -> NDArray[Any]:
    """Rows of an array among zeros."""
    whole = np.zeros((n, *part.shape[1:]), dtype=part.dtype)
    whole[rows] = part
    return whole


def _fit_nuisance(categories: Integers, predictor: Array, dummies: Array) -> Array:
    """Cut points and country intercepts by Fisher's scoring, the predictor an offset."""
    shares = np.bincount(categories).cumsum()[:-1] / len(categories)
    nuisance = np.append(predictor.mean() + logit(shares), np.zeros(dummies.shape[1]))
    rows = np.arange(len(categories))
    for _ in range(STEPS):
        probabilities, scores = _scores(nuisance, len(shares), predictor, dummies)
        total = scores[rows, categories].sum(axis=0)
        step = np.linalg.solve(_information(probabilities, scores), total)
        nuisance = nuisance + step
        if np.abs(step).max() < CONVERGED:
            return np.asarray(nuisance)
    raise ConvergenceError("The country intercepts at the printed coefficients were not found.")


def _scores(
    nuisance: Array, n_cut_points: int, predictor: Array, columns: Array
) -> tuple[Array, Array]:
    """
    Probabilities (n, K) and scores (n, K, q) in cut points and in the coefficients of columns.

    The first columns are those of the country intercepts.
    """
    cut_points, intercepts = nuisance[:n_cut_points], nuisance[n_cut_points:]
    total = predictor + columns[:, : len(intercepts)] @ intercepts
    edges = np.ones(len(total)), np.zeros(len(total))
    exceeds = np.column_stack([edges[0], expit(total[:, None] - cut_points), edges[1]])
    probabilities = exceeds[:, :-1] - exceeds[:, 1:]
    in_predictor = 1 - exceeds[:, :-1] - exceeds[:, 1:]
    in_columns = in_predictor[:, :, None] * columns[:, None]
    in_cut_points = _cut_point_scores(exceeds[:, 1:-1], probabilities)
    return probabilities, np.concatenate([in_cut_points, in_columns], axis=2)


def _cut_point_scores(exceeds: Array, probabilities: Array) -> Array:
    """Raise the category below a cut point and lower the one above it; shape (n, K, K - 1)."""
    density = exceeds * (1 - exceeds)
    scores = np.zeros((*probabilities.shape, exceeds.shape[1]))
    cuts = np.arange(exceeds.shape[1])
    scores[:, cuts, cuts] = density / probabilities[:, :-1]
    scores[:, cuts + 1, cuts] = -density / probabilities[:, 1:]
    return scores


def _information(probabilities: Array, scores: Array) -> Array:
    """Weight the squared scores by their probabilities: the expected information."""
    rows = scores.reshape(-1, scores.shape[2])
    return np.asarray(rows.T @ (rows * probabilities.reshape(-1, 1)))
