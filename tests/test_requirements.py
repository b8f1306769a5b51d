"""Dependencies and locked versions, as the software chapter reads them."""

import re
from pathlib import Path

import pytest

from lib.book.requirements import read_lock, read_requirements
from lib.core.errors import InputError
from lib.core.paths import ROOT

LOCK = """# locked
jsonschema[format-nongpl]==4.26.0 \\
    --hash=sha256:00 \\
    --hash=sha256:11
    # via -r requirements.txt
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:22
PyYAML==6.0.3 \\
    --hash=sha256:33
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "file.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_requirement_has_name_versions_and_reason(tmp_path):
    text = "# all\n-r other.txt\nPyYAML>=6,<7   # parameter files\njson_schema[x] # why # not\n"
    table = read_requirements(written(tmp_path, text))
    assert table.to_numpy().tolist() == [
        ["pyyaml", ">=6,<7", "parameter files"],
        ["json-schema", "", "why # not"],
    ]


def test_a_dependency_without_a_reason_is_refused(tmp_path):
    with pytest.raises(InputError, match="line 2, is no dependency with a reason"):
        read_requirements(written(tmp_path, "numpy # arrays\npandas>=3\n"))


def test_a_lock_has_versions_and_markers(tmp_path):
    table = read_lock(written(tmp_path, LOCK))
    assert table.to_numpy().tolist() == [
        ["jsonschema", "4.26.0", ""],
        ["numpy", "2.4.6", "python_full_version < '3.12'"],
        ["pyyaml", "6.0.3", ""],
    ]


def test_a_lock_with_another_line_is_refused(tmp_path):
    with pytest.raises(InputError, match="line 1, locks no version"):
        read_lock(written(tmp_path, "numpy>=2\n"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=re.escape(f"{tmp_path / 'none.txt'} cannot be read")):
        read_lock(tmp_path / "none.txt")


def test_every_direct_dependency_is_locked():
    locked = set(read_lock(ROOT / "requirements.lock")["name"])
    assert set(read_requirements(ROOT / "requirements.txt")["name"]) <= locked
    assert set(read_requirements(ROOT / "requirements-dev.txt")["name"]) <= locked
