"""The memo on the CSTO: what its list experiment prints."""

import pandas as pd

from lib.core.paths import DATA
from lib.sources.published import read_table


def printed_table() -> pd.DataFrame:
    """
    Read Table 1.

    Returns
    -------
    pandas.DataFrame
        One row a printed number, as `lib.sources.published.read_table` gives it, with the columns
        grouping, subgroup and quantity.

    Raises
    ------
    InputError
        If the file is wrong.
    """
    return read_table(DATA / "published" / "memo806_table1.csv")


def printed_sentences() -> pd.DataFrame:
    """
    Read the numbers that the memo's sentences print.

    Returns
    -------
    pandas.DataFrame
        One row a printed number, as `lib.sources.published.read_table` gives it.

    Raises
    ------
    InputError
        If the file is wrong.
    """
    return read_table(DATA / "published" / "memo806_text.csv")
