"""Which levels of education the article may have taken for a college degree."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError
from lib.core.text_files import read_csv, require_unique
from lib.sources.published import PrintedNumber


def read_college_candidates(path: Path) -> pd.DataFrame:
    """
    Read the codings that come into question.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns codes (levels of education that are a college degree, separated by
        blanks), kind (``upper`` for all levels from one upwards, else ``other``) and reading.

    Returns
    -------
    pandas.DataFrame
        One row a candidate: codes (text), kind, reading.

    Raises
    ------
    InputError
        If the file cannot be read, a candidate stands twice, or codes are no whole numbers.
    """
    table = read_csv(path, ["codes", "kind", "reading"])
    require_unique(table, ["codes"], path)
    for codes in table["codes"]:
        if not codes or not all(code.isdecimal() for code in codes.split()):
            raise InputError(f"{path} has the codes {codes!r}: write numbers, separated by blanks.")
    return table[["codes", "kind", "reading"]]


def read_college_missing(path: Path) -> dict[str, list[int]]:
    """
    Read which answers may have counted as missing.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns missing (a name) and codes (separated by blanks, may be none).

    Returns
    -------
    dict of str to list of int
        Codes that count as missing, by a name for the choice.

    Raises
    ------
    InputError
        If the file cannot be read, a name stands twice, or codes are no whole numbers.
    """
    table = read_csv(path, ["missing", "codes"])
    require_unique(table, ["missing"], path)
    try:
        return {
            str(name): [int(code) for code in str(codes).split()]
            for name, codes in zip(table["missing"], table["codes"], strict=True)
        }
    except ValueError as error:
        raise InputError(
            f"{path} has codes that are no whole numbers: write them separated by blanks."
        ) from error


def college_codings(
    answers: "pd.Series[int]",
    candidates: pd.DataFrame,
    missing: Mapping[str, Collection[int]],
    n: PrintedNumber,
    mean: PrintedNumber,
) -> pd.DataFrame:
    """
    Hold candidate codings of a college degree against the printed number and mean.

    Every candidate is tried with every choice of codes that count as missing; whoever gave
    neither these nor a code of the candidate has no degree. A coding fits if the number of those
    not missing is the printed one and their share of degrees rounds to the printed mean. Several
    may fit, and one that fits need not be the authors'.

    Parameters
    ----------
    answers : pandas.Series of int
        Highest educational level attained, one a respondent.
    candidates : pandas.DataFrame
        From `read_college_candidates`.
    missing : mapping of str to collection of int
        Codes that count as missing, by a name for the choice (`read_college_missing`).
    n, mean : PrintedNumber
        Observations and mean of College Educated, as printed (Table 1).

    Returns
    -------
    pandas.DataFrame
        One row a candidate and choice: codes, kind, reading, missing (the name), n, mean, n_off and
        mean_off (how far they are from what prints as the printed number, 0 if they do) and fits
        (bool, whether both do); those that fit first.

    Raises
    ------
    InputError
        If a choice leaves nobody.
    """
    tried = [
        _tried(answers, codes, name, treated)
        for codes in candidates["codes"]
        for name, treated in missing.items()
    ]
    table = candidates.merge(pd.DataFrame(tried), on="codes")
    table["n_off"], table["mean_off"] = _off(table["n"], n), _off(table["mean"], mean)
    table["fits"] = (table["n_off"] == 0) & (table["mean_off"] == 0)
    return table.sort_values("fits", ascending=False, kind="stable", ignore_index=True)


def closest_codes(codings: pd.DataFrame) -> list[int]:
    """
    Take the coding that comes nearest to the printed numbers.

    Parameters
    ----------
    codings : pandas.DataFrame
        From `college_codings`.

    Returns
    -------
    list of int
        Levels of education: the coding whose mean is nearest to what prints as the printed mean;
        of several the one whose number is nearest; of these the first.
    """
    best = codings.sort_values(["mean_off", "n_off"], kind="stable").iloc[0]
    return [int(code) for code in best["codes"].split()]


def _off(values: "pd.Series[float]", printed: PrintedNumber) -> "pd.Series[float]":
    return (values - values.clip(printed.low, printed.high)).abs()


def _tried(
    answers: "pd.Series[int]", codes: str, name: str, missing: Collection[int]
) -> dict[str, object]:
    valid = answers[~answers.isin(missing)]
    if valid.empty:
        raise InputError(f"No answer is left if {name} count as missing: choose other codes.")
    degree = valid.isin([int(code) for code in codes.split()])
    return {"codes": codes, "missing": name, "n": len(valid), "mean": degree.mean()}
