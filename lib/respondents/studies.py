"""The respondents that chapters analyse: generated ones, or those of a licensed file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from lib.core import paths
from lib.core.errors import InputError
from lib.core.text_files import read_rows
from lib.respondents.synthetic import ITEMS, synthetic_list_experiment, synthetic_wvs
from lib.sources.countries import read_covariates
from lib.sources.list_experiment import read_list_experiment
from lib.sources.published import printed_number, read_table
from lib.sources.wvs import (
    Codebook,
    compare_with_counts,
    difference_sentences,
    read_codebook,
    read_country_codes,
    read_counts,
    read_known_differences,
    read_wave_file,
    restore_scale,
)
from lib.sources.wvs.college import (
    closest_codes,
    college_codings,
    read_college_candidates,
    read_college_missing,
)
from lib.sources.wvs.recodes import read_recodes, recode_respondents

WVS, LIST_EXPERIMENT = "wvs", "list_experiment"
N_ITEMS = 4
DIVERSITY, GDP_PER_CAPITA = "ethnic_fractionalization", "gdp_per_capita_2010_release_2015"


@dataclass(frozen=True)
class Respondents:
    """Respondents and where they come from."""

    frame: pd.DataFrame  # one row a respondent
    source: str  # generated rows, or those of a licensed file: "synthetic", "licensed"
    # What a reader should know of the file, a sentence each; none on generated rows.
    remarks: tuple[str, ...] = ()


def wvs_respondents(reversed_finances: Sequence[str] = ()) -> Respondents:
    """Read the respondents of the World Values Survey that this book is built on."""
    respondents = _respondents(WVS)
    frame = _corrected(respondents.frame, reversed_finances, paths.DATA)
    return replace(respondents, frame=frame)


def article_variables(choices: SimpleNamespace, items: pd.DataFrame) -> pd.DataFrame:
    """Make the article's variables as a chapter's choices say."""
    here = items[items["iso3"].isin(choices.countries)]
    recodes = read_recodes(paths.DATA / "codebook" / "recodes.csv")
    education = here[recodes["college_educated"].item]
    return recode_respondents(
        here,
        read_covariates(paths.DATA / "open" / "country_covariates.csv"),
        recodes,
        college_codes=wvs_college_codes(education, choices.college_codes, paths.DATA),
        diversity=choices.diversity,
        gdp_per_capita=choices.income,
        manual_threshold=choices.manual_threshold,
        no_trust_codes=choices.no_trust_codes,
    )


def list_experiment_respondents() -> Respondents:
    """Read the respondents of the list experiment that this book is built on."""
    return _respondents(LIST_EXPERIMENT)


def prepared_respondents(texts: Sequence[str] = ()) -> Respondents | None:
    """Read the respondents that the build has prepared for a chapter."""
    prepared = paths.respondents()
    if prepared is None:
        return None
    rows = read_prepared(prepared, texts)
    remarks = prepared.with_suffix(paths.REMARKS_SUFFIX)
    lines = remarks.read_text(encoding="utf-8").splitlines() if remarks.is_file() else []
    source = "licensed" if paths.RAW in prepared.parents else "synthetic"
    return Respondents(rows, source, tuple(lines))


def synthetic_rows(survey: str, root: Path) -> pd.DataFrame:
    """Generate respondents."""
    if survey == LIST_EXPERIMENT:
        return synthetic_list_experiment()
    return synthetic_wvs(root / "data")


def licensed_texts(
    survey: str,
    file: Path,
    root: Path,
    *,
    reversed_finances: Sequence[str] = (),
    encoding: str | None = None,
) -> dict[str, str]:
    """Read a licensed file into what chapters, and users of other software, analyse."""
    if survey == LIST_EXPERIMENT:
        schema = root / "data" / "codebook" / "list_experiment_variables.csv"
        read = read_list_experiment(file, schema, N_ITEMS, encoding)
        return _texts(survey, {survey: as_csv(read.frame)}, read.remarks)
    return _wvs_texts(file, root / "data", reversed_finances, encoding)


def wvs_codebook(data: Path) -> Codebook:
    """Read the codebook of the World Values Survey's wave 6."""
    return read_codebook(
        items=data / "codebook" / "wvs6_items.csv",
        codes=data / "codebook" / "wvs6_codes.csv",
        time_series_codes=data / "codebook" / "wvs6_time_series_codes.csv",
    )


