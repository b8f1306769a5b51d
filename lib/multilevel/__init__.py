"""Multilevel models by maximum marginal likelihood, with adaptive or plain quadrature."""

from lib.multilevel.compare import compare_fits
from lib.multilevel.logit import MixedLogit
from lib.multilevel.optima import fit_if_possible, plain_quadrature_optima, random_starts
from lib.multilevel.ordered import MixedOrderedLogit
from lib.multilevel.results import GROUP_VARIANCE, MixedLogitResults

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
