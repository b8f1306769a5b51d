"""What must change no number: order, labels, units, repetition, the order of quadrature nodes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.consistency.aggregates import country_level_summary, summary_bounds
from lib.consistency.bounds import (
    contrast_p_values,
    country_coefficient_floor,
    effect_along_moderator,
    standard_error_bounds,
)
from lib.consistency.consistency import PrintedRow, partition_solutions, weighted_total
from lib.estimators.few_clusters import (
    country_logits,
    effect_statistics,
    leave_one_out,
    permutation_test,
    t_inference,
    two_step,
    two_step_slope,
    wild_bootstrap,
)
from lib.estimators.list_experiment import (
    combined_estimator,
    design_effect_test,
    difference_in_means,
    floor_and_ceiling_shares,
    hausman_test,
    ictreg,
)
from lib.estimators.margins import average_effect_along, average_effect_by_group
from lib.estimators.multilevel import GROUP_VARIANCE, MixedLogit, MixedOrderedLogit
from lib.estimators.multilevel.quadrature import QuadratureRule, gauss_hermite
from lib.sources.published import PrintedNumber

MODELS = {"binary": MixedLogit, "ordered": MixedOrderedLogit}
FORMULA = "{} ~ x * z + d"
COUNTRIES = pd.DataFrame(
    {"effect": [0.3, -0.4, 1.9, 1.2, 0.8], "z": [0.1, 0.3, 0.4, 0.7, 0.2], "se": [1, 2, 1, 3, 1]},
    index=list("ABCDE"),
)
orders = st.permutations(range(5))
factors = st.floats(0.01, 100)


@pytest.fixture(scope="module")
def rows():
    """Respondents in eight countries: coarse regressors, so that rows repeat."""
    generator = np.random.default_rng(11)
    country = np.repeat(np.arange(8), 30)
    d, x = generator.integers(0, 2, (2, len(country)))
    z = (country / 8).round(2)
    effect = generator.normal(scale=0.8, size=8)[country]
    latent = 0.6 * x * z - 0.4 * d + effect + generator.logistic(size=len(country))
    answer = {"binary": (latent > 0).astype(int), "ordered": np.digitize(latent, [-1.0, 0.5])}
    return pd.DataFrame({**answer, "x": x, "z": z, "d": d, "country": country})


def build(kind, rows, **columns):
    return MODELS[kind].from_formula(FORMULA.format(kind), rows, groups="country", **columns)


@pytest.fixture(scope="module", params=MODELS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def fit(kind, rows):
    return build(kind, rows).fit(n_points=9)


def assert_same(fit, other, rtol=1e-7):
    assert other.llf == pytest.approx(fit.llf, abs=1e-8)
    np.testing.assert_allclose(other.params, fit.params, rtol=rtol)
    np.testing.assert_allclose(other.bse, fit.bse, rtol=rtol)


def permuted(n_points, dimension=1):
    """Nodes and weights of the rule in another order."""
    rule = gauss_hermite(n_points, dimension)
    order = np.random.default_rng(n_points).permutation(len(rule.nodes))
    return QuadratureRule(rule.nodes[order], rule.log_weights[order])


@pytest.mark.parametrize("quadrature", ["adaptive", "nonadaptive"])
def test_order_of_quadrature_nodes(monkeypatch, kind, rows, quadrature):
    ours = build(kind, rows).fit(quadrature, 7)
    monkeypatch.setattr("lib.estimators.multilevel.model.gauss_hermite", permuted)
    monkeypatch.setattr("lib.estimators.multilevel.maximize.gauss_hermite", permuted)
    theirs = build(kind, rows).fit(quadrature, 7)
    assert_same(ours, theirs)
    pd.testing.assert_frame_equal(theirs.random_effects, ours.random_effects)


def test_order_of_the_nodes_of_two_random_effects(monkeypatch, kind, rows):
    ours = build(kind, rows, random_slopes="x")
    params = [*ours.pooled, 0.5, 0.1, 0.3]
    value, score = ours.loglike(params, "nonadaptive", 5), ours.score(params, "nonadaptive", 5)
    monkeypatch.setattr("lib.estimators.multilevel.model.gauss_hermite", permuted)
    assert ours.loglike(params, "nonadaptive", 5) == pytest.approx(value, abs=1e-9)
    np.testing.assert_allclose(ours.score(params, "nonadaptive", 5), score, atol=1e-9)


def test_country_labels_change_only_labels(kind, rows, fit):
    labels = [f"land {code}" for code in (5, 2, 7, 0, 6, 1, 4, 3)]
    renamed = build(kind, rows.assign(country=rows["country"].map(dict(enumerate(labels)))))
    renamed = renamed.fit(n_points=9)
    assert_same(fit, renamed)
    np.testing.assert_allclose(renamed.random_effects.loc[labels], fit.random_effects, rtol=1e-6)


@given(factor=factors, shift=st.floats(-5, 5))
@settings(max_examples=5, deadline=None)
def test_units_of_a_regressor(rows, factor, shift):
    for kind in MODELS:
        fit = build(kind, rows).fit(n_points=5)
        other = build(kind, rows.assign(d=factor * rows["d"] + shift)).fit(n_points=5)
        assert other.llf == pytest.approx(fit.llf, abs=1e-8)
        names = ["x", "z", "x:z", GROUP_VARIANCE]
        np.testing.assert_allclose(other.params[names], fit.params[names], rtol=1e-5)
        np.testing.assert_allclose(other.bse[names], fit.bse[names], rtol=1e-5)
        assert other.params["d"] * factor == pytest.approx(fit.params["d"], rel=1e-5)
        assert other.bse["d"] * factor == pytest.approx(fit.bse["d"], rel=1e-5)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_repeated_rows_in_any_order_are_frequency_weights(rows, seed):
    generator = np.random.default_rng(seed)
    weighted = rows.assign(n=generator.integers(0, 4, len(rows)))
    repeated = weighted.loc[weighted.index.repeat(weighted["n"])]
    repeated = repeated.sample(frac=1, random_state=int(generator.integers(2**31)))
    for kind in MODELS:
        counted, each = build(kind, weighted, frequency_weights="n"), build(kind, repeated)
        params = generator.normal(scale=0.5, size=len(each.data.param_names))
        params[:2].sort()
        params[-1] **= 2
        for quadrature in ("adaptive", "nonadaptive"):
            assert counted.loglike(params, quadrature, 5) == each.loglike(params, quadrature, 5)
            ours, theirs = (model.score(params, quadrature, 5) for model in (counted, each))
            np.testing.assert_array_equal(ours, theirs)


def test_every_country_twice_halves_the_variances(kind, rows, fit):
    twice = pd.concat([rows, rows.assign(country=rows["country"] + 100)])
    other = build(kind, twice).fit(n_points=9)
    assert other.llf == pytest.approx(2 * fit.llf, rel=1e-10)
    np.testing.assert_allclose(other.params, fit.params, rtol=1e-6)
    np.testing.assert_allclose(other.bse, fit.bse / np.sqrt(2), rtol=1e-5)


def test_margins_by_row_order_labels_and_units(rows):
    fit = build("binary", rows).fit(n_points=9)
    labels = rows["country"].map(lambda code: f"land {9 - code}")
    other = rows.assign(d=10 * rows["d"] - 3, country=labels).sample(frac=1, random_state=2)
    again = build("binary", other).fit(n_points=9)
    ours, theirs = (
        average_effect_along(results, each, "x", "z", [0.2, 0.7])
        for results, each in ((fit, rows), (again, other))
    )
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-6)
    ours, theirs = (
        average_effect_by_group(results, each, "x", "country")
        for results, each in ((fit, rows), (again, other))
    )
    np.testing.assert_allclose(theirs.loc[labels.unique()], ours, rtol=1e-6)


@pytest.fixture(scope="module")
def counted():
    """A list experiment with four control items."""
    generator = np.random.default_rng(12)
    x = generator.normal(size=1500).round(1)
    treat = generator.permutation(1500) % 2
    trait = generator.random(1500) < 0.35 + 0.3 * (x > 0)
    count = generator.binomial(4, 0.45 + 0.1 * (x > 0)) + treat * trait
    direct = trait & (generator.random(1500) < 0.5)
    columns = {"y": count, "treat": treat, "x": x, "direct": direct.astype(int)}
    return pd.DataFrame({**columns, "city": generator.choice(list("abc"), 1500)})


def shuffled(rows):
    return rows.sample(frac=1, random_state=3)


def test_row_order_of_a_list_experiment(counted):
    for test in (design_effect_test, floor_and_ceiling_shares):
        pair = [test(each, "y", "treat", 4) for each in (counted, shuffled(counted))]
        tables = [getattr(result, "types", result) for result in pair]
        pd.testing.assert_frame_equal(*tables)
    pair = [difference_in_means(r, "y", "treat", by="city") for r in (counted, shuffled(counted))]
    pd.testing.assert_frame_equal(*pair)
    pair = [combined_estimator(r, "y", "treat", "direct", 4) for r in (counted, shuffled(counted))]
    pd.testing.assert_frame_equal(pair[0].estimates, pair[1].estimates)
    pair = [
        hausman_test(*(ictreg("y ~ x", each, "treat", 4, method) for method in ("ml", "nls")))
        for each in (counted, shuffled(counted))
    ]
    assert pair[0].robust_statistic == pytest.approx(pair[1].robust_statistic, rel=1e-4)


def test_subgroup_labels_change_only_labels(counted):
    renamed = counted.assign(city=counted["city"].map({"a": "Z", "b": "M", "c": "K"}))
    ours, theirs = (
        difference_in_means(each, "y", "treat", by="city").drop(columns="group")
        for each in (counted, renamed)
    )
    pd.testing.assert_frame_equal(ours, theirs.iloc[::-1].reset_index(drop=True))


def test_repeated_respondents_are_weights_in_the_difference_in_means(counted):
    weighted = counted.assign(w=1 + counted.index % 3)
    repeated = weighted.loc[weighted.index.repeat(weighted["w"])]
    ours = difference_in_means(weighted, "y", "treat", by="city", weights="w")
    theirs = difference_in_means(repeated, "y", "treat", by="city")
    columns = ["mean_control", "mean_treatment", "estimate"]
    pd.testing.assert_frame_equal(ours[columns], theirs[columns])
    assert (ours["std_error"] > theirs["std_error"]).all()


def counting_what_does_not_apply(counted):
    """Count the items of each list that do not apply."""
    return counted.assign(y=4 + counted["treat"] - counted["y"])


def test_counting_what_does_not_apply_turns_the_share_round(counted):
    ours, theirs = (
        difference_in_means(each, "y", "treat", by="city")
        for each in (counted, counting_what_does_not_apply(counted))
    )
    np.testing.assert_allclose(theirs["estimate"], 1 - ours["estimate"])
    np.testing.assert_allclose(theirs["conf_low"], 1 - ours["conf_high"])
    np.testing.assert_allclose(theirs[["std_error", "df"]], ours[["std_error", "df"]])


@pytest.mark.parametrize("method", ["nls", "ml"])
def test_counting_what_does_not_apply_turns_the_signs_round(counted, method):
    ours, theirs = (
        ictreg("y ~ x", each, "treat", 4, method)
        for each in (counted, counting_what_does_not_apply(counted))
    )
    np.testing.assert_allclose(theirs.params, -ours.params, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(theirs.bse, ours.bse, rtol=1e-4)
    np.testing.assert_allclose(theirs.predict()["estimate"], 1 - ours.predict()["estimate"])


@pytest.mark.parametrize("selection", ["own_errors", None])
def test_counting_what_does_not_apply_exchanges_the_types(counted, selection):
    ours, theirs = (
        design_effect_test(each, "y", "treat", 4, selection)
        for each in (counted, counting_what_does_not_apply(counted))
    )
    exchanged = theirs.types.assign(
        trait=1 - theirs.types["trait"], count=4 - theirs.types["count"]
    )
    order = ["trait", "count"]
    np.testing.assert_allclose(
        exchanged.sort_values(order), ours.types.sort_values(order), atol=1e-12
    )
    assert theirs.p_value == pytest.approx(ours.p_value, abs=1e-6)


@given(order=orders, factor=factors)
@settings(max_examples=15, deadline=None)
def test_order_labels_and_units_of_countries(order, factor):
    other = COUNTRIES.iloc[order].rename(index=str.lower)
    effects, z, errors = other["effect"] / factor, factor * other["z"] - 2, other["se"] / factor
    ours = two_step(COUNTRIES["effect"], COUNTRIES[["z"]], COUNTRIES["se"]).tidy().iloc[1]
    theirs = two_step(effects, z.to_frame(), errors).tidy().iloc[1]
    names = ["statistic", "p_value"]
    np.testing.assert_allclose(theirs[names].astype(float), ours[names].astype(float))
    assert theirs["conf_low"] * factor**2 == pytest.approx(ours["conf_low"])
    first = permutation_test(
        COUNTRIES["z"], effect_statistics(COUNTRIES["effect"], COUNTRIES["se"])
    )
    second = permutation_test(z, effect_statistics(effects, errors))
    np.testing.assert_allclose(second["p_value"], first["p_value"])


@given(order=orders, factor=factors)
@settings(max_examples=5, deadline=None)
def test_wild_bootstrap_of_every_draw(order, factor):
    """With every combination of weights, the order of the countries is none of the draws'."""
    other = COUNTRIES.iloc[order].rename(index=str.lower)
    ours = wild_bootstrap(COUNTRIES["effect"], COUNTRIES["z"], alpha=0.2)
    theirs = wild_bootstrap(other["effect"] / factor, factor * other["z"] - 2, alpha=0.2)
    assert theirs.p_value == pytest.approx(ours.p_value)
    assert theirs.statistic == pytest.approx(ours.statistic)
    assert theirs.conf_low * factor**2 == pytest.approx(ours.conf_low, rel=1e-4)
    assert theirs.conf_high * factor**2 == pytest.approx(ours.conf_high, rel=1e-4)


