"""Grids: what they combine, what they rest on, and what is wrong with a bad one."""

import re
import sys

import pytest

from lib.book import cli
from lib.errors import InputError
from lib.paths import ROOT
from lib.sweep import calls
from lib.sweep.calls import Call
from lib.sweep.grid import read_grid
from tests.sweep_files import written_grid

READ = "lib.list_experiment_data.schema.read_schema"
POWER = "lib.power.required_n"
FIT = "lib.multilevel.simulation.fit_simulated_survey"
SCHEMA = "data/codebook/list_experiment_variables.csv"
DIFFERENCE = (
    "function: lib.list_experiment.difference_in_means\n"
    "fixed: {outcome: count, treatment: treatment}\n"
)
NESTED = """function: lib.list_experiment.difference_in_means
fixed:
  data:
    call: lib.list_experiment_data.recodes.recode
    frame: {call: lib.standin.list_experiment.generate_list_experiment, data: data/}
    schema: {call: lib.list_experiment_data.schema.read_schema, path: SCHEMA}
  outcome: count
  treatment: treatment
cross:
  alpha: [0.05, 0.1]
  data.university_from: {from: 4, to: 6}
""".replace("SCHEMA", SCHEMA)
SEEDS = "cross: {n_respondents: [100], seed: %s}\n"
BAD = {
    "": "{path} is no mapping: write one `name: value` a line.",
    "function: [": "{path} is no YAML (line 1): write one `name: value` a line.",
    "function: 2020-13-45": "{path} is no YAML: write one `name: value` a line.",
    "cross: {a: [1]}": "no function is named: write function: lib.MODULE.FUNCTION.",
    "function: 5": "a function is named 5: write lib.MODULE.FUNCTION.",
    f"function: {FIT}\ncros: {{seed: [1]}}": "'cros' is no part of a grid: did you mean 'cross'?",
    f"function: {FIT}\nfixed: [1]": "fixed is [1]; it must be arguments by name, one a line.",
    f"function: {FIT}\ncross: {{1: [1]}}": (
        "cross is {{1: [1]}}; it must be arguments by name, one a line."
    ),
    f"function: {FIT}": "cross is missing: name at least one argument that varies.",
    f"function: os.system\n{SEEDS}" % "[1]": (
        "'os.system' is no function of lib for analyses: write lib.MODULE.FUNCTION."
    ),
    f"function: lib.book.build.build\n{SEEDS}" % "[1]": (
        "'lib.book.build.build' is no function of lib for analyses: write lib.MODULE.FUNCTION."
    ),
    f"function: lib.paths.os.system\n{SEEDS}" % "[1]": (
        "lib.paths has no function 'os': use one of respondents, results."
    ),
    f"function: lib.power.requird_n\n{SEEDS}" % "[1]": (
        "lib.power has no function 'requird_n': did you mean 'required_n'?"
    ),
    "function: lib.manifest.write_manifest\ncross: {root: [data/, lib/]}": (
        "'lib.manifest.write_manifest' is no function of lib for analyses: "
        "write lib.MODULE.FUNCTION."
    ),
    "function: lib.results.cell_address\ncross: {chapter: [a], cell: [b, c]}": (
        "cell cannot vary, every dataset has a column cell: fix it."
    ),
    f"function: lib.power\n{SEEDS}" % "[1]": "lib.power is a module: name one of its functions.",
    f"function: lib.errors.InputError\n{SEEDS}" % "[1]": (
        "lib.errors.InputError takes no arguments by name: name another function."
    ),
    f"function: {FIT}\n{SEEDS}" % "[]": (
        "seed must vary: give it a list of values, or {{from: 1, to: 100}}."
    ),
    f"function: {FIT}\n{SEEDS}" % "7": (
        "seed must vary: give it a list of values, or {{from: 1, to: 100}}."
    ),
    f"function: {FIT}\n{SEEDS}" % "[1, 2, 1]": "seed has the value 1 twice: remove one of them.",
    f"function: {FIT}\n{SEEDS}"
    % "{from: a, to: 3}": "from of seed is 'a'; it must be a whole number.",
    f"function: {FIT}\n{SEEDS}" % "{from: 3, to: 1}": (
        "to of seed is 1; it must be a whole number from 3 to 1e+06."
    ),
    f"function: {FIT}\n{SEEDS}" % "[2020-01-01]": (
        "seed has a value that is no number and no text: quote it."
    ),
    f"function: {FIT}\n{SEEDS}" % "&a [*a]": (
        "seed has a value that is no number and no text: quote it."
    ),
    f"function: {FIT}\nfixed: {{formula: &a {{call: lib.x.y, z: *a}}}}\n{SEEDS}" % "[1]": (
        "{path} contains itself: write out what an alias stands for."
    ),
    f"function: {FIT}\n{SEEDS}" % "[seven]": "seed is 'seven'; it must be a whole number.",
    f"function: {FIT}\n{SEEDS}" % "[true]": "seed is True; it must be a whole number.",
    f"function: {FIT}\nfixed: {{seed: 1}}\n{SEEDS}" % "[1]": (
        f"seed of {FIT} is fixed and crossed: remove one of them."
    ),
    f"function: {FIT}\nfixed: {{slop: 1}}\n{SEEDS}" % "[1]": (
        f"{FIT} has no argument 'slop': did you mean 'slope'?"
    ),
    f"function: {FIT}\ncross: {{seed: [1]}}": (
        f"{FIT} needs the argument 'n_respondents': give it a value."
    ),
    f"function: {FIT}\ncross: {{seed.x: [1]}}": (
        "seed is no call that x could vary: write one under fixed."
    ),
    NESTED.replace("path: data", "path: dat"): (
        f"{SCHEMA[0:3]}/codebook/list_experiment_variables.csv is no file, and no folder of data/: "
        "check the path."
    ),
    NESTED.replace("data: data/}", "data: .}"): (
        ". is no file, and no folder of data/: check the path."
    ),
    NESTED.replace("data: data/}", "data: 5}"): "data is 5; it must be the name of a file.",
    NESTED.replace("[0.05, 0.1]", "[[0.05]]"): "alpha is [0.05]; it must be a number.",
    "function: lib.list_experiment.difference_in_means\n"
    "cross: {data: [a.csv], outcome: [a], treatment: [b]}": (
        "data is 'a.csv'; it must be the result of a call: "
        "write {{call: FUNCTION, ARGUMENT: VALUE}}."
    ),
    f"function: {FIT}\n{SEEDS}".replace("[100]", "{from: 1, to: 9999}") % "{from: 1, to: 9999}": (
        "cross makes 99,980,001 combinations: at most 1,000,000 can be."
    ),
}


