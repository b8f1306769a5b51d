"""The checkers that every commit must pass."""

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
    "docstrings": [sys.executable, "-m", "numpydoc.hooks.validate_docstrings", *LIBRARY],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_checker(command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
