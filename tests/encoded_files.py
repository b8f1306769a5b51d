"""Survey files whose text is in a given encoding, as programs before Unicode wrote it."""

import struct
from pathlib import Path

import pandas as pd
import pyreadstat
from pandas.io.stata import StataWriter, StataWriter117, StataWriterUTF8

STATED = struct.pack("<4i", 7, 20, 1, 5) + b"UTF-8"
MACHINE = struct.pack("<4i", 7, 3, 4, 8)
CODE_OF_MACHINE = len(MACHINE) + 7 * 4
UNSTATED = 2  # 7-bit ASCII, which ReadStat takes for Windows-1252


def bytewise(frame: pd.DataFrame, encoding: str) -> pd.DataFrame:
    """Write each byte that text has in an encoding as one character of Latin-1."""
    return frame.map(
        lambda value: value.encode(encoding).decode("latin-1") if isinstance(value, str) else value
    )


class _Writer118(StataWriterUTF8):
    """Writes text as it is: files that Stata 14 saved without translating an older one."""

    _encoding = "latin-1"


WRITERS = {114: StataWriter, 117: StataWriter117, 118: _Writer118}


def write_stata(frame: pd.DataFrame, path: Path, release: int, encoding: str) -> Path:
    if (release, encoding) == (118, "utf-8"):
        frame.to_stata(path, version=118, write_index=False)
        return path
    options = {"version": release} if release == 118 else {}
    WRITERS[release](path, bytewise(frame, encoding), write_index=False, **options).write_file()
    return path


def write_spss(frame: pd.DataFrame, path: Path, encoding: str, code: int | None = None) -> Path:
    """Write SPSS; unless in UTF-8, with a code page in place of the encoding that it states."""
    if encoding == "utf-8":
        pyreadstat.write_sav(frame, path)
        return path
    texts = {text for column in frame for text in frame[column] if isinstance(text, str)}
    words = sorted(text for text in texts if not text.isascii())
    marks = {word: chr(ord("A") + number) * len(word) for number, word in enumerate(words)}
    pyreadstat.write_sav(frame.replace(marks), path)
    content = path.read_bytes()
    for word, mark in marks.items():
        content = content.replace(mark.encode(), word.encode(encoding))
    place = content.index(STATED)
    content = content[:place] + struct.pack("<4i", 7, 99, 1, 5) + content[place + 16 :]
    place = content.index(MACHINE) + CODE_OF_MACHINE
    path.write_bytes(content[:place] + struct.pack("<i", code) + content[place + 4 :])
    return path
