"""The deposit: whole, the same bytes each time, and nothing licensed in it."""

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from conftest import GIT, PlainRenderer, Toy, deposit
from rocrate.rocrate import ROCrate

from lib.book.archive import unpack
from lib.book.deposit import DESCRIBED
from lib.core.errors import BuildError, InputError
from lib.core.hashes import file_hash

SECRET = b"V125_07,4,respondent-900417\n"


@pytest.fixture
def unpacked(packed: Path, tmp_path: Path) -> Path:
    return unpack(packed, tmp_path)


def contents(file: Path) -> dict[str, bytes]:
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_sources_outputs_descriptions_and_a_manifest(packed: Path, tmp_path: Path):
    file, book = packed, packed.parents[2]
    command = ["git", "-C", str(book), "rev-parse", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert file == book / f"_build/deposits/toy-0.1.0-{commit[:7]}.zip"
    held = contents(file)
    names = {name.partition("/")[2] for name in held}
    assert {name.partition("/")[0] for name in held} == {file.stem}
    assert names >= {"README.txt", "Containerfile", "software.json", "ro-crate-metadata.json"}
    assert names >= {"site/index.html", "results/replication.json", "results/beta/rows.csv"}
    assert names >= {"notebooks/alpha.ipynb", "source/chapters/alpha.ipynb", "source/.gitignore"}
    assert held[f"{file.stem}/source/COMMIT"].decode() == f"{commit} 2026-03-04\n"
    executed, written = (
        json.loads(held[f"{file.stem}/{part}/alpha.ipynb"])["cells"][-1]["outputs"]
        for part in ("notebooks", "source/chapters")
    )
    assert (len(executed), len(written)) == (1, 0)
    listing = held[f"{file.stem}/MANIFEST.sha256"].decode()
    assert {line.split("  ")[1] for line in listing.splitlines()} == names - {"MANIFEST.sha256"}
    shutil.unpack_archive(file, tmp_path / "out")
    check = ["sha256sum", "--check", "--quiet", "MANIFEST.sha256"]
    assert subprocess.run(check, cwd=tmp_path / "out" / file.stem, check=False).returncode == 0


def test_files_have_a_fixed_order_time_and_mode(packed: Path):
    with ZipFile(packed) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(2026, 3, 4, 0, 0, 0)}
    modes = {entry.filename.partition("/")[2]: entry.external_attr >> 16 for entry in entries}
    assert modes.pop("source/run") == stat.S_IFREG | 0o755
    assert set(modes.values()) == {stat.S_IFREG | 0o644}


def test_it_is_the_same_elsewhere_and_later(packed: Path, tmp_path: Path):
    clone = tmp_path / "another" / "place"
    subprocess.run(["git", "clone", "-q", str(packed.parents[2]), str(clone)], check=True)
    assert file_hash(deposit(Toy(clone))) == file_hash(packed)


def test_it_is_described_for_machines(unpacked: Path):
    crate = ROCrate(unpacked)
    root = crate.root_dataset
    assert (root["name"], root["description"]) == ("Toy: a book to try", "A small book.")
    assert (root["datePublished"], crate.version) == ("2026-03-04", "1.2")
    commit = (unpacked / "source/COMMIT").read_text()[:7]
    versions = {"release": root["version"], "sources": crate.get("source/")["version"]}
    assert versions == {
        "release": "0.1.0",
        "sources": f"version 0.1.0, commit {commit} of 2026-03-04",
    }
    assert [author["name"] for author in root["author"]] == ["The testers", "Ann Example"]
    licences = [licence.id for licence in root["license"]]
    assert licences == ["https://spdx.org/licenses/MIT", "https://spdx.org/licenses/CC-BY-4.0"]
    assert root["citation"][0].id == "https://doi.org/10.1/toys"
    assert {part.id for part in crate.data_entities} == set(DESCRIBED)
    assert all((unpacked / part.id).exists() for part in crate.data_entities)
    sizes = {part.id: part.get("contentSize") for part in crate.data_entities}
    assert sizes["README.txt"] == str((unpacked / "README.txt").stat().st_size)
    graph = json.loads((unpacked / "ro-crate-metadata.json").read_text())["@graph"]
    identifiers = [entity["@id"] for entity in graph]
    assert len(set(identifiers)) == len(identifiers)
    assert set(references(graph)) <= set(identifiers) | {"https://w3id.org/ro/crate/1.2"}


def references(value) -> list[str]:
    """List what entities refer to."""
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if not isinstance(value, dict):
        return []
    if set(value) == {"@id"}:
        return [value["@id"]]
    return references(list(value.values()))


def test_it_is_described_for_people(unpacked: Path):
    readme = (unpacked / "README.txt").read_text()
    assert readme.startswith("Toy: a book to try\n==================\n\nversion ")
    assert "1 reproduced, 1 consistent, 1 open." in readme
    assert "MIT and CC-BY-4.0" in readme
    assert not re.search(r"\$\w", readme + (unpacked / "Containerfile").read_text())
    named = re.findall(r"^  ([a-z]\S*[a-zA-Z/.])  ", readme, re.MULTILINE)
    assert len(named) >= 6
    assert [
        name for name in named if not (unpacked / name.replace("CHAPTER", "beta")).exists()
    ] == []


