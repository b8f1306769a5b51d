"""Chapters are read, and parameters assigned, as they are written."""

from pathlib import Path

import pytest
from conftest import Toy

from lib.book.contents import limited, pages
from lib.book.notebooks import Parameter, read_chapter, read_chapters
from lib.book.overrides import assign, read_overrides
from lib.book.project import Project
from lib.book.variant import make_variant
from lib.core.closure import closure
from lib.core.errors import InputError

ROOMS = ["rooms/__init__", "rooms/one"]
PARAMETERS = """# Which places:
# all seven or some.
places = ["ARM", "KAZ"]
share = 0.5  # from 0 to 1
silent = None
both = (1,
        2)  # ends of the range"""


def chapters_of(toy: Toy):
    return read_chapters(Project(toy.root))


def test_pages_and_chapters_follow_the_table_of_contents(toy: Toy):
    project = Project(toy.root)
    assert [path.name for path in pages(project)] == [
        "front.ipynb", "alpha.ipynb", "beta.ipynb", "notes.md",
    ]  # fmt: skip
    assert [chapter.name for chapter in read_chapters(project)] == ["front", "alpha", "beta"]


def test_nested_sections_and_parts_are_found(toy: Toy):
    toy.write(
        "_toc.yml",
        "format: jb-book\nroot: chapters/front\nparts:\n- caption: One\n  chapters:\n"
        "  - file: chapters/alpha\n    sections:\n    - file: chapters/beta\n",
    )
    assert [path.stem for path in pages(Project(toy.root))] == ["front", "alpha", "beta"]


def test_a_partial_table_of_contents():
    assert limited(["chapters/a"]) == {"format": "jb-book", "root": "chapters/a"}
    assert limited(["a", "b"])["chapters"] == [{"file": "b"}]


def test_parameters_are_read_with_their_comments(toy: Toy):
    toy.chapter("alpha", "1", parameters=PARAMETERS)
    chapter = read_chapter(Project(toy.root), toy.root / "chapters" / "alpha.ipynb")
    assert chapter.parameters == (
        Parameter("places", ["ARM", "KAZ"], "Which places: all seven or some."),
        Parameter("share", 0.5, "from 0 to 1"),
        Parameter("silent", None, ""),
        Parameter("both", (1, 2), "ends of the range"),
    )


def test_the_command_line_has_the_last_word(tmp_path: Path):
    file = tmp_path / "choice.yml"
    file.write_text("n: 1\nname: x\n")
    values = read_overrides(["n=2", "list=[1, 2]", "text=a=b"], file)
    assert values == {"n": 2, "name": "x", "list": [1, 2], "text": "a=b"}


def test_a_value_takes_the_type_of_the_published_one(toy: Toy):
    toy.chapter("alpha", "1", parameters=PARAMETERS + "\nn_points = 5  # points")
    given = {"share": 1, "both": [1, 3], "silent": "x"}
    changed = assign(chapters_of(toy), given)["alpha"]
    assert changed == {"share": 1.0, "both": (1, 3), "silent": "x"}
    assert type(changed["share"]) is float


def test_the_published_value_changes_nothing(toy: Toy):
    assert assign(chapters_of(toy), {"n_points": 5}) == {}


def test_a_value_outside_the_range_of_its_name_is_refused(toy: Toy):
    toy.chapter("alpha", "1", parameters=PARAMETERS + "\nalpha = 0.05  # level of the tests")
    with pytest.raises(InputError, match=r"alpha: alpha is 60.0; it must be a number from 0.001"):
        assign(chapters_of(toy), {"alpha": 60})


def test_the_name_of_a_run(toy: Toy):
    chapters = chapters_of(toy)
    overrides = {"beta": {"label": "a b/c", "n_points": 6}}
    assert make_variant(chapters, chapters, {}, None, None).is_site
    assert make_variant(chapters, chapters, overrides, None, None).name == "label-a-b-c_n_points-6"
    assert make_variant(chapters, chapters, overrides, None, Path("x/wave 2.yml")).name == "wave-2"
    assert make_variant(chapters, chapters[1:], {}, None, None).name == "alpha_beta"
    assert make_variant(chapters, chapters, {}, "mine", None).name == "mine"


def test_a_chapter_that_shows_the_grades_needs_the_others(toy: Toy):
    chapters = chapters_of(toy)
    front = make_variant(chapters, chapters[:1], {}, None, None)
    assert [chapter.name for chapter in front.executed] == ["front", "alpha", "beta"]
    assert [chapter.name for chapter in front.shown] == ["front"]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name, code in {
        "lib/__init__.py": "",
        "lib/a.py": "import lib.b",
        "lib/b.py": "import numpy",
        "lib/c.py": "",
        "lib/rooms/__init__.py": "from .one import x",
        "lib/rooms/one.py": "from ..c import y",
        "lib/rooms/two.py": "from . import one",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code)
    return tmp_path


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import numpy", []),
        ("from lib import a", ["__init__", "a", "b"]),
        ("import lib.b as b", ["__init__", "b"]),
        ("%matplotlib inline\nfrom lib.b import anything", ["__init__", "b"]),
        ("if True:\n    from lib.c import y", ["__init__", "c"]),
        (
            "from lib.rooms import two",
            ["__init__", "c", "rooms/__init__", "rooms/one", "rooms/two"],
        ),
        ("import lib.rooms", ["__init__", "c", "rooms/__init__", "rooms/one"]),
    ],
)
def test_the_import_closure(library: Path, code, modules):
    assert closure(library, [code]) == sorted(library / "lib" / f"{name}.py" for name in modules)
