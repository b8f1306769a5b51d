"""MixedOrderedLogit against ordinal, an independent program, and what must hold of it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from lib.core.errors import ConvergenceError, ConvergenceWarning, InputError
from lib.estimators.multilevel import (
    GROUP_VARIANCE,
    MixedLogit,
    MixedOrderedLogit,
    compare_fits,
    nonadaptive_optima,
    random_starts,
)
from lib.estimators.multilevel.families import OrderedLogit
from tests.pinned_starts import start_at_nodes

REFERENCE = Path(__file__).parent / "reference"
KNOWN = json.loads((REFERENCE / "glmm_reference.json").read_text())["ordered_logit"]
FORMULA = "yo ~ x1 + x2 + x3 + x4 + x5 + div"


@pytest.fixture(scope="module")
def simulated():
    return pd.read_csv(REFERENCE / "glmm_sim.csv")


@pytest.fixture(scope="module")
def model(simulated):
    return MixedOrderedLogit.from_formula(FORMULA, simulated, groups="group")


@pytest.fixture(scope="module")
def large(model):
    return model.fit()


def simulate(seed, n_groups, size, variance, cut_points=(-1.0, 0.3, 1.5)):
    generator = np.random.default_rng(seed)
    group = np.repeat(np.arange(n_groups), size)
    x = generator.normal(size=len(group)).round(1)
    effect = generator.normal(scale=np.sqrt(variance), size=n_groups)[group]
    latent = 0.8 * x + effect + generator.logistic(size=len(group))
    return pd.DataFrame({"y": 1 + np.digitize(latent, cut_points), "x": x, "group": group})


def build(rows, formula="y ~ x", **columns):
    return MixedOrderedLogit.from_formula(formula, rows, groups="group", **columns)


@pytest.fixture(scope="module")
def rows():
    return simulate(1, 12, 30, 0.6)


@pytest.fixture(scope="module")
def fit(rows):
    return build(rows).fit()


def test_adaptive_quadrature_is_that_of_the_independent_program(large):
    known = KNOWN["adaptive25"]
    assert large.llf == pytest.approx(known["ll"], abs=1e-6)
    np.testing.assert_allclose(large.params.iloc[:-1], known["coef"][:-1], atol=1e-5)
    assert large.group_variance == pytest.approx(known["var"], abs=1e-5)
    np.testing.assert_allclose(large.bse.iloc[:-1], known["se"][:-1], atol=1e-4)
    assert large.group_variance_std_error == pytest.approx(known["se_var"], abs=1e-4)


def test_one_adaptive_point_is_the_laplace_approximation_of_clmm(model):
    known = KNOWN["clmm_laplace"]
    laplace = model.fit(n_points=1)
    assert laplace.llf == pytest.approx(known["logLik"], abs=1e-6)
    assert list(laplace.params.index[:-1]) == list(known["coef"])
    np.testing.assert_allclose(laplace.params.iloc[:-1], list(known["coef"].values()), atol=5e-5)
    assert laplace.group_variance == pytest.approx(known["var"], abs=1e-5)
    individual = ["x1", "x2", "x3", "x4", "x5"]
    errors = [known["se"][name] for name in individual]
    np.testing.assert_allclose(laplace.bse[individual], errors, rtol=1e-4)


@pytest.mark.parametrize("points", KNOWN["nonadaptive"])
def test_nonadaptive_quadrature_from_pinned_nodes(model, points):
    n_points, known = int(points[1:]), KNOWN["nonadaptive"][points]
    fit = model.fit("nonadaptive", n_points, start=start_at_nodes(model, known["nodes"], n_points))
    assert fit.llf == pytest.approx(known["ll"], abs=1e-4)
    assert fit.params["div"] == pytest.approx(known["div"], abs=1e-4)
    assert fit.bse["div"] == pytest.approx(known["se_div"], abs=1e-4)
    np.testing.assert_allclose(fit.bse.iloc[:3], known["se_const"], atol=1e-4)
    assert fit.group_variance == pytest.approx(known["var"], abs=1e-4)
    assert fit.group_variance_std_error == pytest.approx(known["se_var"], abs=1e-4)
    assert fit.node_probabilities.idxmax(axis=1).tolist() == known["nodes"]
    np.testing.assert_allclose(fit.node_probabilities.max(axis=1), known["max_post"], atol=1e-6)


def test_clustered_sandwich(simulated):
    rows = simulated.assign(weight=1.0)
    fit = build(rows, FORMULA, sampling_weights="weight").fit()
    known = KNOWN["adaptive25"]["cluster_sandwich"]
    assert fit.bse["div"] == pytest.approx(known["se_div"], abs=1e-4)
    np.testing.assert_allclose(fit.bse.iloc[:3], known["se_const"], atol=1e-4)
    assert fit.group_variance_std_error == pytest.approx(known["se_var"], abs=1e-4)


def test_pooled_estimates(model, rows):
    assert model.pooled[-1] == pytest.approx(KNOWN["pooled"]["div"], abs=1e-6)
    pooled = OrderedModel(rows["y"], rows[["x"]], distr="logit").fit(disp=False, method="newton")
    slope, first, *log_distances = pooled.params
    expected = [*first + np.append(0, np.cumsum(np.exp(log_distances))), slope]
    np.testing.assert_allclose(build(rows).pooled, expected, atol=1e-6)


def test_two_categories_are_the_binary_logit(rows):
    rows = rows.assign(y=(rows["y"] > 2).astype(int))
    ordered = build(rows).fit()
    binary = MixedLogit.from_formula("y ~ x", rows, groups="group").fit()
    assert list(ordered.params.index) == ["0|1", "x", GROUP_VARIANCE]
    assert ordered.llf == pytest.approx(binary.llf, abs=1e-9)
    signs = [-1, 1, 1]
    np.testing.assert_allclose(ordered.params, signs * binary.params.to_numpy(), atol=1e-8)
    np.testing.assert_allclose(ordered.bse, binary.bse.to_numpy(), atol=1e-8)
    assert ordered.df_model == binary.df_model == 1
    assert ordered.icc == pytest.approx(binary.icc)
    pd.testing.assert_frame_equal(ordered.random_effects, binary.random_effects)


def test_reversed_categories_turn_signs_and_the_order_of_cut_points(rows, fit):
    reversed_fit = build(rows.assign(y=5 - rows["y"])).fit()
    assert reversed_fit.llf == pytest.approx(fit.llf, abs=1e-9)
    order = [2, 1, 0, 3]
    np.testing.assert_allclose(
        reversed_fit.params.iloc[:4], -fit.params.iloc[order].to_numpy(), atol=1e-7
    )


def test_only_the_order_of_the_categories_counts(rows, fit):
    recoded = build(rows.assign(y=rows["y"].map({1: -3, 2: 0, 3: 0.5, 4: 9}))).fit()
    assert list(recoded.params.index[:3]) == ["-3|0", "0|0.5", "0.5|9"]
    np.testing.assert_array_equal(recoded.params, fit.params)


def test_an_ordered_categorical_is_a_response(rows, fit):
    """As statsmodels' OrderedModel takes it; an order of its own, and a category nobody gave."""
    names = {1: "none", 2: "little", 3: "some", 4: "much"}
    y = pd.Categorical(rows["y"].map(names), ["none", "little", "dozens", "some", "much"], True)
    for categorical in (
        build(rows.assign(y=y)).fit(),
        MixedOrderedLogit(pd.Series(y), rows[["x"]], rows["group"]).fit(),
    ):
        assert list(categorical.params.index[:3]) == ["none|little", "little|some", "some|much"]
        np.testing.assert_array_equal(categorical.params, fit.params)


