"""The guard, the version and the report, one by one."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Toy

from lib.book import cli
from lib.book.analysis import analysis
from lib.book.kernel import Guard
from lib.book.notebooks import read_chapters
from lib.book.project import Project
from lib.book.version import version
from lib.core.errors import BuildError, InputError
from lib.evidence.grading import Grade
from lib.evidence.records import Basis, Evidence, Finding, Kind
from lib.evidence.report import SCHEMA, build_report, counts, headline, read_report

READ, WRITE = os.O_RDONLY, os.O_WRONLY | os.O_CREAT


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    for name in ("data/yes.csv", "data/no.csv", "lib/a.py", "folder/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    root = os.path.realpath(tmp_path)
    readable = [f"{root}/lib/", f"{root}/data/yes.csv", f"{root}/folder/"]
    policy = {"root": root, "readable": readable, "writable": [f"{root}/scratch/"]}
    return Guard(policy | {"log": str(tmp_path / "log")})


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("open", ("data/yes.csv", "r", READ)),
        ("open", ("folder/x", None, READ)),
        ("open", ("lib/a.py", "rb", READ)),
        ("open", ("data/missing.csv", "r", READ)),
        ("open", ("/etc/hostname", "r", READ)),
        ("open", (3, "w", WRITE)),
        ("open", ("scratch/new", "w", WRITE)),
        ("open", ("lib/__pycache__/a.pyc", None, WRITE)),
        ("os.rename", ("lib/__pycache__/a.1", "lib/__pycache__/a.pyc", -1, -1)),
        ("sqlite3.connect", (":memory:",)),
        ("import", ("data/no.csv",)),
    ],
)
def test_what_a_chapter_may_do(guard, tmp_path, monkeypatch, event, arguments):
    monkeypatch.chdir(tmp_path)
    guard(event, arguments)
    assert not guard.log.exists()


@pytest.mark.parametrize(
    ("event", "arguments", "said"),
    [
        ("open", ("data/no.csv", "r", READ), "reads data/no.csv"),
        ("open", (b"lib/../data/no.csv", "r", READ), "reads data/no.csv"),
        ("open", (Path("link"), "r", READ), "reads data/no.csv"),
        ("open", ("data/yes.csv", "a", WRITE), "changes data/yes.csv"),
        ("open", ("new.csv", "w", WRITE), "changes new.csv"),
        ("open", ("lib/a.py", "w", WRITE), "changes lib/a.py"),
        ("os.remove", ("data/yes.csv", -1), "changes data/yes.csv"),
        ("os.rename", ("/tmp/x", "data/yes.csv", -1, -1), "changes data/yes.csv"),
        ("sqlite3.connect", ("data/no.csv",), "reads data/no.csv"),
    ],
)
def test_what_a_chapter_may_not_do(guard, tmp_path, monkeypatch, event, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("data/no.csv")
    with pytest.raises(InputError, match=said):
        guard(event, arguments)
    assert said in guard.log.read_text()


@pytest.mark.parametrize(
    ("text", "name", "epoch"),
    [
        ("$Format:%H %cs$", "unversioned", None),
        ("0123456789abcdef 1970-01-02\n", "commit 0123456 of 1970-01-02", 86400),
        (None, "unversioned", None),
    ],
)
def test_the_version_of_an_archive(tmp_path: Path, text, name, epoch):
    if text is not None:
        (tmp_path / "COMMIT").write_text(text)
    assert (version(tmp_path).name, version(tmp_path).epoch) == (name, epoch)


def test_the_version_of_a_repository(tmp_path: Path):
    def git(*arguments: str) -> str:
        given = ["-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
        return subprocess.run(
            ["git", "-C", tmp_path, *given], check=True, capture_output=True, text=True,
            env=os.environ | {"GIT_COMMITTER_DATE": "2001-02-03T12:00:00+0000"},
        ).stdout.strip()  # fmt: skip

    git("init", "-q")
    (tmp_path / "file").write_text("1")
    git("add", "file")
    git("commit", "-q", "-m", "first")
    commit = git("rev-parse", "HEAD")[:7]
    assert version(tmp_path).name == f"commit {commit} of 2001-02-03"
    (tmp_path / "file").write_text("2")
    assert version(tmp_path).name == f"commit {commit} of 2001-02-03 with local changes"


def report(toy: Toy, *evidence: Evidence) -> dict[str, dict]:
    project = Project(toy.root)
    analyses = {chapter.name: analysis(project, chapter, {}) for chapter in read_chapters(project)}
    found = [Finding(piece, "alpha", f"cell-{n}") for n, piece in enumerate(evidence)]
    texts = build_report(project.root, analyses, found)
    assert len(texts["evidence.csv"].splitlines()) == len(evidence) + 1
    assert len(texts["replication.csv"].splitlines()) == 4
    return {row["id"]: row for row in json.loads(texts["replication.json"])}


def test_the_gravest_grade_stands(toy: Toy):
    good = Evidence("toy.one", 0.5, 0.5, Basis.SAME_SAMPLE)
    told = {"reason": "Another.", "conditions": "If so.", "problem": "toy_problem"}
    bad = Evidence("toy.one", 0.6, 0.6, Basis.SAME_SAMPLE, **told)
    for order in ((good, bad), (bad, good)):
        row = report(toy, *order)["toy.one"]
        assert (row["grade"], row["reason"], row["computed"]) == ("contradicted", "Another.", 0.6)
        assert row["difference"] == pytest.approx(0.1)


def test_an_open_interval_has_no_end(toy: Toy):
    row = report(toy, Evidence("toy.three", 2.0, float("inf"), Basis.SAME_SAMPLE, Kind.BOUND))[
        "toy.three"
    ]
    assert (row["low"], row["high"], row["computed"], row["difference"]) == (2.0, None, None, None)
    assert (row["grade"], row["verdict"], row["power"]) == ("open", "untested", 0.0)


@pytest.mark.parametrize("missing", ["conditions", "problem"])
def test_a_failing_number_names_its_problem_and_conditions(toy: Toy, missing: str):
    told = {"conditions": "If so.", "problem": "toy_problem"} | {missing: ""}
    with pytest.raises(BuildError, match="is contradicted, but its evidence names no problem"):
        report(toy, Evidence("toy.one", 0.6, 0.6, Basis.SAME_SAMPLE, **told))


def test_nothing_generated_reaches_the_report(toy: Toy):
    project = Project(toy.root)
    chapter = replace(read_chapters(project)[1], source="synthetic")
    found = [
        Finding(Evidence("toy.one", 0.6, 0.6, Basis.SAME_SAMPLE, source="synthetic"), "x", "c")
    ]
    texts = build_report(project.root, {"x": analysis(project, chapter, {})}, found)
    row = json.loads(texts["replication.json"])[0]
    assert (row["id"], row["grade"], row["computed"]) == ("toy.one", "open", None)
    assert len(texts["evidence.csv"].splitlines()) == 1


def test_the_headline_counts_problems_first_and_every_number_once(toy: Toy):
    told = {"conditions": "If so.", "problem": "toy_problem"}
    bad = Evidence("toy.one", 0.6, 0.6, Basis.SAME_SAMPLE, **told)
    said = headline(list(report(toy, bad).values()))
    assert said.startswith("1 problem concerns 1 of 3 printed numbers: 1 contradicted.")
    assert "0 are reproduced" in said
    assert "2 are open" in said
    assert "The other" not in said


def test_the_schema_knows_every_grade_and_no_other():
    grades = json.loads(SCHEMA.read_text())["items"]["properties"]["grade"]["enum"]
    assert sorted(grades) == sorted(grade.value for grade in Grade)


def test_the_command_line_shows_chapters_and_grades(built: Toy, monkeypatch, capsys):
    monkeypatch.setattr(cli, "ROOT", built.root)
    cli.list_command()
    assert "beta\n  label = 'b'  # any text\n" in capsys.readouterr().out
    cli.report_command(as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["toy.one", "Table", "1,", "one", "0.50", "0.5", "reproduced"]
    assert "0.6 to 0.8" in lines[2]
    cli.report_command(as_json=True)
    rows = json.loads(capsys.readouterr().out)
    assert rows == read_report(built.root / "_build" / "results")
    assert counts(rows) == {"reproduced": 1, "consistent": 1, "open": 1}
    cli.clean_command()
    assert [path.name for path in (built.root / "_build").iterdir()] == [".lock"]
