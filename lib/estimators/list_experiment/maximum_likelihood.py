"""Maximum likelihood for list experiments, directly from the observed-data likelihood."""

import warnings
from contextlib import suppress

import numpy as np

from ..ascent import NoMaximumError
from ..errors import ConvergenceWarning
from .data import ListData
from .distributions import Array
from .estimate import Estimate, Objective, runaways
from .maximize import at_boundary, invert_information, maximize
from .mixture import Evaluation, MixtureLikelihood
from .specification import Block, Specification

SHARE_STARTS = (-4.0, -1.0, 1.0)


def fit_ml(data: ListData, specification: Specification) -> Estimate:
    """Maximize the likelihood of the observed counts (Imai 2011, JASA 106:407)."""
    blocks = specification.blocks(data)
    terms = tuple(term for block in blocks for term in block.terms)
    likelihood = specification.likelihood(data)
    evaluation = _highest(data, specification, likelihood)
    at_bound = at_boundary(evaluation) & is_share(blocks)
    far = _far(blocks, evaluation)
    _warn(terms, far, at_bound)
    params = np.where(at_bound, np.copysign(np.inf, evaluation.parameters), evaluation.parameters)
    fixed = at_bound | far
    inverse = _inverse_information(evaluation, terms, ~fixed)
    influence = data.row_weights[:, None] * evaluation.scores @ inverse
    covariance = inverse if data.simple else data.covariance(influence)
    influence[:, fixed] = covariance[:, fixed] = covariance[fixed] = np.nan
    return Estimate("ml", terms, params, covariance, influence, specification, evaluation)


def ml_objective(data: ListData, specification: Specification, params: Array) -> Objective:
    """Minus the log-likelihood, with the scores as its conditions."""
    evaluation = specification.likelihood(data).evaluate(params)
    scores = data.row_weights[:, None] * evaluation.scores
    free = np.ones(len(params), dtype=bool)
    return Objective(-evaluation.log_likelihood, scores, -evaluation.information, free)


def is_share(blocks: tuple[Block, ...]) -> np.ndarray:
    """Tell which parameters are logits of shares of their own, not coefficients of a regression."""
    return np.concatenate([[block.is_share] * len(block.terms) for block in blocks])


def _highest(
    data: ListData, specification: Specification, likelihood: MixtureLikelihood
) -> Evaluation:
    """Highest of the maxima that the starts lead to, if no climb without end got higher."""
    blocks = specification.blocks(data)
    names, shares = [term for block in blocks for term in block.terms], is_share(blocks)
    starts = _starts(data, specification)
    maxima: list[Evaluation] = []
    endless: list[NoMaximumError] = []
    for start in starts:
        try:
            maxima.append(maximize(likelihood, start, names, shares))
        except NoMaximumError as error:
            endless.append(error)
    reached = [*maxima, *(error.reached for error in endless)]
    best = int(np.argmax([each.log_likelihood for each in reached]))
    if best >= len(maxima):
        raise endless[best - len(maxima)]
    return maxima[best]


def _starts(data: ListData, specification: Specification) -> list[Array]:
    """Zeros for the basic model; its estimates, if any, with several shares for the others."""
    n_terms = data.sensitive_design.shape[1]
    basic = np.zeros(n_terms + data.X.shape[1])
    if specification.is_basic:
        return [basic]
    with suppress(NoMaximumError):
        basic = _highest(data, Specification(), Specification().likelihood(data)).parameters
    if not specification.constrained:
        return [np.concatenate([basic, basic[n_terms:]])]
    extras = [block.design for block in specification.blocks(data)[2:]]
    constants = [np.linalg.lstsq(X, np.ones(len(X)))[0] for X in extras]
    return [
        np.concatenate([basic, *(share * each for each in constants)]) for share in SHARE_STARTS
    ]


def _inverse_information(evaluation: Evaluation, terms: tuple[str, ...], free: np.ndarray) -> Array:
    """Inverse information of the free parameters; zero for the others."""
    inverse = np.zeros((len(terms), len(terms)))
    names = [term for term, each in zip(terms, free, strict=True) if each]
    block = np.ix_(free, free)
    inverse[block] = invert_information(evaluation.information[block], names)
    return inverse


def _far(blocks: tuple[Block, ...], evaluation: Evaluation) -> np.ndarray:
    """Which coefficients of regressions ran to infinity."""
    runaway: list[str] = []
    first = 0
    for block in blocks:
        own = slice(first, first + len(block.terms))
        if not block.is_share:
            information = evaluation.information[own, own]
            found = runaways(evaluation.parameters[own], block.design, information, block.terms)
            runaway += found
        first += len(block.terms)
    return np.isin([term for block in blocks for term in block.terms], runaway)


def _warn(terms: tuple[str, ...], far: np.ndarray, at_bound: np.ndarray) -> None:
    """Tell of estimates that must not be taken at face value."""
    sentences = {
        "The estimates of {} run to infinity or are arbitrary: a fitted share is 0 or 1 for some "
        "respondents; they have no standard error, and the others hold them fixed.": far,
        "The share behind {} is estimated at its boundary, 0 or 1: it has no standard error, and "
        "the others hold it fixed.": at_bound,
    }
    for sentence, concerned in sentences.items():
        if concerned.any():
            named = ", ".join(term for term, each in zip(terms, concerned, strict=True) if each)
            warnings.warn(sentence.format(named), ConvergenceWarning, stacklevel=4)
