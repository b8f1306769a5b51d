"""Printed cells and fitted cells carry the same names."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.miscmodels.ordinal_model import OrderedModel

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.estimators.multilevel import GROUP_VARIANCE, MixedLogit, MixedOrderedLogit
from lib.estimators.regression_table import complete_rows, fitted_cells, printed_formula
from lib.sources.published import read_table

PRINTED = read_table(DATA / "published" / "kc2018_table2.csv")
REFERENCE = Path(__file__).parent / "reference"
ROWS = pd.read_csv(REFERENCE / "glmm_sim.csv").iloc[::9]


@pytest.fixture(scope="module")
def logit():
    return MixedLogit.from_formula("yb ~ x1 * div + x2", ROWS, groups="group").fit(n_points=7)


@pytest.fixture(scope="module")
def ordered():
    return MixedOrderedLogit.from_formula("yo ~ x1 + div", ROWS, groups="group").fit(n_points=7)


def test_formulas_of_table_2():
    key = "xenophobia + immigrant + manual_worker + unemployed"
    assert printed_formula(PRINTED, "1", "trust_cis") == f"trust_cis ~ {key} + ethnic_diversity"
    third = printed_formula(PRINTED, "3", "trust_cis").split(" ~ ")[1].split(" + ")
    assert len(third) == 12
    assert third[-2:] == ["xenophobia:ethnic_diversity", "ln_gdp_per_capita"]
    assert printed_formula(PRINTED, "4", "y").split(" ~ ")[1].split(" + ") == third


def test_an_unknown_model_is_refused():
    with pytest.raises(InputError, match="no model '5'"):
        printed_formula(PRINTED, "5", "trust_cis")


def test_complete_rows_look_only_at_what_is_used():
    rows = pd.DataFrame({"y": [0, 1, np.nan], "x": [1, 2, 3], "g": ["a", None, "b"], "z": np.nan})
    assert complete_rows(rows, "y ~ x").index.tolist() == [0, 1]
    used = complete_rows(rows, "y ~ x", "g")
    assert (used.index.tolist(), used.columns.tolist()) == ([0], ["y", "x", "g"])


def test_cells_have_the_names_of_the_printed_ones(logit, ordered):
    cells = fitted_cells({"1": logit, "4": ordered})
    assert (cells["model"].isin(["1", "4"])).all()
    found = cells.set_index(["model", "term", "quantity"])["value"]
    assert not found.index.duplicated().any()
    assert found["1", "x1_x_div", "estimate"] == logit.params["x1:div"]
    assert found["1", "intercept", "std_error"] == logit.bse["Intercept"]
    assert found["1", "variance_intercept", "estimate"] == logit.group_variance
    assert found["1", "n", "n"] == len(ROWS)
    cut_points = ["intercept", "cut_point_1", "cut_point_2"]
    expected = ordered.params.iloc[: len(cut_points)]
    assert [found["4", name, "estimate"] for name in cut_points] == expected.tolist()
    printed = PRINTED[PRINTED["model"] == "4"]
    own = {"intercept", "cut_point_1", "cut_point_2", "variance_intercept", "n"}
    assert own <= set(printed["term"]) & set(cells.loc[cells["model"] == "4", "term"])


def test_stars_are_those_of_the_normal_distribution(logit):
    found = fitted_cells({"1": logit}).pivot(index="term", columns="quantity", values="value")
    z = (found["estimate"] / found["std_error"]).abs().drop("n")
    expected = 1 * (z > 1.6449) + 1 * (z > 1.9600) + 1 * (z > 2.5758)
    assert (found["stars"].drop("n") == expected).all()
    assert expected.nunique() > 1


def test_the_parameters_of_a_random_slope_are_no_cells():
    rows = pd.read_csv(REFERENCE / "glmm_slope.csv")
    slopes = MixedLogit.from_formula("yb ~ x", rows, groups="group", random_slopes="x")
    terms = set(fitted_cells({"1": slopes.fit(n_points=5)})["term"])
    assert terms == {"intercept", "x", "variance_intercept", "n"}


def test_errors_given_the_effects_are_those_of_a_logit_with_offset(logit):
    offset = ROWS["group"].map(logit.random_effects["mean"])
    known = smf.glm("yb ~ x1 * div + x2", ROWS, family=sm.families.Binomial(), offset=offset).fit()
    found = logit.conditional_std_errors
    np.testing.assert_allclose(found[known.bse.index], known.bse, rtol=1e-6)
    assert GROUP_VARIANCE not in found


def test_errors_given_the_effects_are_those_of_an_ordered_logit_with_offset(ordered):
    offset = ROWS["group"].map(ordered.random_effects["mean"])
    model = OrderedModel(ROWS["yo"], ROWS[["x1", "div"]], distr="logit", offset=offset)
    known = model.fit(method="bfgs", disp=False, gtol=1e-8)
    found = ordered.conditional_std_errors
    np.testing.assert_allclose(found[["x1", "div"]], known.bse[["x1", "div"]], rtol=1e-4)
