"""Estimators for list experiments (item count technique)."""

from .attempts import (
    Attempt,
    attempt_ictreg,
    attempted_hausman,
    attempted_shares,
    attempted_support,
    attempted_terms,
)
from .balance import arm_balance
from .bootstrap import cluster_bootstrap
from .boundary import floor_and_ceiling_shares
from .combined import CombinedResults, combined_estimator
from .design_effect import DesignEffectResults, design_effect_test
from .difference import difference_from_summary, difference_in_means, subgroup_contrasts
from .double import carryover_tests, double_list
from .hausman import HausmanResults, hausman_test
from .inattention import inattention_sensitivity
from .liars import LiarBounds, liar_bounds
from .placebo import placebo_estimates
from .posterior import posterior_by_count
from .prediction import average_differences, predicted_support
from .regression import ictreg
from .results import ListExperimentResults
from .simulation import simulate_with_direct_question

__all__ = [
    "Attempt",
    "CombinedResults",
    "DesignEffectResults",
    "HausmanResults",
    "LiarBounds",
    "ListExperimentResults",
    "arm_balance",
    "attempt_ictreg",
    "attempted_hausman",
    "attempted_shares",
    "attempted_support",
    "attempted_terms",
    "average_differences",
    "carryover_tests",
    "cluster_bootstrap",
    "combined_estimator",
    "design_effect_test",
    "difference_from_summary",
    "difference_in_means",
    "double_list",
    "floor_and_ceiling_shares",
    "hausman_test",
    "ictreg",
    "inattention_sensitivity",
    "liar_bounds",
    "placebo_estimates",
    "posterior_by_count",
    "predicted_support",
    "simulate_with_direct_question",
    "subgroup_contrasts",
]
