"""A deposit is checked, rebuilt and compared; a bad one is named in one sentence."""

import json
import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from conftest import Toy

from lib.book import verify as verification
from lib.book.archive import pack
from lib.book.compare import compare_files, compare_grades, compare_numbers
from lib.book.publish import PARTS
from lib.book.software import software
from lib.book.verify import compare, differences, rebuild, verify
from lib.core.errors import BuildError, InputError

ROW = {"id": "toy.one", "grade": "reproduced"}
CELLS = "id,value,note\ntoy.one,0.5,3.11.7\ntoy.two,,text\n"


def glued(name: str, value: str) -> dict:
    data = {"application/papermill.record/text/plain": value}
    return {"data": data, "metadata": {"scrapbook": {"name": name}}}


@pytest.fixture
def sides(tmp_path: Path) -> list[dict[str, Path]]:
    """Write two equal builds."""
    for side in ("one", "other"):
        for part in ("html", "results/alpha", "notebooks"):
            (tmp_path / side / part).mkdir(parents=True)
        (tmp_path / side / "html" / "index.html").write_text("page")
        (tmp_path / side / "results" / "replication.json").write_text(json.dumps([ROW]))
        (tmp_path / side / "results" / "alpha" / "table.csv").write_text(CELLS)
        cell = {"outputs": [glued("share", "0.25"), glued("said", "'0.25 or so'")]}
        notebook = tmp_path / side / "notebooks" / "alpha.ipynb"
        notebook.write_text(json.dumps({"cells": [cell, {"cell_type": "markdown"}]}))
    return [
        {part: tmp_path / side / part for part in ("html", "results", "notebooks")}
        for side in ("one", "other")
    ]


def change(side: dict[str, Path], name: str, old: str, new: str) -> None:
    part, _, rest = name.partition("/")
    path = side[part] / rest
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_equal_builds_agree(sides):
    assert str(compare_files(*sides)) == "4 of 4 files"
    assert str(compare_grades(*sides)) == "1 of 1 grades"
    assert str(compare_numbers(*sides)) == "2 of 2 numbers"
    assert compare(*sides, elsewhere=[]).holds
    assert compare(*sides, elsewhere=["another machine"]).holds


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("html/index.html", "page", "pages"),
        ("results/alpha/table.csv", "0.5", "0.500000001"),
        ("notebooks/alpha.ipynb", "or so", "or less"),
    ],
)
def test_on_the_same_machine_a_changed_byte_counts(sides, name, old, new):
    change(sides[1], name, old, new)
    verdict = compare(*sides, elsewhere=[])
    assert not verdict.holds
    assert verdict.sentences[1:] == ("3 of 4 files are equal.", f"  {name} differs")
    assert compare(*sides, elsewhere=["another machine"]).holds


def test_a_file_of_one_build_only_counts(sides):
    (sides[0]["html"] / "page.html").write_text("page")
    assert compare_files(*sides).differing == ("html/page.html",)
    assert compare_files(*reversed(sides)).differing == ("html/page.html",)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("results/replication.json", "reproduced", "differs", "toy.one"),
        ("results/alpha/table.csv", "0.5", "0.50000002", "results/alpha/table.csv, line 2, value"),
        ("results/alpha/table.csv", "0.5", "nan", "results/alpha/table.csv, line 2, value"),
        ("results/alpha/table.csv", ",,", ",7,", "results/alpha/table.csv, line 3, value"),
        ("notebooks/alpha.ipynb", '0.25"', '0.26"', "notebooks/alpha.ipynb, share"),
    ],
)
def test_elsewhere_a_changed_grade_or_number_counts(sides, name, old, new, said):
    change(sides[1], name, old, new)
    verdict = compare(*sides, elsewhere=["another machine"])
    assert not verdict.holds
    assert verdict.sentences[2:] == (f"  {said} differs",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1e12", "1000000000000.5", True),
        ("1e12", "1000000100000", False),
        ("nan", "NaN", True),
        ("inf", "inf", True),
        ("inf", "1e300", False),
        ("0", "9e-9", True),
        ("0", "2e-8", False),
    ],
)
def test_numbers_are_equal_to_a_share_of_the_larger_or_to_the_tolerance(sides, one, other, same):
    for side, value in zip(sides, (one, other), strict=True):
        change(side, "results/alpha/table.csv", "0.5", value)
    assert compare_numbers(*sides).holds == same


def test_nothing_at_all_is_no_agreement(sides):
    for side in sides:
        shutil.rmtree(side["html"])
    assert not compare_files({"html": sides[0]["html"]}, {"html": sides[1]["html"]}).holds


def test_the_machine_is_told_by_what_the_bytes_may_depend_on(committed: Toy):
    here = software(committed.root)
    assert differences(here, software(committed.root)) == []
    assert here["packages"]["numpy"]
    there = here | {"python": "CPython 3.99.0", "packages": {}, "lock": "0" * 64}
    found = differences(there, here)
    assert found == [f"python CPython 3.99.0 there, {here['python']} here", "lock", "packages"]
    del there["processor"]
    assert "processor none there" in differences(there, here)[1]


