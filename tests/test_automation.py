"""What rebuilds the book elsewhere, each by make: a weekly workflow, Binder, a Dev Container."""

import json
import re
import subprocess

import pytest
import yaml

from lib.core.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
BINDER = ROOT / ".binder" / "postBuild"
CONTAINER = ROOT / ".devcontainer" / "devcontainer.json"


def steps() -> list[str]:
    found = [yaml.safe_load(path.read_text()) for path in WORKFLOWS]
    jobs = [job for each in found for job in each["jobs"].values()]
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def commands() -> list[str]:
    given = [*steps(), json.loads(CONTAINER.read_text())["postCreateCommand"]]
    given += BINDER.read_text().splitlines()
    return [line for line in given if line.startswith("make ")]


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text())


def test_the_book_is_rebuilt_every_week():
    assert workflow("rebuild")[True]["schedule"] == [{"cron": "23 4 * * 1"}]


def test_what_is_published_is_what_was_built_and_tested():
    built, published = workflow("rebuild"), workflow("pages")
    assert published[True]["workflow_run"]["workflows"] == [built["name"]]
    kept = built["jobs"]["locked"]["steps"][-1]["with"]
    fetched, uploaded, _ = published["jobs"]["publish"]["steps"]
    assert fetched["with"]["name"] == kept["name"]
    assert uploaded["with"]["path"] == fetched["with"]["path"]
    assert "conclusion == 'success'" in published["jobs"]["publish"]["if"]
    assert built["permissions"] == {"contents": "read"}


def test_workflows_call_make_and_nothing_else():
    known = re.compile(r"make |\.ci/run|git config --global --add safe\.directory ")
    assert steps()
    assert [run for run in steps() if not known.match(run) or "\n" in run] == []


@pytest.mark.parametrize("command", commands())
def test_make_knows_what_it_is_asked(command):
    done = subprocess.run(
        [*command.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_environments_have_the_python_of_the_lock():
    versions = {
        (ROOT / ".binder" / "runtime.txt").read_text().strip().removeprefix("python-"),
        re.search(r"python:([\d.]+)-", CONTAINER.read_text())[1],
        *(
            found
            for path in WORKFLOWS
            for found in re.findall(r"python:([\d.]+)-", path.read_text())
        ),
    }
    assert versions == {"3.11"}


@pytest.mark.parametrize(
    ("target", "name"),
    [("book", "WVS"), ("book", "LISTEXP"), ("profile", "PROFILE"), ("verify", "DEPOSIT")],
)
@pytest.mark.parametrize(
    "value", ["`touch ran`", "$(touch ran)", '";touch ran;"', "$(shell touch ran)", "a $HOME b.dta"]
)
def test_a_name_reaches_the_program_as_it_stands(target, name, value, tmp_path):
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> told\n')
    python.chmod(0o700)
    for file in ("Makefile", "requirements.lock"):
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    (tmp_path / ".venv" / "requirements.lock").write_bytes(
        (ROOT / "requirements.lock").read_bytes()
    )
    subprocess.run(["make", target, f"{name}={value}"], cwd=tmp_path, check=True)
    assert value in (tmp_path / "told").read_text().splitlines()
    assert not (tmp_path / "ran").exists()
