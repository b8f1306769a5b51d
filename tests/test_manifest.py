"""The manifest: the data are those that were checked, and any change is noticed."""

import subprocess
import sys
from hashlib import sha256

import pytest

from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.sources.manifest import MANIFEST, check_manifest, write_manifest


@pytest.fixture
def root(tmp_path):
    for folder in ("published", "open", "codebook", "raw"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    (tmp_path / "data" / "published" / "table.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "data" / "open" / "counts.csv").write_text("b\n2\n", encoding="utf-8")
    write_manifest(tmp_path)
    return tmp_path


def test_the_data_are_those_of_the_manifest():
    check_manifest(ROOT)


def test_the_manifest_has_the_format_of_sha256sum(root):
    digest = sha256(b"b\n2\n").hexdigest()
    first, second = (root / MANIFEST).read_text(encoding="utf-8").splitlines()
    assert first == f"{digest}  data/open/counts.csv"
    assert second.endswith("  data/published/table.csv")


def test_unchanged_data_pass(root):
    check_manifest(root)


def test_files_outside_the_three_folders_do_not_matter(root):
    (root / "data" / "raw" / "licensed.csv").write_text("x", encoding="utf-8")
    (root / "data" / "open" / ".hidden").write_text("x", encoding="utf-8")
    check_manifest(root)


def test_a_changed_file_is_named(root):
    (root / "data" / "open" / "counts.csv").write_text("b\n3\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"data/open/counts\.csv differs .*restore it with git"):
        check_manifest(root)


def test_a_missing_file_is_named(root):
    (root / "data" / "open" / "counts.csv").unlink()
    with pytest.raises(InputError, match=r"data/open/counts\.csv is listed .* but missing"):
        check_manifest(root)


def test_a_file_that_is_not_listed_is_named(root):
    (root / "data" / "codebook" / "more.csv").write_text("c\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"data/codebook/more\.csv is not listed .*--write"):
        check_manifest(root)
    write_manifest(root)
    check_manifest(root)


def test_a_missing_manifest_is_named(root):
    (root / MANIFEST).unlink()
    with pytest.raises(InputError, match=r"MANIFEST\.sha256 cannot be read"):
        check_manifest(root)


@pytest.mark.parametrize("content", [b"no hash here\n", b"\xff\xfe\n"])
def test_a_damaged_manifest_is_named(root, content):
    (root / MANIFEST).write_bytes(content)
    with pytest.raises(InputError, match=r"MANIFEST\.sha256 is not in the format of sha256sum"):
        check_manifest(root)


def test_the_command_checks():
    command = [sys.executable, "-m", "lib.sources.manifest"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
