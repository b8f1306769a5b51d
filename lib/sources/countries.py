"""Countries: which are asked for, and what open sources say of them."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.core.text_files import read_csv, require_unique, to_numbers


def read_covariates(path: Path, countries: Sequence[str] | None = None) -> pd.DataFrame:
    """
    Read country-level covariates.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns iso3, country and any number of numeric columns, one row a country.
    countries : sequence of str, optional
        ISO 3166 alpha-3 codes, in the order wanted; all countries of the file by default.

    Returns
    -------
    pandas.DataFrame
        One row a country: iso3, country (text) and the covariates (float).

    Raises
    ------
    InputError
        If the file is wrong, or a country is unknown or asked for twice.
    """
    covariates = read_csv(path, ["iso3", "country"])
    require_unique(covariates, ["iso3"], path)
    for column in covariates.columns.drop(["iso3", "country"]):
        covariates[column] = to_numbers(covariates[column], path)
    return select_countries(covariates, countries, path)


def select_countries(
    frame: pd.DataFrame, countries: Sequence[str] | None, path: Path
) -> pd.DataFrame:
    """Keep the countries asked for, in the order asked for."""
    if countries is None:
        return frame.reset_index(drop=True)
    for position, code in enumerate(countries):
        if code not in set(frame["iso3"]):
            raise InputError(f"{path} has no country {code!r}: {_advice(code, frame)}")
        if code in countries[:position]:
            raise InputError(f"The country {code} is asked for twice: name it once.")
    return frame.set_index("iso3").loc[list(countries)].reset_index()


def _advice(code: str, frame: pd.DataFrame) -> str:
    """Advise also those who wrote the name where the code belongs."""
    names = dict(zip(frame["country"], frame["iso3"], strict=True))
    if code in names:
        return f"use its code {names[code]!r}."
    return did_you_mean(code, frame["iso3"])
