"""What the modules of a package hold, in their own words."""

import ast
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError


def read_modules(package: Path) -> pd.DataFrame:
    """
    Read what each module of a package says of itself, without importing it.

    One row a module that is not empty, by name: module (dotted), summary (first line of the
    docstring), lines (of the file) and functions (public functions, classes and methods).
    """
    rows = [_row(path, package) for path in sorted(package.rglob("*.py")) if path.stat().st_size]
    if not rows:
        raise InputError(f"{package} holds no module: name the folder of a package.")
    return pd.DataFrame(rows).sort_values("module", ignore_index=True)


def _row(path: Path, package: Path) -> dict[str, str | int]:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree)
    if not docstring:
        raise InputError(f"{path} has no docstring: say in a line what it holds.")
    parts = path.relative_to(package.parent).with_suffix("").parts
    return {
        "module": ".".join(part for part in parts if part != "__init__"),
        "summary": docstring.splitlines()[0],
        "lines": len(text.splitlines()),
        "functions": sum(_public(node) for node in ast.walk(tree)),
    }


def _public(node: ast.AST) -> bool:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(node, kinds) and not node.name.startswith("_")
