"""Estimators for list experiments (item count technique)."""

from lib.list_experiment.difference import difference_in_means, subgroup_contrasts
from lib.list_experiment.regression import ictreg
from lib.list_experiment.results import ListExperimentResults

__all__ = [
    "ListExperimentResults",
    "difference_in_means",
    "ictreg",
    "subgroup_contrasts",
]