def test_leaving_out_follows_the_country_not_its_place():
    countries = COUNTRIES[["effect", "z"]]
    ours, theirs = (
        leave_one_out(each, two_step_slope).set_index("left_out")["estimate"]
        for each in (countries, countries.iloc[::-1])
    )
    pd.testing.assert_series_equal(theirs.sort_index(), ours)


@given(trust=st.integers(1, 99))
@settings(max_examples=20, deadline=None)
def test_log_odds_of_the_opposite_answer(trust):
    ours, theirs = (country_logits(pd.Series([k]), pd.Series([100])) for k in (trust, 100 - trust))
    assert theirs["effect"][0] == pytest.approx(-ours["effect"][0])
    assert theirs["std_error"][0] == pytest.approx(ours["std_error"][0])


@given(factor=factors)
@settings(max_examples=20, deadline=None)
def test_t_inference_in_other_units(factor):
    estimates, errors = COUNTRIES["effect"], COUNTRIES["se"]
    ours, theirs = (
        t_inference(k * estimates, k * errors, 3).set_index("term") for k in (1, factor)
    )
    scaled = ["estimate", "std_error", "conf_low", "conf_high"]
    np.testing.assert_allclose(theirs[scaled], factor * ours[scaled])
    pd.testing.assert_series_equal(theirs["p_value"], ours["p_value"])


