"""Bad rows and options of a list experiment get one plain sentence."""

import numpy as np
import pandas as pd
import pytest

from lib.core.errors import ConvergenceError, ConvergenceWarning, InputError
from lib.estimators.list_experiment import (
    difference_from_summary,
    difference_in_means,
    ictreg,
    subgroup_contrasts,
)


def good_rows(n=200):
    generator = np.random.default_rng(4)
    treat = np.arange(n) % 2
    male = generator.integers(0, 2, n)
    trait = generator.random(n) < 0.3 + 0.3 * male
    items = generator.binomial(3, 0.5, n)
    x = generator.normal(size=n)
    return pd.DataFrame(
        {"y": items + treat * trait, "treat": treat, "male": male, "x": x, "w": 1.0, "city": "a"}
    )


def with_cell(rows, row, column, value):
    rows = rows.copy()
    rows.loc[row, column] = value
    return rows


BAD = {
    "no rows": (lambda d: d.iloc[:0], {}, "have no rows"),
    "unknown treatment": (lambda d: d, {"treatment": "arm"}, "no column 'arm'"),
    "unknown weights": (lambda d: d, {"weights": "weight"}, "no column 'weight'"),
    "unknown regressor": (lambda d: d, {"formula": "y ~ age"}, "'y ~ age' cannot be read"),
    "malformed formula": (lambda d: d, {"formula": "y ~ (x"}, "cannot be read"),
    "two left sides": (lambda d: d, {"formula": "y + x ~ male"}, "not one column of numbers"),
    "missing count": (lambda d: d.assign(y=d.y.where(d.x > 0)), {}, "'y' has .* missing"),
    "missing regressor": (lambda d: d.assign(male=d.male.where(d.x > 0)), {}, "'male' has"),
    "missing arm": (lambda d: d.assign(treat=d.treat.where(d.x > 0)), {}, "'treat' has"),
    "missing by formula": (
        lambda d: d,
        {"formula": "y ~ I(x * np.nan)"},
        "cannot be read",
    ),
    "infinite regressor": (lambda d: d.assign(male=np.inf), {}, "'male' has values that are not"),
    "three arms": (
        lambda d: d.assign(treat=d.treat * 2),
        {},
        "must be 0 .control. or 1 and holds 2",
    ),
    "text arms": (lambda d: d.assign(treat="list"), {}, "holds 'list'"),
    "no control arm": (lambda d: d.assign(treat=1), {}, "control arm is empty"),
    "no treatment arm": (lambda d: d.assign(treat=0), {}, "treatment arm is empty"),
    "too few items": (lambda d: d, {"n_items": 2}, "must be a whole number from 0 to"),
    "no items": (lambda d: d, {"n_items": 0}, "at least 1, not 0"),
    "broken items": (lambda d: d, {"n_items": 2.5}, "at least 1, not 2.5"),
    "control with J + 1": (
        lambda d: with_cell(d, 10, "y", 4),
        {},
        "Row 10 .control arm. has the count 4, which must be a whole number from 0 to 3",
    ),
    "treated with J + 2": (
        lambda d: with_cell(d, 11, "y", 5),
        {},
        "Row 11 .treatment arm. has the count 5, which must be a whole number from 0 to 4",
    ),
    "J + 2 with the second of two items": (
        lambda d: with_cell(d.assign(treat=d.treat * (1 + (d.index % 4 == 3))), 11, "y", 5),
        {"method": "linear"},
        "Row 11 .treatment arm. has the count 5, which must be a whole number from 0 to 4",
    ),
    "negative count": (lambda d: with_cell(d, 0, "y", -1), {}, "has the count -1"),
    "broken count": (lambda d: d.assign(y=d.y + 0.5), {}, "Row 0 .* must be a whole number"),
    "negative weight": (lambda d: with_cell(d, 3, "w", -1.0), {"weights": "w"}, "row 3 has -1"),
    "zero weight": (lambda d: with_cell(d, 3, "w", 0.0), {"weights": "w"}, "above zero"),
    "collinear": (
        lambda d: d.assign(female=1 - d.male),
        {"formula": "y ~ male + female"},
        "control arm the regressors Intercept, male, female are collinear",
    ),
    "constant in one arm": (
        lambda d: d.assign(male=d.male * d.treat),
        {},
        "In the control arm male is 0 for everybody; leave it out",
    ),
    "a category of one respondent": (
        lambda d: d.assign(place=np.where(d.index == 0, "sea", np.where(d.male, "land", "town"))),
        {"formula": "y ~ place"},
        r"Category 'sea' of place has respondents \(1\) but none in the treatment arm; merge it",
    ),
    "unknown method": (lambda d: d, {"method": "em"}, "method 'em' is unknown"),
    "unknown error": (lambda d: d, {"error": "random"}, "error 'random' is unknown"),
    "option of another method": (
        lambda d: d,
        {"method": "nls", "floor": True},
        "belong to method='ml', not to 'nls'",
    ),
    "error and floor": (
        lambda d: d,
        {"error": "uniform", "floor": True},
        "drop one of the options",
    ),
    "unconstrained ceiling": (
        lambda d: d,
        {"constrained": False, "ceiling": True},
        "drop one of the options",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_regressions(name):
    change, options, sentence = BAD[name]
    arguments = {"formula": "y ~ male", "treatment": "treat", "n_items": 3} | options
    with pytest.raises(InputError, match=sentence) as caught:
        ictreg(data=change(good_rows()), **arguments)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


DIFFERENCES = {
    "no column": (lambda d: d, {"outcome": "count"}, "no column 'count'"),
    "missing subgroup": (lambda d: d.assign(city=None), {"by": "city"}, "'city' has 200 missing"),
    "text counts": (lambda d: d.assign(y="many"), {}, "'y' is not numeric"),
    "third arm": (lambda d: d.assign(treat=d.treat * 2), {}, "holds 2"),
    "thin subgroup": (
        lambda d: with_cell(d, 5, "city", "b"),
        {"by": "city"},
        "Group 'b' has 0 respondents in the control arm",
    ),
    "bad weight": (lambda d: d.assign(w=0.0), {"weights": "w"}, "weights must be numbers above"),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_bad_differences(name):
    change, options, sentence = DIFFERENCES[name]
    arguments = {"outcome": "y", "treatment": "treat"} | options
    with pytest.raises(InputError, match=sentence):
        difference_in_means(change(good_rows()), **arguments)


@pytest.mark.parametrize("bad", [{"n_control": 1}, {"sd_control": 0.0, "sd_treatment": 0.0}])
def test_bad_summaries(bad):
    arms = {"mean_control": 1.0, "sd_control": 1.0, "n_control": 10}
    arms |= {"mean_treatment": 1.5, "sd_treatment": 1.0, "n_treatment": 10}
    with pytest.raises(InputError, match="Each arm needs two respondents"):
        difference_from_summary(pd.DataFrame([arms | bad]))


def test_contrasts_need_two_subgroups():
    table = difference_in_means(good_rows(), "y", "treat", by="city")
    with pytest.raises(InputError, match="No variable has two subgroups"):
        subgroup_contrasts(table)


def test_bad_predictions():
    fit = ictreg("y ~ male + C(city)", with_two_cities(), "treat", 3, method="linear")
    with pytest.raises(InputError, match="do not fit the formula"):
        fit.predict(pd.DataFrame({"city": ["a"]}))
    sentence = r"do not fit the formula 'y ~ male \+ C\(city\)': .*levels.*[^.]\.$"
    with pytest.raises(InputError, match=sentence):
        fit.predict(pd.DataFrame({"city": ["c"], "male": [1]}))
    with pytest.raises(InputError, match="'male' has 1 missing"):
        fit.predict(pd.DataFrame({"city": ["a", "b"], "male": [1, None]}))
    with pytest.raises(InputError, match="contrast has 1 rows and the rows predicted are 2"):
        fit.predict(
            pd.DataFrame({"city": ["a", "b"], "male": 1}),
            average=False,
            contrast=pd.DataFrame({"city": ["a"], "male": [1]}),
        )


@pytest.mark.parametrize("kind", ["bool", "boolean"])
def test_a_boolean_outcome_is_a_count_of_0_and_1(kind):
    rows = good_rows().assign(any=lambda d: d.y > 1)
    truth, numbers = rows.astype({"any": kind}), rows.astype({"any": int})
    ours = [ictreg("any ~ x", each, "treat", 1, method="linear") for each in (truth, numbers)]
    pd.testing.assert_series_equal(ours[0].params, ours[1].params)
    assert ours[0].model.endog_names == "any"
    transformed = ictreg("y > 1 ~ x", rows, "treat", 1, method="linear")
    pd.testing.assert_series_equal(transformed.params, ours[1].params)
    differences = [difference_in_means(each, "any", "treat") for each in (truth, numbers)]
    pd.testing.assert_frame_equal(*differences)


@pytest.mark.parametrize("formula", ["y ~ city", "y ~ C(city)"])
def test_an_unused_category_is_left_out(formula):
    rows = with_two_cities()
    unused = rows.assign(city=pd.Categorical(rows.city, ["none", "b", "a"]))
    fit = ictreg(formula, unused, "treat", 3)
    assert fit.llf == pytest.approx(ictreg(formula, rows, "treat", 3).llf)
    assert list(fit.params.index)[1].endswith("[T.a]")
    predicted = fit.predict(unused.head(3).assign(city=["a", "b", "a"]), average=False)
    assert predicted["estimate"].iloc[0] == predicted["estimate"].iloc[2]


def test_parameters_without_information_are_named_together():
    """With a negative difference in means nobody has the trait, and no slope means anything."""
    rows = good_rows().assign(y=lambda d: np.where(d.treat == 1, d.x > 0, 2 - (d.x > 1)))
    told = (
        r"estimates of sensitive\.Intercept, sensitive\.male, sensitive\.x run to infinity or are"
    )
    with pytest.warns(ConvergenceWarning, match=told):
        fit = ictreg("y ~ male + x", rows, "treat", 3)
    assert fit.bse.notna().tolist() == [False] * 3 + [True] * 3


def with_two_cities():
    rows = good_rows()
    return rows.assign(city=np.where(rows.x > 0, "a", "b"))


@pytest.mark.parametrize("method", ["linear", "nls"])
def test_methods_without_a_likelihood_say_so(method):
    fit = ictreg("y ~ male", good_rows(), "treat", 3, method=method)
    for name in ("llf", "posterior"):
        with pytest.raises(InputError, match="fit with method='ml'"):
            getattr(fit, name)


def test_nls_without_a_finite_estimate_names_the_term():
    rows = good_rows()
    rows.loc[(rows.male == 1) & (rows.treat == 1), "y"] = 4
    with pytest.raises(ConvergenceError, match=r"no finite estimate of sensitive\.male"):
        ictreg("y ~ male", rows, "treat", 3, method="nls")


def certain_rows(share_of_women):
    """Six control counts of each sex in two arms; all treated men have the trait."""
    counts = np.repeat([0, 1, 1, 2, 2, 3], 20)
    women = counts + (np.arange(120) % 10 < 10 * share_of_women)
    parts = [(0, 0, counts), (0, 1, counts), (1, 0, women), (1, 1, counts + 1)]
    tables = [pd.DataFrame({"treat": t, "male": m, "y": y}) for t, m, y in parts]
    return pd.concat(tables, ignore_index=True)


def test_a_share_of_one_is_told_of():
    rows = certain_rows(share_of_women=0.5)
    with pytest.warns(ConvergenceWarning, match=r"sensitive\.male run to infinity"):
        fit = ictreg("y ~ male", rows, "treat", 3)
    assert fit.predict(rows[rows.male == 1])["estimate"][0] == pytest.approx(1, abs=1e-4)
    assert np.isnan(fit.bse["sensitive.male"])
    women = ictreg("y ~ 1", rows[rows.male == 0], "treat", 3)
    assert fit.params["sensitive.Intercept"] == pytest.approx(women.params.iloc[0], abs=1e-4)
    assert fit.bse["sensitive.Intercept"] == pytest.approx(women.bse.iloc[0], rel=1e-4)


def test_a_trait_of_everybody_is_told_of():
    rows = certain_rows(share_of_women=1.0)
    with pytest.warns(ConvergenceWarning, match=r"sensitive\.Intercept run to infinity"):
        fit = ictreg("y ~ 1", rows, "treat", 3)
    assert fit.predict()["estimate"][0] == pytest.approx(1, abs=1e-4)
    assert fit.bse["control.Intercept"] > 0


def test_a_trait_that_a_regressor_separates_is_told_of():
    """All above a threshold have the trait: the slope grows without limit."""
    x = np.tile(np.linspace(-1, 1, 60), 2)
    treat = np.repeat([0, 1], 60)
    rows = pd.DataFrame({"y": 1 + treat * (x > 0), "x": x, "treat": treat})
    rows.loc[::3, "y"] += 1
    with pytest.warns(ConvergenceWarning, match=r"sensitive\.x run to infinity"):
        ictreg("y ~ x", rows, "treat", 3)
