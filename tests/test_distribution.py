"""The estimators as a distribution of their own: the wheel, its README, the page on scripts."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
import yaml

import lib.estimators
from lib.core.errors import InputError
from lib.core.paths import DATA, ROOT
from lib.estimators.list_experiment import ictreg

README = ROOT / "lib" / "estimators" / "README.md"
PAGE = ROOT / "chapters" / "run_it.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHON_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
COMPARED = re.compile(r"^\| ([\w-]+): .*? \| ([\d,]+) \| ([\d.]+) \| ([\d.]+) \| (\d+) \|$", re.M)


def scripts() -> dict[str, str]:
    section = PAGE.read_text(encoding="utf-8").split("## In your own script")[1].split("\n## ")[0]
    texts = {"page": section, "readme": README.read_text(encoding="utf-8")}
    return {name: "\n".join(PYTHON_BLOCK.findall(text)) for name, text in texts.items()}


def copy_sources(folder: Path) -> Path:
    folder.mkdir()
    for name in ("pyproject.toml", "LICENSE"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(README.parent, folder / "lib" / "estimators", ignore=ignored)
    return folder


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def pip(*arguments: str | Path, python: str | Path = sys.executable, cwd: Path) -> str:
    return run(python, "-m", "pip", "--quiet", *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    sources = copy_sources(folder / "sources")
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", folder, sources, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel) -> Path:
    """An environment that has the wheel, and of this one only what others wrote."""
    environment = wheel.parent / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=wheel.parent)
    (packages,) = environment.glob("lib/python*/site-packages")
    pip("install", "--no-deps", "--target", packages, wheel, cwd=wheel.parent)
    (packages / "others.pth").write_text(str(Path(np.__file__).parent.parent))
    return environment / "bin" / "python"


def survey(n: int = 600) -> pd.DataFrame:
    """Simulate respondents of a list experiment in ten countries."""
    draws = np.random.default_rng(3)
    rows = pd.DataFrame(
        {"gender": draws.choice(["man", "woman"], n), "age": draws.integers(18, 80, n)}
    )
    treated = draws.permutation(n) % 2
    trait = draws.random(n) < 0.3 + 0.2 * (rows["gender"] == "man")
    rows["count"] = draws.binomial(4, 0.5, n) + treated * trait
    rows["arm"] = np.where(treated == 1, "treatment", "control")
    rows["country"] = draws.integers(0, 10, n)
    effects = draws.normal(0, 1, 10)[rows["country"]]
    rows["trust"] = (effects + draws.logistic(size=n) > 0).astype(int)
    rows["answer"] = 1 + rows["trust"] + draws.integers(0, 2, n)
    return rows


def test_the_wheel_holds_the_estimators_and_no_more(wheel):
    assert wheel.name == f"listlogit-{PROJECT['project']['version']}-py3-none-any.whl"
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    own = README.parent.rglob("*.py")
    assert names == {f"listlogit/{path.relative_to(README.parent)}" for path in own}


def test_the_distribution_has_the_version_of_the_book():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert PROJECT["project"]["version"] == str(citation["version"])


def test_it_needs_what_its_modules_import():
    text = "\n".join(path.read_text(encoding="utf-8") for path in README.parent.rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:from|import) ([a-z]\w*)", text, re.M))
    needed = {re.match(r"\w+", each)[0] for each in PROJECT["project"]["dependencies"]}
    assert imported - set(sys.stdlib_module_names) == needed


@pytest.mark.parametrize("name", scripts())
def test_the_scripts_that_are_shown_run_on_a_file(python, tmp_path, name):
    coded = survey().assign(arm=lambda rows: (rows["arm"] == "treatment").astype(int))
    rows = survey() if name == "page" else coded
    rows.to_csv(tmp_path / "survey.csv", index=False)
    (tmp_path / "script.py").write_text(scripts()[name], encoding="utf-8")
    printed = run(python, "script.py", cwd=tmp_path)
    assert "Mixed logit" in printed
    if name == "page":
        ours = ictreg("count ~ gender + age", coded, "arm", 4).tidy()
        pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "table.csv"), ours)


def test_the_script_of_the_page_is_short():
    first = PYTHON_BLOCK.findall(PAGE.read_text().split("## In your own script")[1])[0]
    assert len(first.splitlines()) <= 15


def test_the_main_names_are_found_where_they_are_first_used():
    assert lib.estimators.ictreg is ictreg
    assert lib.estimators.InputError is InputError
    with pytest.raises(AttributeError, match=r"'lib\.estimators' has no attribute 'ictregg'"):
        lib.estimators.ictregg  # noqa: B018


def test_the_project_installs_so_that_changes_are_seen(tmp_path):
    sources, packages = copy_sources(tmp_path / "sources"), tmp_path / "packages"
    arguments = ("--no-deps", "--no-build-isolation", "--target", packages)
    pip("install", *arguments, "-e", sources, cwd=tmp_path)
    code = f"import site; site.addsitedir({str(packages)!r}); from listlogit import errors"
    found = run(sys.executable, "-c", f"{code}; print(errors.__file__)", cwd=tmp_path)
    assert Path(found.strip()) == sources / "lib" / "estimators" / "errors.py"


@pytest.mark.long
def test_the_wheel_installs_into_a_clean_environment(wheel, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "clean", cwd=tmp_path)
    clean = tmp_path / "clean" / "bin" / "python"
    pip("install", wheel, python=clean, cwd=tmp_path)
    survey().to_csv(tmp_path / "survey.csv", index=False)
    (tmp_path / "script.py").write_text(scripts()["page"], encoding="utf-8")
    assert "coef" in run(clean, "script.py", cwd=tmp_path)


def test_the_times_of_the_readme_are_the_newest_measured():
    rows = COMPARED.findall(README.read_text(encoding="utf-8"))
    assert len(rows) == README.read_text(encoding="utf-8").count("\n| ") - 1
    for name, n, ours, theirs, ratio in rows:
        newest = json.loads(
            sorted((DATA / "benchmarks").glob(f"????-??-??-{name}.json"))[-1].read_text()
        )
        assert (f"{newest['rows']:,}", f"{newest['ours']['median']:.2g}") == (n, ours)
        assert (f"{newest['theirs']['median']:.2g}", f"{newest['ratio']:.0f}") == (theirs, ratio)
