"""
From answers to the article's variables, one function a variable.

The codings are those that Chacha and Kobayashi (2018), Data and methods, state. Answers are codes;
don't know, no answer and every other negative code, or none at all, make a variable missing (their
note 9 and the paragraph on Trust CIS).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.core.text_files import read_csv, require_unique

Answers = pd.Series  # codes, one a respondent
Variable = pd.Series  # numbers, one a respondent, NaN if missing


def trust_cis(answers: Answers, no_trust_codes: Collection[int] = ()) -> Variable:
    """
    Code Trust CIS: trusts the Commonwealth of Independent States a great deal or quite a lot.

    Parameters
    ----------
    answers : pandas.Series of int
        Confidence, from 1 (a great deal) to 4 (none at all).
    no_trust_codes : collection of int
        Missing codes to be counted as no trust, such as that of don't know; none in the article.

    Returns
    -------
    pandas.Series of float
        1 for answers 1 and 2, 0 for 3 and 4.
    """
    return _counted_as(_indicator(answers, [1, 2]), answers, no_trust_codes)


def trust_levels_cis(answers: Answers, no_trust_codes: Collection[int] = ()) -> Variable:
    """
    Code Trust Levels CIS: level of trust in the Commonwealth of Independent States.

    Parameters
    ----------
    answers : pandas.Series of int
        Confidence, from 1 (a great deal) to 4 (none at all).
    no_trust_codes : collection of int
        Missing codes to be counted as no trust, such as that of don't know; none in the article.

    Returns
    -------
    pandas.Series of float
        From 3 (a great deal) to 0 (none at all).
    """
    return _counted_as(4 - _valid(answers), answers, no_trust_codes)


def xenophobia(answers: Answers) -> Variable:
    """
    Code Xenophobia: would not like to have immigrants or foreign workers as neighbours.

    Parameters
    ----------
    answers : pandas.Series of int
        1 if mentioned, 2 if not.

    Returns
    -------
    pandas.Series of float
        1 if mentioned, else 0.
    """
    return _indicator(answers, [1])


def immigrant(answers: Answers) -> Variable:
    """
    Code Immigrant: is an immigrant to the country.

    Parameters
    ----------
    answers : pandas.Series of int
        1 if born in the country, 2 if an immigrant.

    Returns
    -------
    pandas.Series of float
        1 for an immigrant, else 0.
    """
    return _indicator(answers, [2])


def manual_worker(answers: Answers, threshold: int | None = 3) -> Variable:
    """
    Code Manual Worker: does mostly manual work, now or in the past.

    Parameters
    ----------
    answers : pandas.Series of int
        Tasks at work, from 1 (mostly manual) to 10 (mostly intellectual).
    threshold : int, optional
        Highest answer of a manual worker: 3 in the article, 1 in its note 13; None for the scale
        itself, the other measure of note 13, on which manual work is low.

    Returns
    -------
    pandas.Series of float
        1 for answers up to the threshold, else 0; or the answer.

    Raises
    ------
    InputError
        If the threshold does not divide the scale.
    """
    if threshold is None:
        return _valid(answers)
    if not 1 <= threshold <= 9:
        raise InputError(f"The threshold of manual work is {threshold}: choose 1 to 9, or None.")
    return _indicator(answers, range(1, threshold + 1))


def unemployed(answers: Answers) -> Variable:
    """
    Code Unemployed: says that she or he is unemployed.

    Parameters
    ----------
    answers : pandas.Series of int
        Employment status, 7 for the unemployed.

    Returns
    -------
    pandas.Series of float
        1 for the unemployed, else 0.
    """
    return _indicator(answers, [7])


def gender(answers: Answers) -> Variable:
    """
    Code Gender: is a man.

    Parameters
    ----------
    answers : pandas.Series of int
        1 for men, 2 for women.

    Returns
    -------
    pandas.Series of float
        1 for men, 0 for women.
    """
    return _indicator(answers, [1])


def age(answers: Answers) -> Variable:
    """
    Code Age.

    Parameters
    ----------
    answers : pandas.Series of int
        Age in years.

    Returns
    -------
    pandas.Series of float
        Age in years.
    """
    return _valid(answers)


def college_educated(answers: Answers, codes: Collection[int]) -> Variable:
    """
    Code College Educated: has attained a college degree.

    Parameters
    ----------
    answers : pandas.Series of int
        Highest educational level attained.
    codes : collection of int
        Levels that are a college degree, which the article does not say (`college_codings`).

    Returns
    -------
    pandas.Series of float
        1 for these levels, else 0.

    Raises
    ------
    InputError
        If nobody, or everybody, has attained one of the levels.
    """
    variable = _indicator(answers, codes)
    if variable.nunique() < 2:
        listed = ", ".join(str(code) for code in codes) or "none"
        raise InputError(
            f"The levels of education that are a college degree ({listed}) divide nobody: name "
            "some, but not all, of the levels that occur."
        )
    return variable


def upper_class(answers: Answers) -> Variable:
    """
    Code Upper Class: considers herself or himself part of the upper class.

    Parameters
    ----------
    answers : pandas.Series of int
        Class, from 1 (upper) to 5 (lower).

    Returns
    -------
    pandas.Series of float
        1 for the upper class, else 0.
    """
    return _indicator(answers, [1])


def personal_financial_situation(answers: Answers) -> Variable:
    """
    Code Personal Financial Situation: satisfaction with the finances of the household.

    Parameters
    ----------
    answers : pandas.Series of int
        From 1 (completely dissatisfied) to 10 (completely satisfied).

    Returns
    -------
    pandas.Series of float
        The answer.
    """
    return _valid(answers)


def ethnic_diversity(
    countries: "pd.Series[str]", covariates: pd.DataFrame, column: str
) -> Variable:
    """
    Code Ethnic Diversity: probability that two citizens belong to different groups.

    Parameters
    ----------
    countries : pandas.Series of str
        ISO 3166 alpha-3 code of each respondent's country.
    covariates : pandas.DataFrame
        One row a country: iso3 and the column, from `lib.sources.countries.read_covariates`.
    column : str
        Fractionalization, 0 to 1; ethnic in the article, after Alesina et al. (2003).

    Returns
    -------
    pandas.Series of float
        Fractionalization of each respondent's country.

    Raises
    ------
    InputError
        If the column or a country is missing.
    """
    return _of_country(countries, covariates, column)


def ln_gdp_per_capita(
    countries: "pd.Series[str]", covariates: pd.DataFrame, column: str
) -> Variable:
    """
    Code Ln(GDPpc): natural logarithm of the gross domestic product per capita.

    Parameters
    ----------
    countries : pandas.Series of str
        ISO 3166 alpha-3 code of each respondent's country.
    covariates : pandas.DataFrame
        One row a country: iso3 and the column, from `lib.sources.countries.read_covariates`.
    column : str
        GDP per capita, current US dollars; the article names neither its year nor its release.

    Returns
    -------
    pandas.Series of float
        The logarithm for each respondent's country.

    Raises
    ------
    InputError
        If the column or a country is missing, or a figure is not positive.
    """
    gdp = _of_country(countries, covariates, column)
    if not (gdp > 0).all():
        country = countries[~(gdp > 0)].iloc[0]
        raise InputError(f"GDP per capita of {country} in {column!r} is not positive: correct it.")
    return gdp.map(log)


CODINGS: dict[str, Callable[..., Variable]] = {
    coding.__name__: coding
    for coding in (
        trust_cis,
        trust_levels_cis,
        xenophobia,
        immigrant,
        manual_worker,
        unemployed,
        gender,
        age,
        college_educated,
        upper_class,
        personal_financial_situation,
    )
}


@dataclass(frozen=True)
class Recode:
    """A variable made from one item."""

    variable: str
    item: str
    values: dict[int, float]
    stated: str


def read_recodes(path: Path) -> dict[str, Recode]:
    """
    Read which variables are made from which items.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns variable, item, codes and stated: codes are the valid codes of the
        item, separated by blanks. The function of the variable's name gives their values; a
        further column, values, may list them instead.

    Returns
    -------
    dict of str to Recode
        The recodes by name of the variable.

    Raises
    ------
    InputError
        If the file cannot be read, a variable stands twice or has no function, or codes and
        values do not pair up.
    """
    table = read_csv(path, ["variable", "item", "codes", "stated"])
    require_unique(table, ["variable"], path)
    rows = table.to_dict("records")
    return {
        row["variable"]: _recode({str(k): str(v) for k, v in row.items()}, path) for row in rows
    }


def recode_respondents(
    items: pd.DataFrame,
    covariates: pd.DataFrame,
    recodes: Mapping[str, Recode],
    *,
    college_codes: Collection[int],
    diversity: str,
    gdp_per_capita: str,
    manual_threshold: int | None = 3,
    no_trust_codes: Collection[int] = (),
) -> pd.DataFrame:
    """Make the article's variables from answers."""
    choices: dict[str, dict[str, Any]] = {
        "trust_cis": {"no_trust_codes": no_trust_codes},
        "trust_levels_cis": {"no_trust_codes": no_trust_codes},
        "manual_worker": {"threshold": manual_threshold},
        "college_educated": {"codes": college_codes},
    }
    variables = {
        name: CODINGS[name](_answers(items, recode), **choices.get(name, {}))
        for name, recode in recodes.items()
    }
    countries = items["iso3"]
    variables["ethnic_diversity"] = ethnic_diversity(countries, covariates, diversity)
    variables["ln_gdp_per_capita"] = ln_gdp_per_capita(countries, covariates, gdp_per_capita)
    return items[["iso3"]].assign(**variables)


