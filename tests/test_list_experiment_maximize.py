"""Whether climbs to a maximum of a list experiment's likelihood say how they end."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.special import expit

from lib.estimators.ascent import NoMaximumError
from lib.estimators.list_experiment.maximize import BOUNDARY, at_boundary, maximize
from lib.estimators.list_experiment.mixture import Evaluation


@dataclass(frozen=True)
class Hill:
    """A likelihood with a maximum in a, which rises in b without end, and may hide that it does."""

    unit: float
    hidden: bool = False
    weights = np.ones(1)

    @property
    def scale(self):
        return np.array([1.0, self.unit])

    def evaluate(self, parameters):
        a, height = parameters[0], 1 + self.unit * parameters[1]
        score, curvature = np.array([-a, self.unit / height]), (1, (self.unit / height) ** 2)
        log_likelihood = 0.0 if self.hidden else np.log(height) - a**2 / 2
        return Evaluation(
            parameters, log_likelihood, score[None], score, np.diag(curvature), np.ones((1, 1))
        )


@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_a_climb_without_end_names_what_still_moves_in_any_unit(unit):
    with pytest.raises(NoMaximumError, match="estimates of b run to infinity") as raised:
        maximize(Hill(unit), np.array([1.0, 0.0]), ["a", "b"], np.zeros(2, dtype=bool))
    assert raised.value.reached.parameters[1] * unit > 100


def test_a_climb_that_finds_no_higher_point_ends_where_it_was():
    start = np.array([1.0, 2.0])
    with pytest.raises(NoMaximumError, match="No step raises the log-likelihood") as raised:
        maximize(Hill(1.0, hidden=True), start, ["a", "b"], np.zeros(2, dtype=bool))
    assert raised.value.reached.parameters.tolist() == [1, 2]


def test_a_share_at_its_bound_may_rise_inwards_by_a_tenth_at_most():
    score = np.array([1.0, -0.05, -0.2, 0.05, 1.0]) * expit(-BOUNDARY)
    parameters = BOUNDARY * np.array([1, 1, 1, -1, 0.9])
    current = replace(Hill(1.0).evaluate(parameters), score=score)
    assert at_boundary(current).tolist() == [True, True, False, True, False]
