"""What modules say of themselves."""

import pytest

from lib.book.modules import read_modules
from lib.core.errors import InputError
from lib.core.paths import ROOT

SHAPES = '''"""
Shapes.

More of them.
"""


class Circle:
    def area(self):
        return _square(self.radius)


def _square(x):
    return x * x
'''


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "drawn"
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text('"""A package."""\n')
    (folder / "inner" / "__init__.py").write_text("")
    (folder / "inner" / "shapes.py").write_text(SHAPES)
    return folder


def test_modules_are_named_summarised_and_counted(package):
    table = read_modules(package)
    assert table.to_numpy().tolist() == [
        ["drawn", "A package.", 1, 0],
        ["drawn.inner.shapes", "Shapes.", len(SHAPES.splitlines()), 2],
    ]


def test_a_module_without_docstring_is_named(package):
    (package / "mute.py").write_text("x = 1\n")
    with pytest.raises(InputError, match=r"mute\.py has no docstring"):
        read_modules(package)


def test_a_folder_without_modules_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no module"):
        read_modules(tmp_path)


def test_every_module_of_lib_says_what_it_holds():
    table = read_modules(ROOT / "lib").set_index("module")
    assert table.loc["lib.book.modules", "summary"].startswith("What the modules of a package hold")
    assert table["summary"].str.endswith(".").all()
