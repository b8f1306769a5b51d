"""Which levels of education the article may have taken for a college degree."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError
from lib.core.text_files import read_csv, require_unique
from lib.sources.published import PrintedNumber


def read_college_candidates(path: Path) -> pd.DataFrame:
    """Read the codings that come into question."""
    table = read_csv(path, ["codes", "kind", "reading"])
    require_unique(table, ["codes"], path)
    for codes in table["codes"]:
        if not codes or not all(code.isdecimal() for code in codes.split()):
            raise InputError(f"{path} has the codes {codes!r}: write numbers, separated by blanks.")
    return table[["codes", "kind", "reading"]]


def read_college_missing(path: Path) -> dict[str, list[int]]:
    """Read which answers may have counted as missing."""
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
    """Hold candidate codings of a college degree against the printed number and mean."""
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
    """Take the coding that comes nearest to the printed numbers."""
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
