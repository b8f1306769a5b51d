"""Attestations: what a build on a licensed file tells, and what becomes of those that are sent."""

import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import PlainRenderer, Toy

from lib.book import cli
from lib.book.build import build
from lib.book.claims import (
    disagreements,
    other_version,
    read_attestation,
    read_attestations,
    summary,
)
from lib.book.notebooks import read_chapters, use_licensed_files
from lib.book.project import Project
from lib.book.variant import make_variant
from lib.book.version import Version
from lib.core.errors import InputError
from lib.core.hashes import file_hash
from lib.core.paths import ROOT
from lib.sources.published import read_printed

VERSION = "commit 0123456 of 2026-03-04"
HASH = "ab" * 32
FOLDER = ROOT / "data" / "attestations"


def number(name: str, printed: str, **others) -> dict:
    empty = dict.fromkeys(("computed", "low", "high", "source", "chapter", "cell"))
    empty |= {"evidence": "none", "verdict": "untested"}
    return {"id": name, "printed": printed, "grade": "open"} | empty | others


def point(value: float, **others) -> dict:
    found = {"computed": value, "evidence": "external, same sample"}
    found |= {"verdict": "equal as printed"}
    return found | {"source": "licensed", "chapter": "beta", "cell": "code-2"} | others


def claim(sender: str = "Ann", **others) -> dict:
    """Write an attestation on the printed numbers of the small book."""
    given = {"survey": "wvs", "form": ".dta", "release": "v20201117", "bytes": 9, "respondents": 2}
    given |= {"release_corrections": {}}
    outputs = dict.fromkeys(("results", "pages", "notebooks"), HASH)
    software = dict.fromkeys(("python", "system", "processor"), "some")
    return {
        "format": 2,
        "sender": sender,
        "archive": VERSION,
        "inputs": [given | {"sha256": HASH}],
        "outputs": {"files": {"replication.json": HASH}} | outputs,
        "software": software
        | {"vector_instructions": [], "typesetter": "", "lock": HASH, "packages": {}},
        "numbers": [
            number("toy.one", "0.50", grade="reproduced", **point(0.5)),
            number(
                *("toy.two", "0.70"),
                grade="consistent",
                **point(None, low=0.6, verdict="within a bound", source="published"),
            ),
            number("toy.three", "3"),
        ],
    } | others


@pytest.fixture
def printed(toy: Toy) -> pd.DataFrame:
    return read_printed(toy.root / "data" / "published")


@pytest.fixture
def collected(tmp_path: Path):
    """Write attestations into a folder."""

    def write(*claims: dict) -> Path:
        folder = tmp_path / "attestations"
        folder.mkdir()
        for position, content in enumerate(claims):
            (folder / f"{position}.json").write_text(json.dumps(content))
        return folder

    return write


@pytest.fixture
def build_on(surveyed: Toy, monkeypatch):
    """Build a small book, on a licensed file or not, without the command line."""

    def read(survey: str, file: Path, root: Path) -> dict[str, str]:
        return {f"{survey}.csv": file.read_text(), f"{survey}.txt": ""}

    def run(file: Path | None = None, name: str | None = None) -> Path:
        project = Project(surveyed.root)
        chapters = use_licensed_files(read_chapters(project), {"wvs": file} if file else {})
        variant = make_variant(chapters, chapters, {}, name, None)
        page = build(project, variant, jobs=2, force=False, renderer=PlainRenderer()).page
        return page.parents[1] / "results" / "attestation.json"

    monkeypatch.setattr("lib.respondents.studies.licensed_texts", read)
    monkeypatch.setattr(
        "lib.respondents.studies.synthetic_rows", lambda survey, root: "answer\n1\n"
    )
    monkeypatch.setattr("lib.respondents.studies.as_csv", str)
    surveyed.write("COMMIT", "0123456" + "0" * 33 + " 2026-03-04\n")
    return run