def test_row_order_changes_nothing(rows, fit):
    shuffled = build(rows.sample(frac=1, random_state=5)).fit()
    pd.testing.assert_frame_equal(shuffled.tidy(), fit.tidy(), check_exact=True)


@pytest.mark.parametrize("quadrature", ["adaptive", "nonadaptive"])
def test_grouped_counts_and_respondent_rows_are_identical(rows, quadrature):
    counts = rows.groupby(["group", "x", "y"], as_index=False).size()
    by_row = build(rows).fit(quadrature)
    by_count = build(counts, frequency_weights="size").fit(quadrature)
    assert by_count.nobs == by_row.nobs == len(rows)
    pd.testing.assert_frame_equal(by_count.tidy(), by_row.tidy(), check_exact=True)


def test_a_category_without_weight_is_no_category(rows, fit):
    padded = pd.concat([rows.assign(n=1), rows.assign(n=0, y=7)])
    pd.testing.assert_frame_equal(build(padded, frequency_weights="n").fit().tidy(), fit.tidy())


def test_offset_stands_for_a_known_coefficient(rows, fit):
    known = rows.assign(known=0.25 * rows["x"])
    free = build(known, offset="known").fit()
    assert free.params["x"] + 0.25 == pytest.approx(fit.params["x"], abs=1e-7)
    fixed = build(known, "y ~ 1", offset="known").fit()
    assert fit.profile_log_likelihood("x", 0.25) == pytest.approx(fixed.llf, abs=1e-8)


