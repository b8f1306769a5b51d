"""Survey files as statistical packages release them: chosen columns, as numeric codes."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, BinaryIO, TypeVar, cast

import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.sources.survey_formats import FORMATS, SurveyFormat, is_web_page, is_zip

HEAD = 4_096
COPIED_AT_ONCE = 1 << 20
ENCRYPTED = 0x1
ENDINGS = ", ".join(suffix for form in FORMATS for suffix in form.suffixes)

Result = TypeVar("Result")


def read_survey_file(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """
    Read a survey file.

    Only the columns asked for are kept in memory, except from an R file, which must be read
    whole (``data/README.md`` says what that takes).

    Parameters
    ----------
    path : pathlib.Path
        Stata (.dta), SPSS (.sav), R (.rds, .rdata, .rda) or CSV file (comma or semicolon, UTF-8 or
        Latin-1), or a zip archive with one such file.
    columns : sequence of str, optional
        Columns wanted, found without regard to case; all by default.

    Returns
    -------
    pandas.DataFrame
        One row a respondent; the columns in the order and spelling asked for. Codes are numbers,
        never their labels, and keep those declared missing; Stata's .a, .b and so on become -1,
        -2 and so on, as in the Stata files of the European and World Values Surveys. A factor of
        R gives its labels, since it does not hold the codes. System-missing is NaN.

    Raises
    ------
    InputError
        If there is no such file, it cannot be opened, is empty, damaged, a web page, not what its
        name says, encrypted, without respondents, or lacks a column.
    """
    with _opened(path) as (name, form, stream):
        names = _parsed(name, form.description, lambda: form.column_names(stream))
        asked = list(names if columns is None else columns)
        found = [_match(column, names, name) for column in asked]
        stream.seek(0)
        wanted = list(dict.fromkeys(found))
        frame = _parsed(name, form.description, lambda: form.read(stream, wanted))
    if frame.empty:
        raise InputError(f"{name} holds no respondents: download it again.")
    return frame[found].set_axis(asked, axis=1)


def column_names(path: Path) -> list[str]:
    """
    List the columns of a survey file, without reading its respondents.

    Parameters
    ----------
    path : pathlib.Path
        A file that `read_survey_file` reads.

    Returns
    -------
    list of str
        The columns, in the order and spelling of the file.

    Raises
    ------
    InputError
        If the file cannot be read, for the reasons that `read_survey_file` gives.
    """
    with _opened(path) as (name, form, stream):
        return _parsed(name, form.description, lambda: form.column_names(stream))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[str, SurveyFormat, BinaryIO]]:
    """Give the name for messages, the form and the bytes of the file or of the one in a zip."""
    if path.is_dir():
        raise InputError(f"{path} is a folder: name the survey file in it.")
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}: check the path.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be opened ({error.strerror}).") from error
    with stream:
        if path.suffix.lower() == ".zip":
            with _unzipped(path, stream) as (name, member):
                yield f"{name} in {path}", _form(name, f"{name} in {path}", member), member
        else:
            yield str(path), _form(path.name, str(path), stream), stream


@contextmanager
def _unzipped(path: Path, stream: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    """Unpack the one survey file of an archive into a file without a name, gone when closed."""
    if not is_zip(_head(str(path), stream)):
        raise InputError(f"{path} is no zip archive or is damaged: download it again.")
    with TemporaryFile() as unpacked:
        name = _parsed(str(path), "a zip archive", lambda: _unpack(stream, unpacked))
        unpacked.seek(0)
        yield name, cast(BinaryIO, unpacked)


def _unpack(stream: BinaryIO, unpacked: IO[bytes]) -> str:
    with zipfile.ZipFile(stream) as archive:
        member = _survey_member(archive)
        with archive.open(member) as packed:
            copyfileobj(packed, unpacked, COPIED_AT_ONCE)
    return member.filename


def _survey_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [each for each in archive.infolist() if _is_survey_file(each.filename)]
    if not members:
        raise InputError(f"holds no survey file ({ENDINGS}): download the data themselves.")
    if len(members) > 1:
        listed = ", ".join(each.filename for each in members)
        raise InputError(f"holds several survey files ({listed}): unpack it and name one.")
    if members[0].flag_bits & ENCRYPTED:
        raise InputError("is encrypted: unpack it with its password and name the file.")
    return members[0]


def _is_survey_file(name: str) -> bool:
    member = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in member.parts)
    return not hidden and _named_form(name) is not None


def _named_form(name: str) -> SurveyFormat | None:
    suffix = PurePosixPath(name).suffix.lower()
    return next((form for form in FORMATS if suffix in form.suffixes), None)


def _form(file_name: str, name: str, stream: BinaryIO) -> SurveyFormat:
    """Give the form that the file's name promises, provided that the first bytes agree."""
    form = _named_form(file_name)
    if form is None:
        raise InputError(f"{name} has an unknown ending: name a file that ends in {ENDINGS}, .zip.")
    head = _head(name, stream)
    if is_web_page(head):
        raise InputError(
            f"{name} is a web page and no data: download the file itself, where need be after "
            "registering and signing in."
        )
    if not form.recognizes(head):
        raise InputError(f"{name} is not {form.description} as its ending says, {_advice(head)}")
    return form


def _head(name: str, stream: BinaryIO) -> bytes:
    head = stream.read(HEAD)
    stream.seek(0)
    if not head:
        raise InputError(f"{name} is empty: download it again.")
    return head


def _advice(head: bytes) -> str:
    actual = next((form for form in FORMATS if form.recognizes(head)), None)
    if is_zip(head):
        return "but a zip archive: rename it to end in .zip."
    if actual is None:
        return "or is damaged: download it again."
    return f"but looks like {actual.description}: rename it to end in {actual.suffixes[0]}."


def _parsed(name: str, description: str, parse: Callable[[], Result]) -> Result:
    """Parsers of damaged bytes raise whatever they stumble upon."""
    try:
        return parse()
    except InputError as error:
        raise InputError(f"{name} {error}") from error
    except Exception as error:
        raise InputError(
            f"{name} cannot be read as {description}: it is damaged or cut off, download it again."
        ) from error


def _match(column: str, names: Sequence[str], name: str) -> str:
    """Find a column, preferring its exact name to one in another case."""
    found = [each for each in names if each == column]
    found = found or [each for each in names if each.lower() == column.lower()]
    if not found:
        raise InputError(f"{name} has no column {column!r}: {did_you_mean(column, names)}")
    if len(found) > 1:
        raise InputError(f"{name} has several columns {column!r}: leave only one.")
    return found[0]
