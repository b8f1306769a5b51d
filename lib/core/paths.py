"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
RAW = DATA / "raw"
BUILD = ROOT / "_build"
REMARKS_SUFFIX = ".txt"  # of the file beside the respondents of a licensed file


def results() -> Path:
    """Folder that holds the graded results."""
    return Path(os.environ.get("BOOK_RESULTS", BUILD / "results"))


def respondents() -> Path | None:
    """File that holds the respondents of a chapter."""
    name = os.environ.get("BOOK_RESPONDENTS")
    return Path(name) if name else None
