"""Grids: what they combine, what they rest on, and what is wrong with a bad one."""

import ast
import re
from inspect import Parameter

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
WRITES = re.compile(
    r"write_(text|bytes)\(|open\([^)]*'[wax]|\.to_\w+\(path|savefig\(|unlink\("
    r"|mkdir\(|rmtree\(|subprocess|os\.system|\beval\(|\bexec\(|pickle\.load"
)
DIFFERENCE = (
    "function: lib.estimators.list_experiment.difference_in_means\n"
    "fixed: {outcome: count, treatment: treatment}\n"
)
NESTED = """function: lib.estimators.list_experiment.difference_in_means
fixed:
  data:
    call: lib.sources.list_experiment.recodes.recode
    frame: {call: lib.respondents.synthetic.synthetic_list_experiment}
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
    table = "call: lib.respondents.synthetic.synthetic_list_experiment"
    cross = f"cross: {{data: [{{{table}}}], weights: [null, weight]}}\n"
    shown = [cell.labels for cell in written_grid(tmp_path, DIFFERENCE + cross).cells()]
    assert [each["weights"] for each in shown] == [None, "weight"]
    assert shown[0]["data"].startswith('{"function": "lib.respondents.synthetic.')


def test_a_call_is_made_with_the_calls_among_its_arguments(tmp_path):
    first = next(written_grid(tmp_path, NESTED).cells()).call
    everyone = first.evaluate()
    assert everyone["n_treatment"].sum() + everyone["n_control"].sum() == 400
    assert everyone.equals(first.evaluate())


def test_the_key_of_a_cell_rests_on_arguments_files_and_code(tmp_path, monkeypatch):
    monkeypatch.setattr(calls, "ROOT", tmp_path)
    (tmp_path / "schema.csv").write_bytes((ROOT / SCHEMA).read_bytes())
    call = Call(READ, {"path": "schema.csv"})
    before = call.fingerprint()
    assert call.fingerprint() == before
    with (tmp_path / "schema.csv").open("a") as file:
        file.write("\n")
    assert call.fingerprint() != before
    assert Call(POWER, {"effect": 1}).fingerprint() != Call(POWER, {"effect": 2}).fingerprint()


def test_the_examples_are_grids_and_the_page_names_them(tmp_path):
    page = (ROOT / "chapters" / "run_it.md").read_text(encoding="utf-8")
    examples = sorted((ROOT / "params" / "sweeps").glob("*.yml"))
    assert [path.name for path in examples if path.name not in page] == []
    texts = [path.read_text(encoding="utf-8") for path in examples]
    assert [written_grid(tmp_path, text).size for text in texts] == [400, 12]


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
    with pytest.raises(InputError, match="'data/raw' is no file, and no folder of data/"):
        Call(READ, {"path": "data/raw"}).check()


FORMULAS = [
    "answer ~ diversity",
    "answer ~ C(country) + diversity:age - 1",
    "count~0+center(age)*scale(income)",
    "возраст + standardize(age_2)",
]
NO_FORMULAS = [
    "answer ~ __import__('os').system('id')",
    "answer ~ open(age)",
    "answer ~ C(C(age))",
    "answer ~ C(age.mean())",
    "answer ~ C(age, levels=x)",
    "answer ~ np.log(age)",
    "answer ~ age.values",
    "answer ~ age[0]",
    "answer ~ age ** 9",
    "answer ~ (age)",
    "answer ~ {age}",
    "answer ~ age if age else age",
    "answer ~ age\n",
    "answer ~ age ~ age",
    "answer ~ `id`",
    "answer ~",
    "",
]
FORMULA = Parameter("formula", Parameter.POSITIONAL_OR_KEYWORD, annotation=str)
OTHER = Parameter("outcome", Parameter.POSITIONAL_OR_KEYWORD)


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_of_columns_may_be_fitted(text):
    calls.check_value(FORMULA, text)
    calls.check_value(OTHER, [{"formula": text}])


@pytest.mark.parametrize("text", NO_FORMULAS)
def test_formulas_that_could_run_code_are_refused(text):
    with pytest.raises(InputError, match="a formula may hold names of columns") as caught:
        calls.check_value(FORMULA, text)
    assert len(str(caught.value)) <= 300


@pytest.mark.parametrize(
    "nested", [lambda x: x, lambda x: [[x]], lambda x: {"a": x}, lambda x: {x: 1}]
)
def test_code_is_refused_wherever_it_stands(nested):
    with pytest.raises(InputError, match="a formula may hold names of columns"):
        calls.check_value(OTHER, nested("f(x)"))


def test_a_formula_that_a_call_writes_is_checked_too(tmp_path, monkeypatch):
    written = Call("lib.core.errors.did_you_mean", {"name": "age", "known": ["open", "x"]})
    fit = Call(FIT, {"n_respondents": 100, "seed": 1, "formula": written})
    fit.check()
    with pytest.raises(InputError, match=r"formula is 'use one of open, x\.'; a formula may hold"):
        fit.evaluate()


def test_files_lie_below_the_project(tmp_path, monkeypatch):
    (tmp_path / "out.csv").write_text("")
    root = tmp_path / "book"
    root.mkdir()
    (root / "link.csv").symlink_to(tmp_path / "out.csv")
    monkeypatch.setattr(calls, "ROOT", root)
    for path in ("../out.csv", str(tmp_path / "out.csv"), "link.csv", "/etc/passwd"):
        with pytest.raises(InputError, match="lies outside the project"):
            Call(READ, {"path": path}).check()
    with pytest.raises(InputError, match=r"path is Call.*; it must be the name of a file"):
        Call(READ, {"path": Call("lib.core.paths.results", {})}).check()


def functions_that_write() -> list[str]:
    """Name the functions outside lib.book whose code writes or removes files or starts programs."""
    found = []
    for path in sorted((ROOT / "lib").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if module.startswith("lib.book."):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and WRITES.search(ast.unparse(node)):
                found.append(f"{module}.{node.name}")
    return found


def test_no_function_that_writes_can_be_called():
    writers = [name for name in functions_that_write() if "._" not in name]
    assert "lib.sources.manifest.write_manifest" in writers
    for name in writers:
        with pytest.raises(InputError, match=r"has no function|no function of lib|nothing back"):
            calls.find_function(name)


@pytest.mark.parametrize("name", ["load", "save", "remove_data", "from_formula.__func__"])
def test_what_lib_inherits_cannot_be_called(name):
    with pytest.raises(InputError, match=r"has no function|is no function"):
        calls.find_function(f"lib.estimators.multilevel.results.MixedLogitResults.{name}")
