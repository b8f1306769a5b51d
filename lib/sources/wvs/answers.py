"""How many gave which answer, country by country, and levels of education."""

from collections.abc import Sequence
from math import nan
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError
from lib.core.text_files import read_csv, require_unique, to_integers, to_numbers
from lib.sources.countries import select_countries
from lib.sources.wvs.counts import require_possible_sums

ANSWERS = {"a_great_deal": 1, "quite_a_lot": 2, "not_very_much": 3, "none_at_all": 4}
COUNTED = [1, 2]
LEVELS = ["lower", "middle", "upper"]


def read_confidence(
    path: Path, wave: int = 6, countries: Sequence[str] | None = None
) -> pd.DataFrame:
    """
    Read how many have how much confidence in which institution.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns iso3, country, wave, item, institution, n_interviewed, n_valid,
        counted (answers 1 or 2), a_great_deal, quite_a_lot, not_very_much and none_at_all, one row
        a country, wave and item. The last four are all given or all empty, and n_valid may be.
    wave : int, default 6
        Wave of the survey.
    countries : sequence of str, optional
        ISO 3166 alpha-3 codes, in the order wanted; all countries of the wave by default.

    Returns
    -------
    pandas.DataFrame
        One row an item and country of the wave: iso3, country, item (name in the time series),
        institution, n_interviewed and counted (int), n_valid, the four answers, sum_of_codes and
        sum_of_squares of the answers 1 to 4 (float, NaN if not known) and counted_codes, as in
        `lib.sources.wvs.read_counts`.

    Raises
    ------
    InputError
        If the file is wrong, the wave or a country is not in it, or counts contradict each other.
    """
    columns = ["country", "institution", "n_interviewed", "n_valid", "counted", *ANSWERS]
    table = read_csv(path, ["iso3", "wave", "item", *columns])
    require_unique(table, ["iso3", "wave", "item"], path)
    for column in ("wave", "n_interviewed", "counted"):
        table[column] = to_integers(table[column], path)
    for column in ("n_valid", *ANSWERS):
        table[column] = to_numbers(table[column], path, blank=nan)
    _require_answers(table, path)
    if wave not in set(table["wave"]):
        raise InputError(f"{path} has no wave {wave}: use one of {sorted(set(table['wave']))}.")
    table = table[table["wave"] == wave]
    items = [select_countries(rows, countries, path) for _, rows in table.groupby("item")]
    table = pd.concat(items, ignore_index=True)
    codes = pd.Series(ANSWERS)
    return table[["iso3", "item", *columns]].assign(
        sum_of_codes=table[list(ANSWERS)] @ codes,
        sum_of_squares=table[list(ANSWERS)] @ codes**2,
        counted_codes=" ".join(map(str, COUNTED)),
    )


def mean_confidence(answers: pd.DataFrame) -> pd.DataFrame:
    """
    Give each country's mean confidence in each institution.

    Parameters
    ----------
    answers : pandas.DataFrame
        From `read_confidence`, the answers known.

    Returns
    -------
    pandas.DataFrame, shape (countries, institutions)
        Means over the answers given, from 3, a great deal, to 0, none at all; iso3 is the index.
    """
    means = answers.assign(mean=4 - answers["sum_of_codes"] / answers["n_valid"])
    return means.pivot(index="iso3", columns="institution", values="mean")


def read_education(path: Path, countries: Sequence[str] | None = None) -> pd.DataFrame:
    """
    Read how many have which level of education.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns iso3, country, n_interviewed, n_valid, lower, middle, upper (item
        X025R), sum_of_codes and sum_of_squares (item X025, codes 1 to 8), one row a country.
    countries : sequence of str, optional
        ISO 3166 alpha-3 codes, in the order wanted; all countries of the file by default.

    Returns
    -------
    pandas.DataFrame
        One row a country with these columns, numbers as int.

    Raises
    ------
    InputError
        If the file is wrong, a country is not in it, or counts contradict each other.
    """
    columns = ["n_interviewed", "n_valid", *LEVELS, "sum_of_codes", "sum_of_squares"]
    table = read_csv(path, ["iso3", "country", *columns])
    require_unique(table, ["iso3"], path)
    for column in columns:
        table[column] = to_integers(table[column], path)
    add_up = table[LEVELS].sum(axis=1) == table["n_valid"]
    wrong = ~add_up | (table["n_valid"] > table["n_interviewed"]) | (table[LEVELS] < 0).any(axis=1)
    _refuse(table[wrong], "levels that do not add up to its answers, or too many answers", path)
    require_possible_sums(table, path)
    return select_countries(table[["iso3", "country", *columns]], countries, path)


def grouped_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """
    Turn the four answers to an item into grouped rows with frequency weights.

    Parameters
    ----------
    answers : pandas.DataFrame
        Rows of `read_confidence` of one item.

    Returns
    -------
    pandas.DataFrame
        One row a country and answer: iso3, country, response (0 for none at all to 3 for a great
        deal) and n, the respondents who gave it (int).

    Raises
    ------
    InputError
        If the four answers of a country are not known.
    """
    unknown = answers.loc[answers["a_great_deal"].isna(), "country"]
    if not unknown.empty:
        raise InputError(
            f"The four answers of {unknown.iloc[0]} are not known: leave the country out."
        )
    rows = [
        answers[["iso3", "country"]].assign(response=4 - code, n=answers[name].astype("int64"))
        for name, code in ANSWERS.items()
    ]
    return pd.concat(rows).sort_index(kind="stable").reset_index(drop=True)


def _require_answers(table: pd.DataFrame, path: Path) -> None:
    """Refuse answers that do not add up, or more answers than respondents."""
    answers = table[list(ANSWERS)]
    counted = [name for name, code in ANSWERS.items() if code in COUNTED]
    given = answers.notna().any(axis=1)
    wrong = given & (answers.sum(axis=1, skipna=False) != table["n_valid"])
    wrong |= given & (answers[counted].sum(axis=1) != table["counted"])
    wrong |= (answers < 0).any(axis=1)
    _refuse(table[wrong], "answers that do not add up to n_valid and counted", path)
    wrong = (table["n_valid"] > table["n_interviewed"]) | (table["counted"] > table["n_valid"])
    wrong |= table["counted"] > table["n_interviewed"]
    _refuse(table[wrong], "more answers than respondents", path)


def _refuse(rows: pd.DataFrame, what: str, path: Path) -> None:
    if not rows.empty:
        raise InputError(f"{path} gives {rows.iloc[0]['country']} {what}: restore the file.")
