"""Estimators for list experiments (item count technique)."""

from lib.list_experiment.boundary import floor_and_ceiling_shares
from lib.list_experiment.combined import CombinedResults, combined_estimator
from lib.list_experiment.design_effect import DesignEffectResults, design_effect_test
from lib.list_experiment.difference import (
    difference_from_summary,
    difference_in_means,
    subgroup_contrasts,
)
from lib.list_experiment.hausman import HausmanResults, hausman_test
from lib.list_experiment.inattention import inattention_sensitivity
from lib.list_experiment.regression import ictreg
from lib.list_experiment.results import ListExperimentResults

__all__ = [
    "CombinedResults",
    "DesignEffectResults",
    "HausmanResults",
    "ListExperimentResults",
    "combined_estimator",
    "design_effect_test",
    "difference_from_summary",
    "difference_in_means",
    "floor_and_ceiling_shares",
    "hausman_test",
    "ictreg",
    "inattention_sensitivity",
    "subgroup_contrasts",
]
