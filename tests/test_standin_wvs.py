"""The stand-in respondents of the World Values Survey: what is built in, and how."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from lib.core.errors import ConvergenceError, InputError
from lib.core.paths import DATA
from lib.estimators.multilevel import MixedLogit, MixedOrderedLogit
from lib.respondents.standin.describe import describe_wvs
from lib.respondents.standin.exchange import exchange
from lib.respondents.standin.influence import UNIT, influence_on_estimates
from lib.respondents.standin.margins import code_counts, known_answers
from lib.respondents.standin.missing import apportion, missing_answers, missing_counts
from lib.respondents.standin.targets import read_wvs_targets
from lib.respondents.standin.wvs import generate_wvs
from lib.sources.published import PrintedNumber
from lib.sources.wvs.recodes import Recode

PATHS = {
    "table1": DATA / "published" / "kc2018_table1.csv",
    "table2": DATA / "published" / "kc2018_table2.csv",
    "counts": DATA / "open" / "wvs6_country_counts.csv",
    "recodes": [DATA / "codebook" / "recodes.csv", DATA / "standin" / "recodes.csv"],
    "covariates": DATA / "open" / "country_covariates.csv",
}
KEY = "xenophobia + immigrant + manual_worker + unemployed + ethnic_diversity"
COVARIATES = (
    "gender + age + college_educated + upper_class + personal_financial_situation"
    " + xenophobia:ethnic_diversity + ln_gdp_per_capita"
)


@pytest.fixture(scope="module")
def targets():
    return read_wvs_targets(**PATHS)


@pytest.fixture(scope="module")
def respondents(targets):
    return generate_wvs(targets)


@pytest.fixture(scope="module")
def variables(targets, respondents):
    return targets.variables(respondents)


@pytest.fixture(scope="module")
def description(targets, respondents):
    return describe_wvs(respondents, targets)


def test_it_is_the_one_whose_hash_is_recorded(respondents):
    text = respondents.to_csv(index=False, lineterminator="\n")
    recorded = (DATA / "standin" / "wvs.sha256").read_text(encoding="utf-8")
    assert recorded == f"{sha256(text.encode()).hexdigest()}  wvs.csv\n"


def test_it_has_the_form_of_the_wave(respondents):
    items = ["V125_07", "V39", "V245", "V231", "V229", "V240", "V242", "V248", "V238", "V59"]
    assert list(respondents) == ["iso3", *items, "V258"]
    assert (respondents[items].dtypes == "int64").all()
    assert (respondents["V258"] == 1.0).all()
    missing = respondents[items].to_numpy()[respondents[items].to_numpy() < 0]
    assert set(missing.tolist()) == {-1, -2}


def test_its_totals_are_those_of_the_article(respondents, variables):
    assert len(respondents) == 11135
    assert variables["trust_cis"].agg(["count", "sum"]).tolist() == [10023, 5905]
    assert variables["xenophobia"].agg(["count", "sum"]).tolist() == [11128, 2894]
    assert variables["age"].mean() == pytest.approx(43.339, abs=5e-4)
    assert len(variables[["trust_cis", *KEY.split(" + ")]].dropna()) == 9345
    assert len(variables.dropna()) == 9184


def test_every_open_count_holds_exactly(description):
    counts = description[description["kind"] == "counts"]
    assert len(counts) == 210
    assert (counts["standin"] == counts["target"]).all()
    table = pd.read_csv(PATHS["counts"])
    figures = table[["n_interviewed", "n_valid", "sum_of_codes", "counted"]]
    assert counts["target"].sum() == figures.sum().sum()


def test_every_summary_statistic_prints_as_table_1_does(description):
    summaries = description[description["kind"] == "summaries"]
    printed = pd.read_csv(PATHS["table1"])
    assert summaries["target"].tolist() == printed["value"].tolist()
    rounded = [
        round(value, decimals)
        for value, decimals in zip(summaries["standin"], printed["decimals"], strict=True)
    ]
    assert rounded == printed["value"].tolist()


@pytest.mark.parametrize(
    ("number", "kind", "formula"),
    [
        (1, MixedLogit, f"trust_cis ~ {KEY}"),
        (2, MixedLogit, f"trust_cis ~ {KEY} + xenophobia:ethnic_diversity"),
        (3, MixedLogit, f"trust_cis ~ {KEY} + {COVARIATES}"),
        (4, MixedOrderedLogit, f"trust_levels_cis ~ {KEY} + {COVARIATES}"),
    ],
)
def test_individual_level_estimates_lie_near_the_printed_ones(variables, number, kind, formula):
    outcome, regressors = formula.split(" ~ ")
    needed = [outcome, *regressors.replace(":", " + ").split(" + ")]
    fit = kind.from_formula(formula, variables.dropna(subset=needed), groups="iso3").fit()
    printed = pd.read_csv(PATHS["table2"]).query("model == @number and quantity != 'stars'")
    printed = printed.pivot(index="term", columns="quantity", values="value")
    country_level = ["ethnic_diversity", "ln_gdp_per_capita"]
    for term in fit.params.index.difference(
        ["Intercept", "group variance", "0|1", "1|2", "2|3", *country_level]
    ):
        row = printed.loc[term.replace(":", "_x_")]
        assert abs(fit.params[term] - row["estimate"]) < 0.3 * row["std_error"], term


def test_the_description_says_what_is_built_in_and_what_is_not(description, targets):
    built_in = description[description["built_in"]]
    assert built_in["holds"].all()
    other = description[~description["built_in"]]
    assert set(other["name"]) == {"ethnic_diversity", "ln_gdp_per_capita"}
    assert not other["holds"].any()
    coefficients = description[description["kind"] == "coefficients"]
    assert len(coefficients) == sum(len(model.terms) for model in targets.models) == 35


def test_the_description_notices_what_does_not_hold(respondents, targets):
    changed = respondents.copy()
    position = changed.index[changed["V39"] == 2][0]
    changed.loc[position, "V39"] = 1
    table = describe_wvs(changed, targets)
    missed = table[table["built_in"] & ~table["holds"]]
    assert missed[["kind", "place", "name", "quantity"]].to_numpy().tolist() == [
        ["counts", respondents.loc[position, "iso3"], "V39", "counted"]
    ]


def frequencies(respondents, item):
    valid = respondents[respondents[item] > 0]
    return pd.crosstab(valid["iso3"], valid[item])


def test_another_seed_gives_others_who_meet_the_same(respondents, targets):
    others = generate_wvs(targets, 7)
    assert not others.equals(respondents)
    table = describe_wvs(others, targets)
    assert table.loc[table["built_in"], "holds"].all()
    for item in targets.items:
        pd.testing.assert_frame_equal(frequencies(others, item), frequencies(respondents, item))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_any_seed_meets_the_targets(targets, seed):
    table = describe_wvs(generate_wvs(targets, seed), targets)
    assert table.loc[table["built_in"], "holds"].all()


def test_samples_that_no_missing_answers_allow_are_refused(targets):
    models = [replace(model, n=model.n - 800) for model in targets.models]
    with pytest.raises(InputError, match="complete cases"):
        generate_wvs(replace(targets, models=models))


def test_estimates_that_cannot_hold_together_are_refused(targets):
    first, second, *others = targets.models
    terms = first.terms.assign(estimate=first.terms["estimate"] + 5 * first.terms["std_error"])
    with pytest.raises(ConvergenceError, match="choose another seed"):
        generate_wvs(replace(targets, models=[replace(first, terms=terms), second, *others]))


def test_a_model_with_an_unknown_variable_is_refused():
    with pytest.raises(InputError, match="'age', which is not both recoded and summarised"):
        read_wvs_targets(**{**PATHS, "recodes": PATHS["recodes"][:1]})


def counts_of(rows):
    columns = ["country", "n_valid", "sum_of_codes", "counted_codes", "counted"]
    return pd.DataFrame(rows, columns=columns)


def printed_as(mean, deviation):
    return {"mean": PrintedNumber(mean, 2), "standard_deviation": PrintedNumber(deviation, 2)}


def test_answers_of_which_nothing_is_known_are_equally_frequent():
    known = known_answers(counts_of([["A", 1200, np.nan, "", np.nan]]), [1, 2, 3])
    recode = Recode("answer", "V1", {1: 0.0, 2: 0.0, 3: 1.0}, "")
    counts = code_counts(known, [recode], [printed_as(0.33, 0.47)])
    assert counts.tolist() == [[402, 402, 396]]


def test_the_mean_alone_gives_geometric_frequencies():
    known = known_answers(counts_of([["A", 7000, 10000, "", np.nan]]), [1, 2, 3])
    recode = Recode("answer", "V1", {1: 1.0, 2: 1.0, 3: 1.0}, "")
    first, second, third = code_counts(known, [recode], [printed_as(1.0, 0.0)])[0]
    assert first + second + third == 7000
    assert first + 2 * second + 3 * third == 10000
    assert second / first == pytest.approx(third / second, abs=1e-3)


def test_counts_and_sums_hold_exactly_where_they_are_known():
    rows = [["A", 100, 251, "1 2", 52], ["B", 333, 700, "1 2", 250]]
    known = known_answers(counts_of(rows), [1, 2, 3, 4])
    recode = Recode("level", "V1", {1: 3.0, 2: 2.0, 3: 1.0, 4: 0.0}, "")
    counts = code_counts(known, [recode], [printed_as(1.81, 1.00)])
    assert counts.sum(axis=1).tolist() == [100, 333]
    assert (counts @ [1, 2, 3, 4]).tolist() == [251, 700]
    assert counts[:, :2].sum(axis=1).tolist() == [52, 250]
    answers = np.repeat([3, 2, 1, 0], counts.sum(axis=0))
    assert answers.std(ddof=1) == pytest.approx(1.00, abs=0.005)


def test_counts_that_contradict_each_other_are_refused():
    recode = Recode("answer", "V1", {1: 1.0, 2: 2.0, 3: 3.0}, "")
    beyond = known_answers(counts_of([["A", 100, 301, "", np.nan]]), [1, 2, 3])
    with pytest.raises(InputError, match="contradict"):
        code_counts(beyond, [recode], [printed_as(2.0, 0.8)])
    apart = known_answers(counts_of([["A", 101, 203, "2", 33]]), [1, 2, 3])
    with pytest.raises(InputError, match="no neighbours"):
        code_counts(apart, [recode], [printed_as(2.0, 0.8)])


def test_a_mean_that_no_count_has_is_refused():
    known = known_answers(counts_of([["A", 10, np.nan, "", np.nan]]), [1, 2])
    recode = Recode("answer", "V1", {1: 1.0, 2: 0.0}, "")
    with pytest.raises(InputError, match="No count of 10 answers"):
        code_counts(known, [recode], [printed_as(0.25, 0.43)])


def test_a_spread_without_a_known_sum_is_refused():
    known = known_answers(counts_of([["A", 10, np.nan, "", np.nan]]), [1, 2, 3])
    recode = Recode("answer", "V1", {1: 1.0, 2: 2.0, 3: 3.0}, "")
    with pytest.raises(InputError, match="sum of the answers of A is not known"):
        code_counts(known, [recode], [printed_as(2.0, 0.8)])


def test_apportionment_adds_up_and_is_nearly_proportional():
    weights = np.random.default_rng(1).integers(0, 1000, 50)
    shares = apportion(777, weights)
    assert shares.sum() == 777
    assert (np.abs(shares - 777 * weights / weights.sum()) < 1).all()
    assert apportion(0, np.zeros(3, dtype=np.int64)).tolist() == [0, 0, 0]
    assert apportion(2, np.ones(3, dtype=np.int64)).tolist() == [1, 1, 0]


def test_answers_missing_in_all_are_divided_like_the_others():
    counts = {"V1": pd.DataFrame({"n_interviewed": [100, 200], "n_valid": [90, 170]})}
    sizes = pd.Series([100, 200], index=["A", "B"])
    table = missing_counts(counts, {"V1": 260, "V2": 292}, sizes)
    assert table.to_dict("list") == {"V1": [10, 30], "V2": [2, 6]}


def test_missing_answers_leave_the_complete_cases_asked_for():
    missing = pd.DataFrame({"V1": [10, 30], "V2": [2, 6], "V3": [0, 5]}, index=["A", "B"])
    country = np.repeat([0, 1], [100, 200])
    samples = [(["V1", "V2"], 256), (["V1", "V2", "V3"], 253)]
    table = missing_answers(missing, country, samples, np.random.default_rng(1))
    assert table.groupby(country).sum().to_numpy().tolist() == missing.to_numpy().tolist()
    assert (~table[["V1", "V2"]].any(axis=1)).sum() == 256
    assert (~table.any(axis=1)).sum() == 253


def test_missing_answers_that_find_no_respondent_are_refused():
    missing = pd.DataFrame({"V1": [0, 30], "V2": [5, 0]}, index=["A", "B"])
    with pytest.raises(InputError, match="5 answers are missing among 0"):
        missing_answers(
            missing, np.repeat([0, 1], 50), [(["V1", "V2"], 70)], np.random.default_rng(1)
        )


def test_exchanges_stay_within_strata_and_reach_the_targets():
    generator = np.random.default_rng(1)
    values, strata = generator.integers(0, 2, 600), generator.integers(0, 5, 600)
    influence = generator.integers(-1000, 1000, (600, 4))
    wanted = np.array([50_000, -40_000, 30_000, 0])
    origin = exchange(values, strata, influence, values @ influence - wanted, 200, generator)
    assert sorted(origin) == list(range(600))
    assert (strata[origin] == strata).all()
    assert np.abs(values[origin] @ influence - wanted).max() <= 200


def test_nothing_is_exchanged_where_nothing_can_improve():
    generator = np.random.default_rng(1)
    influence = np.ones((50, 1), dtype=np.int64)
    values = np.arange(50) % 2
    origin = exchange(values, np.zeros(50, dtype=np.int64), influence, np.array([10]), 0, generator)
    assert origin.tolist() == list(range(50))


@pytest.fixture(scope="module")
def sample():
    generator = np.random.default_rng(3)
    country = np.repeat(np.arange(3), 400)
    regressors = np.column_stack([generator.normal(size=1200), generator.integers(0, 2, 1200)])
    latent = regressors @ [0.3, -0.5] + country / 2 + generator.logistic(size=1200)
    return country, regressors, latent


def estimates_of(fit, names):
    return fit.params[names].to_numpy(), fit.bse[names].to_numpy()


def test_at_the_maximum_likelihood_estimates_of_a_logit_influences_add_up_to_zero(sample):
    country, regressors, latent = sample
    design = pd.DataFrame(regressors, columns=["x", "z"]).join(
        pd.get_dummies(country, prefix="c", dtype=float)
    )
    fit = sm.Logit((latent > 0).astype(int), design).fit(disp=0)
    estimates, errors = estimates_of(fit, ["x", "z"])
    outcome = (latent > 0).astype(np.int64)
    at = influence_on_estimates(outcome, regressors, country, estimates, errors)
    assert np.abs(at.deviation).max() < 1e-3 * UNIT
    np.testing.assert_allclose(at.probabilities[:, 1], fit.predict(), atol=1e-5)
    away = influence_on_estimates(outcome, regressors, country, estimates - 0.2 * errors, errors)
    np.testing.assert_allclose(away.deviation / UNIT, 0.2, atol=0.01)


def test_at_the_maximum_likelihood_estimates_of_an_ordered_logit_they_do_too(sample):
    country, regressors, latent = sample
    outcome = np.digitize(latent, [-1.5, 0.0, 1.5]).astype(np.int64)
    dummies = pd.get_dummies(country, prefix="c", dtype=float).iloc[:, 1:]
    design = pd.DataFrame(regressors, columns=["x", "z"]).join(dummies)
    fit = OrderedModel(outcome, design, distr="logit").fit(method="bfgs", disp=0, gtol=1e-8)
    estimates, errors = estimates_of(fit, ["x", "z"])
    at = influence_on_estimates(outcome, regressors, country, estimates, errors)
    assert np.abs(at.deviation).max() < 1e-3 * UNIT
    np.testing.assert_allclose(at.probabilities, fit.predict(), atol=1e-5)
    away = influence_on_estimates(outcome, regressors, country, estimates + 0.2 * errors, errors)
    np.testing.assert_allclose(away.deviation / UNIT, -0.2, atol=0.01)
