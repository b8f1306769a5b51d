"""From a file of the World Values Survey to the answers of one wave in the countries wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lib.core.errors import InputError
from lib.sources.survey_files import column_names, read_survey_file
from lib.sources.wvs.codebook import Codebook, Item, TimeSeriesCodes

LONGEST_TEXT = 30
OFFICIAL = "use an official release of the wave or of the time series."


@dataclass(frozen=True)
class WaveFile:
    """Respondents of one wave."""

    frame: pd.DataFrame
    naming: str
    remarks: tuple[str, ...]
    n_in_file: int


def read_wave_file(
    path: Path, codebook: Codebook, countries: Mapping[str, int], encoding: str | None = None
) -> WaveFile:
    """Read the answers of one wave from its own file or from the time series."""
    names = column_names(path, encoding)
    naming, columns = _columns(path, names, codebook)
    file = read_survey_file(path, list(columns.values()), encoding)
    raw = file.frame.set_axis(list(columns), axis=1)
    n_in_file = len(raw)
    raw = _of_wave(path, raw, codebook.with_role("wave")[0], naming)
    _require_items(path, names, columns, codebook, naming)
    raw = _of_countries(path, raw, codebook.with_role("country")[0], countries)
    numberings = codebook.time_series_codes if naming == "time series" else {}
    frame, remarks = _answers(path, raw, codebook, numberings)
    for item in codebook.with_role("weight"):
        frame[item.name] = _weights(path, raw[item.name], item)
    return WaveFile(frame, naming, (*file.remarks, *remarks), n_in_file)


def _columns(path: Path, names: Sequence[str], codebook: Codebook) -> tuple[str, dict[str, str]]:
    """Tell the naming scheme by the number of items found, and give their columns."""
    items = codebook.with_role("wave", "country", "answer", "weight")
    country = codebook.with_role("country")[0]
    schemes = {
        "wave file": _present({item.name: (item.name,) for item in items}, names),
        "time series": _present({item.name: item.time_series_names for item in items}, names),
    }
    usable = {scheme: found for scheme, found in schemes.items() if country.name in found}
    if not usable:
        raise InputError(
            f"{path} has neither {country.name} nor {country.time_series_names[0]}, the country in "
            f"a file of the wave and in the time series: {OFFICIAL}"
        )
    naming = max(usable, key=lambda scheme: len(usable[scheme]))
    return naming, usable[naming]


def _present(wanted: Mapping[str, Sequence[str]], names: Sequence[str]) -> dict[str, str]:
    """Give the first name that a file has of each item, without regard to case."""
    lower = {name.lower() for name in names}
    found = {
        item: [name for name in candidates if name.lower() in lower]
        for item, candidates in wanted.items()
    }
    return {item: candidates[0] for item, candidates in found.items() if candidates}


def _of_wave(path: Path, raw: pd.DataFrame, wave: Item, naming: str) -> pd.DataFrame:
    """Keep the wave wanted; a file of one wave need not name it."""
    if wave.name not in raw:
        if naming == "time series":
            raise InputError(
                f"{path} has no column {wave.time_series_names[0]!r}, which tells the waves of the "
                f"time series apart: {OFFICIAL}"
            )
        return raw
    waves = _numbers(path, raw[wave.name], wave)
    wanted = waves.between(wave.lowest, wave.highest)
    if not wanted.any():
        held = ", ".join(f"{number:g}" for number in sorted(waves.dropna().unique()))
        raise InputError(
            f"{path} holds wave {held} where wave {wave.lowest:g} is wanted: download that wave, "
            "or the time series."
        )
    return raw[wanted]


def _require_items(
    path: Path, names: Sequence[str], columns: Mapping[str, str], codebook: Codebook, naming: str
) -> None:
    for item in codebook.with_role("answer", "weight"):
        if item.name not in columns:
            wanted = item.name if naming == "wave file" else item.time_series_names[0]
            other = [name for name in item.mistaken_for if name.lower() in map(str.lower, names)]
            instead = f" ({other[0]}, which it has, is another item)" if other else ""
            raise InputError(f"{path} has no column {wanted!r}, {item.label}{instead}: {OFFICIAL}")


def _of_countries(
    path: Path, raw: pd.DataFrame, country: Item, countries: Mapping[str, int]
) -> pd.DataFrame:
    codes = _numbers(path, raw[country.name], country)
    for iso3, code in countries.items():
        if not (codes == code).any():
            raise InputError(
                f"{path} holds no respondent of {iso3} ({country.name} {code}) in this wave: leave "
                "the country out or use a file that has it."
            )
    respondents = codes.map({code: iso3 for iso3, code in countries.items()})
    return raw.assign(iso3=respondents)[respondents.notna()].reset_index(drop=True)


def _answers(
    path: Path,
    raw: pd.DataFrame,
    codebook: Codebook,
    numberings: Mapping[str, Sequence[TimeSeriesCodes]],
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    frame, remarks = raw[["iso3"]].copy(), []
    for item in codebook.with_role("answer"):
        codes = _whole_codes(path, raw[item.name], item, codebook)
        numbering = _numbering(codes, numberings.get(item.name, []))
        codes = codes.replace(dict(numbering.wave_codes))
        _require_known(path, codes, item, codebook)
        _require_asked(path, codes.groupby(raw["iso3"]).max(), item)
        frame[item.name] = codes
        remarks.append(numbering.remark)
    return frame, tuple(filter(None, remarks))


def _numbers(path: Path, column: "pd.Series[Any]", item: Item) -> "pd.Series[float]":
    numbers = pd.to_numeric(column, errors="coerce")
    texts = column[column.notna() & ~np.isfinite(numbers)]
    if not texts.empty:
        held = str(texts.iloc[0])[:LONGEST_TEXT]
        raise InputError(
            f"{path} holds {held!r} in {item}, where a number belongs: use numeric codes "
            "instead of labels, and leave a missing answer empty."
        )
    return numbers.astype(float)


def _whole_codes(
    path: Path, column: "pd.Series[Any]", item: Item, codebook: Codebook
) -> "pd.Series[int]":
    """Count whoever has no code at all as missing for an unknown reason, the last missing code."""
    codes = _numbers(path, column, item).fillna(min(codebook.missing_codes))
    broken = codes[codes % 1 != 0]
    if not broken.empty:
        raise InputError(f"{path} holds {broken.iloc[0]:g} in {item}, no whole code: {OFFICIAL}")
    return codes.astype("int64")


def _numbering(codes: "pd.Series[int]", numberings: Sequence[TimeSeriesCodes]) -> TimeSeriesCodes:
    found = set(codes[codes >= 0])
    fitting = (each for each in numberings if found <= each.wave_codes.keys())
    return next(fitting, TimeSeriesCodes({}, ""))


def _require_known(path: Path, codes: "pd.Series[int]", item: Item, codebook: Codebook) -> None:
    known = codes.between(item.lowest, item.highest) | codes.isin(codebook.missing_codes)
    if not known.all():
        missing = ", ".join(str(code) for code in sorted(codebook.missing_codes, reverse=True))
        raise InputError(
            f"{path} holds the code {codes[~known].iloc[0]} in {item}, which the codebook does not "
            f"know ({item.span}; missing {missing}): {OFFICIAL}"
        )


def _require_asked(path: Path, highest: "pd.Series[int]", item: Item) -> None:
    unasked = highest.index[highest < item.lowest]
    if not unasked.empty:
        raise InputError(
            f"{path} holds no valid answer of {unasked[0]} to {item}, which was not asked there or "
            "not released: leave the country out."
        )


def _weights(path: Path, column: "pd.Series[Any]", item: Item) -> "pd.Series[float]":
    weights = _numbers(path, column, item)
    wrong = weights[~(np.isfinite(weights) & (weights >= 0))]
    if not wrong.empty:
        raise InputError(f"{path} holds {wrong.iloc[0]:g} in {item}, no weight: {OFFICIAL}")
    return weights
