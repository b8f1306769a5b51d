"""The real book built twice, in different folders and with different jobs: the same bytes."""

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import Toy

from lib.core.paths import ROOT

pytestmark = pytest.mark.long


def hashes(root: Path) -> dict[str, str]:
    """Hash of every file of the site and of the results."""
    release = (root / "_build" / "current").resolve()
    files = [path for path in release.rglob("*") if path.is_file()]
    return {
        path.relative_to(release).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def built(source: Path, folder: Path, jobs: int) -> dict[str, str]:
    subprocess.run(["git", "clone", "-q", str(source), str(folder)], check=True)
    code, _, errors = Toy(folder).run("build", "--jobs", str(jobs))
    assert code == 0, errors
    return hashes(folder)


def test_two_builds_of_one_commit_are_equal_byte_for_byte(tmp_path: Path):
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("what is committed is known in a git repository only")
    first = built(ROOT, tmp_path / "one" / "book", jobs=1)
    second = built(tmp_path / "one" / "book", tmp_path / "another" / "place", jobs=2)
    assert "html/chapters/front_page.html" in first
    assert "results/replication.json" in first
    assert first == second
