"""How the article makes a variable from an answer, as data."""

from dataclasses import dataclass
from pathlib import Path

from lib.errors import InputError
from lib.readers import read_csv, require_unique


@dataclass(frozen=True)
class Recode:
    """
    A variable made from one item.

    Attributes
    ----------
    variable : str
        Name of the variable.
    item : str
        Name of the item in the wave file.
    values : dict of int to float
        Value of the variable for each valid code; every other code is missing.
    stated : str
        How the article states the coding.
    """

    variable: str
    item: str
    values: dict[int, float]
    stated: str


def read_recodes(path: Path) -> dict[str, Recode]:
    """
    Read how variables are made from items.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns variable, item, codes, values and stated; codes and values are lists
        of numbers of the same length, separated by blanks.

    Returns
    -------
    dict of str to Recode
        The recodes by name of the variable.

    Raises
    ------
    InputError
        If the file cannot be read, a variable stands twice, or codes and values do not pair up.
    """
    table = read_csv(path, ["variable", "item", "codes", "values", "stated"])
    require_unique(table, ["variable"], path)
    rows = table.to_dict("records")
    return {
        row["variable"]: _recode({str(k): str(v) for k, v in row.items()}, path) for row in rows
    }


def _recode(row: dict[str, str], path: Path) -> Recode:
    codes, values = row["codes"].split(), row["values"].split()
    try:
        pairs = {int(code): float(value) for code, value in zip(codes, values, strict=True)}
    except ValueError as error:
        raise InputError(
            f"{path} gives {row['variable']} codes and values that do not pair up as numbers: "
            "write as many values as codes, separated by blanks."
        ) from error
    return Recode(row["variable"], row["item"], pairs, row["stated"])
