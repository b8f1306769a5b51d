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
    """Tell a generated file by its mark."""
    return MARK in {name.casefold() for name in column_names(file, encoding)}


def profile_texts(profile: Profile, file: Path | None, name: str) -> dict[str, str]:
    """Read the respondents of a profile into what chapters analyse."""
    frame, remarks = _read(profile, file)
    return {f"{name}.csv": as_csv(frame), f"{name}{REMARKS_SUFFIX}": "\n".join(remarks)}


def profile_respondents(profile: Profile) -> Respondents:
    """Read the respondents that a chapter of a profile analyses."""
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
