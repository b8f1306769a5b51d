"""Where a fit by non-adaptive quadrature starts to reach a known one of its many maxima."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lib.estimators.multilevel.model import MixedModel
from lib.estimators.multilevel.quadrature import gauss_hermite


def start_at_nodes(model: MixedModel, nodes: Sequence[int], n_points: int) -> np.ndarray:
    """Fit the pooled logit with each group's node as a regressor, whose coefficient is the SD."""
    node = gauss_hermite(n_points).nodes[np.asarray(nodes), 0][model.rows.cluster]
    design = np.column_stack([model.rows.design, node])
    *coefficients, deviation = model._pooled(replace(model.rows, design=design))
    return np.append(coefficients, deviation**2)