def test_a_licensed_build_tells_what_it_found_and_nothing_else(surveyed, build_on, tmp_path):
    file = tmp_path / "Ann's WV6_Data_v20201117.CSV"
    file.write_text("answer\n3\n900417\n")
    told = build_on(file)
    content = read_attestation(told)
    assert content["inputs"] == [
        {
            "survey": "wvs",
            "form": ".csv",
            "release": "v20201117",
            "bytes": file.stat().st_size,
            "sha256": file_hash(file),
            "respondents": 2,
            "release_corrections": {},
        }
    ]
    assert (content["sender"], content["archive"]) == ("", VERSION)
    hashed = content["outputs"]["files"]
    assert hashed["replication.json"] == file_hash(told.with_name("replication.json"))
    assert set(hashed) == {path.name for path in told.parent.glob("*.*")} - {told.name}
    grades = {each["id"]: each["grade"] for each in content["numbers"]}
    assert grades == {name: row["grade"] for name, row in surveyed.rows().items()}
    assert grades["toy.three"] == "reproduced"
    for secret in ("900417", "Ann", "WV6_Data", str(tmp_path), "answer"):
        assert secret not in told.read_text()


def test_another_file_is_told_even_if_the_same_respondents_are_read(build_on, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("answer\n3\n")
    build_on(file)
    renamed = file.rename(tmp_path / "mine_v2.csv")
    (given,) = read_attestation(build_on(renamed))["inputs"]
    assert given["release"] == "v2"


def test_only_the_published_analysis_on_a_licensed_file_is_attested(build_on, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("answer\n3\n")
    assert not build_on().exists()
    assert build_on(file).exists()
    assert not build_on(file, "mine").exists()
    assert not build_on().exists()


def test_the_command(toy: Toy, monkeypatch, capsys, tmp_path):
    toy.write("COMMIT", "0123456" + "0" * 33 + " 2026-03-04\n")
    file = tmp_path / "attestation.json"
    monkeypatch.setattr(cli, "ROOT", toy.root)
    monkeypatch.setattr("sys.argv", ["book", "attest", str(file)])

    def run(content: object) -> tuple[int, str, str]:
        file.write_text(json.dumps(content))
        with pytest.raises(SystemExit) as left:
            cli.main()
        return (left.value.code or 0, *capsys.readouterr())

    code, output, errors = run(claim())
    assert (code, errors) == (0, "")
    assert output.startswith("An unsigned claim of Ann.\nwvs: v20201117, 9 bytes, 2 respondents")
    assert output.endswith("It agrees with this archive in version, printed numbers and grades.\n")
    code, output, errors = run(claim(archive="unversioned"))
    assert (code, errors) == (1, "")
    assert output.endswith(f"It was built from unversioned; this archive is {VERSION}.\n")
    code, output, errors = run({})
    assert (code, output, len(errors.splitlines())) == (2, "", 1)


def test_an_attestation_agrees_with_the_archive_it_was_made_with(printed):
    assert disagreements(claim(), printed) == []
    assert other_version(claim(), Version(VERSION, 0)) == []


@pytest.mark.parametrize(
    ("there", "here"),
    [
        (VERSION, "commit 7654321 of 2026-03-04"),
        (VERSION + " with local changes", VERSION + " with local changes"),
        ("unversioned", "unversioned"),
    ],
)
def test_another_version_is_named(there, here):
    said = f"It was built from {there}; this archive is {here}."
    assert other_version(claim(archive=there), Version(here, 0)) == [said]


@pytest.mark.parametrize(
    ("numbers", "sentences"),
    [
        (
            [number("toy.one", "0.50", grade="reproduced", **point(0.51))],
            ["toy.one is graded 'reproduced'; its values give 'differs'."],
        ),
        (
            [number("toy.one", "0.50", grade="reproduced")],
            ["toy.one is graded 'reproduced'; its values give 'open'."],
        ),
        (
            [number("toy.one", "0.51", grade="reproduced", **point(0.5))],
            ["toy.one is printed '0.51' there and '0.50' here."],
        ),
        (
            [number("toy.one", "0.50", grade="reproduced", **point(0.5, source="synthetic"))],
            ["toy.one is graded 'reproduced'; its values give 'open'."],
        ),
        (
            [number("toy.one", "0.50", grade="consistent", **point(None, low=0.6, high=0.4))],
            ["the evidence on toy.one is no interval: 0.6 to 0.4."],
        ),
        ([number("toy.one", "0.50"), number("toy.one", "0.50")], ["toy.one is given twice."]),
        ([number("toy.four", "4")], ["toy.four is missing in this archive."]),
    ],
)
def test_what_disagrees_is_named(printed, numbers, sentences):
    first = printed[printed["id"] == "toy.one"] if numbers[0]["id"] == "toy.one" else printed[:0]
    assert disagreements(claim(numbers=numbers), first) == sentences


def test_a_number_left_out_is_named(printed):
    numbers = claim()["numbers"][1:]
    said = disagreements(claim(numbers=numbers), printed)
    assert said == ["toy.one is missing in the attestation."]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"rows": [[1, 2]]}, "$ ("),
        ({"format": 1}, "$.format"),
        ({"sender": "x" * 81}, "$.sender"),
        ({"sender": "a\nb"}, "$.sender"),
        ({"inputs": []}, "$.inputs"),
        ({"inputs": [claim()["inputs"][0] | {"name": "wave.dta"}]}, "$.inputs[0]"),
        ({"inputs": [claim()["inputs"][0] | {"sha256": "ab"}]}, "$.inputs[0].sha256"),
        (
            {"inputs": [claim()["inputs"][0] | {"release_corrections": {"x": [1]}}]},
            "$.inputs[0].release_corrections.x[0]",
        ),
        ({"inputs": [claim()["inputs"][0] | {"release": "/home/v1"}]}, "$.inputs[0].release"),
        ({"numbers": [number("toy.one", "0.50", grade="fine")]}, "$.numbers[0].grade"),
        ({"numbers": [number("toy.one", "0.50", answers=[1])]}, "$.numbers[0]"),
    ],
)
def test_there_is_no_place_for_anything_else(collected, change, place):
    folder = collected(claim(**change))
    with pytest.raises(InputError, match=r"0\.json breaks its schema at ") as told:
        read_attestation(folder / "0.json")
    assert place in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(("content", "said"), [(b"{", "is no JSON"), (b"\xff", "is no JSON")])
