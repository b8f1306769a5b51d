"""Multilevel models by maximum marginal likelihood, with adaptive or plain quadrature."""

from lib.estimators.multilevel.compare import compare_fits
from lib.estimators.multilevel.logit import MixedLogit
from lib.estimators.multilevel.optima import fit_if_possible, plain_quadrature_optima, random_starts
from lib.estimators.multilevel.ordered import MixedOrderedLogit
from lib.estimators.multilevel.results import GROUP_VARIANCE, MixedLogitResults

__all__ = [
    "GROUP_VARIANCE",
    "MixedLogit",
    "MixedLogitResults",
    "MixedOrderedLogit",
    "compare_fits",
    "fit_if_possible",
    "plain_quadrature_optima",
    "random_starts",
]