def test_a_book_that_locks_other_packages_gets_an_environment_of_its_own(toy: Toy, monkeypatch):
    toy.write("Makefile", "book:\n\t@echo no packages for $${WVS:-nobody}; exit 1\n")
    monkeypatch.setenv("WVS", "/somewhere/wave.csv")
    monkeypatch.setenv("MAKEFLAGS", "--dry-run")
    with pytest.raises(BuildError, match=r"cannot be rebuilt:\nno packages for nobody"):
        rebuild(toy.root)
    monkeypatch.setattr(verification, "which", lambda _: None)
    with pytest.raises(InputError, match="make is not there, and the deposit needs other packages"):
        rebuild(toy.root)


@pytest.fixture
def quickly(packed: Path, monkeypatch):
    """Rebuild by taking another build of the same sources."""

    def rebuilt(book: Path) -> str:
        for part in PARTS:
            shutil.copytree(packed.parents[1] / part, book / "_build" / part)
        return "Rebuilt."

    monkeypatch.setattr(verification, "rebuild", rebuilt)


def repacked(file: Path, folder: Path, name: str, text: str) -> Path:
    """Change a file of a deposit, and its manifest with it."""
    shutil.unpack_archive(file, folder)
    top = folder / file.stem
    (top / name).write_text(text)
    (top / "MANIFEST.sha256").unlink()
    changed = folder / file.name
    pack(top, changed, None)
    return changed


def test_a_deposit_comes_out_to_the_byte_on_the_machine_it_was_made_on(packed: Path, quickly):
    verdict = verify(packed)
    assert verdict.holds
    assert verdict.sentences[1].startswith("This is the machine it was made on")
    assert verdict.sentences[2] == "21 of 21 files are equal."


def test_elsewhere_it_comes_out_to_grades_and_numbers(packed: Path, tmp_path: Path, quickly):
    there = json.dumps({"processor": "abacus"})
    verdict = verify(repacked(packed, tmp_path, "software.json", there))
    assert verdict.holds
    assert "processor abacus there" in verdict.sentences[1]
    assert "21 of 21 files are equal." in verdict.sentences[1]
    assert verdict.sentences[2].startswith("3 of 3 grades and ")


def test_results_that_the_sources_do_not_give_are_found(packed: Path, tmp_path: Path, quickly):
    verdict = verify(repacked(packed, tmp_path, "results/beta/rows.csv", "x\n2\n"))
    assert not verdict.holds
    assert verdict.sentences[-1] == "  results/beta/rows.csv differs"


def no_zip(file: Path) -> None:
    file.write_text("no zip")


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-500])


def break_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[2000:2010] = b"\0" * 10
    file.write_bytes(content)


def rewrite(file: Path, change) -> None:
    with ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    change(held, file.stem)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)


def lead_out(file: Path) -> None:
    rewrite(file, lambda held, top: held.update({f"{top}/../../out.txt": b"out"}))


def be_absolute(file: Path) -> None:
    rewrite(file, lambda held, top: held.update({"/tmp/out.txt": b"out"}))


def lose_the_manifest(file: Path) -> None:
    rewrite(file, lambda held, top: held.pop(f"{top}/MANIFEST.sha256"))


def garble_the_manifest(file: Path) -> None:
    rewrite(file, lambda held, top: held.update({f"{top}/MANIFEST.sha256": b"\xff\n"}))


def change_a_file(file: Path) -> None:
    rewrite(file, lambda held, top: held.update({f"{top}/results/evidence.csv": b"id\n"}))


def lose_a_file(file: Path) -> None:
    rewrite(file, lambda held, top: held.pop(f"{top}/results/evidence.csv"))


def add_a_file(file: Path) -> None:
    rewrite(file, lambda held, top: held.update({f"{top}/results/new.csv": b"id\n"}))


def be_another_zip(file: Path) -> None:
    with ZipFile(file, "w") as archive:
        archive.writestr("notes.txt", "notes")


BAD = {
    no_zip: "is no whole zip archive",
    cut_short: "is no whole zip archive",
    break_a_byte: "is no whole zip archive",
    Path.unlink: "cannot be read (No such file or directory): check the path.",
    lead_out: "which leads out of its folder",
    be_absolute: "holds '/tmp/out.txt', which leads out of its folder",
    be_another_zip: "is no deposit, as it has no single folder with MANIFEST.sha256 in it.",
    lose_the_manifest: "is no deposit, as it has no single folder with MANIFEST.sha256 in it.",
    garble_the_manifest: "is not as sha256sum writes it",
    change_a_file: "results/evidence.csv in ",
    lose_a_file: "results/evidence.csv is missing in ",
    add_a_file: "is not listed in its manifest",
}


@pytest.mark.parametrize(("damage", "sentence"), BAD.items(), ids=[each.__name__ for each in BAD])
def test_a_bad_file_is_told_in_a_sentence_and_nothing_is_built(packed, tmp_path, damage, sentence):
    file = tmp_path / packed.name
    shutil.copyfile(packed, file)
    damage(file)
    with pytest.raises(InputError) as told:
        verify(file)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.long
def test_the_commands_deposit_and_verify(committed: Toy):
    code, output, errors = committed.run("deposit")
    assert code == 0, errors
    file = next((committed.root / "_build" / "deposits").glob("*.zip"))
    assert f"Deposit {file}\nSHA-256 " in output
    code, output, errors = committed.run("verify", str(file))
    assert (code, output.splitlines()[-1]) == (0, "The deposit comes out."), output + errors
    assert "in the present environment" in output
    change_a_file(file)
    code, output, errors = committed.run("verify", str(file))
    assert (code, output, len(errors.splitlines())) == (2, "", 1)