def test_another_file_is_refused(tmp_path, content, said):
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_attestation(tmp_path / "x.json")
    with pytest.raises(InputError, match=r"y\.json cannot be read"):
        read_attestation(tmp_path / "y.json")


def test_without_any_there_is_nothing_to_count(collected, printed):
    senders, claims = read_attestations(collected(), printed)
    assert (len(senders), len(claims)) == (0, 0)
    assert list(claims.columns) == ["id", "grade", "claims"]
    assert {"sender", "survey", "agrees"} < set(senders.columns)


def test_claims_are_counted_by_printed_number_and_grade(collected, printed):
    differs = claim("Cem")["numbers"]
    differs[0] |= {"computed": 0.6, "grade": "differs"}
    wrong = claim("Dan")["numbers"]
    wrong[0] |= {"grade": "differs"}
    sent = [claim("Ann"), claim("Bea"), claim("Cem", numbers=differs), claim("Dan", numbers=wrong)]
    senders, claims = read_attestations(collected(*sent), printed)
    assert claims.to_dict("records") == [
        {"id": "toy.one", "grade": "differs", "claims": 1},
        {"id": "toy.one", "grade": "reproduced", "claims": 2},
    ]
    assert senders["agrees"].tolist() == [True, True, True, False]
    assert senders.loc[0, ["sender", "survey", "release"]].tolist() == ["Ann", "wvs", "v20201117"]


def test_one_claim_counts_for_one_file_and_sender(collected, printed):
    with pytest.raises(InputError, match=f"two attestations of ann on the file {HASH}: keep one"):
        read_attestations(collected(claim("Ann"), claim("ann ")), printed)


def test_one_sender_may_have_two_files(collected, printed):
    other = [claim()["inputs"][0] | {"sha256": "cd" * 32}]
    senders, _ = read_attestations(collected(claim("Ann"), claim("Ann", inputs=other)), printed)
    assert senders["sha256"].tolist() == [HASH, "cd" * 32]


def test_a_collected_claim_has_a_sender(collected, printed):
    with pytest.raises(InputError, match=r"0\.json names no sender: write one into it"):
        read_attestations(collected(claim(" ")), printed)


def test_a_claim_in_words():
    assert summary(claim())[1:] == [
        f"wvs: v20201117, 9 bytes, 2 respondents read, SHA-256 {HASH}.",
        "From these: 1 reproduced.",
    ]


def test_a_claim_on_a_corrected_file_says_so():
    corrected = [
        claim()["inputs"][0] | {"release_corrections": {"reversed_finances": ["KGZ", "UZB"]}}
    ]
    said = f"SHA-256 {HASH}, corrected by reversed_finances KGZ, UZB."
    assert summary(claim(inputs=corrected))[1].endswith(said)


def test_those_collected_here_can_be_read():
    assert (FOLDER / "README.md").is_file()
    senders, _ = read_attestations(FOLDER, read_printed(ROOT / "data" / "published"))
    assert len(senders) >= len(list(FOLDER.glob("*.json")))
