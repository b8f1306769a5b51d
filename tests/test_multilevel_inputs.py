"""Bad input gets one plain sentence."""

import numpy as np
import pandas as pd
import pytest

from lib.core.errors import ConvergenceError, InputError, plain
from lib.estimators.multilevel import MixedLogit, nonadaptive_optima


def good_rows():
    generator = np.random.default_rng(1)
    group = np.repeat(list("abcdef"), 20)
    x = generator.normal(size=120)
    height = pd.Series(group).map(dict(zip("abcdef", range(6), strict=True)))
    y = (generator.logistic(size=120) < x + height - 2.5).astype(int)
    return pd.DataFrame({"group": group, "x": x, "y": y, "height": height, "n": 1, "w": 1.5})


def build(rows, formula="y ~ x", **columns):
    return MixedLogit.from_formula(formula, rows, groups=columns.pop("groups", "group"), **columns)


BAD = {
    "unknown group column": (lambda d: d, {"groups": "land"}, "no column 'land'"),
    "unknown regressor": (lambda d: d, {"formula": "y ~ nothing"}, "formula 'y ~ nothing'"),
    "malformed formula": (lambda d: d, {"formula": "y ~ (x"}, "cannot be read"),
    "one group": (lambda d: d.assign(group="a"), {}, "one group \\('a'\\)"),
    "one group of numbers": (lambda d: d.assign(group=1), {}, "one group \\(1\\)"),
    "missing response": (lambda d: d.assign(y=d.y.where(d.x > 0)), {}, "'y' has .* missing"),
    "missing regressor": (lambda d: d.assign(x=d.x.where(d.x > 0)), {}, "'x' has .* missing"),
    "missing group": (lambda d: d.assign(group=d.group.where(d.x > 0)), {}, "'group' has"),
    "missing by formula": (
        lambda d: d.assign(x=d.x.where(d.index > 2, 0)),
        {"formula": "y ~ I(x / x)"},
        "gives missing values in 3 rows",
    ),
    "infinite regressor": (lambda d: d.assign(x=np.inf), {}, "'x' has values that are not finite"),
    "infinite offset": (
        lambda d: d.assign(w=np.inf),
        {"offset": "w"},
        "'offset' has values that are not finite",
    ),
    "count response": (lambda d: d.assign(y=d.y + 1), {}, "must be 0 or 1 and holds 2"),
    "text response": (lambda d: d.assign(y=d.y.map({0: "no", 1: "yes"})), {}, "code it 0 and 1"),
    "constant response": (lambda d: d.assign(y=1), {}, "separated perfectly by Intercept"),
    "negative frequency": (
        lambda d: d.assign(n=-1),
        {"frequency_weights": "n"},
        "frequency weights must be whole numbers, zero or more; row 0 has -1",
    ),
    "broken frequency": (
        lambda d: d.assign(n=1.5),
        {"frequency_weights": "n"},
        "frequency weights must be whole",
    ),
    "negative sampling weight": (
        lambda d: d.assign(w=-0.5),
        {"sampling_weights": "w"},
        "sampling weights must be numbers, zero or more",
    ),
    "no weight at all": (
        lambda d: d.assign(w=0),
        {"sampling_weights": "w"},
        "sampling weights are all zero",
    ),
    "separation": (
        lambda d: d.assign(sign=(d.y == 1) * 1.0),
        {"formula": "y ~ x + sign"},
        "separated perfectly by .*sign",
    ),
    "partial separation": (
        lambda d: d.assign(rare=((d.y == 1) & (d.x > 1)) * 1.0),
        {"formula": "y ~ x + rare"},
        "separated perfectly by rare",
    ),
    "collinear": (
        lambda d: d.assign(twice=2 * d.x),
        {"formula": "y ~ x + height + twice"},
        "regressors x, twice are collinear",
    ),
    "more country-level regressors than countries": (
        lambda d: d[d.group < "c"].assign(square=lambda e: e.height**2 + 3),
        {"formula": "y ~ x + height + square"},
        "regressors Intercept, height, square are collinear",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_data(case):
    spoil, arguments, sentence = BAD[case]
    with pytest.raises(InputError, match=sentence) as caught:
        build(spoil(good_rows()), **arguments).fit()
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize("kind", ["bool", "boolean"])
def test_a_boolean_response_is_0_and_1(kind):
    rows = good_rows()
    numbers, truth = build(rows).fit(), build(rows.astype({"y": kind})).fit()
    pd.testing.assert_series_equal(numbers.params, truth.params)
    exog = rows[["x"]].assign(constant=1.0)
    arrays = [MixedLogit(y, exog, rows.group).fit() for y in (rows.y, rows.y == 1)]
    pd.testing.assert_series_equal(arrays[0].params, arrays[1].params)


def test_an_unused_category_is_left_out():
    rows = good_rows().assign(z=lambda d: pd.Categorical(d.index % 2, [0, 1, 2]))
    assert list(build(rows, "y ~ z").fit().params.index) == [
        "Intercept",
        "z[T.1]",
        "group variance",
    ]


def test_separation_is_found_from_any_start():
    rows = good_rows().assign(sign=lambda d: (d.y == 1) * 1.0)
    with pytest.raises((InputError, ConvergenceError)):
        build(rows, formula="y ~ x + sign").fit(start=[0.0, 0.1, 0.2, 0.5])


def test_the_good_rows_are_good():
    assert build(good_rows(), frequency_weights="n", sampling_weights="w").fit().converged


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"quadrature": "laplace"}, "'laplace' is unknown; choose 'adaptive' or 'nonadaptive'"),
        ({"n_points": 0}, "integer of at least 1, not 0"),
        ({"n_points": np.float64(2.5)}, r"integer of at least 1, not 2\.5\."),
        ({"start": [0, 1]}, "must be 3 finite numbers"),
        ({"start": [0, 1, 0]}, "above 0"),
        ({"start": [0, np.nan, 1]}, "finite"),
    ],
)
def test_bad_fits(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        build(good_rows()).fit(**arguments)


def test_node_probabilities_are_for_nonadaptive_quadrature():
    with pytest.raises(InputError, match="nonadaptive"):
        _ = build(good_rows()).fit().node_probabilities


def test_profiles_of_unknown_terms_and_negative_variances():
    fit = build(good_rows()).fit()
    with pytest.raises(InputError, match="no term 'z'; it has Intercept, x, group variance"):
        fit.profile_log_likelihood("z", 0)
    with pytest.raises(InputError, match="cannot be negative"):
        fit.profile_log_likelihood("group variance", -1)


def test_profile_interval_needs_a_likelihood():
    fit = build(good_rows(), sampling_weights="w").fit()
    with pytest.raises(InputError, match="without sampling weights"):
        fit.profile_interval("x")


def test_starts_must_be_an_array_of_rows():
    with pytest.raises(InputError, match="one row a start"):
        nonadaptive_optima(build(good_rows()), 7, np.array([0.0, 1.0, 1.0]))


@pytest.mark.parametrize("value", [np.int64(1), np.float64(1), np.str_("1"), [np.int64(1)]])
def test_values_are_written_without_numpys_names(value):
    plain_value = value[0].item() if isinstance(value, list) else value.item()
    written = repr(plain_value)
    assert plain(value) == (f"[{written}]" if isinstance(value, list) else written)
