"""The table of bad inputs: what is given on the command line, and the sentence that it must get."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FOLDER: Literal["a folder"] = "a folder"
NO_UTF8 = b"\xff\xfe\x80 kind: wvs\n"
PAGE = b"<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n"

Content = str | bytes | None


@dataclass(frozen=True)
class BadInput:
    """
    A command that must be refused.

    ``{here}`` stands for a folder of the test's own, ``{book}`` for the project, in all of
    command, sentence and names of files. A file that holds None is taken away, `FOLDER` makes a
    folder of its name; with `listed`, the manifest of the data is written anew.
    """

    command: str
    sentence: str
    files: Mapping[str, Content] = field(default_factory=dict)
    listed: bool = False
