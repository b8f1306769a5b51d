"""Estimators for list experiments (item count technique)."""

from lib.list_experiment.boundary import floor_and_ceiling_shares
from lib.list_experiment.design_effect import DesignEffectResults, design_effect_test
from lib.list_experiment.difference import difference_in_means, subgroup_contrasts
from lib.list_experiment.hausman import HausmanResults, hausman_test
from lib.list_experiment.regression import ictreg
from lib.list_experiment.results import ListExperimentResults

__all__ = [
    "DesignEffectResults",
    "HausmanResults",
    "ListExperimentResults",
    "design_effect_test",
    "difference_in_means",
    "floor_and_ceiling_shares",
    "hausman_test",
    "ictreg",
    "subgroup_contrasts",
]
