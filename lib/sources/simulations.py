"""Stored simulations: what took too long to be drawn while the book is built."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from lib.core.text_files import read_csv, to_numbers

FEW_COUNTRIES = "few_countries.csv"
CODE = (
    "lib/estimators/few_countries.py",
    "lib/estimators/clustered_logit.py",
    "lib/estimators/multilevel/restricted.py",
)
NUMBERS = ["countries", "coverage", "std_error", "variance", "replicates", "seed"]


def read_few_countries(folder: Path) -> pd.DataFrame:
    """
    Read how often intervals for a country-level slope hold the truth.

    Parameters
    ----------
    folder : pathlib.Path
        The folder data/simulations; ``python -m tests.bench few-countries`` writes the file.

    Returns
    -------
    pandas.DataFrame
        One row a number of countries and method: countries, method, coverage and its Monte Carlo
        std_error (shares), variance (mean estimate; 0.5 is built in), replicates, seed (the
        first), date, and hash of the code that drew them.

    Raises
    ------
    InputError
        If the file cannot be read or lacks a column.
    """
    table = read_csv(folder / FEW_COUNTRIES, ["method", *NUMBERS, "date", "hash"])
    for name in NUMBERS:
        table[name] = to_numbers(table[name], folder / FEW_COUNTRIES, blank=np.nan)
    return table


def few_countries_hash(root: Path) -> str:
    """Hash the code of the simulation, so that a stored table tells when it is out of date."""
    return sha256(b"".join((root / name).read_bytes() for name in CODE)).hexdigest()[:16]
