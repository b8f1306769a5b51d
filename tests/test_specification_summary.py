"""Summaries of specification curves, by hand."""

import numpy as np
import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.estimators.specification_curve import one_at_a_time
from lib.estimators.specification_summary import (
    changed_choices,
    ranges_by_choice,
    same_findings,
)

CURVE = pd.DataFrame(
    {
        "specification": [0, 0, 1, 1, 2, 2],
        "coding": ["a", "a", "b", "b", "b", "b"],
        "sample": ["all", "all", "all", "all", "some", "some"],
        "term": ["x", "z"] * 3,
        "estimate": [1.0, -0.1, 3.0, 0.2, 2.0, np.nan],
        "p_value": [0.01, 0.5, 0.2, 0.9, 0.09, np.nan],
        "conf_low": [0.5, -1.0, -1.0, -1.0, 0.1, np.nan],
        "conf_high": [1.5, 1.0, 7.0, 1.0, 4.0, np.nan],
        "converged": [True, True, True, True, True, False],
    }
)


def test_the_first_combination_departs_in_nothing():
    choices = {"coding": {"a": {}, "b": {}}, "sample": {"all": {}, "some": {}, "few": {}}}
    changed = changed_choices(one_at_a_time(choices))
    assert changed["choice"].tolist() == ["", "coding", "sample", "sample"]
    assert changed["option"].tolist() == ["", "b", "some", "few"]


def test_findings_are_signs_that_are_significant():
    assert same_findings(CURVE, 0.1).tolist() == [True, True, False, True, True, False]
    assert same_findings(CURVE, 0.05).tolist() == [True, True, False, True, False, False]
    turned = CURVE.assign(estimate=[1.0, -0.1, -3.0, 0.2, 2.0, np.nan], p_value=0.001)
    assert same_findings(turned, 0.1).tolist() == [True, True, False, False, True, False]


def test_the_range_of_a_choice_is_that_of_its_averages():
    ranges = ranges_by_choice(CURVE[CURVE["term"] == "x"], ["sample", "coding"])
    assert ranges["choice"].tolist() == ["coding", "sample"]
    assert ranges["range"].tolist() == [1.5, 0.0]
    assert ranges.loc[0, ["lowest", "low", "highest", "high"]].tolist() == ["a", 1.0, "b", 2.5]


def test_without_the_first_fit_there_is_nothing_to_compare():
    failed = CURVE.assign(n=1200, problem="The regressors are collinear.")
    failed.loc[failed["specification"] == 0, "converged"] = False
    said = "cannot be fitted to 1,200 respondents, .*: The regressors are collinear"
    with pytest.raises(InputError, match=said):
        same_findings(failed, 0.1)
