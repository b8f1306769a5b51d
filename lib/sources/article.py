"""The article on migration and trust: its printed tables, and open figures of its countries."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.core.choices import COUNTRIES
from lib.core.paths import DATA
from lib.sources.countries import read_covariates
from lib.sources.published import read_table
from lib.sources.wvs.counts import read_counts

COUNTS = DATA / "open" / "wvs6_country_counts.csv"
COVARIATES = DATA / "open" / "country_covariates.csv"
CIS = "V125_07"
ITEMS = {
    "xenophobia": "V39",
    "immigrant": "V245",
    "gender": "V240",
    "age": "V242",
    "personal_financial_situation": "V59",
}
"""Items whose country means open counts give, by the terms of Table 2."""


def printed_table(number: int) -> pd.DataFrame:
    """
    Read Table 1 or Table 2.

    Parameters
    ----------
    number : {1, 2}
        The table.

    Returns
    -------
    pandas.DataFrame
        One row a printed number, as `lib.sources.published.read_table` gives it; Table 1 has the
        columns variable and statistic, Table 2 model, term and quantity.

    Raises
    ------
    InputError
        If the file is wrong.
    """
    return read_table(DATA / "published" / f"kc2018_table{number}.csv")


def printed_sentences() -> pd.DataFrame:
    """
    Read the numbers that the article's sentences print.

    Returns
    -------
    pandas.DataFrame
        One row a printed number, as `lib.sources.published.read_table` gives it.

    Raises
    ------
    InputError
        If the file is wrong.
    """
    return read_table(DATA / "published" / "kc2018_text.csv")


def countries(
    chosen: Sequence[str] = COUNTRIES,
    diversity: str = "ethnic_fractionalization",
    income: str = "gdp_per_capita_2010_release_2015",
    item: str = CIS,
) -> pd.DataFrame:
    """
    Read what open figures say of the article's countries.

    Parameters
    ----------
    chosen : sequence of str
        ISO 3166 alpha-3 codes, in the order wanted.
    diversity, income : str
        Covariates to take as the columns diversity and income.
    item : str
        Item of the World Values Survey; V125_07 asks for confidence in the CIS.

    Returns
    -------
    pandas.DataFrame
        One row a country, its name the index: iso3, n_valid (valid answers), counted (those who
        trust: a great deal or quite a lot; of another item those of its counted_codes),
        sum_of_codes, trust_percent, diversity (0 to 1), income (US dollars) and ln_income.

    Raises
    ------
    InputError
        If a country or item is unknown, or a file is wrong.
    """
    counts = read_counts(COUNTS, item, chosen)
    covariates = read_covariates(COVARIATES, chosen)
    named = covariates.rename(columns={diversity: "diversity", income: "income"})
    country = counts.merge(named, on=["iso3", "country"]).set_index("country")
    country["trust_percent"] = 100 * country["counted"] / country["n_valid"]
    country["ln_income"] = np.log(country["income"])
    columns = ["iso3", "n_valid", "counted", "sum_of_codes", "trust_percent"]
    return country[[*columns, "diversity", "income", "ln_income"]]


def country_means(country: pd.DataFrame) -> pd.DataFrame:
    """
    Average individual-level regressors by country, from open counts.

    Parameters
    ----------
    country : pandas.DataFrame
        From `countries`.

    Returns
    -------
    pandas.DataFrame
        One row a country, its name the index, one column a term of Table 2: the mean answer or, of
        an indicator, its share; and xenophobia times diversity.

    Raises
    ------
    InputError
        If the file is wrong.
    """
    means = pd.DataFrame(index=country.index)
    for term, item in ITEMS.items():
        counts = read_counts(COUNTS, item, list(country["iso3"])).set_index("country")
        summed = counts["counted"].fillna(counts["sum_of_codes"])
        means[term] = summed / counts["n_valid"]
    means["xenophobia_x_ethnic_diversity"] = means["xenophobia"] * country["diversity"]
    return means


def country_regressors(country: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """
    Name the country-level regressors of each model as Table 2 does.

    Parameters
    ----------
    country : pandas.DataFrame
        From `countries`.

    Returns
    -------
    dict of str to pandas.DataFrame
        By model, "1" to "4": ethnic_diversity and, in Models 3 and 4, ln_gdp_per_capita.
    """
    named = {"diversity": "ethnic_diversity", "ln_income": "ln_gdp_per_capita"}
    both = country[list(named)].rename(columns=named)
    diversity = both[["ethnic_diversity"]]
    return {"1": diversity, "2": diversity, "3": both, "4": both}
