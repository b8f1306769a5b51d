"""What every profile says, whatever the evidence."""

from dataclasses import dataclass
from typing import Any

from lib.core.encodings import codec_name
from lib.core.errors import InputError
from lib.respondents.profiles.part import Part

COMMON = ("kind", "title", "file", "encoding", "alpha", "standin")


@dataclass(frozen=True)
class CommonProfile:
    """
    What every profile says.

    Attributes
    ----------
    name : str
        Name of the profile, that of its file.
    title : str
        What it is about.
    file : str
        The respondents' file, seen from the project; empty if there is none yet.
    encoding : str or None
        Encoding of its text; None to let it be found.
    alpha : float
        Level of the tests.
    n_standin : int
        How many respondents are generated while there is no file; of a survey in several
        countries, in each.
    seed : int
        Their seed.
    """

    name: str
    title: str
    file: str
    encoding: str | None
    alpha: float
    n_standin: int
    seed: int


def common_values(whole: Part, name: str) -> dict[str, Any]:
    """
    Take what every profile says.

    Parameters
    ----------
    whole : Part
        The profile.
    name : str
        Its name.

    Returns
    -------
    dict
        Values of `CommonProfile`, by name.

    Raises
    ------
    InputError
        If something is missing or not what it must be; the sentence says where.
    """
    standin = whole.part("standin")
    standin.only(("n", "seed"))
    return {
        "name": name,
        "title": whole.text("title"),
        "file": whole.text("file", ""),
        "encoding": _encoding(whole),
        "alpha": whole.number("alpha", 0.05, 0.001, 0.2),
        "n_standin": standin.whole("n", None, 100, 100_000),
        "seed": standin.whole("seed", None, 0),
    }


def _encoding(whole: Part) -> str | None:
    try:
        return codec_name(whole.text("encoding")) if whole.text("encoding", "") else None
    except InputError as error:
        raise InputError(f"{whole.name_of('encoding')}: {error}") from error
