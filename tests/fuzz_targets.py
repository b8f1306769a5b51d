"""What is fuzzed: each reader takes any bytes, and refuses what it cannot read in one sentence."""

import os
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pandas as pd

from lib.book.archive import unpack
from lib.book.claims import read_attestation
from lib.book.notebooks import read_chapter, read_chapters
from lib.book.overrides import assign, read_overrides
from lib.book.project import Project
from lib.book.variant import make_variant
from lib.core.errors import InputError
from lib.core.paths import DATA, ROOT
from lib.respondents.profiles import read_profile
from lib.sources.list_experiment import read_list_experiment, read_schema
from lib.sources.published import read_table
from lib.sources.survey_files import read_survey_file
from lib.sources.wvs import read_codebook, read_country_codes, read_wave_file
from lib.sweep.grid import read_grid
from tests import wave_files
from tests.bad_inputs.surveys import ANSWERS, wave

PARAMS = ROOT / "params"
SCHEMA = DATA / "codebook" / "list_experiment_variables.csv"
REFERENCE = ROOT / "tests" / "reference"
SMALL = pd.DataFrame({"V2": [51, 112, 643], "V125_07": [1, -1, 4], "name": ["Orsha", "Gyumri", ""]})
PAIRS = ["n_points=12", "alpha=0.1", "countries=[KAZ, RUS]", "points=[7, 8]", "searched='2'"]


@dataclass(frozen=True)
class Target:
    """
    A reader to fuzz.

    ``native`` ones rest on C code that may take the process down with it (pyreadstat, librdata):
    they read in a process of their own.
    """

    read: Callable[[Path], object]
    suffix: str
    seeds: Callable[[], list[bytes]]
    native: bool = False


def files(*paths: Path) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in paths]


def texts(*contents: str) -> Callable[[], list[bytes]]:
    return lambda: [content.encode() for content in contents]


def written(*suffixes: str, packed: bool = False) -> Callable[[], list[bytes]]:
    """Write small survey files."""

    def seeds() -> list[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            paths = [wave_files.write(SMALL, Path(folder) / f"wave{each}") for each in suffixes]
            return [(wave_files.zipped(each) if packed else each).read_bytes() for each in paths]

    return seeds


@cache
def book() -> list:
    return read_chapters(Project(ROOT))


def parameters(path: Path) -> None:
    """Set a parameter as the command line does, its text in the file."""
    overrides = assign(book(), read_overrides([path.read_bytes().decode("utf-8", "replace")], None))
    make_variant(book(), book(), overrides, None, None)


def deposit(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        unpack(path, Path(folder))


def list_experiment(path: Path) -> None:
    read_list_experiment(path, SCHEMA, 4)


def waves(path: Path) -> None:
    countries = read_country_codes(wave_files.COUNTS)
    read_wave_file(path, wave_files.codebook(), countries)


def codebook(path: Path) -> None:
    names = ("wvs6_codes.csv", "wvs6_time_series_codes.csv")
    read_codebook(path, *(wave_files.CODEBOOK / name for name in names))


def chapter(path: Path) -> None:
    read_chapter(Project(path.parent), path)


PROFILES = files(*sorted(PARAMS.glob("*.yml")))
TARGETS = {
    "survey_stata": Target(read_survey_file, ".dta", written(".dta")),
    "survey_spss": Target(read_survey_file, ".sav", written(".sav"), native=True),
    "survey_r": Target(
        read_survey_file,
        ".rds",
        lambda: [*written(".rds", ".rdata")(), (REFERENCE / "survey_none.rds").read_bytes()],
        native=True,
    ),
    "survey_csv": Target(read_survey_file, ".csv", written(".csv")),
    "survey_zip": Target(read_survey_file, ".zip", written(".csv", ".dta", packed=True)),
    "wave": Target(waves, ".csv", texts(wave(), "s003,S002VS\n51,6\n")),
    "list_experiment": Target(list_experiment, ".csv", texts(ANSWERS)),
    "profile": Target(partial(read_profile, root=ROOT), ".yml", PROFILES),
    "grid": Target(read_grid, ".yml", files(*sorted((PARAMS / "sweeps").glob("*.yml")))),
    "parameters": Target(parameters, ".txt", texts(*PAIRS)),
    "published": Target(read_table, ".csv", files(DATA / "published" / "memo806_text.csv")),
    "schema": Target(read_schema, ".csv", files(SCHEMA)),
    "codebook": Target(codebook, ".csv", files(DATA / "codebook" / "wvs6_items.csv")),
    "chapter": Target(chapter, ".ipynb", files(ROOT / "chapters" / "citing.ipynb")),
    "attestation": Target(read_attestation, ".json", texts('{"format": 2, "sender": "Ann"}')),
    "deposit": Target(deposit, ".zip", written(".csv", packed=True)),
}


def read(target: Target, content: bytes) -> None:
    """Read bytes; whatever is not read or refused in one sentence is an error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fuzzed{target.suffix}"
        path.write_bytes(content)
        if target.native:
            in_another_process(target, path)
        else:
            in_this_process(target, path)


def in_this_process(target: Target, path: Path) -> None:
    try:
        target.read(path)
    except InputError as error:
        sentence = str(error)
        assert sentence, "no sentence"
        assert "\n" not in sentence, f"more than a line: {sentence!r}"


def in_another_process(target: Target, path: Path) -> None:
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        try:
            in_this_process(target, path)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, f"exit code {os.waitstatus_to_exitcode(status)}"
