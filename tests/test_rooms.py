"""The rooms of lib: few, imported downwards only, and without circles."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from lib.core.paths import ROOT

BOTTOM_UP = ("estimators", "core", "sources", "consistency", "evidence", "presentation")
BOTTOM_UP += ("respondents", "sweep", "book")


def imports(root: Path) -> dict[str, set[str]]:
    """Name the modules that each module of a package imports, wherever the statement stands."""
    paths = {dotted(path, root): path for path in root.rglob("*.py")}
    return {name: set(imported(path, name, paths.keys())) for name, path in paths.items()}


def dotted(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path: Path, name: str, modules: set[str]) -> Iterator[str]:
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            within = {f"{base}.{alias.name}" for alias in node.names}
            yield from within & modules or {base} & modules


def room(module: str) -> str:
    return ".".join(module.split(".")[1:2])


def arrows(graph: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Name each room that imports another, and the other."""
    pairs = {(room(name), room(other)) for name, others in graph.items() for other in others}
    return {(one, other) for one, other in pairs if one != other}


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    return imports(ROOT / "lib")


def test_every_module_lies_in_one_of_nine_rooms(graph):
    assert {room(name) for name in graph if name != "lib"} == set(BOTTOM_UP)
    assert [path.name for path in (ROOT / "lib").glob("*.py")] == ["__init__.py"]


def test_a_room_imports_only_rooms_below_it(graph):
    upwards = {
        (one, other)
        for one, other in arrows(graph)
        if BOTTOM_UP.index(other) > BOTTOM_UP.index(one)
    }
    assert upwards == set()


@pytest.mark.parametrize("name", BOTTOM_UP[:-1])
def test_a_room_imports_no_other_than_its_docstring_says(graph, name):
    docstring = ast.get_docstring(ast.parse((ROOT / "lib" / name / "__init__.py").read_text()))
    allowed = set(re.findall(r"`lib\.(\w+)`", docstring.split("import")[-1]))
    assert {other for one, other in arrows(graph) if one == name} <= allowed
    assert allowed <= set(BOTTOM_UP[: BOTTOM_UP.index(name)])


def test_the_estimators_need_nothing_else_of_lib(graph):
    own = {name: others for name, others in graph.items() if room(name) == "estimators"}
    assert {room(other) for others in own.values() for other in others} == {"estimators"}
    text = [path.read_text() for path in (ROOT / "lib" / "estimators").rglob("*.py")]
    assert [line for each in text for line in each.splitlines() if "from lib" in line] == []


def test_all_that_the_core_needs_of_the_estimators_are_their_errors(graph):
    of_core = {other for name, others in graph.items() if room(name) == "core" for other in others}
    assert {name for name in of_core if room(name) == "estimators"} == {"lib.estimators.errors"}


def test_no_module_imports_itself_through_others(graph):
    TopologicalSorter(graph).prepare()


def test_a_circle_and_an_arrow_upwards_are_noticed(tmp_path):
    root = tmp_path / "lib"
    for name in ("core", "book"):
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").touch()
    (root / "core" / "a.py").write_text("def f():\n    from ..book.b import g")
    (root / "book" / "b.py").write_text("from lib.core import a")
    found = imports(root)
    assert arrows(found) == {("core", "book"), ("book", "core")}
    with pytest.raises(CycleError):
        TopologicalSorter(found).prepare()