def test_intercept_is_left_out_and_categorical_regressors_keep_a_reference(rows, fit):
    with_categories = rows.assign(kind=np.where(np.arange(len(rows)) % 3 == 0, "a", "b"))
    names = list(build(with_categories, "y ~ x + kind").fit().params.index)
    assert names == ["1|2", "2|3", "3|4", "kind[T.b]", "x", GROUP_VARIANCE]
    by_arrays = MixedOrderedLogit(rows["y"], rows[["x"]], rows["group"]).fit()
    pd.testing.assert_frame_equal(by_arrays.tidy(), fit.tidy())


@pytest.mark.parametrize("params", [[-1.0, 0.2, 1.4, 0.5, 0.6], [-2.0, -1.9, 3.0, 2.0, 3.0]])
def test_log_likelihood_by_numerical_integration(params):
    rows = simulate(3, 5, 6, 0.5)
    *cut_points, slope, variance = params
    edges = np.array([-np.inf, *cut_points, np.inf])

    def integrand(effect, group):
        predictor = slope * group["x"] + effect
        probability = expit(edges[group["y"]] - predictor) - expit(
            edges[group["y"] - 1] - predictor
        )
        return probability.prod() * norm.pdf(effect, scale=np.sqrt(variance))

    exact = sum(
        np.log(quad(integrand, -30, 30, args=(group,), points=[0], epsabs=1e-14, limit=200)[0])
        for _, group in rows.groupby("group")
    )
    assert build(rows).loglike(params) == pytest.approx(exact, abs=1e-7)
    assert build(rows).loglike(params, "nonadaptive", 150) == pytest.approx(exact, abs=1e-5)


@pytest.mark.parametrize("quadrature", ["adaptive", "nonadaptive"])
@pytest.mark.parametrize("n_points", [1, 3, 25])
def test_score_is_the_derivative_of_what_is_maximized(rows, quadrature, n_points):
    model, point = build(rows), np.array([-1.0, 0.2, 0.5, 0.6, 0.7])
    differences = [
        model.loglike(point + step, quadrature, n_points)
        - model.loglike(point - step, quadrature, n_points)
        for step in 1e-5 * np.eye(5)
    ]
    score = model.score(point, quadrature, n_points)
    np.testing.assert_allclose(score, np.array(differences) / 2e-5, atol=1e-5)


@pytest.mark.parametrize("quadrature", ["adaptive", "nonadaptive"])
def test_information_is_the_negative_derivative_of_the_score(rows, quadrature):
    likelihood = build(rows).likelihood(quadrature, 25)
    point = np.array([-1.0, 0.2, 0.5, 0.6, 0.7])
    differences = [
        likelihood.evaluate(point - step).score - likelihood.evaluate(point + step).score
        for step in 1e-5 * np.eye(5)
    ]
    information = likelihood.evaluate(point).information
    np.testing.assert_allclose(information, np.array(differences) / 2e-5, atol=1e-4)


def test_cluster_term_keeps_cut_points_in_order():
    family = OrderedLogit(np.array([[2.0], [3.0]]))
    close = [family.cluster_term(np.array([0.0, gap, 1.0])) for gap in (1e-2, 1e-8, 1e-100)]
    heights = [term.log_likelihoods.sum() for term in close]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] == pytest.approx(5 * np.log(1e-100))
    for gap in (0.0, -1.0):
        with pytest.raises(ConvergenceError, match="order"):
            family.cluster_term(np.array([0.0, gap, 1.0]))


def test_cut_points_stay_in_order_from_a_far_start(rows, fit):
    start = [-8.0, -7.99, 9.0, -3.0, 4.0]
    np.testing.assert_allclose(build(rows).fit(start=start).params, fit.params, atol=1e-6)


def test_rare_middle_category(rows):
    rare = rows.assign(y=rows["y"].where(rows["y"] != 2, 1))
    rare.loc[5, "y"] = 2
    fit = build(rare).fit()
    assert fit.converged
    low, high = fit.params.iloc[:2]
    assert 0 < high - low < 0.1


def test_profile_at_the_estimate_is_the_maximum(fit):
    for term, estimate in fit.params.items():
        assert fit.profile_log_likelihood(term, estimate) == pytest.approx(fit.llf, abs=1e-8)


