"""Profiles as files: params/*.yml."""

import re
from pathlib import Path

from pydantic import ValidationError

from lib.core.errors import InputError
from lib.core.parameters import one_of, shortened
from lib.core.text_files import read_yaml
from lib.respondents.profiles.common import sentence
from lib.respondents.profiles.list_experiment import ListExperimentProfile
from lib.respondents.profiles.survey import SurveyProfile

Profile = ListExperimentProfile | SurveyProfile

KINDS: dict[str, type[Profile]] = {"list_experiment": ListExperimentProfile, "wvs": SurveyProfile}
NAME = re.compile(r"[a-z][a-z0-9_]*\.yml")
FOLDER = "params"


def read_profile(path: Path, root: Path) -> Profile:
    """Read a profile."""
    _require_profile_name(path.name)
    shown = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
    values = read_yaml(path)
    one_of(f"{shown}: kind", values.get("kind"), KINDS)
    try:
        context = {"name": path.stem, "root": root}
        return KINDS[values["kind"]].model_validate(values, context=context)
    except ValidationError as error:
        raise InputError(sentence(error, shown, path.read_text(encoding="utf-8"))) from error


def copy_template(root: Path, name: str, kind: str) -> Path:
    """Copy the template of a profile to params/NAME.yml."""
    one_of("the kind", kind, KINDS)
    _require_profile_name(f"{name}.yml")
    path = root / FOLDER / f"{name}.yml"
    template = (root / FOLDER / "templates" / f"{kind}.yml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template)
    except FileExistsError as error:
        raise InputError(
            f"{FOLDER}/{path.name} exists and is not overwritten: name another one."
        ) from error
    return path


def _require_profile_name(name: str) -> None:
    """Refuse the name of a file that is none of a profile, or lies in another folder."""
    if not NAME.fullmatch(name):
        raise InputError(
            f"{shortened(name, 40)} cannot name a profile: use small letters, digits and "
            "underscores, a letter first, and the ending .yml."
        )
