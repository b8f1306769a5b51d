"""Grids of specifications against the fits one by one."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.estimators.multilevel import MixedLogit, MixedOrderedLogit
from lib.estimators.specification_curve import (
    Specification,
    every_combination,
    fit_specifications,
    one_at_a_time,
)

ROWS = pd.read_csv(Path(__file__).parent / "reference" / "glmm_sim.csv").iloc[::9]
ROWS = ROWS.assign(
    x3b=1.0 - ROWS["x2"],
    x1b=np.where(np.arange(len(ROWS)) % 10, ROWS["x1"], np.nan),
    weight=1.0 + np.arange(len(ROWS)) % 2,
)
BASE = Specification("yb ~ x1 + x3 + div", "group")
CHOICES = {
    "left out": {"none": {}, "group 2": {"without": 2}},
    "x3": {"as it is": {}, "coded anew": {"columns": {"x3": "x3b"}}},
    "x1": {"as it is": {}, "with missing values": {"columns": {"x1": "x1b"}}},
}


def test_combinations_start_with_the_first_options():
    every = every_combination(CHOICES)
    assert every.shape == (8, 3)
    assert every.iloc[0].tolist() == ["none", "as it is", "as it is"]
    assert not every.duplicated().any()
    single = one_at_a_time(CHOICES)
    assert single.iloc[0].tolist() == every.iloc[0].tolist()
    assert ((single != single.iloc[0]).sum(axis=1) == [0, 1, 1, 1]).all()


def by_hand(left_out, x3, x1):
    rows = ROWS if left_out == "none" else ROWS[ROWS["group"] != 2]
    rows = rows if x3 == "as it is" else rows.assign(x3=rows["x3b"])
    rows = rows if x1 == "as it is" else rows.assign(x1=rows["x1b"]).dropna(subset="x1")
    return MixedLogit.from_formula(BASE.formula, rows, groups="group").fit()


@pytest.mark.parametrize("n_processes", [1, 2])
def test_every_fit_is_the_one_by_hand(n_processes):
    every = every_combination(CHOICES)
    curve = fit_specifications(ROWS, BASE, CHOICES, every, ["x1", "div"], n_processes)
    assert len(curve) == 2 * len(every)
    for number, labels in enumerate(every.itertuples(index=False)):
        fit = by_hand(*labels)
        rows = curve[curve["specification"] == number].set_index("term")
        assert rows[list(CHOICES)].iloc[0].tolist() == list(labels)
        np.testing.assert_allclose(rows["estimate"], fit.params[["x1", "div"]], rtol=1e-6)
        np.testing.assert_allclose(rows["std_error"], fit.bse[["x1", "div"]], rtol=1e-5)
        np.testing.assert_allclose(rows["log_likelihood"], fit.llf, rtol=1e-12)
        assert (rows["n"] == fit.nobs).all()
    assert curve["converged"].all()


def test_options_may_change_model_weights_quadrature_and_random_part():
    choices = {
        "model": {"logit": {}, "ordered": {"model": MixedOrderedLogit, "columns": {"yb": "yo"}}},
        "weights": {"none": {}, "weighted": {"sampling_weights": "weight"}},
        "quadrature": {"adaptive": {}, "nonadaptive": {"quadrature": "nonadaptive", "n_points": 7}},
        "slope": {"fixed": {}, "random": {"random_slopes": "x1", "n_points": 3}},
    }
    curve = fit_specifications(ROWS, BASE, choices, one_at_a_time(choices), ["x1"])
    ordered = MixedOrderedLogit.from_formula("yo ~ x1 + x3 + div", ROWS, groups="group").fit()
    weighted = MixedLogit.from_formula(
        BASE.formula, ROWS, groups="group", sampling_weights="weight"
    ).fit()
    plain = MixedLogit.from_formula(BASE.formula, ROWS, groups="group").fit("nonadaptive", 7)
    fits = [by_hand("none", "as it is", "as it is"), ordered, weighted, plain]
    expected = [fit.params["x1"] for fit in fits]
    np.testing.assert_allclose(curve["estimate"].iloc[:4], expected, rtol=1e-6)
    np.testing.assert_allclose(curve["std_error"].iloc[1:4], [f.bse["x1"] for f in fits[1:]], 1e-5)
    assert curve["log_likelihood"].iloc[4] >= curve["log_likelihood"].iloc[0]
    assert curve["at_boundary"].tolist()[:4] == [False] * 4


def test_a_failure_is_recorded_with_its_reason():
    rows = ROWS.assign(constant=1.0, same=ROWS["div"])
    choices = {
        "x1": {
            "as it is": {},
            "constant": {"columns": {"x1": "constant"}},
            "of the country": {"columns": {"x1": "same"}},
        }
    }
    curve = fit_specifications(rows, BASE, choices, every_combination(choices), ["x1", "div"])
    failed = curve[curve["x1"] != "as it is"]
    assert failed["estimate"].isna().all()
    assert not failed["converged"].any()
    assert failed["problem"].str.contains("collinear").all()
    assert (failed["n"] == len(rows)).all()
    assert curve[curve["x1"] == "as it is"]["converged"].all()


def test_a_curve_whose_every_fit_fails_has_the_columns_of_any_other():
    choices = {"left out": {"none": {}, "group 2": {"without": 2}}}
    curves = [
        fit_specifications(rows, BASE, choices, every_combination(choices), ["x1", "div"])
        for rows in (ROWS, ROWS.assign(x1=1.0))
    ]
    assert set(curves[0]) == set(curves[1])
    assert curves[1]["estimate"].isna().all()
    assert curves[1]["problem"].str.contains("collinear").all()


def test_a_boundary_fit_is_no_start_for_the_next():
    flat = ROWS.assign(noise=np.arange(len(ROWS)) % 2 * 1.0)
    choices = {"response": {"noise": {"columns": {"yb": "noise"}}, "as it is": {}}}
    curve = fit_specifications(flat, BASE, choices, every_combination(choices), ["x1"])
    assert curve["at_boundary"].tolist() == [True, False]
    expected = by_hand("none", "as it is", "as it is").params["x1"]
    assert curve["estimate"].iloc[1] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ({"columns": {"x1": "x9"}}, "no column 'x9'"),
        ({"without": 99}, "No group is called 99"),
        ({"sampling_weights": "weights"}, "did you mean 'weight'"),
    ],
)
def test_an_option_that_names_nothing_is_refused(option, sentence):
    choices = {"choice": {"base": {}, "wrong": option}}
    with pytest.raises(InputError, match=sentence):
        fit_specifications(ROWS, BASE, choices, every_combination(choices), ["x1"])
