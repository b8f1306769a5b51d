"""Profiles as files: params/*.yml."""

import re
from pathlib import Path

from lib.core.errors import InputError
from lib.core.text_files import read_yaml
from lib.respondents.profiles.list_experiment import ListExperimentProfile, list_experiment_profile
from lib.respondents.profiles.part import Part
from lib.respondents.profiles.survey import SurveyProfile, survey_profile

KINDS = ("list_experiment", "wvs")
NAME = re.compile(r"[a-z][a-z0-9_]*")

Profile = ListExperimentProfile | SurveyProfile


def read_profile(path: Path, root: Path) -> Profile:
    """
    Read a profile.

    Parameters
    ----------
    path : pathlib.Path
        A YAML file.
    root : pathlib.Path
        Folder of the project, which the profile's paths start from.

    Returns
    -------
    ListExperimentProfile or SurveyProfile
        The profile.

    Raises
    ------
    InputError
        If the file cannot be read, or something in it is missing, unknown or not what it must be;
        one sentence says where.
    """
    require_profile_name(path)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    whole = Part(shown.as_posix(), read_yaml(path))
    if whole.choice("kind", KINDS) == "list_experiment":
        return list_experiment_profile(whole, path.stem)
    return survey_profile(whole, path.stem, root)


def require_profile_name(path: Path) -> None:
    """
    Refuse a file that is not named as a profile.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    InputError
        If its name is another one.
    """
    if not NAME.fullmatch(path.stem) or path.suffix != ".yml":
        raise InputError(
            f"{path.name} cannot name a profile: use small letters, digits and underscores, a "
            "letter first, and the ending .yml."
        )
