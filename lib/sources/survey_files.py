"""Survey files as statistical packages release them: chosen columns, as numeric codes."""

import codecs
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import nan
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, TypeVar, cast

import pandas as pd

from lib.core.encodings import Encoding, choose_encoding, codec_name, decode, wide_encoding
from lib.core.errors import InputError, did_you_mean
from lib.sources.survey_formats import FORMATS, SurveyFormat, is_web_page, is_zip

HEAD = 4_096
COPIED_AT_ONCE = 1 << 20
ENCRYPTED = 0x1
ENDINGS = ", ".join(suffix for form in FORMATS for suffix in form.suffixes)
CSV = FORMATS[-1]

Result = TypeVar("Result")


@dataclass(frozen=True)
class SurveyFile:
    """What was read of a survey file."""

    frame: pd.DataFrame
    encoding: Encoding | None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know, a sentence each."""
        return () if self.encoding is None else (self.encoding.remark,)


def read_survey_file(
    path: Path, columns: Sequence[str] | None = None, encoding: str | None = None
) -> SurveyFile:
    """Read a survey file."""
    with _opened(path, encoding) as file:
        asked = list(file.names if columns is None else columns)
        found = [_match(column, file.names, file.name) for column in asked]
        frame = file.read(list(dict.fromkeys(found)))
        if frame.empty:
            raise InputError(f"{file.name} holds no respondents: download it again.")
        return SurveyFile(frame[found].set_axis(asked, axis=1), file.told)


def column_names(path: Path, encoding: str | None = None) -> list[str]:
    """List the columns of a survey file, without reading its respondents."""
    with _opened(path, encoding) as file:
        return file.names


@dataclass
class _OpenFile:
    """A survey file, or the one in a zip: its name for messages, form and bytes."""

    name: str
    form: SurveyFormat
    stream: BinaryIO
    given: str | None
    told: Encoding | None

    @cached_property
    def bytewise_names(self) -> list[str]:
        return self._parse(self.form.column_names)

    @cached_property
    def names(self) -> list[str]:
        return [self._decoded(name) for name in self.bytewise_names]

    @cached_property
    def encoding(self) -> Encoding:
        """Asked for by the first text that is more than ASCII."""
        stated = self._parse(self.form.encoding)
        texts = () if self.given else self._parse(self.form.texts)
        chosen = self._about(lambda: choose_encoding(texts, stated, self.given))
        self.told = self.told or chosen
        return chosen

    def read(self, names: list[str]) -> pd.DataFrame:
        wanted = [self.bytewise_names[self.names.index(name)] for name in names]
        frame = self._parse(lambda stream: self.form.read(stream, wanted))
        frame = frame[wanted].set_axis(names, axis=1)
        for name in names:
            if not pd.api.types.is_numeric_dtype(frame[name]):
                frame[name] = self._texts(frame[name])
        return frame

    def _texts(self, column: "pd.Series[Any]") -> "pd.Series[Any]":
        """Give texts as they stand; nothing but an empty one is missing."""
        texts = [value for value in column.unique() if isinstance(value, str)]
        changed: dict[str, Any] = {text: self._decoded(text) for text in texts if text} | {"": nan}
        if all(text == changed[text] for text in texts):
            return column
        return column.map(lambda value: changed.get(value, value))

    def _decoded(self, text: str) -> str:
        if text.isascii():
            return text
        encoding = self.encoding
        return self._about(lambda: decode(text, encoding))

    def _about(self, choose: Callable[[], Result]) -> Result:
        try:
            return choose()
        except InputError as error:
            raise InputError(f"{self.name} {error}") from error

    def _parse(self, parse: Callable[[BinaryIO], Result]) -> Result:
        self.stream.seek(0)
        return _parsed(self.name, self.form.description, lambda: parse(self.stream))


@contextmanager
def _opened(path: Path, encoding: str | None) -> Iterator[_OpenFile]:
    """Open the file, or the one in a zip; text of two bytes a character is copied as UTF-8."""
    given = codec_name(encoding) if encoding else None
    with ExitStack() as files:
        stream, file_name, name = files.enter_context(_open(path)), path.name, str(path)
        if path.suffix.lower() == ".zip":
            file_name, stream = files.enter_context(_unzipped(path, stream))
            name = f"{file_name} in {path}"
        wide = wide_encoding(_head(name, stream), given) if _named_form(file_name) is CSV else None
        if wide:
            stream = files.enter_context(_narrowed(name, stream, wide))
        told = (
            Encoding(wide, "as asked" if wide == given else "as the file states") if wide else None
        )
        given = "utf-8" if wide else given
        yield _OpenFile(name, _form(file_name, name, stream), stream, given, told)


def _open(path: Path) -> BinaryIO:
    if path.is_dir():
        raise InputError(f"{path} is a folder: name the survey file in it.")
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}: check the path.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be opened ({error.strerror}).") from error


@contextmanager
def _narrowed(name: str, stream: BinaryIO, wide: str) -> Iterator[BinaryIO]:
    """Copy text as UTF-8 into a file without a name, gone when closed."""
    with TemporaryFile() as narrow:
        text = codecs.getreader(wide)(stream)
        copy = codecs.getwriter("utf-8")(narrow)
        _parsed(name, f"text in {wide}", lambda: copyfileobj(text, copy, COPIED_AT_ONCE))
        narrow.seek(0)
        yield cast(BinaryIO, narrow)


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
