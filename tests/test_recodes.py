"""Recodes: what the article states, its documented choices, and one sentence for bad input."""

from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.core.text_files import read_csv
from lib.sources.countries import read_covariates
from lib.sources.published import printed_number, read_printed
from lib.sources.wvs import recodes
from lib.sources.wvs.recodes import CODINGS, read_recodes, recode_respondents
from tests import wave_files

RECODES = read_recodes(DATA / "codebook" / "recodes.csv")
COVARIATES = read_covariates(DATA / "open" / "country_covariates.csv")
BOOK = wave_files.codebook()
CHOICES = {
    "college_codes": [8, 9],
    "diversity": "ethnic_fractionalization",
    "gdp_per_capita": "gdp_per_capita_2010_release_2015",
}
HEADER = "variable,item,codes,stated\n"
# Labels of the codes that make the variable 1, by the statement in the article.
ONES = {
    "trust_cis": ["A great deal", "Quite a lot"],
    "xenophobia": ["Mentioned"],
    "immigrant": ["Immigrant to this country"],
    "unemployed": ["Unemployed"],
    "gender": ["Male"],
    "upper_class": ["Upper"],
}
UNARY = sorted(CODINGS.keys() - {"college_educated"})


@pytest.fixture(scope="module")
def items():
    wave = wave_files.wave()
    names = {code: iso3 for iso3, code in wave_files.read_country_codes(wave_files.COUNTS).items()}
    wave = wave[wave["V2"].isin(names)]
    return wave.assign(iso3=wave["V2"].map(names)).drop(columns=["V1", "V2"])


@pytest.fixture(scope="module")
def variables(items):
    return recode_respondents(items, COVARIATES, RECODES, **CHOICES)


@pytest.mark.parametrize("variable", ONES)
def test_an_indicator_is_one_for_the_labels_that_the_article_names(variable):
    labels = read_csv(DATA / "codebook" / "wvs6_codes.csv", ["item", "code", "label", "kind"])
    labels = labels[labels["item"] == RECODES[variable].item]
    ones = {int(row["code"]) for _, row in labels.iterrows() if row["label"] in ONES[variable]}
    assert len(ones) == len(ONES[variable])
    values = RECODES[variable].values
    assert values == {int(code): float(int(code) in ones) for code in labels["code"]}


@pytest.mark.parametrize(
    ("variable", "answers", "expected"),
    [
        ("trust_levels_cis", [1, 2, 3, 4], [3, 2, 1, 0]),
        ("manual_worker", [1, 2, 3, 4, 10], [1, 1, 1, 0, 0]),
        ("personal_financial_situation", [1, 5, 10], [1, 5, 10]),
        ("age", [18, 91], [18, 91]),
    ],
)
def test_the_other_variables(variable, answers, expected):
    assert list(CODINGS[variable](pd.Series(answers))) == expected


@pytest.mark.parametrize("variable", UNARY)
@given(codes=st.lists(st.integers(-5, 10), min_size=1))
def test_negative_codes_are_missing_and_nothing_else_is(variable, codes):
    answers = pd.Series(codes)
    assert (CODINGS[variable](answers).isna() == (answers < 0)).all()
    assert CODINGS[variable](answers.astype(float).mask(answers < 0)).isna().equals(answers < 0)


@given(codes=st.lists(st.sampled_from([-5, -2, -1, 1, 2, 3, 4]), min_size=1))
def test_both_outcomes_agree_and_order_answers_alike(codes):
    answers = pd.Series(codes)
    levels, trust = recodes.trust_levels_cis(answers), recodes.trust_cis(answers)
    assert ((levels >= 2) == (trust == 1)).all()
    assert ((levels <= 1) == (trust == 0)).all()


@pytest.mark.parametrize("outcome", [recodes.trust_cis, recodes.trust_levels_cis])
def test_dont_know_may_count_as_no_trust_while_no_answer_stays_missing(outcome):
    answers = pd.Series([1, 4, -1, -2])
    assert list(outcome(answers).fillna(-9))[1:] == [0, -9, -9]
    assert list(outcome(answers, no_trust_codes=[-1]).fillna(-9))[1:] == [0, 0, -9]


@given(
    codes=st.lists(st.sampled_from([-1, *range(1, 11)]), min_size=1),
    threshold=st.integers(1, 9),
)
def test_a_threshold_of_manual_work_divides_the_scale_there(codes, threshold):
    answers = pd.Series(codes)
    scale = recodes.manual_worker(answers, None)
    assert scale.dropna().equals(answers[answers > 0].astype(float))
    manual = recodes.manual_worker(answers, threshold)
    assert manual.equals((scale <= threshold).astype(float).mask(scale.isna()))


@pytest.mark.parametrize("threshold", [0, 10, -1])
def test_a_threshold_outside_the_scale_is_refused(threshold):
    with pytest.raises(InputError, match="choose 1 to 9, or None"):
        recodes.manual_worker(pd.Series([1, 5]), threshold)


def test_college_is_what_the_codes_say():
    answers = pd.Series([9, 8, 5, -1])
    assert list(recodes.college_educated(answers, [5, 9]).fillna(-9)) == [1, 0, 1, -9]


