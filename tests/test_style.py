"""The checkers that every commit must pass."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(("room", "refused"), [("estimators", True), ("book", False)])
def test_what_readers_call_needs_a_full_docstring(tmp_path, room, refused):
    folder = tmp_path / "lib" / room
    folder.mkdir(parents=True)
    (folder / "double.py").write_text('def double(x):\n    """Double."""\n    return 2 * x\n')
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = [sys.executable, "-m", "numpydoc", "lint", f"lib/{room}/double.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ("PR01" in done.stdout + done.stderr) is refused
