"""The respondents that chapters analyse: generated ones, or those of a licensed file."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lib import paths
from lib.college import (
    closest_codes,
    college_codings,
    read_college_candidates,
    read_college_missing,
)
from lib.countries import read_covariates
from lib.list_experiment_files import read_list_experiment
from lib.published import printed_number, read_table
from lib.recodes import read_recodes, recode_respondents
from lib.standin.list_experiment import generate_list_experiment
from lib.standin.targets import WvsTargets, read_wvs_targets
from lib.standin.wvs import generate_wvs
from lib.wvs import Codebook, read_codebook, read_country_codes, read_wave_file

WVS, LIST_EXPERIMENT = "wvs", "list_experiment"
N_ITEMS = 4
DIVERSITY, GDP_PER_CAPITA = "ethnic_fractionalization", "gdp_per_capita_2010_release_2015"


@dataclass(frozen=True)
class Respondents:
    """
    Respondents and where they come from.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row a respondent.
    source : {"standin", "licensed"}
        Generated rows, or those of a licensed file.
    remarks : tuple of str
        What a reader should know of the file, a sentence each; none on generated rows.
    """

    frame: pd.DataFrame
    source: str
    remarks: tuple[str, ...] = ()


def wvs_respondents() -> Respondents:
    """
    Read the respondents of the World Values Survey that this book is built on.

    Returns
    -------
    Respondents
        One row a respondent: iso3 and the items by their names in the wave file, negative codes
        missing.
    """
    return _respondents(WVS)


def list_experiment_respondents() -> Respondents:
    """
    Read the respondents of the list experiment that this book is built on.

    Returns
    -------
    Respondents
        One row a respondent: count, arm, gender, education, ethnicity, city and weight.
    """
    return _respondents(LIST_EXPERIMENT)


def prepared_respondents() -> Respondents | None:
    """
    Read the respondents that the build has prepared for a chapter.

    Returns
    -------
    Respondents or None
        None in a notebook that is run alone.
    """
    prepared = paths.respondents()
    if prepared is None:
        return None
    rows = pd.read_csv(prepared, keep_default_na=False, na_values=[""])
    remarks = prepared.with_suffix(paths.REMARKS_SUFFIX)
    lines = remarks.read_text(encoding="utf-8").splitlines() if remarks.is_file() else []
    source = "licensed" if paths.RAW in prepared.parents else "standin"
    return Respondents(rows, source, tuple(lines))


def standin_rows(survey: str, root: Path) -> pd.DataFrame:
    """
    Generate respondents.

    Parameters
    ----------
    survey : {"wvs", "list_experiment"}
        The survey they stand for.
    root : pathlib.Path
        Folder that holds data/, whose printed and open figures they are calibrated to.

    Returns
    -------
    pandas.DataFrame
        One row a respondent.
    """
    data = root / "data"
    if survey == LIST_EXPERIMENT:
        return generate_list_experiment(data)
    return generate_wvs(wvs_targets(data))


def licensed_texts(survey: str, file: Path, root: Path) -> dict[str, str]:
    """
    Read a licensed file into what chapters, and users of other software, analyse.

    Parameters
    ----------
    survey : {"wvs", "list_experiment"}
        The survey.
    file : pathlib.Path
        The file as downloaded.
    root : pathlib.Path
        Folder that holds data/ with the codebook.

    Returns
    -------
    dict of str to str
        Texts by file name: the respondents, named like the survey, as CSV; remarks on the file,
        named so too, a sentence a line; for the World Values Survey also the recoded variables,
        ``wvs_recoded.csv``.

    Raises
    ------
    InputError
        If the file is not what it must be.
    """
    if survey == LIST_EXPERIMENT:
        schema = root / "data" / "codebook" / "list_experiment_variables.csv"
        respondents = as_csv(read_list_experiment(file, schema, N_ITEMS))
        return _texts(survey, {survey: respondents}, [])
    return _wvs_texts(file, root / "data")


def wvs_codebook(data: Path) -> Codebook:
    """
    Read the codebook of the World Values Survey's wave 6.

    Parameters
    ----------
    data : pathlib.Path
        Folder of the book's data.

    Returns
    -------
    Codebook
        Items, codes and numberings.

    Raises
    ------
    InputError
        If a file is wrong.
    """
    return read_codebook(
        items=data / "codebook" / "wvs6_items.csv",
        codes=data / "codebook" / "wvs6_codes.csv",
        time_series_codes=data / "codebook" / "wvs6_time_series_codes.csv",
    )


def wvs_college_codings(answers: "pd.Series[int]", data: Path) -> pd.DataFrame:
    """
    Hold every candidate coding of College Educated against what the article prints of it.

    Parameters
    ----------
    answers : pandas.Series of int
        Highest educational level attained, one a respondent of a licensed file.
    data : pathlib.Path
        Folder of the book's data.

    Returns
    -------
    pandas.DataFrame
        One row a candidate and treatment of missing answers, from `lib.college.college_codings`.

    Raises
    ------
    InputError
        If a file is wrong.
    """
    printed = read_table(data / "published" / "kc2018_table1.csv").set_index("id")
    n, mean = (
        printed_number(dict(printed.loc[f"kc2018.table1.college_educated.{statistic}"]))
        for statistic in ("observations", "mean")
    )
    candidates = read_college_candidates(data / "codebook" / "college_codings.csv")
    missing = read_college_missing(data / "codebook" / "college_missing.csv")
    return college_codings(answers, candidates, missing, n, mean)


def wvs_targets(data: Path) -> WvsTargets:
    """
    Read what the stand-in of the World Values Survey is calibrated to.

    Parameters
    ----------
    data : pathlib.Path
        Folder of the book's data.

    Returns
    -------
    WvsTargets
        Printed tables, open counts, codings and covariates.

    Raises
    ------
    InputError
        If a file is wrong.
    """
    return read_wvs_targets(
        table1=data / "published" / "kc2018_table1.csv",
        table2=data / "published" / "kc2018_table2.csv",
        counts=data / "open" / "wvs6_country_counts.csv",
        recodes=[data / "codebook" / "recodes.csv", data / "standin" / "recodes.csv"],
        covariates=data / "open" / "country_covariates.csv",
    )


def as_csv(frame: pd.DataFrame) -> str:
    """
    Write respondents as CSV, the same bytes on every machine.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a respondent.

    Returns
    -------
    str
        A header line, then a line a respondent.
    """
    return str(frame.to_csv(index=False, lineterminator="\n"))


def _wvs_texts(file: Path, data: Path) -> dict[str, str]:
    """Read a licensed file and recode it as the article does, with the coding that fits."""
    countries = read_country_codes(data / "open" / "wvs6_country_counts.csv")
    wave = read_wave_file(file, wvs_codebook(data), countries)
    items = wave.frame
    recodes = read_recodes(data / "codebook" / "recodes.csv")
    education = items[recodes["college_educated"].item]
    recoded = recode_respondents(
        items,
        read_covariates(data / "open" / "country_covariates.csv"),
        recodes,
        college_codes=closest_codes(wvs_college_codings(education, data)),
        diversity=DIVERSITY,
        gdp_per_capita=GDP_PER_CAPITA,
    )
    tables = {WVS: as_csv(items), f"{WVS}_recoded": as_csv(recoded)}
    named = f"Its items are named as in the {wave.naming}."
    return _texts(WVS, tables, [named, *wave.remarks])


def _texts(survey: str, tables: dict[str, str], remarks: list[str]) -> dict[str, str]:
    files = {f"{name}.csv": text for name, text in tables.items()}
    return files | {f"{survey}{paths.REMARKS_SUFFIX}": "\n".join(remarks)}


def _respondents(survey: str) -> Respondents:
    """Read what the build has prepared; a notebook that is run alone generates its rows."""
    return prepared_respondents() or Respondents(standin_rows(survey, paths.ROOT), "standin")