@pytest.mark.parametrize("codes", [[], [12], [5, 8, 9]])
def test_college_that_divides_nobody_is_refused(codes):
    with pytest.raises(InputError, match="divide nobody"):
        recodes.college_educated(pd.Series([9, 8, 5, -1]), codes)


def test_country_level_variables_are_those_of_the_country():
    countries = pd.Series(["UZB", "ARM", "UZB"], index=[4, 5, 6])
    diversity = recodes.ethnic_diversity(countries, COVARIATES, "linguistic_fractionalization")
    assert list(diversity) == [0.411987, 0.129054, 0.411987]
    gdp = recodes.ln_gdp_per_capita(countries, COVARIATES, "gdp_per_capita_2011_release_2015")
    assert list(gdp) == [log(1544.8), log(3421.6), log(1544.8)]
    assert list(gdp.index) == [4, 5, 6]


@pytest.mark.parametrize(
    ("countries", "covariates", "column", "sentence"),
    [
        (["UZB"], COVARIATES, "gdp", "no country-level figure 'gdp': "),
        (["UZB"], COVARIATES, "ethnic_fraction", "did you mean 'ethnic_fractionalization'"),
        (["UZB", "AZE"], COVARIATES, "ethnic_fractionalization", "There is no .* of AZE"),
        (["UZB"], COVARIATES.assign(zero=0), "zero", "of UZB in 'zero' is not positive"),
        (["UZB"], COVARIATES.assign(none=np.nan), "none", "There is no none of UZB"),
    ],
)
def test_a_missing_country_level_figure_gets_one_sentence(countries, covariates, column, sentence):
    with pytest.raises(InputError, match=sentence):
        recodes.ln_gdp_per_capita(pd.Series(countries), covariates, column)


def test_counted_variables_have_the_observations_and_means_of_table_1(variables):
    printed = read_printed(DATA / "published").set_index("id")
    counted = ["trust_cis", "trust_levels_cis", "xenophobia", "immigrant", "gender", "age"]
    counted += ["personal_financial_situation", "ethnic_diversity", "ln_gdp_per_capita"]
    for name in counted:
        row = printed.loc[f"kc2018.table1.{name}.observations"]
        assert variables[name].count() == row["value"], name
        mean = printed_number(printed.loc[f"kc2018.table1.{name}.mean"])
        assert mean.low <= variables[name].mean() <= mean.high, name


def test_all_variables_come_as_numbers_in_the_order_of_table_1(items, variables):
    printed = read_printed(DATA / "published")
    table = printed[printed["id"].str.fullmatch(r"kc2018\.table1\..*\.mean")]
    assert list(variables.columns) == ["iso3", *table["id"].str.split(".").str[2]]
    assert variables.drop(columns="iso3").dtypes.eq("float64").all()
    assert variables.index.equals(items.index)


def test_choices_change_the_variable_they_are_about_and_no_other(items, variables):
    changes = {
        "college_codes": ([9], {"college_educated"}),
        "diversity": ("linguistic_fractionalization", {"ethnic_diversity"}),
        "gdp_per_capita": ("gdp_per_capita_2010_release_2018", {"ln_gdp_per_capita"}),
        "manual_threshold": (None, {"manual_worker"}),
        "no_trust_codes": ([-1], {"trust_cis", "trust_levels_cis"}),
    }
    for choice, (value, expected) in changes.items():
        other = recode_respondents(items, COVARIATES, RECODES, **CHOICES | {choice: value})
        changed = {name for name in variables if not other[name].equals(variables[name])}
        assert changed == expected


def test_a_missing_item_gets_one_sentence(items):
    with pytest.raises(InputError, match="no answers to V59, of which personal_financial"):
        recode_respondents(items.drop(columns="V59"), COVARIATES, RECODES, **CHOICES)


def test_every_variable_is_made_from_an_item_with_its_codes():
    for recode in RECODES.values():
        item = BOOK.items[recode.item]
        if recode.values:
            assert list(recode.values) == list(range(int(item.lowest), int(item.highest) + 1))
    assert set(RECODES) == set(CODINGS)


def test_values_may_be_listed_instead(tmp_path):
    file = tmp_path / "recodes.csv"
    file.write_text("variable,item,codes,values,stated\ncollege_educated,V248,8 9,0 1,x\n")
    assert read_recodes(file)["college_educated"].values == {8: 0, 9: 1}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (HEADER + "trust,V1,1 2,x\n", "variable 'trust', .* did you mean 'trust_cis'"),
        (HEADER + "trust_cis,V1,1 two,x\n", "trust_cis codes, or values, that do not pair"),
        (HEADER + "trust_cis,V1,1 2,x\ntrust_cis,V2,1 2,x\n", "line 3"),
        (HEADER + "trust_cis,V1,1 2\n", "line 2"),
        ("variable,item,codes,values,stated\ntrust_cis,V1,1 2 3,1 0,x\n", "trust_cis codes"),
    ],
)
def test_a_wrong_file_gets_a_sentence(tmp_path, text, named):
    file = tmp_path / "recodes.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=named):
        read_recodes(file)
