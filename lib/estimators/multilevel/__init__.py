"""Multilevel models by maximum marginal likelihood, with adaptive or non-adaptive quadrature."""

from .compare import compare_fits
from .logit import MixedLogit, logit_from_counts
from .optima import fit_if_possible, nonadaptive_optima, random_starts
from .ordered import MixedOrderedLogit
from .restricted import RestrictedResults, fit_restricted
from .results import GROUP_VARIANCE, MixedLogitResults

__all__ = [
    "GROUP_VARIANCE",
    "MixedLogit",
    "MixedLogitResults",
    "MixedOrderedLogit",
    "RestrictedResults",
    "compare_fits",
    "fit_if_possible",
    "fit_restricted",
    "logit_from_counts",
    "nonadaptive_optima",
    "random_starts",
]
