"""Does a deposit still come out? Check it, rebuild from it in a clean folder, compare."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

from lib.book.archive import ADVICE, unpack
from lib.book.compare import (
    TOLERANCE,
    Agreement,
    compare_files,
    compare_grades,
    compare_numbers,
)
from lib.book.deposit import FOLDERS, SOFTWARE
from lib.book.share import ADDRESS
from lib.book.software import LOCK, software
from lib.book.system import DECLINED
from lib.core.errors import BuildError, InputError

FOREIGN = (
    *("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"),
    *("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "WVS", "LISTEXP", "ARGS", ADDRESS),
)
MOST_NAMED = 5
LINES_OF_LOG = 12


@dataclass(frozen=True)
class Verdict:
    """What came out."""

    holds: bool  # True if everything that must be equal is
    sentences: tuple[str, ...]  # what was compared, on what ground, and what differs


def verify(file: Path) -> Verdict:
    """Check a deposit, rebuild the book from it in a clean folder and compare."""
    with tempfile.TemporaryDirectory() as folder:
        top = unpack(file, Path(folder))
        for name in (SOFTWARE, f"source/{LOCK}"):
            if not (top / name).is_file():
                raise InputError(f"{file} is no deposit, as it lacks {name}: {ADVICE}")
        said = rebuild(top / "source")
        deposited = {part: top / name for part, name in FOLDERS.items()}
        rebuilt = {part: top / "source" / "_build" / part for part in FOLDERS}
        made_on = json.loads((top / SOFTWARE).read_text(encoding="utf-8"))
        verdict = compare(deposited, rebuilt, differences(made_on, software(top / "source")))
    return Verdict(verdict.holds, (said, *verdict.sentences))


def rebuild(book: Path) -> str:
    """Build a book in its own folder."""
    present = _holds_lock_of(book)
    if not present and not which("make"):
        raise InputError("make is not there, and the deposit needs other packages: install make.")
    command = [sys.executable, "-m", "lib.book", "build"] if present else ["make", "book"]
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    kept[DECLINED] = "1"
    done = subprocess.run(command, cwd=book, env=kept, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise BuildError("\n".join(["the deposit cannot be rebuilt:", *lines[-LINES_OF_LOG:]]))
    used = (
        "in the present environment, which holds the packages it locks"
        if present
        else ("in an environment of its own, installed from its lock")
    )
    return f"The manifest holds. The book was rebuilt in a clean folder, {used}."


def compare(
    deposited: Mapping[str, Path], rebuilt: Mapping[str, Path], elsewhere: list[str]
) -> Verdict:
    """Compare a deposited build with its rebuild."""
    files = compare_files(deposited, rebuilt)
    if not elsewhere:
        ground = "This is the machine it was made on, as system, processor, Python and packages say"
        return _verdict(f"{ground}: every file must be equal.", [files])
    ground = f"This is not the machine it was made on ({'; '.join(elsewhere)})"
    must = f"every grade must be equal, and every number to {TOLERANCE:g}"
    close = [compare_grades(deposited, rebuilt), compare_numbers(deposited, rebuilt)]
    return _verdict(f"{ground}: {must}. To the byte, {files} are equal.", close)


def differences(made_on: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Name what differs between two machines with their software."""
    names = [name for name in here if made_on.get(name) != here[name]]
    return [_difference(name, made_on.get(name), here[name]) for name in names]


def _difference(name: str, there: Any, here: Any) -> str:
    short = isinstance(here, str) and name != "lock"
    return (
        f"{name} {there or 'none'} there, {here or 'none'} here"
        if short
        else name.replace("_", " ")
    )


def _holds_lock_of(book: Path) -> bool:
    own = Path(sys.prefix) / LOCK
    return own.is_file() and own.read_bytes() == (book / LOCK).read_bytes()


def _verdict(ground: str, agreements: list[Agreement]) -> Verdict:
    named = [f"  {name} differs" for each in agreements for name in each.differing[:MOST_NAMED]]
    found = f"{' and '.join(map(str, agreements))} are equal."
    return Verdict(all(each.holds for each in agreements), (ground, found, *named))