def test_every_value_meets_every_other(tmp_path):
    grid = written_grid(tmp_path, NESTED)
    cells = list(grid.cells())
    assert [tuple(cell.labels.values()) for cell in cells] == [
        (alpha, level) for alpha in (0.05, 0.1) for level in (4, 5, 6)
    ]
    assert cells[4].call.arguments["data"].arguments["university_from"] == 5
    assert grid.size == len({cell.key for cell in cells}) == 6


def test_values_that_fit_no_column_are_shown_as_text(tmp_path):
    table = "call: lib.standin.list_experiment.generate_list_experiment"
    cross = f"cross: {{data: [{{{table}, data: data/}}], weights: [null, weight]}}\n"
    shown = [cell.labels for cell in written_grid(tmp_path, DIFFERENCE + cross).cells()]
    assert [each["weights"] for each in shown] == [None, "weight"]
    assert shown[0]["data"].startswith('{"function": "lib.standin.list_experiment.')


@pytest.mark.parametrize(("text", "sentence"), BAD.items(), ids=range(len(BAD)))
def test_a_bad_grid_gets_one_sentence(tmp_path, monkeypatch, capsys, text, sentence):
    path = tmp_path / "grid.yml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["book", "sweep", str(path)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    output, errors = capsys.readouterr()
    told = sentence.format(path=path)
    assert (left.value.code, output) == (2, "")
    assert errors.strip() == (told if told.startswith(str(path)) else f"{path}: {told}")
    assert list(tmp_path.iterdir()) == [path]


def test_a_grid_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none.yml cannot be read"):
        read_grid(tmp_path / "none.yml")


def test_a_sweep_runs_here_or_on_a_cluster(tmp_path, monkeypatch, capsys):
    path = tmp_path / "grid.yml"
    options = ["--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"]
    monkeypatch.setattr(sys, "argv", ["book", "sweep", str(path), *options])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("--jobs is for this machine, --scheduler for a ")


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
