"""The numbers in the answers of the real book, recomputed by a script that has nothing of lib."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "reference" / "recompute_headlines.py"
pytestmark = pytest.mark.xdist_group("site")  # one worker, so that one book is built


def recompute(site):
    return subprocess.run([sys.executable, SCRIPT, site], capture_output=True, text=True)


def test_every_headline_number_is_found_again(site: Path):
    run = recompute(site)
    assert (run.returncode, run.stdout) == (0, "Every number agrees.\n"), run.stderr


def test_a_digit_that_changed_is_noticed(site: Path, tmp_path: Path):
    copy = tmp_path / "html"
    shutil.copytree(site / "chapters", copy / "chapters")
    (tmp_path / "results").mkdir()
    shutil.copy(site.parent / "results" / "replication.json", tmp_path / "results")
    page = copy / "chapters" / "hypotheses.html"
    text = page.read_text(encoding="utf-8")
    before, number, after = text.partition(">0.36<")
    assert number
    page.write_text(f"{before}>0.37<{after}", encoding="utf-8")
    run = recompute(copy)
    assert run.returncode == 1
    (line,) = run.stdout.splitlines()
    assert line.startswith("hypotheses: printed 0.37, recomputed 0.3616")
