"""The respondents that chapters analyse: generated ones, or those of a licensed file."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lib import paths
from lib.errors import InputError
from lib.list_experiment_files import read_list_experiment
from lib.standin.list_experiment import generate_list_experiment
from lib.standin.targets import WvsTargets, read_wvs_targets
from lib.standin.wvs import generate_wvs

WVS, LIST_EXPERIMENT = "wvs", "list_experiment"
N_ITEMS = 4


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
    """

    frame: pd.DataFrame
    source: str


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


def licensed_tables(survey: str, file: Path, root: Path) -> dict[str, str]:
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
        CSV texts by name: the respondents, named like the survey; for the World Values Survey
        also the recoded variables, named ``wvs_recoded``.

    Raises
    ------
    InputError
        If the file is not what it must be.
    """
    if survey == LIST_EXPERIMENT:
        schema = root / "data" / "codebook" / "list_experiment_variables.csv"
        return {survey: as_csv(read_list_experiment(file, schema, N_ITEMS))}
    raise InputError(f"{file} cannot be read yet: files of the World Values Survey are to come.")


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


def _respondents(survey: str) -> Respondents:
    """Read what the build has prepared; a notebook that is run alone generates its rows."""
    prepared = paths.respondents()
    if prepared is None:
        return Respondents(standin_rows(survey, paths.ROOT), "standin")
    source = "licensed" if paths.RAW in prepared.parents else "standin"
    return Respondents(pd.read_csv(prepared, keep_default_na=False, na_values=[""]), source)
