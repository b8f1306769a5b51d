"""Bad input gets exit code 2 and one plain sentence, and changes nothing."""

import shlex
import shutil
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from lib.book import cli
from lib.book.publish import tree
from lib.core.paths import ROOT
from lib.sources.manifest import write_manifest
from tests.bad_inputs import (
    FOLDER,
    BadInput,
    Content,
    command_line,
    data_files,
    grids,
    profiles,
    surveys,
)

TABLES = (command_line, data_files, grids, profiles, surveys)
CASES = [
    pytest.param(case, id=f"{table.__name__.rpartition('.')[2]}-{number}")
    for table in TABLES
    for number, case in enumerate(table.CASES, start=1)
]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what commands read of the project."""
    root = tmp_path_factory.mktemp("bad_input") / "book"
    for folder in ("chapters", "data", "params"):
        ignored = shutil.ignore_patterns("raw", "__pycache__")
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    for name in ("_toc.yml", "_config.yml"):
        shutil.copyfile(ROOT / name, root / name)
    return root


@pytest.fixture
def book(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the command line work on a copy."""
    monkeypatch.setattr(cli, "ROOT", original)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lib.sweep.run.SECONDS_TO_CONNECT", 1)
    before = {path: path.is_file() and path.read_bytes() for path in original.rglob("*")}
    yield original
    for path in sorted(original.rglob("*"), reverse=True):
        if path.is_dir() and before.get(path, True) is not False:
            path.rmdir()
        elif path.is_file() and path not in before:
            path.unlink()
    for path, content in before.items():
        if content is not False and (not path.is_file() or path.read_bytes() != content):
            path.write_bytes(content)


def put(path: Path, content: Content) -> None:
    """Write a file, make a folder in its place, or take it away."""
    if path.is_file():
        path.unlink()
    if content == FOLDER:
        path.mkdir(parents=True)
    elif content is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def state(*folders: Path) -> list[str]:
    """List every file but the lock that keeps two builds apart."""
    lines = chain.from_iterable(tree(folder).splitlines() for folder in folders)
    return [line for line in lines if not line.endswith("_build/.lock")]


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case: BadInput, book: Path, tmp_path: Path, monkeypatch, capsys):
    def placed(text: str) -> str:
        return text.replace("{here}", str(tmp_path)).replace("{book}", str(book))

    for name, content in case.files.items():
        put(Path(placed(name)), content)
    if case.listed:
        write_manifest(book)
    before = state(book, tmp_path)
    monkeypatch.setattr(sys, "argv", ["book", *map(placed, shlex.split(case.command))])
    with pytest.raises(SystemExit) as left:
        cli.main()
    output, errors = capsys.readouterr()
    assert (left.value.code, output) == (2, ""), errors
    assert errors == placed(case.sentence) + "\n"
    assert state(book, tmp_path) == before


def test_the_table_is_long_enough():
    assert len(CASES) >= 60
    sentences = [case.values[0].sentence for case in CASES]
    assert all(sentence.rstrip("`").endswith((".", "?")) for sentence in sentences)