@given(order=orders, factor=factors)
@settings(max_examples=20, deadline=None)
def test_floors_by_order_and_units_of_the_regressor(order, factor):
    ours = country_coefficient_floor(COUNTRIES[["z"]], 0.2)
    theirs = country_coefficient_floor(factor * COUNTRIES[["z"]].iloc[order], 0.2)
    assert theirs["z"] * factor == pytest.approx(ours["z"])
    assert theirs["Intercept"] == pytest.approx(ours["Intercept"])


def test_contrasts_by_order_and_units():
    order, factor = [3, 0, 4, 1, 2], 2.5
    contrasts, scales = COUNTRIES["effect"], COUNTRIES["se"] / 3
    ours = contrast_p_values(contrasts, scales, [0.8, 1.2]).set_index(["sd", "contrast"])
    theirs = contrast_p_values(
        factor * contrasts.iloc[order], factor * scales.iloc[order], [0.8, 1.2]
    ).set_index(["sd", "contrast"])
    names = ["statistic", "p_value", "p_holm"]
    pd.testing.assert_frame_equal(theirs.loc[ours.index, names], ours[names])


@given(factor=factors)
@settings(max_examples=20, deadline=None)
def test_effect_along_a_moderator_in_other_units(factor):
    d = np.array([0.0, 0.3, 0.9])
    ours = effect_along_moderator((-0.2, 0.5), (0.1, 0.2), -0.8, d)
    theirs = effect_along_moderator((-0.2, 0.5 / factor), (0.1, 0.2 / factor), -0.8, factor * d)
    columns = ours.columns.drop("moderator")
    pd.testing.assert_frame_equal(theirs[columns], ours[columns])


