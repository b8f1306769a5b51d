"""The files that all pages share: MathJax, and of the theme only what some page loads."""

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

SHARED = "_static"
MATHJAX = "mathjax/tex-chtml.js"
FONTS = "output/chtml/fonts/woff-v2"
IN_PAGE = re.compile(r'(?:src|href)="([^"#?]+)')
IN_STYLE = re.compile(r"""(?:url\(|@import\s+(?=["']))["']?([^"')#?]+)""")
FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")


def copy_mathjax(html: Path) -> None:
    """Copy of MathJax what the pages load: one script and its fonts."""
    package = find_spec("sphinx-mathjax-offline")
    assert package is not None
    assert package.origin is not None
    source = Path(package.origin).parent / "static" / "mathjax"
    folder = (html / SHARED / MATHJAX).parent
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source / FONTS, folder / FONTS)
    shutil.copyfile(source / Path(MATHJAX).name, html / SHARED / MATHJAX)


def drop_unused(html: Path) -> None:
    """Remove shared files that no page loads, whatever extension has brought them."""
    shared = html / SHARED
    used = set(_named(html))
    kept = (shared / MATHJAX).parent
    for path in sorted(shared.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in used and kept not in path.parents:
            path.unlink()


def _named(html: Path) -> Iterator[Path]:
    """Every file that a page loads or, being a style sheet of a page, loads in turn."""
    waiting = [path for path in html.rglob("*.html") if html / SHARED not in path.parents]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        names = _names(path) if path.suffix in {".html", ".css"} else []
        for name in names:
            target = (path.parent / name).resolve()
            if target.is_file() and target not in found:
                found.add(target)
                waiting.append(target)
    yield from found


def _names(path: Path) -> list[str]:
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return IN_PAGE.findall(content)
    fonts = [IN_STYLE.findall(face)[:1] for face in FONT_FACE.findall(content)]
    others = IN_STYLE.findall(FONT_FACE.sub("", content))
    return [*others, *(name for names in fonts for name in names)]