@pytest.mark.parametrize("term", ["2|3", "x", GROUP_VARIANCE])
def test_profile_interval(fit, term):
    for limit in fit.profile_interval(term):
        drop = fit.llf - fit.profile_log_likelihood(term, limit)
        assert drop == pytest.approx(norm.ppf(0.975) ** 2 / 2, abs=1e-6)


def test_no_variance_gives_the_pooled_ordered_logit():
    data = pd.DataFrame({"x": [0, 0, 1, 1, 1], "y": [1, 2, 2, 3, 1]}).loc[np.tile(range(5), 40)]
    model = build(data.assign(group=np.repeat(range(8), 25)))
    with pytest.warns(ConvergenceWarning, match="boundary, zero"):
        fit = model.fit()
    assert fit.at_boundary
    assert fit.converged
    assert fit.group_variance == 0
    np.testing.assert_allclose(fit.params.iloc[:-1], model.pooled, atol=1e-7)
    assert fit.tidy().set_index("term").loc[GROUP_VARIANCE].iloc[1:].isna().all()


def test_simulation_recovery():
    fits = [build(simulate(seed, 60, 30, 0.5)).fit() for seed in range(20)]
    estimates = np.array([fit.params for fit in fits])
    monte_carlo = estimates.std(axis=0, ddof=1) / np.sqrt(len(fits))
    truth = [-1.0, 0.3, 1.5, 0.8, 0.5]
    np.testing.assert_array_less(np.abs(estimates.mean(0) - truth), 3.5 * monte_carlo)
    average = np.mean([fit.bse for fit in fits], axis=0)
    np.testing.assert_allclose(average, estimates.std(axis=0, ddof=1), rtol=0.5)


def test_random_starts_keep_the_cut_points_apart(rows):
    model = build(rows)
    starts = random_starts(model, 50, seed=8)
    distances = np.diff(starts[:, :3], axis=1)
    np.testing.assert_allclose(distances, np.tile(np.diff(model.pooled[:3]), (50, 1)))
    assert starts[:, 0].std() == pytest.approx(1, abs=0.3)


def test_optima_of_nonadaptive_quadrature(model):
    known = KNOWN["nonadaptive"]["K7"]
    pinned = start_at_nodes(model, known["nodes"], 7)
    starts = np.vstack([pinned, random_starts(model, 8, seed=1)])
    optima = nonadaptive_optima(model, 7, starts)
    assert optima["n_starts"].sum() == len(starts)
    reached = optima[optima["nodes"].map(lambda nodes: nodes == tuple(known["nodes"]))]
    assert reached["log_likelihood"].iloc[0] == pytest.approx(known["ll"], abs=1e-4)
    assert len(optima) > 2


def test_results_say_what_model_it_is(large, model):
    assert large.converged
    assert "Mixed ordered logit" in str(large.summary())
    table = compare_fits({"adaptive": large, "Laplace": model.fit(n_points=1)}, "div")
    assert table["estimate"].tolist() == pytest.approx([0.53503, 0.53501], abs=2e-4)
    assert table.iloc[0].to_dict() == {
        "fit": "adaptive",
        "estimate": large.params["div"],
        "std_error": large.bse["div"],
        "variance": large.group_variance,
        "variance_std_error": large.group_variance_std_error,
        "log_likelihood": large.llf,
    }
    assert large.t_test("x1 = 0").pvalue == pytest.approx(large.pvalues["x1"])


BAD = {
    "text": (lambda d: d.assign(y=d.y.map(lambda value: f"answer {value}")), "'y' has no order"),
    "no order": (lambda d: d.assign(y=pd.Categorical(d.y)), "'y' has no order; make it an ordered"),
    "infinite": (lambda d: d.assign(y=d.y.where(d.x > 0, np.inf)), "values that are not finite"),
    "one category": (lambda d: d.assign(y=3), "All responses are the same; an ordered"),
    "separation": (lambda d: d.assign(x=d.y), "separated perfectly by .*x"),
    "constant": (lambda d: d.assign(x=2.0), r"regressors 1\|2, 2\|3, 3\|4, x are collinear"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_data(rows, case):
    spoil, sentence = BAD[case]
    with pytest.raises(InputError, match=sentence) as caught:
        build(spoil(rows)).fit()
    assert str(caught.value).count("\n") == 0


def test_cut_points_out_of_order(rows):
    disordered = [0.0, -1.0, 1.0, 0.5, 0.6]
    with pytest.raises(InputError, match="cut points must increase"):
        build(rows).fit(start=disordered)
    with pytest.raises(InputError, match="cut points must increase"):
        build(rows).loglike(disordered)
