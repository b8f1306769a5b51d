"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
RAW = DATA / "raw"
BUILD = ROOT / "_build"
REMARKS_SUFFIX = ".txt"  # of the file beside the respondents of a licensed file


def results() -> Path:
    """
    Folder that holds the graded results.

    The folder named by the environment variable ``BOOK_RESULTS`` while a build runs, else that of
    the last published build.
    """
    return Path(os.environ.get("BOOK_RESULTS", BUILD / "results"))


def respondents() -> Path | None:
    """
    File that holds the respondents of a chapter.

    The file named by the environment variable ``BOOK_RESPONDENTS`` while a build runs.
    """
    name = os.environ.get("BOOK_RESPONDENTS")
    return Path(name) if name else None
