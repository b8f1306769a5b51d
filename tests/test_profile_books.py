"""The short books of profiles, and every step of the page on running the book on one's own data."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import PlainRenderer, Toy, copy_committed

from lib.book import cli
from lib.book.banners import SYNTHETIC
from lib.book.build import Built, build
from lib.book.collect import FORMATS
from lib.book.contents import file_names
from lib.book.profile import CHAPTERS, FOLDER, profile_variant
from lib.book.project import Project
from lib.core.errors import BuildError, InputError
from lib.core.paths import ROOT
from lib.core.text_files import read_yaml
from lib.respondents.profiles import read_profile
from lib.respondents.profiles.generated import write_synthetic_file
from lib.respondents.profiles.reading import copy_template
from lib.respondents.studies import as_csv, synthetic_rows
from lib.sources.wvs import read_country_codes

PAGE = ROOT / "chapters" / "run_it.md"
LIST, SURVEY = "csto_second_wave", "trust_eu"
FENCE = re.compile(r"```(bash|yaml)\n(.*?)```", re.DOTALL)
OPEN = ".venv/bin/"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """Copy the committed files; nothing is built there yet."""
    if not (ROOT / ".git").exists():
        pytest.skip("what is committed is known in a git repository only")
    root = tmp_path_factory.mktemp("profiles") / "book"
    copy_committed(root)
    return Project(root)


def build_book(project: Project, name: str, file: Path | None = None) -> Built:
    variant = profile_variant(project, project.root / "params" / f"{name}.yml", file)
    return build(project, variant, jobs=2, force=False, renderer=PlainRenderer())


def executed(project: Project, name: str) -> dict[str, dict]:
    folder = project.build / "profiles" / name / "notebooks"
    return {path.stem: json.loads(path.read_text()) for path in folder.iterdir()}


def sources(notebooks: dict[str, dict]) -> set[str]:
    return {notebook["metadata"]["book"]["source"] for notebook in notebooks.values()}


def exhibits(project: Project, name: str) -> set[str]:
    folder = project.build / "profiles" / name / "results"
    return {f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.csv")}


def table(project: Project, name: str, exhibit: str) -> pd.DataFrame:
    return pd.read_csv(project.build / "profiles" / name / "results" / f"{exhibit}.csv")


def test_a_second_wave_of_the_list_experiment_is_analysed_from_its_profile(project: Project):
    built = build_book(project, LIST)
    assert built.page == project.build / "profiles" / LIST / "html" / "index.html"
    assert built.grades == {}
    assert sources(executed(project, LIST)) == {"synthetic"}
    names = {"list_rows/arms", "list_rows/balance", "list_estimates/means"}
    names |= {"list_estimates/contrasts", "list_estimates/models", "list_estimates/design"}
    assert exhibits(project, LIST) >= names | {"list_estimates/ends", "list_estimates/terms"}
    arms = table(project, LIST, "list_rows/arms").set_index("arm")
    means = table(project, LIST, "list_estimates/means").iloc[0]
    assert arms["respondents"].sum() == 1200
    assert means["n_control"] == arms.loc["control", "answered"]
    assert build_book(project, LIST).executed == ()


def test_confidence_in_the_european_union_is_analysed_from_its_profile(project: Project):
    build_book(project, SURVEY)
    assert sources(executed(project, SURVEY)) == {"synthetic"}
    valid = table(project, SURVEY, "survey_rows/valid").set_index("iso3")
    terms = table(project, SURVEY, "survey_models/terms").set_index(["model", "term"])
    tests = table(project, SURVEY, "survey_countries/tests")
    assert valid["respondents"].eq(1000).all()
    assert ("cross-level", "xenophobia:membership") in terms.index
    assert tests["statistic"].str.contains("wild bootstrap").sum() == 2
    assert tests["n_orders"].max() == 40320
    assert not (project.build / "profiles" / SURVEY / "results" / "replication.csv").exists()


def test_a_generated_file_stays_generated(project: Project, tmp_path: Path):
    file = tmp_path / "second_wave.dta"
    profile = read_profile(project.root / "params" / f"{LIST}.yml", project.root)
    write_synthetic_file(profile, file)
    build_book(project, LIST, file)
    assert sources(executed(project, LIST)) == {"synthetic"}
    assert not (project.root / "data" / "raw" / "prepared").exists()


@pytest.mark.long
def test_a_file_of_real_respondents_is_named_and_none_of_them_leaves_its_folder(project, tmp_path):
    profile = read_profile(project.root / "params" / f"{LIST}.yml", project.root)
    write_synthetic_file(profile, tmp_path / "marked.csv")
    file = tmp_path / "asked.csv"
    pd.read_csv(tmp_path / "marked.csv").drop(columns="synthetic").to_csv(file, index=False)
    built = build_book(project, LIST, file)
    assert sources(executed(project, LIST)) == {"licensed"}
    prepared = project.root / "data" / "raw" / "prepared" / f"profile_{LIST}.csv"
    rows = prepared.read_text().splitlines()[100:103]
    written = [path for path in built.page.parents[1].rglob("*") if path.is_file()]
    assert not [path for path in written if "\n".join(rows).encode() in path.read_bytes()]

    chapter = project.root / FOLDER / "list_rows.ipynb"
    text = chapter.read_text(encoding="utf-8")
    shown = text.replace(
        "people = respondents.frame",
        'people = respondents.frame.copy()\\n",\n'
        '    "print(people.head(20).to_csv())\\n",\n    "people = people',
        1,
    )
    chapter.write_text(shown, encoding="utf-8")
    with pytest.raises(BuildError, match="repeats the answers of respondents"):
        build_book(project, LIST, file)
    chapter.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "file", "sentence"),
    [
        ("params/none.yml", None, "none.yml cannot be read"),
        ("../elsewhere.yml", None, "keep profiles in params/"),
        (f"params/{LIST}.yml", "none.csv", "There is no file"),
    ],
)
def test_a_profile_that_cannot_be_built_is_refused(project: Project, path, file, sentence):
    named = project.root / file if file else None
    with pytest.raises(InputError, match=sentence):
        licensed(project, project.root / path, named)


def licensed(project: Project, path: Path, file: Path | None) -> bool:
    return profile_variant(project, path, file).licensed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["profile", "params/none.yml"], "none.yml cannot be read"),
        (["profile", f"params/{LIST}.yml", "--file", "data"], "is a folder: name the survey file"),
        (["profile", f"params/{LIST}.yml", "--file", "README.md"], "has an unknown ending"),
        (["synthetic", f"params/{LIST}.yml", "rows.sav"], "another ending than .dta and .csv"),
        (["synthetic", f"params/{LIST}.yml", "README.md"], "another ending than .dta and .csv"),
        (["synthetic", f"params/{LIST}.yml", "nowhere/rows.csv"], "There is no folder nowhere"),
        (["synthetic", f"params/{SURVEY}.yaml", "rows.csv"], "trust_eu.yaml cannot name a profile"),
    ],
)
def test_bad_input_on_the_command_line_gets_one_sentence(
    project: Project, arguments, sentence, monkeypatch, capsys
):
    monkeypatch.setattr(cli, "ROOT", project.root)
    monkeypatch.chdir(project.root)
    monkeypatch.setattr(sys, "argv", ["book", *arguments])
    before = [path for path in project.root.iterdir() if path.name != "_build"]
    with pytest.raises(SystemExit) as left:
        cli.main()
    output, errors = capsys.readouterr()
    assert (left.value.code, output) == (2, "")
    assert sentence in errors
    assert len(errors.splitlines()) == 1
    assert [path for path in project.root.iterdir() if path.name != "_build"] == before


def test_every_chapter_of_a_profile_belongs_to_one_kind_of_evidence():
    named = sorted(name for names in CHAPTERS.values() for name in names)
    assert named == sorted(path.stem for path in (ROOT / FOLDER).glob("*.ipynb"))


def profile_on_the_page() -> str:
    return next(text for kind, text in FENCE.findall(PAGE.read_text()) if kind == "yaml")


def commands_on_the_page() -> list[str]:
    blocks = [text for kind, text in FENCE.findall(PAGE.read_text()) if kind == "bash"]
    return [line for block in blocks for line in block.splitlines()]


def new_profile(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lib.book", "new-profile", *arguments]
    return subprocess.run(command, cwd=project.root, check=False, capture_output=True, text=True)


def test_a_new_profile_is_a_template_that_is_never_overwritten(project: Project):
    path = project.root / "params" / "mine.yml"
    done = new_profile(project, "mine", "--kind", "wvs")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Wrote params/mine.yml: fill it in, then run")
    assert path.read_text() == (project.root / "params/templates/wvs.yml").read_text()
    with pytest.raises(InputError, match=r"^params/mine\.yml, line 8: title is empty: fill it in"):
        read_profile(path, project.root)
    path.write_text("mine")
    again = new_profile(project, "mine")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "params/mine.yml exists and is not overwritten: name another one.\n"
    assert path.read_text() == "mine"
    path.unlink()


@pytest.mark.parametrize(
    "name", ["../../x", "..", "", "/tmp/x", "sweeps/x", "x.yml", "Mine", "x\n", "$(touch x)", "ж"]
)
def test_a_new_profile_lies_in_params(project: Project, name: str):
    with pytest.raises(InputError, match="cannot name a profile"):
        copy_template(project.root, name, "wvs")


def test_a_new_profile_has_a_kind(project: Project):
    with pytest.raises(
        InputError, match=r"^the kind is '\.\./sweeps/x'; it must be one of 'list_e"
    ):
        copy_template(project.root, "mine", "../sweeps/x")


def test_the_profile_on_the_page_is_one(project: Project):
    path = project.root / "params" / "trust_cis_wave7.yml"
    path.write_text(profile_on_the_page())
    profile = read_profile(path, project.root)
    assert profile.formulas["individual level"] == "trust_cis ~ xenophobia + age"
    assert [*profile.countries] == ["ARM", "KAZ", "KGZ", "RUS"]
    path.unlink()


def test_the_page_is_in_the_book_and_its_commands_are_those_that_there_are():
    assert "chapters/run_it" in list(file_names(read_yaml(ROOT / "_toc.yml")))
    commands = commands_on_the_page()
    assert len(commands) >= 12
    targets = {line.split()[1] for line in commands if line.startswith("make ")}
    assert targets == {"book", "profile"}
    assert {line.split()[0] for line in commands} == {
        "make",
        "rm",
        f"{OPEN}python",
        f"{OPEN}papermill",
    }


@pytest.mark.long
def test_every_step_of_the_page_runs_on_generated_files(tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("what is committed is known in a git repository only")
    book = Toy(tmp_path / "book")
    copy_committed(book.root)
    if not (Path(sys.prefix) / "requirements.lock").is_file():
        pytest.skip("the packages of this environment are known if make has installed them")
    (book.root / ".venv").symlink_to(sys.prefix)
    raw = book.root / "data" / "raw"
    wave_file(raw / "wave6.dta")
    (raw / "respondents.csv").write_text(as_csv(synthetic_rows("list_experiment", ROOT)))
    for command in commands_on_the_page():
        run(book.root, command)
        if "new-profile" in command:
            (book.root / "params" / "trust_cis_wave7.yml").write_text(profile_on_the_page())
        if command.startswith("make profile"):
            name = re.search(r"params/(\w+)\.yml", command)[1]
            page = book.root / "_build" / "profiles" / name / "html" / "chapters"
            assert all(SYNTHETIC in each.read_text() for each in page.glob("list_*.html"))
            assert all(SYNTHETIC in each.read_text() for each in page.glob("survey_*.html"))
    assert not (raw / "prepared").exists()
    assert (book.root / "_build" / "list_rows.ipynb").is_file()
    assert set(FORMATS) >= {".csv", ".png"}


def wave_file(path: Path) -> None:
    """Write generated respondents in the form of a file of wave 6."""
    codes = read_country_codes(ROOT / "data" / "open" / "wvs6_country_counts.csv")
    frame = synthetic_rows("wvs", ROOT)
    frame.insert(0, "V2", frame.pop("iso3").map(codes))
    frame.assign(V1=6).to_stata(path, write_index=False)


def run(root: Path, command: str) -> str:
    """Run a command of the page, without the PDF, which takes its own time."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"NO_SYSTEM": "1"}
    if command.startswith("make book"):
        environment["ARGS"] = "--no-pdf"
    options = {"cwd": root, "capture_output": True, "text": True}
    done = subprocess.run(["bash", "-c", command], check=False, env=environment, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout
