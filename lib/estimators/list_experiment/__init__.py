"""Estimators for list experiments (item count technique)."""

from lib.estimators.list_experiment.attempts import (
    Attempt,
    attempt_ictreg,
    attempted_hausman,
    attempted_shares,
    attempted_support,
    attempted_terms,
)
from lib.estimators.list_experiment.balance import arm_balance
from lib.estimators.list_experiment.boundary import floor_and_ceiling_shares
from lib.estimators.list_experiment.combined import CombinedResults, combined_estimator
from lib.estimators.list_experiment.design_effect import DesignEffectResults, design_effect_test
from lib.estimators.list_experiment.difference import (
    difference_from_summary,
    difference_in_means,
    subgroup_contrasts,
)
from lib.estimators.list_experiment.hausman import HausmanResults, hausman_test
from lib.estimators.list_experiment.inattention import inattention_sensitivity
from lib.estimators.list_experiment.posterior import posterior_by_count
from lib.estimators.list_experiment.prediction import average_differences, predicted_support
from lib.estimators.list_experiment.regression import ictreg
from lib.estimators.list_experiment.results import ListExperimentResults
from lib.estimators.list_experiment.simulation import simulate_with_direct_question

__all__ = [
    "Attempt",
    "CombinedResults",
    "DesignEffectResults",
    "HausmanResults",
    "ListExperimentResults",
    "arm_balance",
    "attempt_ictreg",
    "attempted_hausman",
    "attempted_shares",
    "attempted_support",
    "attempted_terms",
    "average_differences",
    "combined_estimator",
    "design_effect_test",
    "difference_from_summary",
    "difference_in_means",
    "floor_and_ceiling_shares",
    "hausman_test",
    "ictreg",
    "inattention_sensitivity",
    "posterior_by_count",
    "predicted_support",
    "simulate_with_direct_question",
    "subgroup_contrasts",
]
