"""Grids: what they combine, what they rest on, and what is wrong with a bad one."""

import re

import pytest

from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.sweep import calls
from lib.sweep.calls import Call
from tests.sweep_files import written_grid

READ = "lib.sources.list_experiment.schema.read_schema"
POWER = "lib.estimators.power.required_n"
FIT = "lib.estimators.multilevel.simulation.fit_simulated_survey"
SCHEMA = "data/codebook/list_experiment_variables.csv"
DIFFERENCE = (
    "function: lib.estimators.list_experiment.difference_in_means\n"
    "fixed: {outcome: count, treatment: treatment}\n"
)
NESTED = """function: lib.estimators.list_experiment.difference_in_means
fixed:
  data:
    call: lib.sources.list_experiment.recodes.recode
    frame: {call: lib.respondents.standin.list_experiment.generate_list_experiment, data: data/}
    schema: {call: lib.sources.list_experiment.schema.read_schema, path: SCHEMA}
  outcome: count
  treatment: treatment
cross:
  alpha: [0.05, 0.1]
  data.university_from: {from: 4, to: 6}
""".replace("SCHEMA", SCHEMA)


def test_every_value_meets_every_other(tmp_path):
    grid = written_grid(tmp_path, NESTED)
    cells = list(grid.cells())
    assert [tuple(cell.labels.values()) for cell in cells] == [
        (alpha, level) for alpha in (0.05, 0.1) for level in (4, 5, 6)
    ]
    assert cells[4].call.arguments["data"].arguments["university_from"] == 5
    assert grid.size == len({cell.key for cell in cells}) == 6


def test_values_that_fit_no_column_are_shown_as_text(tmp_path):
    table = "call: lib.respondents.standin.list_experiment.generate_list_experiment"
    cross = f"cross: {{data: [{{{table}, data: data/}}], weights: [null, weight]}}\n"
    shown = [cell.labels for cell in written_grid(tmp_path, DIFFERENCE + cross).cells()]
    assert [each["weights"] for each in shown] == [None, "weight"]
    assert shown[0]["data"].startswith('{"function": "lib.respondents.standin.list_experiment.')


def test_a_call_is_made_with_the_calls_among_its_arguments(tmp_path):
    first = next(written_grid(tmp_path, NESTED).cells()).call
    everyone = first.evaluate()
    assert everyone["n_treatment"].sum() + everyone["n_control"].sum() == 400
    assert everyone.equals(first.evaluate())


def test_the_key_of_a_cell_rests_on_arguments_files_and_code(tmp_path):
    (tmp_path / "schema.csv").write_bytes((ROOT / SCHEMA).read_bytes())
    call = Call(READ, {"path": str(tmp_path / "schema.csv")})
    before = call.fingerprint()
    assert call.fingerprint() == before
    with (tmp_path / "schema.csv").open("a") as file:
        file.write("\n")
    assert call.fingerprint() != before
    assert Call(POWER, {"effect": 1}).fingerprint() != Call(POWER, {"effect": 2}).fingerprint()


def test_the_examples_are_grids_and_the_page_shows_them(tmp_path):
    page = (ROOT / "chapters" / "sweeps.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    examples = sorted((ROOT / "params" / "sweeps").glob("*.yml"))
    assert [path.read_text(encoding="utf-8") for path in examples] == shown
    assert [written_grid(tmp_path, text).size for text in shown] == [400, 12]


def test_licensed_files_are_no_part_of_a_folder_of_the_data(tmp_path, monkeypatch):
    monkeypatch.setattr(calls, "ROOT", tmp_path)
    monkeypatch.setattr(calls, "DATA", tmp_path / "data")
    monkeypatch.setattr(calls, "RAW", tmp_path / "data" / "raw")
    raw = tmp_path / "data" / "raw" / "file.csv"
    raw.parent.mkdir(parents=True)
    raw.write_text("1")
    folder, file = (Call(READ, {"path": name}) for name in ("data/", "data/raw/file.csv"))
    before = folder.fingerprint(), file.fingerprint()
    raw.write_text("2 and more")
    assert (folder.fingerprint() == before[0], file.fingerprint() == before[1]) == (True, False)
    with pytest.raises(InputError, match="data/raw is no file, and no folder of data/"):
        Call(READ, {"path": "data/raw"}).check()
