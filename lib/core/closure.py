"""Which modules of lib a piece of code imports, directly or through others."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path


def closure(root: Path, sources: Iterable[str]) -> list[Path]:
    """Find the modules of lib that code depends on."""
    found: set[Path] = set()
    waiting = [path for source in sources for path in _imported(root, source, "")]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            package = ".".join(path.parent.relative_to(root).parts)
            waiting.extend(_imported(root, path.read_text(encoding="utf-8"), package))
    return sorted(found)


def _imported(root: Path, source: str, package: str) -> Iterator[Path]:
    for name in _names(source, package):
        if name == "lib" or name.startswith("lib."):
            yield from _files(root, name)


@cache
def _names(source: str, package: str) -> frozenset[str]:
    """Every dotted name an import statement may load, wherever it stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(_without_magics(source))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parents = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _files(root: Path, name: str) -> Iterator[Path]:
    """Find the files of a module and its packages; a name inside a module adds nothing."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        folder = root.joinpath(*parts[:length])
        for path in (folder.with_suffix(".py"), folder / "__init__.py"):
            if path.is_file():
                yield path


def _without_magics(source: str) -> str:
    lines = source.splitlines()
    return "\n".join("pass" if line.startswith(("%", "!")) else line for line in lines)
