"""Files shaped like those of the World Values Survey, with exactly the published counts."""

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadr
import pyreadstat

from lib.core.paths import DATA
from lib.sources.wvs import Codebook, read_codebook, read_country_codes, read_counts

CODEBOOK = DATA / "codebook"
COUNTS = DATA / "open" / "wvs6_country_counts.csv"
ENDS = {"V229": 8, "V231": 10, "V238": 5, "V242": 91, "V59": 10}


def codebook() -> Codebook:
    """Read the codebook of the book."""
    names = ("wvs6_items.csv", "wvs6_codes.csv", "wvs6_time_series_codes.csv")
    return read_codebook(*(CODEBOOK / name for name in names))


def wave(seed: int = 6) -> pd.DataFrame:
    """Make a wave file: the published counts of the seven countries, and an eighth country."""
    generator = np.random.default_rng(seed)
    countries = [country(iso3, code) for iso3, code in read_country_codes(COUNTS).items()]
    other = countries[0].head(50).assign(V2=76, V59=77)
    frame = pd.concat([*countries, other], ignore_index=True)
    frame["V248"] = generator.choice([-1, *range(1, 10)], len(frame))
    frame["V258"] = generator.uniform(0.5, 2, len(frame)).round(3)
    return frame.sample(frac=1, random_state=seed, ignore_index=True)


def country(iso3: str, code: int) -> pd.DataFrame:
    """Make answers of a country that add up to its published counts, one item after the other."""
    items = sorted(set(pd.read_csv(COUNTS)["item"]))
    rows = {item: read_counts(COUNTS, item, [iso3]).iloc[0] for item in items}
    answers = {item: with_missing(given(row, ENDS.get(item)), row) for item, row in rows.items()}
    return pd.DataFrame({"V1": 6, "V2": code} | answers)


def given(row: pd.Series, highest: int | None) -> np.ndarray:
    """Valid answers with the published sum, or with the published number of an answer."""
    n = int(row["n_valid"])
    if highest is not None:
        return level(n, int(row["sum_of_codes"]))
    counted, codes = int(row["counted"]), [int(code) for code in row["counted_codes"].split()]
    if len(codes) == 1:
        return np.repeat([codes[0], 3 - codes[0]], [counted, n - counted])
    total = int(row["sum_of_codes"])
    twos = min(2 * counted // 3, total - counted - 3 * (n - counted))
    trusting = np.repeat([1, 2], [counted - twos, twos])
    return np.append(trusting, level(n - counted, total - trusting.sum()))


def level(n: int, total: int) -> np.ndarray:
    """Whole numbers, as equal as they can be, that add up to a total."""
    return total // n + (np.arange(n) < total % n)


def with_missing(answers: np.ndarray, row: pd.Series) -> np.ndarray:
    """Add those who did not answer: don't know and no answer in turn."""
    unanswered = np.arange(int(row["n_interviewed"]) - len(answers))
    return np.append(answers, -1 - unanswered % 2)


def time_series(frame: pd.DataFrame) -> pd.DataFrame:
    """Name and number a wave as the time series does, and add respondents of another wave."""
    names = {item.name: item.time_series_names[0] for item in codebook().items.values()}
    mentioned = frame["V39"].replace({2: 0})
    education = frame["V248"].replace({code: code - 1 for code in range(2, 10)} | {1: -3})
    renamed = frame.assign(V39=mentioned, V248=education).rename(columns=names)
    earlier = renamed.head(500).assign(S002VS=5, C006=99)
    return pd.concat([earlier, renamed], ignore_index=True).assign(E069_18A=1)


def write(frame: pd.DataFrame, path: Path, **options) -> Path:
    """Write a survey file in the form that its name says."""
    if path.suffix == ".dta":
        frame.to_stata(path, write_index=False, **options)
    elif path.suffix == ".sav":
        pyreadstat.write_sav(frame, path, **options)
    elif path.suffix == ".rds":
        pyreadr.write_rds(path, frame, compress="gzip")
    elif path.suffix == ".rdata":
        pyreadr.write_rdata(path, frame, df_name="wave", compress="gzip")
    else:
        frame.to_csv(path, index=False, **options)
    return path


def zipped(path: Path, *names: str, folder: str = "") -> Path:
    """Pack a file, under its own name or under others."""
    archive = path.with_suffix(path.suffix + ".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names or [path.name]:
            packed.writestr(folder + name, path.read_bytes())
    return archive