def test_a_pdf_is_named(committed: Toy, tmp_path: Path, monkeypatch):
    render = PlainRenderer.render

    def with_pdf(self, staged, made_from, strict):
        html = render(self, staged, made_from, strict)
        (html / "book.pdf").write_bytes(b"%PDF")
        return html

    monkeypatch.setattr(PlainRenderer, "render", with_pdf)
    readme = (unpack(deposit(committed), tmp_path) / "README.txt").read_text()
    assert "  site/book.pdf              the book as one PDF\n" in readme


def test_nothing_that_lies_about_gets_in(committed: Toy):
    raw = committed.root / "data" / "raw"
    (raw / "prepared").mkdir()
    static = committed.root / "chapters" / "_static"
    static.mkdir()
    for path in (raw / "wave.csv", raw / "prepared" / "wvs.csv", static / "style.css"):
        path.write_bytes(SECRET)
    (static / "picture.png").symlink_to(raw / "wave.csv")
    (committed.root / "lib" / "toys.csv").hardlink_to(raw / "wave.csv")
    (committed.root / "_build" / "results" / "beta" / "rows.csv").write_bytes(SECRET)
    held = contents(deposit(committed))
    assert len(held) > 30
    assert [name for name, content in held.items() if b"respondent-900417" in content] == []


def plant_in_raw(toy: Toy) -> None:
    (toy.root / "data/raw/wave.csv").write_bytes(SECRET)
    subprocess.run(["git", "add", "--force", "data/raw/wave.csv"], cwd=toy.root, check=True)


def plant_a_link(toy: Toy) -> None:
    (toy.root / "data/raw/wave.csv").write_bytes(SECRET)
    (toy.root / "chapters/style.css").symlink_to("../data/raw/wave.csv")


def plant_a_copy(toy: Toy) -> None:
    for name in ("data/raw/wave.csv", "chapters/style.css"):
        (toy.root / name).write_bytes(SECRET)


def plant_respondents(toy: Toy) -> None:
    (toy.root / "data/raw/prepared").mkdir()
    answers = np.random.default_rng(1).integers(1, 11, (200, 12))
    rows = pd.DataFrame(answers, columns=[f"V{k}" for k in range(12)])
    rows.to_csv(toy.root / "data/raw/prepared/wvs.csv", index=False)
    rows[50:60].to_csv(toy.root / "chapters/style.css", index=False)


def plant_a_licensed_chapter(toy: Toy) -> None:
    toy.chapter("alpha", "1", book={"source": "licensed"})


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (plant_in_raw, r"data/raw/wave\.csv is committed, but what lies in data/raw/ is licensed"),
        (plant_a_link, r"chapters/style\.css is a link, which may lead out of the sources"),
        (plant_a_copy, r"chapters/style\.css is a copy of data/raw/wave\.csv, and nothing"),
        (plant_respondents, r"chapters/style\.css repeats the answers of respondents"),
        (plant_a_licensed_chapter, "chapter alpha is licensed: it cannot be deposited"),
    ],
)
def test_nothing_licensed_that_is_committed_gets_in(committed: Toy, plant, sentence):
    plant(committed)
    committed.commit()
    with pytest.raises((InputError, BuildError), match=sentence):
        deposit(committed)
    assert not (committed.root / "_build/deposits").exists() or not list(
        (committed.root / "_build/deposits").iterdir()
    )
    assert not (committed.root / "_build/work/deposit").exists()


def test_a_site_built_on_a_licensed_file_is_refused(committed: Toy):
    (committed.root / "_build/results/attestation.json").write_text("{}")
    with pytest.raises(InputError, match="nothing licensed is deposited: run `make book` without"):
        deposit(committed)


def test_changes_that_are_not_committed_are_refused(committed: Toy):
    committed.write("_config.yml", "title: Other\nauthor: Tester\n")
    with pytest.raises(InputError, match=r"^_config\.yml differs from the commit: commit what"):
        deposit(committed)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("CITATION.cff", "title: Toy\nauthors: []\n", r"CITATION\.cff has no 'license'"),
        (".gitattributes", "\n", r"COMMIT does not tell the version .* restore \.gitattributes"),
    ],
)
def test_a_book_that_does_not_say_what_it_is(committed: Toy, name, text, sentence):
    committed.write(name, text)
    committed.commit()
    with pytest.raises(InputError, match=sentence):
        deposit(committed)


def test_sources_without_a_commit_are_refused(built: Toy):
    with pytest.raises(InputError, match="is no git repository: make the deposit in a clone"):
        deposit(built)
    subprocess.run(["git", "init", "-q"], cwd=built.root, env=os.environ | GIT, check=True)
    with pytest.raises(InputError, match=r"git rev-parse failed \(.*\): commit the sources"):
        deposit(built)
