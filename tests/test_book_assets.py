"""Of the shared files those stay that some page loads."""

from pathlib import Path

import pytest

from lib.book.assets import drop_unused

FILES = {
    "index.html": '<link href="_static/a.css?v=1"><script src="_static/run.js"></script>',
    "chapters/one.html": '<img src="../_static/picture.png">',
    "_static/a.css": """@import "sub/b.css"; @import url('c.css'); p { background: url(dot.svg#x) }
        @font-face { src: url("f/new.woff2") format("woff2"), url("f/old.ttf") }""",
    "_static/sub/b.css": "i { background: url('../deep.png') }",
    "_static/c.css": "/* sourceMappingURL=c.css.map */ b { background: url(data:image/png,x) }",
    "_static/mathjax/tex-chtml.js": "",
    "_static/mathjax/output/font.woff": "",
    "_images/figure.svg": "",
}
USED = ["run.js", "picture.png", "dot.svg", "f/new.woff2", "deep.png"]
UNUSED = ["c.css.map", "f/old.ttf", "other.js", "only/here/x.png"]


@pytest.fixture
def html(tmp_path: Path) -> Path:
    blank = dict.fromkeys([f"_static/{name}" for name in USED + UNUSED], "")
    for name, content in (FILES | blank).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def test_what_no_page_loads_is_dropped_and_nothing_else(html: Path):
    drop_unused(html)
    left = {path.relative_to(html).as_posix() for path in html.rglob("*") if path.is_file()}
    assert left == {*FILES, *(f"_static/{name}" for name in USED)}
    assert not (html / "_static" / "only").exists()
