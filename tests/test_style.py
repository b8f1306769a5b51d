"""The checkers that every commit must pass."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from numpydoc.validate import validate

from lib.core.paths import ROOT

BIN = Path(sys.executable).parent
LIBRARY = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "lib").rglob("*.py"))]
COMMANDS = {
    "lint": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "types": [BIN / "mypy"],
    "docstrings": [sys.executable, "-m", "numpydoc", "lint", *LIBRARY],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_checker(command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _called_by_chapters():
    """Functions and classes of lib that the chapters import or take from its modules."""
    cells = (
        cell.source
        for path in sorted((ROOT / "chapters").glob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    )
    code = ast.parse("\n".join(cells))
    uses = {
        (node.value.id, node.attr)
        for node in ast.walk(code)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    for line in (node for node in ast.walk(code) if isinstance(node, ast.ImportFrom)):
        if line.module.split(".")[0] == "lib":
            for alias in line.names:
                yield from _taken(line.module, alias, uses)


def _taken(module, alias, uses):
    try:
        taken = getattr(importlib.import_module(module), alias.name)
    except AttributeError:
        taken = importlib.import_module(f"{module}.{alias.name}")
    if not inspect.ismodule(taken):
        return [taken]
    name = alias.asname or alias.name
    return [getattr(taken, use) for of, use in uses if of == name and hasattr(taken, use)]


PROMISED = sorted(
    f"{called.__module__}.{called.__qualname__}"
    for called in set(filter(inspect.isfunction, _called_by_chapters()))
    if called.__module__.split(".")[1] in {"estimators", "consistency", "sources"}
)


@pytest.mark.parametrize("name", PROMISED)
def test_what_chapters_call_says_what_it_takes_and_gives(name):
    assert not {code for code, _ in validate(name)["errors"]} & {"PR01", "RT01"}


def test_a_sentence_is_no_full_docstring():
    assert "PR01" in {code for code, _ in validate("lib.core.text_files.read_csv")["errors"]}