def test_arms_may_be_exchanged_in_a_standard_error():
    variances, sizes = [PrintedNumber(2.5, 1), PrintedNumber(3.1, 1)], [20, 31]
    ours = standard_error_bounds(variances, sizes)
    theirs = standard_error_bounds(variances[::-1], sizes[::-1])
    assert (theirs.low, theirs.high) == pytest.approx((ours.low, ours.high))


def test_order_of_the_subgroups_that_make_up_a_sample():
    def row(control, treatment, percent, share):
        means = PrintedNumber(control, 1), PrintedNumber(treatment, 1)
        return PrintedRow(*means, PrintedNumber(percent, 0), PrintedNumber(share, 0))

    whole = row(1.5, 2.0, 50, 100)
    groups = {"a": row(1.0, 1.8, 75, 40), "b": row(1.8, 2.2, 33, 60)}
    ours = partition_solutions(whole, groups, 20, 2)
    theirs = partition_solutions(whole, dict(reversed(groups.items())), 20, 2)[ours.columns]
    assert len(ours) > 0
    assert set(theirs.itertuples(index=False)) == set(ours.itertuples(index=False))


@given(values=st.lists(st.integers(0, 50), min_size=3, max_size=3), order=st.permutations(range(3)))
@settings(max_examples=30, deadline=None)
def test_order_of_the_groups_of_a_total(values, order):
    means = [PrintedNumber(value / 10, 1) for value in values]
    shares = [PrintedNumber(share, 2) for share in (0.2, 0.3, 0.5)]
    ours = weighted_total(means, shares)
    theirs = weighted_total([means[i] for i in order], [shares[i] for i in order])
    assert (theirs.low, theirs.high) == pytest.approx((ours.low, ours.high), abs=1e-9)


@given(order=orders)
@settings(max_examples=5, deadline=None)
def test_order_of_the_countries_of_a_summary(order):
    counts = pd.DataFrame(
        {
            "n_valid": [10, 20, 12, 9, 30],
            "sum_of_codes": [25, 42, 40, 20, 77],
            "counted_codes": "1 2",
            "counted": [5, 13, 3, 5, 12],
        }
    )
    values = {1: 3.0, 2: 2.0, 3: 1.0, 4: 0.0}
    pd.testing.assert_frame_equal(
        summary_bounds(counts.iloc[order], values), summary_bounds(counts, values), atol=1e-6
    )
    n = pd.Series([10, 20, 12, 9, 30], index=COUNTRIES.index)
    pd.testing.assert_frame_equal(
        country_level_summary(COUNTRIES["z"].iloc[order], n.iloc[order]),
        country_level_summary(COUNTRIES["z"], n),
    )