def _valid(answers: Answers) -> Variable:
    return answers.where(answers >= 0).astype(float)


def _indicator(answers: Answers, codes: Collection[int]) -> Variable:
    return answers.isin(codes).astype(float).where(answers >= 0)


def _counted_as(trust: Variable, answers: Answers, no_trust_codes: Collection[int]) -> Variable:
    return trust.mask(answers.isin(no_trust_codes), 0.0)


def _of_country(
    countries: "pd.Series[str]", covariates: pd.DataFrame, column: str
) -> "pd.Series[float]":
    if column not in covariates:
        known = covariates.columns.drop(["iso3", "country"], errors="ignore")
        raise InputError(
            f"There is no country-level figure {column!r}: {did_you_mean(column, known)}"
        )
    figures = covariates.set_index("iso3")[column].astype(float)
    unknown = countries[~countries.isin(figures.index[np.isfinite(figures)])]
    if not unknown.empty:
        raise InputError(
            f"There is no {column} of {unknown.iloc[0]}: add it, or leave the country out."
        )
    return countries.map(figures)


def _answers(items: pd.DataFrame, recode: Recode) -> Answers:
    if recode.variable not in CODINGS:
        raise InputError(
            f"The variable {recode.variable!r} has no function: "
            f"{did_you_mean(recode.variable, CODINGS)}"
        )
    if recode.item not in items:
        raise InputError(
            f"The respondents have no answers to {recode.item}, of which {recode.variable} is "
            f"made: {did_you_mean(recode.item, items.columns)}"
        )
    return items[recode.item]


def _recode(row: dict[str, str], path: Path) -> Recode:
    variable = row["variable"]
    if variable not in CODINGS:
        raise InputError(
            f"{path} has the variable {variable!r}, for which there is no function: "
            f"{did_you_mean(variable, CODINGS)}"
        )
    try:
        codes = [int(code) for code in row["codes"].split()]
        values = _values(variable, codes, row.get("values"))
    except ValueError as error:
        raise InputError(
            f"{path} gives {variable} codes, or values, that do not pair up as numbers: "
            "write as many values as codes, separated by blanks."
        ) from error
    return Recode(variable, row["item"], values, row["stated"])


def _values(variable: str, codes: list[int], listed: str | None) -> dict[int, float]:
    """Take the values listed, or those that the function of the variable gives."""
    if listed is None:
        return dict(zip(codes, CODINGS[variable](pd.Series(codes)), strict=True)) if codes else {}
    return dict(zip(codes, map(float, listed.split()), strict=True))
