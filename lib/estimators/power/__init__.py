"""How precise a list experiment, or a comparison of countries, will be before it is fielded."""

from .answers import count_distribution, joint_distribution
from .countries import (
    along_countries,
    plan_countries,
    required_countries,
    slope_half_width,
    slope_power,
)
from .design import (
    ListExperiment,
    clustering_design_effect,
    contrast_unit_variance,
    groups_apart,
    weighting_design_effect,
)
from .designs import Respondents, compare_designs
from .direct_question import break_even_bias, direct_mean_squared_error, list_beats_direct_from
from .significance import (
    detectable_effect,
    exaggeration,
    holm_adjusted,
    holm_power,
    plan_contrasts,
    power,
    required_n,
    wrong_sign_share,
)
from .simulation import simulate, simulated_mean, simulated_root_mean_square

__all__ = [
    "ListExperiment",
    "Respondents",
    "along_countries",
    "break_even_bias",
    "clustering_design_effect",
    "compare_designs",
    "contrast_unit_variance",
    "count_distribution",
    "detectable_effect",
    "direct_mean_squared_error",
    "exaggeration",
    "groups_apart",
    "holm_adjusted",
    "holm_power",
    "joint_distribution",
    "list_beats_direct_from",
    "plan_contrasts",
    "plan_countries",
    "power",
    "required_countries",
    "required_n",
    "simulate",
    "simulated_mean",
    "simulated_root_mean_square",
    "slope_half_width",
    "slope_power",
    "weighting_design_effect",
    "wrong_sign_share",
]
