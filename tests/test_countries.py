"""Open figures by country: they are those that fit the article's Table 1."""

import numpy as np
import pytest

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.sources.countries import read_covariates
from lib.sources.published import printed_number, read_printed
from lib.sources.wvs import read_counts

COVARIATES = DATA / "open" / "country_covariates.csv"
SEVEN = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "UKR", "UZB")


@pytest.fixture(scope="module")
def covariates():
    return read_covariates(COVARIATES, SEVEN)


@pytest.fixture(scope="module")
def interviews():
    counts = read_counts(DATA / "open" / "wvs6_country_counts.csv", "V240", SEVEN)
    return counts["n_interviewed"].to_numpy()


def respondent_statistics(values, interviews):
    """Mean, sample standard deviation, minimum and maximum over respondents."""
    rows = np.repeat(np.asarray(values, dtype=float), interviews)
    return {
        "mean": rows.mean(),
        "standard_deviation": rows.std(ddof=1),
        "minimum": rows.min(),
        "maximum": rows.max(),
    }


@pytest.mark.parametrize("statistic", ["mean", "standard_deviation", "minimum", "maximum"])
@pytest.mark.parametrize("variable", ["ethnic_diversity", "ln_gdp_per_capita"])
def test_table_1_follows_from_the_open_figures(covariates, interviews, variable, statistic):
    values = {
        "ethnic_diversity": covariates["ethnic_fractionalization"],
        "ln_gdp_per_capita": np.log(covariates["gdp_per_capita_2010_release_2015"]),
    }[variable]
    row = (
        read_printed(DATA / "published")
        .set_index("id")
        .loc[f"kc2018.table1.{variable}.{statistic}"]
    )
    computed = respondent_statistics(values, interviews)[statistic]
    assert printed_number(row).low <= computed <= printed_number(row).high


@pytest.mark.parametrize(
    ("column", "mean"),
    [("gdp_per_capita_2010_release_2015", 8.26), ("gdp_per_capita_2010_release_2018", 8.27)],
)
def test_the_release_decides_the_mean_of_the_log(covariates, interviews, column, mean):
    logs = np.log(covariates[column])
    assert round(respondent_statistics(logs, interviews)["mean"], 2) == mean


def test_figures_as_their_sources_give_them(covariates):
    kyrgyzstan = covariates.set_index("iso3").loc["KGZ"]
    assert kyrgyzstan["country"] == "Kyrgyzstan"
    assert kyrgyzstan["ethnic_fractionalization"] == 0.675182
    assert kyrgyzstan["linguistic_fractionalization"] == 0.594929
    assert kyrgyzstan["gdp_per_capita_2011_release_2015"] == 1123.9


def test_countries_come_in_the_order_asked_for():
    assert list(read_covariates(COVARIATES, ["UZB", "ARM"])["iso3"]) == ["UZB", "ARM"]
    assert len(read_covariates(COVARIATES)) == 7


@pytest.mark.parametrize(
    ("countries", "sentence"),
    [
        (["KAX"], r"no country 'KAX': did you mean 'KAZ'\?"),
        (["Armenia"], r"no country 'Armenia': use its code 'ARM'"),
        (["XYQ"], r"no country 'XYQ': use one of ARM, BLR"),
        (["ARM", "ARM"], r"The country ARM is asked for twice"),
    ],
)
def test_an_unknown_or_repeated_country_gets_one_sentence(countries, sentence):
    with pytest.raises(InputError, match=sentence):
        read_covariates(COVARIATES, countries)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("iso3,name\nARM,Armenia\n", r"no column 'country'"),
        ("iso3,country,gdp\nARM,Armenia,3\nARM,Armenia,4\n", r"line 3, repeats ARM"),
        ("iso3,country,gdp\nARM,Armenia,much\n", r"line 2, column 'gdp', holds 'much'"),
        ("iso3,country,gdp\nARM,Armenia,\n", r"line 2, column 'gdp', holds ''"),
    ],
)
def test_a_wrong_file_gets_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "covariates.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        read_covariates(path)
