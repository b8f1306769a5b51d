"""How small and how large standard errors can be, given what is printed."""

from lib.consistency.bounds.between_countries import (
    UNKNOWN,
    clustered_coefficient_floor,
    clustered_floor_with_unknown_coefficients,
    clustered_variance_floor,
    country_coefficient_floor,
    country_floors,
    variance_floor,
)
from lib.consistency.bounds.contrasts import (
    contrast_p_values,
    contrast_scale,
    critical_design_effects,
    critical_sd,
    support_bounds,
)
from lib.consistency.bounds.individuals import (
    LOGIT_INFORMATION,
    ORDERED_LOGIT_OBSERVED_INFORMATION,
    binary_sum_of_squares,
    logit_coefficient_floor,
)
from lib.consistency.bounds.interactions import (
    effect_along_moderator,
    inferred_correlation,
    inferred_correlation_range,
    significance_limits,
    significance_within_rounding,
)
from lib.consistency.bounds.variances import (
    ceiling_share_bounds,
    floor_share_bounds,
    independent_items_sd,
    sd_bounds,
    standard_error_bounds,
    variance_bounds,
)

__all__ = [
    "LOGIT_INFORMATION",
    "ORDERED_LOGIT_OBSERVED_INFORMATION",
    "UNKNOWN",
    "binary_sum_of_squares",
    "ceiling_share_bounds",
    "clustered_coefficient_floor",
    "clustered_floor_with_unknown_coefficients",
    "clustered_variance_floor",
    "contrast_p_values",
    "contrast_scale",
    "country_coefficient_floor",
    "country_floors",
    "critical_design_effects",
    "critical_sd",
    "effect_along_moderator",
    "floor_share_bounds",
    "independent_items_sd",
    "inferred_correlation",
    "inferred_correlation_range",
    "logit_coefficient_floor",
    "sd_bounds",
    "significance_limits",
    "significance_within_rounding",
    "standard_error_bounds",
    "support_bounds",
    "variance_bounds",
    "variance_floor",
]
