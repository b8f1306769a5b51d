"""What each release changed: the changelog names every grade."""

import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.core.paths import DATA, ROOT
from lib.core.text_files import read_yaml
from lib.evidence.releases import grade_changes, read_changelog, read_releases, write_release
from lib.sources.published import read_printed

RELEASES = DATA / "releases"
LOG = """# Changelog

## 0.10.0, 2026-02-01

- Something
  on two lines.
- Grades changed: a.b.

## 0.9.0, 2026-01-01

- First.
"""


@pytest.fixture
def folder(tmp_path):
    write_release(tmp_path, "0.9.0", [{"id": "a.b", "grade": "consistent", "more": 1}])
    rows = [{"id": "a.b", "grade": "in doubt"}, {"id": "c", "grade": "reproduced"}]
    write_release(tmp_path, "0.10.0", rows)
    return tmp_path


def unnamed(changelog: pd.DataFrame, changes: pd.DataFrame) -> list[str]:
    """Changed grades that the section of their release does not name."""
    words = changelog.set_index("version")["grades"].str.findall(r"[\w.]*\w")
    pairs = zip(changes["version"], changes["id"], strict=True)
    return [number for version, number in pairs if number not in words[version]]


def test_the_changelog_names_every_grade_that_a_release_changed():
    changelog, releases = read_changelog(ROOT / "CHANGELOG.md"), read_releases(RELEASES)
    assert sorted(changelog["version"]) == sorted(releases.columns)
    assert unnamed(changelog, grade_changes(releases)) == []


def test_a_grade_that_is_not_named_is_found(folder, tmp_path):
    path = tmp_path / "CHANGELOG.md"
    path.write_text(LOG, encoding="utf-8")
    assert unnamed(read_changelog(path), grade_changes(read_releases(folder))) == ["c"]


def test_the_newest_release_is_the_one_to_cite():
    newest, citation = (
        read_changelog(ROOT / "CHANGELOG.md").iloc[0],
        read_yaml(ROOT / "CITATION.cff"),
    )
    assert newest["version"] == citation["version"] == read_releases(RELEASES).columns[-1]
    assert newest["date"] == citation["date-released"]


def test_a_release_grades_printed_numbers():
    printed = set(read_printed(DATA / "published")["id"])
    last = read_releases(RELEASES).iloc[:, -1].dropna()
    assert set(last.index) <= printed


def test_sections_become_rows(tmp_path):
    path = tmp_path / "CHANGELOG.md"
    path.write_text(LOG, encoding="utf-8")
    assert read_changelog(path).to_numpy().tolist() == [
        ["0.10.0", "2026-02-01", "Something on two lines.", "Grades changed: a.b."],
        ["0.9.0", "2026-01-01", "First.", ""],
    ]


def test_releases_are_in_the_order_of_their_numbers_and_changes_are_found(folder):
    grades = read_releases(folder)
    assert list(grades.columns) == ["0.9.0", "0.10.0"]
    assert grade_changes(grades).to_numpy().tolist() == [
        ["0.10.0", "a.b", "consistent", "in doubt"],
        ["0.10.0", "c", "", "reproduced"],
    ]


def test_one_release_changed_nothing(folder):
    assert grade_changes(read_releases(folder)[["0.9.0"]]).empty


@pytest.mark.parametrize("version", ["0.9.0", "1.0", "../x"])
def test_no_release_is_written_twice_or_without_a_number(folder, version):
    with pytest.raises(InputError, match="give the next version"):
        write_release(folder, version, [])


def test_a_changelog_without_releases_gets_one_sentence(tmp_path):
    path = tmp_path / "CHANGELOG.md"
    path.write_text("# Changelog\n", encoding="utf-8")
    with pytest.raises(InputError, match="names no release"):
        read_changelog(path)


def test_the_command_writes_the_published_grades_down_once(built):
    code, _, errors = built.run("release", "1.0.0")
    assert code == 0, errors
    published = {name: row["grade"] for name, row in built.rows().items()}
    assert read_releases(built.root / "data" / "releases")["1.0.0"].to_dict() == published
    assert built.run("release", "1.0.0")[0] == 2
