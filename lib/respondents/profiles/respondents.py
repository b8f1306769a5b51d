"""The respondents of a profile: those of its file, or generated ones."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from lib.core.paths import REMARKS_SUFFIX, ROOT
from lib.respondents.profiles.generated import MARK, write_synthetic_file
from lib.respondents.profiles.reading import Profile
from lib.respondents.studies import Respondents, as_csv, prepared_respondents
from lib.sources.survey_files import column_names


def is_generated(file: Path, encoding: str | None = None) -> bool:
    """
    Tell a generated file by its mark.

    Parameters
    ----------
    file : pathlib.Path
        A survey file.
    encoding : str, optional
        Encoding of its text (`lib.sources.survey_files.column_names`).

    Returns
    -------
    bool
        True if it has the column that every generated file has.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    return MARK in {name.casefold() for name in column_names(file, encoding)}


def profile_texts(profile: Profile, file: Path | None, name: str) -> dict[str, str]:
    """
    Read the respondents of a profile into what chapters analyse.

    Parameters
    ----------
    profile : Profile
        The profile.
    file : pathlib.Path or None
        The file; None for generated respondents.
    name : str
        What the respondents are called.

    Returns
    -------
    dict of str to str
        Texts by file name: the respondents as CSV, and remarks on the file, a sentence a line.

    Raises
    ------
    InputError
        If the file is not what the profile says.
    """
    frame, remarks = _read(profile, file)
    return {f"{name}.csv": as_csv(frame), f"{name}{REMARKS_SUFFIX}": "\n".join(remarks)}


def profile_respondents(profile: Profile) -> Respondents:
    """
    Read the respondents that a chapter of a profile analyses.

    Parameters
    ----------
    profile : Profile
        The profile.

    Returns
    -------
    Respondents
        What the build has prepared. A notebook that is run alone reads the profile's file, or
        generates respondents if it names none.

    Raises
    ------
    InputError
        If the file is not what the profile says.
    """
    prepared = prepared_respondents(profile.texts)
    if prepared is not None:
        return prepared
    file = ROOT / profile.file if profile.file else None
    frame, remarks = _read(profile, file)
    licensed = file is not None and not is_generated(file, profile.encoding)
    return Respondents(frame, "licensed" if licensed else "synthetic", tuple(remarks))


def _read(profile: Profile, file: Path | None) -> tuple[pd.DataFrame, list[str]]:
    """Read a file; generated respondents make their way through one too."""
    if file is not None:
        return profile.read(file)
    with TemporaryDirectory() as folder:
        generated = Path(folder) / f"{profile.name}.csv"
        write_synthetic_file(profile, generated)
        return profile.read(generated)