def wvs_college_codings(answers: "pd.Series[int]", data: Path) -> pd.DataFrame:
    """Hold every candidate coding of College Educated against what the article prints of it."""
    printed = read_table(data / "published" / "kc2018_table1.csv").set_index("id")
    n, mean = (
        printed_number(dict(printed.loc[f"kc2018.table1.college_educated.{statistic}"]))
        for statistic in ("observations", "mean")
    )
    candidates = read_college_candidates(data / "codebook" / "college_codings.csv")
    missing = read_college_missing(data / "codebook" / "college_missing.csv")
    return college_codings(answers, candidates, missing, n, mean)


def wvs_college_codes(answers: "pd.Series[int]", stated: Sequence[int], data: Path) -> list[int]:
    """Take the levels of education that are stated to be a college degree, or search them."""
    return list(stated) or closest_codes(wvs_college_codings(answers, data))


def wvs_differences(items: pd.DataFrame, data: Path) -> pd.DataFrame:
    """Hold answers against the open counts."""
    known = read_known_differences(data / "codebook" / "wvs6_known_differences.csv")
    file = data / "open" / "wvs6_country_counts.csv"
    counts = {item: read_counts(file, item) for item in ITEMS}
    return compare_with_counts(items, counts, wvs_codebook(data), known)


def read_prepared(path: Path, texts: Sequence[str] = ()) -> pd.DataFrame:
    """Read respondents that a build has prepared."""
    try:
        return read_rows(path, dtype=dict.fromkeys(texts, str))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: build once on the licensed file.") from error


def as_csv(frame: pd.DataFrame) -> str:
    """Write respondents as CSV, the same bytes on every machine."""
    return str(frame.to_csv(index=False, lineterminator="\n"))


def _corrected(items: pd.DataFrame, reversed_finances: Sequence[str], data: Path) -> pd.DataFrame:
    if not reversed_finances:
        return items
    recodes = read_recodes(data / "codebook" / "recodes.csv")
    finances = wvs_codebook(data).items[recodes["personal_financial_situation"].item]
    counts = read_counts(data / "open" / "wvs6_country_counts.csv", finances.name)
    return restore_scale(items, finances, reversed_finances, counts)


def _wvs_texts(
    file: Path, data: Path, reversed_finances: Sequence[str], encoding: str | None
) -> dict[str, str]:
    """Read a licensed file and recode it as the article does, with the coding that fits."""
    countries = read_country_codes(data / "open" / "wvs6_country_counts.csv")
    wave = read_wave_file(file, wvs_codebook(data), countries, encoding)
    items = _corrected(wave.frame, reversed_finances, data)
    recodes = read_recodes(data / "codebook" / "recodes.csv")
    education = items[recodes["college_educated"].item]
    recoded = recode_respondents(
        items,
        read_covariates(data / "open" / "country_covariates.csv"),
        recodes,
        college_codes=wvs_college_codes(education, [], data),
        diversity=DIVERSITY,
        gdp_per_capita=GDP_PER_CAPITA,
    )
    tables = {WVS: as_csv(wave.frame), f"{WVS}_recoded": as_csv(recoded)}
    named = f"Its items are named as in the {wave.naming}."
    differing = "\n".join(difference_sentences(wvs_differences(items, data)))
    texts = _texts(WVS, tables, [named, *wave.remarks])
    return texts | {f"{WVS}_differences{paths.REMARKS_SUFFIX}": differing}


def _texts(survey: str, tables: dict[str, str], remarks: Sequence[str]) -> dict[str, str]:
    files = {f"{name}.csv": text for name, text in tables.items()}
    return files | {f"{survey}{paths.REMARKS_SUFFIX}": "\n".join(remarks)}


def _respondents(survey: str) -> Respondents:
    """Read what the build has prepared; a notebook that is run alone generates its rows."""
    return prepared_respondents() or Respondents(synthetic_rows(survey, paths.ROOT), "synthetic")
